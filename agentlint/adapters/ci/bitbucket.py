"""Bitbucket Pipelines: one job for each step, in the order of each pipeline."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from agentlint.adapters.ci.common import (
    Gathering,
    Shell,
    join_lines,
    named_action,
    number,
    open_yaml,
    settings,
    swallow,
    texts,
    unused,
    whole_number,
    written_cache,
)
from agentlint.adapters.ci.edges import OPAQUE, with_flows
from agentlint.adapters.ci.images import job_images
from agentlint.adapters.ci.systems import system
from agentlint.adapters.context import TreeContext
from agentlint.documents.yaml import YamlNode
from agentlint.facts.filefacts import FileFacts
from agentlint.facts.pipeline import Cache, Job, JobImage, Need, Pipeline, Step, Triggers
from agentlint.files.source import Place, SourceFile

_EVENTS = {
    "default": "push",
    "branches": "push",
    "bookmarks": "push",
    "pull-requests": "pull-request",
    "tags": "tag",
    "custom": "manual",
}
_PREDEFINED = {
    "composer": ("composer",), "dotnetcore": ("nuget",), "gradle": ("gradle",), "ivy2": ("sbt",), "maven": ("maven",),
    "node": ("npm", "yarn", "pnpm"), "pip": ("pip",), "sbt": ("sbt",), "docker": ("docker",),
}  # fmt: skip
_SHELL = Shell("bash", errexit=True, pipefail=False)
_MAX_JOBS = 500


@dataclass(slots=True)
class _Reading:
    """A file being read."""

    gathering: Gathering
    root: YamlNode
    jobs: list[Job] = field(default_factory=list)
    seen: dict[int, str] = field(default_factory=dict)


def facts(file: SourceFile, tree: TreeContext) -> FileFacts:
    """The facts of a bitbucket-pipelines.yml."""
    gathering = Gathering(file.path, tree)
    root = open_yaml(file, gathering).root
    pipelines = root.get("pipelines") if root is not None else None
    if root is None or pipelines is None or not pipelines.is_map:
        return gathering.facts()
    reading = _Reading(gathering, root)
    events: set[str] = set()
    for kind, node in pipelines.pairs():
        events.add(_EVENTS.get(kind, "other"))
        if node.is_list:
            _pipeline(kind, node, reading)
        for name, inner in node.pairs():
            _pipeline(f"{kind}/{name}", inner, reading)
    defaults = system("bitbucket")
    depth = root.at("clone", "depth")
    return gathering.facts(
        (
            Pipeline(
                system="bitbucket",
                path=file.path,
                place=Place(file.path, file.whole),
                triggers=Triggers(frozenset(events), place=gathering.place(pipelines)),
                jobs=with_flows(tuple(reading.jobs)),
                cancel=defaults.cancel,
                cancel_settable=defaults.cancel_settable,
                default_clone_depth=defaults.clone_depth,
                clone_depth=0 if depth is not None and depth.text == "full" else whole_number(depth),
                clone_depth_span=depth.entry if depth is not None else None,
            ),
        )
    )


def _pipeline(name: str, node: YamlNode, reading: _Reading) -> None:
    """Steps after one another; those of `parallel` beside one another; `stage` groups them."""
    after: tuple[str, ...] = ()
    for entry in node.children if node.is_list else ():
        after = _entry(name, entry, after, reading)


def _entry(name: str, entry: YamlNode, after: tuple[str, ...], reading: _Reading) -> tuple[str, ...]:
    step, parallel, stage = entry.get("step"), entry.get("parallel"), entry.get("stage")
    if step is not None and step.is_map:
        return (_job(name, step, after, reading),)
    if parallel is not None:
        steps = parallel.children if parallel.is_list else (found.children if (found := parallel.get("steps")) else ())
        ends = [
            _job(name, inner, after, reading)
            for part in steps
            if (inner := part.get("step")) is not None and inner.is_map
        ]
        return tuple(ends) or after
    if stage is not None:
        inner_steps = stage.get("steps")
        first = len(reading.jobs)
        for part in inner_steps.children if inner_steps is not None else ():
            after = _entry(f"{name}/{stage.value('name')}", part, after, reading)
        if stage.value("trigger") == "manual" and len(reading.jobs) > first:
            trigger = stage.get("trigger")
            span = trigger.entry if trigger is not None else None
            reading.jobs[first] = replace(reading.jobs[first], gate=True, blocking_gate=True, gate_span=span)
    return after


def _job(pipeline: str, step: YamlNode, after: tuple[str, ...], reading: _Reading) -> str:
    """Note the job of a step, give its id. A step used again, by its anchor, keeps its script at its first place."""
    gathering, root = reading.gathering, reading.root
    label = step.value("name") or "step"
    identifier = unused(f"{pipeline}: {label}", {job.id for job in reading.jobs})
    if len(reading.jobs) >= _MAX_JOBS:
        return identifier
    place = Place(gathering.path, step.span if step.here != step.span else step.entry)
    options = root.get("options")
    limit = step.get("max-time") or (options.get("max-time") if options is not None else None)
    labels = texts(step.get("runs-on"))
    fail = step.get("on-fail")
    job = Job(
        id=identifier,
        unit=gathering.unit(identifier, place),
        place=place,
        name=label,
        stage=pipeline,
        needs=tuple(Need(name, implicit=True) for name in after),
        timeout_minutes=number(limit),
        timeout_default_minutes=system("bitbucket").timeout,
        runner=", ".join(labels) or step.value("size"),
        hosted="self.hosted" not in labels,
        container=_image(step.get("image") or root.get("image")),
        images=(
            *job_images(gathering, step.get("image") or root.get("image")),
            *_service_images(step, root, gathering),
        ),
        services=texts(step.get("services")),
        environment=system("bitbucket").environment,
        deployment=step.value("deployment"),
        path_filtered=step.at("condition", "changesets") is not None,
        caches=_caches(step.get("caches"), root),
        continue_on_error=fail is not None and fail.value("strategy") == "ignore",
    )
    job = _with_artifacts(_with_gate(job, step), step.get("artifacts"))
    repeated = step.span.start in reading.seen
    reading.seen.setdefault(step.span.start, identifier)
    reading.jobs.append(job if repeated else replace(job, steps=_steps(step, job, gathering)))
    return identifier


def _service_images(step: YamlNode, root: YamlNode, gathering: Gathering) -> Iterator[JobImage]:
    """The images of the services that a step names, each where the service is defined."""
    for name in texts(step.get("services")):
        for image in job_images(gathering, root.at("definitions", "services", name, "image")):
            yield replace(image, service=True)


def _with_gate(job: Job, step: YamlNode) -> Job:
    trigger = step.get("trigger")
    if trigger is None or trigger.text != "manual":
        return job
    return replace(job, gate=True, blocking_gate=True, gate_span=trigger.entry)


def _with_artifacts(job: Job, artifacts: YamlNode | None) -> Job:
    """Later steps get all artifacts of earlier ones, unless they refuse."""
    if artifacts is None:
        return replace(job, artifacts_in=(OPAQUE,))
    paths = artifacts.get("paths") or artifacts.get("upload") if artifacts.is_map else artifacts
    out = (
        ()
        if paths is None
        else (OPAQUE,)
        if paths.is_map or any(child.is_map for child in paths.children)
        else texts(paths)
    )
    return replace(job, artifacts_out=out, artifacts_in=() if artifacts.value("download") == "false" else (OPAQUE,))


def _image(node: YamlNode | None) -> str:
    if node is None or node.is_null:
        return ""
    return node.value("name") if node.is_map else node.text


def _caches(node: YamlNode | None, root: YamlNode) -> tuple[Cache, ...]:
    """Predefined caches by name, custom ones by their definition."""
    found: list[Cache] = []
    for child in node.children if node is not None else ():
        custom = root.at("definitions", "caches", child.text)
        if custom is not None:
            paths = texts(custom.get("path") if custom.is_map else custom)
            key = ",".join(texts(custom.at("key", "files")))
            found.append(written_cache(paths, key or child.text, child.span))
        elif child.is_scalar:
            found.append(Cache(frozenset(_PREDEFINED.get(child.text, (child.text,))), span=child.span))
    return tuple(found)


def _steps(step: YamlNode, job: Job, gathering: Gathering) -> tuple[Step, ...]:
    """Lines of `script` in one shell, pipes as actions, then `after-script`."""
    found: list[Step] = []
    for key in ("script", "after-script"):
        node = step.get(key)
        lines: list[YamlNode] = []
        for child in (node.children or (node,)) if node is not None else ():
            if child.is_map:
                _flush(key, lines, found, job, gathering)
                lines = []
                found.append(_pipe(child, len(found), job, gathering))
            elif child.is_scalar and not child.is_null:
                lines.append(child)
        _flush(key, lines, found, job, gathering)
    return tuple(found)


def _flush(key: str, lines: list[YamlNode], found: list[Step], job: Job, gathering: Gathering) -> None:
    if not lines:
        return
    text = join_lines([line.embedded() for line in lines])
    span = lines[0].span.cover(lines[-1].span) if lines[-1].span.start >= lines[0].span.start else lines[0].span
    afterwards = key == "after-script"
    index = len(found)
    commands = gathering.script(text, job.unit, _SHELL, environment=job.environment, step=index)
    found.append(
        Step(
            index=index,
            place=Place(gathering.path, span),
            name=key,
            script=text.text,
            continue_on_error=afterwards,
            environment=job.environment,
            commands=swallow(commands) if afterwards or job.continue_on_error else commands,
        )
    )


def _pipe(node: YamlNode, index: int, job: Job, gathering: Gathering) -> Step:
    name, _, version = node.value("pipe").partition(":")
    action = named_action("pipe:" + name, version, settings(node.get("variables")))
    return Step(index, Place(gathering.path, node.here), name, action, environment=job.environment)
