"""Buildkite: steps, groups, waits, gates, plugins."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from agentlint.adapters.ci.common import (
    Gathering,
    Shell,
    environment,
    join_lines,
    named_action,
    number,
    open_yaml,
    scalars,
    settings,
    texts,
    whole_number,
    written_cache,
)
from agentlint.adapters.ci.edges import OPAQUE, with_flows
from agentlint.adapters.ci.images import job_images
from agentlint.adapters.ci.systems import system
from agentlint.adapters.context import TreeContext
from agentlint.documents.yaml import YamlNode
from agentlint.facts.command import EMPTY, Command
from agentlint.facts.filefacts import FileFacts
from agentlint.facts.pipeline import Cache, Job, Matrix, Need, Pipeline, Step, Triggers
from agentlint.files.source import Place, SourceFile, Span

_SHELL = Shell("bash", errexit=True, pipefail=False)
_MAX_STEPS = 1000


@dataclass(slots=True)
class _Reading:
    """A pipeline being read, step by step."""

    gathering: Gathering
    root: YamlNode
    jobs: list[Job] = field(default_factory=list)
    barrier: tuple[Need, ...] = ()
    """What every following step without `depends_on` waits for."""
    since: list[str] = field(default_factory=list)
    """Jobs since the last `wait` or `block`."""


def facts(file: SourceFile, tree: TreeContext) -> FileFacts:
    """The facts of a Buildkite pipeline."""
    gathering = Gathering(file.path, tree)
    root = open_yaml(file, gathering).root
    if root is None:
        return gathering.facts()
    steps = root if root.is_list else root.get("steps")
    if steps is None or not steps.is_list:
        return gathering.facts()
    reading = _Reading(gathering, root)
    known = environment(root.get("env"), system("buildkite").environment)
    for node in _flattened(steps):
        if len(reading.jobs) < _MAX_STEPS:
            _read(node, known, reading)
    defaults = system("buildkite")
    beside = _described(file.path, tree)
    if (limit := _LIMIT.search(beside)) is not None:
        reading.jobs = [_limited(job, float(limit[1])) for job in reading.jobs]
    return gathering.facts(
        (
            Pipeline(
                system="buildkite",
                path=file.path,
                place=Place(file.path, file.whole),
                triggers=Triggers(frozenset({"push", "pull-request"}), path_filtered=_FILTERED in beside),
                jobs=with_flows(tuple(reading.jobs)),
                cancel=defaults.cancel,
                cancel_settable=defaults.cancel_settable,
                environment=environment(root.get("env")),
                default_clone_depth=defaults.clone_depth,
            ),
        )
    )


_LIMIT = re.compile(r"\b(?:maximum|default)_timeout_in_minutes: *(\d+)")
_FILTERED = "skip_ci_on_only_changed"


def _described(path: str, tree: TreeContext) -> str:
    """What files beside the pipeline tell of its settings: Backstage's description of it, and the bot's that starts it."""
    files = [tree.read(name) for name in ("catalog-info.yaml", ".buildkite/pull-requests.json")]
    catalogue, starts = (file.data.decode("utf-8", "replace") if file is not None else "" for file in files)
    return "\n".join((*(text for text in catalogue.split("\n---") if path in text), starts))


def _limited(job: Job, limit: float) -> Job:
    return replace(job, timeout_minutes=limit) if job.timeout_minutes is None and job.timeout_settable else job


def _flattened(steps: YamlNode) -> Iterator[YamlNode]:
    """Steps, those of groups put in."""
    for node in steps.children:
        inner = node.get("steps") if node.get("group") is not None else None
        if inner is not None and inner.is_list:
            yield from inner.children
        else:
            yield node


def _read(node: YamlNode, known: Mapping[str, str], reading: _Reading) -> None:
    if node.text == "wait" or node.get("wait") is not None or node.value("type") in ("wait", "waiter"):
        _wait(reading, node.span)
    elif node.is_scalar and node.text in ("block", "input", "manual"):
        _gate(node, node.text, node.span, reading)
    elif node.is_map:
        for key in ("block", "input", "manual"):
            found = node.get(key)
            if found is not None:
                _gate(node, found.text or key, found.entry, reading)
                return
        if node.value("type") in ("block", "input"):
            _gate(node, node.value("label") or node.value("type"), node.here, reading)
            return
        reading.jobs.append(_job(node, known, reading))
        reading.since.append(reading.jobs[-1].id)


def _wait(reading: _Reading, span: Span) -> None:
    if reading.since:
        reading.barrier = tuple(Need(job, implicit=True, span=span) for job in reading.since)
        reading.since = []


def _gate(node: YamlNode, name: str, span: Span, reading: _Reading) -> None:
    """A `block` or `input` step: what follows waits for a person."""
    identifier = node.value("key") or node.value("id") or name
    place = reading.gathering.place(node)
    unit = reading.gathering.unit(identifier, place)
    needs = _needs(node) or tuple(Need(job, implicit=True) for job in reading.since) or reading.barrier
    gate = Job(
        id=identifier, unit=unit, place=place, name=name, needs=needs, gate=True, blocking_gate=True, gate_span=span,
        timeout_settable=False, condition=node.value("if"),
    )  # fmt: skip
    reading.jobs.append(gate)
    if node.get("depends_on") is None:
        reading.barrier = (Need(identifier, implicit=True),)
        reading.since = []


def _needs(node: YamlNode) -> tuple[Need, ...]:
    depends = node.get("depends_on")
    if depends is None:
        return ()
    found: list[Need] = []
    for child in depends.children if depends.is_list else (depends,):
        name = child.text if child.is_scalar else child.value("step")
        if name:
            found.append(Need(name, span=child.span))
    return tuple(found)


def _job(node: YamlNode, known: Mapping[str, str], reading: _Reading) -> Job:
    gathering = reading.gathering
    place = Place(gathering.path, node.here)
    label = node.value("label") or node.value("name")
    name = node.value("key") or node.value("id") or node.value("identifier") or label or f"step {len(reading.jobs) + 1}"
    unit = gathering.unit(name, place)
    variables = environment(node.get("env"), known)
    soft = node.get("soft_fail")
    agents = node.get("agents") or reading.root.get("agents")
    queue = agents.value("queue") if agents is not None else ""
    plugins = tuple(_plugins(node.get("plugins")))
    docker = next((inputs for plugin, inputs, _ in plugins if plugin == "docker" and inputs), None)
    written = node.get("depends_on")
    trigger = node.value("trigger")
    limit = number(node.get("timeout_in_minutes"))
    retry = node.at("retry", "automatic")
    job = Job(
        id=name,
        unit=unit,
        place=place,
        name=label or name,
        needs=_needs(node) if written is not None else reading.barrier,
        matrix=_matrix(node.get("matrix")),
        timeout_minutes=limit,
        timeout_default_minutes=system("buildkite").timeout,
        timeout_settable=not trigger,
        runner=queue or (agents.value("image") if agents is not None else ""),
        hosted="hosted" in queue,
        container=docker.value("image") if docker is not None else "",
        images=job_images(gathering, docker),
        environment=variables,
        condition=node.value("if"),
        path_filtered=node.get("if_changed") is not None,
        continue_on_error=soft is not None and soft.truth is True,
        artifacts_out=texts(node.get("artifact_paths")),
        calls=trigger,
        parallelism=whole_number(node.get("parallelism")),
        retries=1 if retry is not None and retry.truth is not False else 0,
        caches=_volume(reading.root.get("cache")),
    )
    return _with_work(job, node, plugins, gathering)


def _volume(node: YamlNode | None) -> tuple[Cache, ...]:
    """`cache:` of hosted agents: paths on a volume that lasts, here for all steps."""
    paths = texts(node.get("paths") if node is not None and node.is_map else node)
    return (written_cache(paths, "", node.span),) if node is not None and paths else ()


def _with_work(
    job: Job, node: YamlNode, plugins: tuple[tuple[str, YamlNode | None, Span], ...], gathering: Gathering
) -> Job:
    steps: list[Step] = []
    caches: list[Cache] = list(job.caches)
    out, into = list(job.artifacts_out), list[str]()
    reports = False
    for plugin, inputs, span in plugins:
        action = replace(named_action("plugin:" + plugin), inputs=settings(inputs))
        steps.append(Step(len(steps), Place(gathering.path, span), plugin, action, environment=job.environment))
        reports = reports or plugin in ("test-collector", "junit-annotate", "test-summary")
        if plugin in ("cache", "s3-cache", "buildkite-cache", "gencer-cache") and inputs is not None:
            paths = texts(inputs.get("path") or inputs.get("paths"))
            caches.append(written_cache(paths, inputs.value("key") or inputs.value("manifest"), span))
        if plugin in ("artifacts", "artifact") and inputs is not None:
            out.extend(texts(inputs.get("upload")))
            into.extend([OPAQUE] if inputs.get("download") is not None else [])
    cache = node.get("cache")
    if cache is not None and not cache.is_null:
        caches.append(
            written_cache(texts(cache.get("paths") if cache.is_map else cache), cache.value("name"), cache.entry)
        )
    lines = list(scalars(node.get("command") or node.get("commands")))
    if lines:
        steps.append(_script(job, lines, len(steps), gathering))
    commands = [command for step in steps for command in step.commands]
    if any(_artifact(command, "download") for command in commands):
        into.append(OPAQUE)
    if any(_artifact(command, "upload") for command in commands):
        out.append(OPAQUE)
    return replace(
        job,
        steps=tuple(steps),
        caches=tuple(caches),
        artifacts_out=tuple(out),
        artifacts_in=tuple(into),
        reports=reports,
    )


def _artifact(command: Command, what: str) -> bool:
    return command.program == "buildkite-agent" and command.texts()[:2] == ("artifact", what)


def _script(job: Job, lines: list[YamlNode], index: int, gathering: Gathering) -> Step:
    text = join_lines([line.embedded() for line in lines])
    span = lines[0].span
    for line in lines:
        if line.span.start >= span.start:
            span = span.cover(line.span)
    return Step(
        index=index,
        place=Place(gathering.path, span),
        name="command",
        script=text.text,
        environment=job.environment,
        continue_on_error=job.continue_on_error,
        commands=gathering.script(
            text, job.unit, _SHELL, environment=job.environment or EMPTY, step=index, swallowed=job.continue_on_error
        ),
    )


def _plugins(node: YamlNode | None) -> Iterator[tuple[str, YamlNode | None, Span]]:
    """Name without organisation and version, settings, place."""
    if node is None:
        return
    for child in node.children if node.is_list else (node,):
        if child.is_scalar and child.text:
            yield _plugin_name(child.text), None, child.span
        for name, value in child.pairs():
            yield _plugin_name(name), value, value.entry


def _plugin_name(text: str) -> str:
    name = text.partition("#")[0].rstrip("/").rpartition("/")[2]
    return name.removesuffix(".git").removesuffix("-buildkite-plugin").lower()


def _matrix(node: YamlNode | None) -> Matrix | None:
    if node is None:
        return None
    if node.is_list:
        found = texts(node)
        return Matrix(len(node.children), {"": found})
    setup = node.get("setup")
    if setup is None:
        return None
    axes = {"": texts(setup)} if setup.is_list else {name: texts(value) for name, value in setup.pairs()}
    size = 1
    for values in axes.values():
        size = min(size * max(len(values), 1), 10_000)
    return Matrix(size, axes)
