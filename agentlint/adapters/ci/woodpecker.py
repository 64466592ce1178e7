"""Woodpecker and Drone: containers as steps, one job for each step that runs by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from agentlint.adapters.ci.common import (
    Gathering,
    Shell,
    environment,
    join_lines,
    named_action,
    open_yaml,
    scalars,
    settings,
    swallow,
    texts,
    unused,
    whole_number,
    written_cache,
)
from agentlint.adapters.ci.edges import with_flows
from agentlint.adapters.ci.images import job_images
from agentlint.adapters.ci.systems import system
from agentlint.adapters.context import TreeContext
from agentlint.documents.yaml import YamlNode
from agentlint.facts.filefacts import FileFacts
from agentlint.facts.pipeline import Cache, Job, Matrix, Need, Pipeline, Step, Triggers
from agentlint.files.source import Place, SourceFile

_SHELL = Shell("sh", errexit=True, pipefail=False)
_EVENTS = {
    "push": "push",
    "pull_request": "pull-request",
    "pull_request_closed": "other",
    "tag": "tag",
    "cron": "schedule",
    "manual": "manual",
    "custom": "manual",
    "promote": "manual",
    "deployment": "manual",
    "release": "release",
}
_MAX_JOBS = 500


@dataclass(slots=True)
class _Reading:
    """A file being read for one of the two systems."""

    system: str
    gathering: Gathering
    jobs: list[Job] = field(default_factory=list)


def facts(file: SourceFile, tree: TreeContext) -> FileFacts:
    """The facts of a Woodpecker workflow."""
    return read(file, tree, "woodpecker")


def read(file: SourceFile, tree: TreeContext, name: str) -> FileFacts:
    """The facts of a file of either system; each document is a pipeline of its own."""
    gathering = Gathering(file.path, tree)
    pipelines: list[Pipeline] = []
    documents = [root for root in open_yaml(file, gathering).documents if root.is_map]
    taken: set[str] = set()
    for root in documents:
        if root.get("steps") is None and root.get("pipeline") is None:
            continue
        reading = _Reading(name, gathering)
        prefix = root.value("name") if len(documents) > 1 else ""
        while prefix in taken and prefix:
            prefix += "'"
        taken.add(prefix)
        _workflow(root, prefix, reading)
        place = Place(file.path, file.whole if len(documents) == 1 else root.span)
        pipelines.append(_pipeline(root, reading, place))
    return gathering.facts(tuple(pipelines))


def _pipeline(root: YamlNode, reading: _Reading, place: Place) -> Pipeline:
    defaults = system(reading.system)
    depth = root.at("clone", "depth") or root.at("clone", "git", "settings", "depth")
    return Pipeline(
        system=reading.system,
        path=place.path,
        place=place,
        name=root.value("name"),
        triggers=_triggers(root, reading),
        jobs=with_flows(tuple(reading.jobs)),
        cancel=defaults.cancel,
        cancel_settable=defaults.cancel_settable,
        default_clone_depth=defaults.clone_depth,
        clone_depth=whole_number(depth),
        clone_depth_span=depth.entry if depth is not None else None,
    )


def _triggers(root: YamlNode, reading: _Reading) -> Triggers:
    node = root.get("when") or root.get("trigger")
    events: set[str] = set()
    filtered = False
    conditions = (node.children if node.is_list else (node,)) if node is not None else ()
    for condition in conditions:
        filtered = filtered or condition.get("path") is not None
        event = condition.get("event")
        if event is not None and event.is_map:
            event = event.get("include")
        events.update(_EVENTS.get(name, "other") for name in texts(event))
    if not events:
        events = {"push", "pull-request"}
    return Triggers(frozenset(events), filtered, place=reading.gathering.place(node) if node is not None else None)


def _steps_of(root: YamlNode) -> Iterator[tuple[str, YamlNode]]:
    """Named steps: of a list with `name`, or of a map."""
    node = root.get("steps") or root.get("pipeline")
    if node is None:
        return
    yield from node.pairs()
    for number, child in enumerate(node.children, 1):
        if child.is_map:
            yield child.value("name") or f"step {number}", child


def _workflow(root: YamlNode, prefix: str, reading: _Reading) -> None:
    """Steps wait for the one before, until any has `depends_on`: then those without start at once."""
    steps = list(_steps_of(root))[:_MAX_JOBS]
    graph = any(node.get("depends_on") is not None for _, node in steps)
    matrix = _matrix(root.get("matrix"))
    after: tuple[str, ...] = ()
    for name, node in steps:
        if not node.is_map:
            continue
        identifier = unused(f"{prefix}/{name}" if prefix else name, {job.id for job in reading.jobs})
        written = [Need(f"{prefix}/{text}" if prefix else text) for text in texts(node.get("depends_on"))]
        implicit = () if graph else tuple(Need(job, implicit=True) for job in after)
        needs = tuple(replace(need, carries=frozenset({"workspace"})) for need in (*written, *implicit))
        detached = node.get("detach")
        reading.jobs.append(_job(identifier, name, node, root, needs, matrix, reading))
        if detached is None or detached.truth is not True:
            after = (identifier,)


def _matrix(node: YamlNode | None) -> Matrix | None:
    if node is None or not node.is_map:
        return None
    include = node.get("include")
    if include is not None:
        return Matrix(len(include.children), {})
    axes = {name: texts(value) for name, value in node.pairs()}
    size = 1
    for values in axes.values():
        size = min(size * max(len(values), 1), 10_000)
    return Matrix(size, axes)


def _job(
    identifier: str,
    name: str,
    node: YamlNode,
    root: YamlNode,
    needs: tuple[Need, ...],
    matrix: Matrix | None,
    reading: _Reading,
) -> Job:
    gathering, defaults = reading.gathering, system(reading.system)
    place = gathering.place(node)
    unit = gathering.unit(identifier, place)
    when = node.get("when")
    conditions = (when.children if when.is_list else (when,)) if when is not None else ()
    failure = node.value("failure")
    services = root.get("services")
    service_nodes = (
        ([value for _, value in services.pairs()] or list(services.children)) if services is not None else []
    )
    condition = " ".join(when.source[when.span.start : when.span.end].split()) if when is not None else ""
    job = Job(
        id=identifier,
        unit=unit,
        place=place,
        name=name,
        stage=root.value("name"),
        needs=needs,
        matrix=matrix,
        timeout_default_minutes=defaults.timeout,
        timeout_settable=defaults.timeout_settable,
        container=node.value("image"),
        services=tuple(service.value("image") for service in service_nodes),
        images=job_images(gathering, node.get("image"), services),
        environment=environment(node.get("environment"), environment(root.get("environment"), defaults.environment)),
        condition=condition,
        path_filtered=any(part.get("path") is not None for part in conditions),
        continue_on_error=failure == "ignore",
        caches=_caches(node, root),
    )
    return replace(job, steps=_work(node, job, gathering))


def _caches(node: YamlNode, root: YamlNode) -> tuple[Cache, ...]:
    """Cache plugins keep the folders of their settings; volumes of the host keep theirs."""
    found: list[Cache] = []
    given = node.get("settings")
    image = node.value("image")
    if given is not None and ("cache" in image or given.get("mount") is not None):
        paths = texts(given.get("mount") or given.get("folders") or given.get("local_root"))
        found.append(written_cache(paths, given.value("cache_key"), given.entry))
    volumes = node.get("volumes")
    paths = tuple(text.partition(":")[2] for text in texts(volumes) if ":" in text)
    if volumes is not None and paths:
        found.append(written_cache(paths, "", volumes.entry))
    mounted = _from_host(volumes, root)
    if volumes is not None and mounted:
        found.append(written_cache(mounted, "", volumes.entry))
    return tuple(found)


def _from_host(volumes: YamlNode | None, root: YamlNode) -> tuple[str, ...]:
    """Where a step of Drone mounts a volume by name that the pipeline takes from its host (docs.drone.io: volumes, host)."""
    declared = root.get("volumes")
    lasting = {
        one.value("name")
        for one in (declared.children if declared is not None and declared.is_list else ())
        if one.is_map and one.get("host") is not None
    }
    children = volumes.children if volumes is not None and volumes.is_list else ()
    return tuple(one.value("path") for one in children if one.is_map and one.value("name") in lasting)


def _work(node: YamlNode, job: Job, gathering: Gathering) -> tuple[Step, ...]:
    """The commands of a step, or the plugin that its image is."""
    lines = list(scalars(node.get("commands") or node.get("command")))
    if not lines:
        name, _, version = node.value("image").rpartition("/")[2].partition(":")
        action = named_action("plugin:" + name, version, settings(node.get("settings")))
        return (Step(0, Place(gathering.path, node.here), job.name, action, environment=job.environment),)
    text = join_lines([line.embedded() for line in lines])
    span = lines[0].span.cover(lines[-1].span) if lines[-1].span.start >= lines[0].span.start else lines[0].span
    windows = "windows" in job.container.lower()
    shell = Shell("pwsh") if windows else _SHELL
    commands = gathering.script(text, job.unit, shell, environment=job.environment, step=0)
    return (
        Step(
            index=0,
            place=Place(gathering.path, span),
            name=job.name,
            script=text.text,
            continue_on_error=job.continue_on_error,
            environment=job.environment,
            commands=swallow(commands) if job.continue_on_error else commands,
        ),
    )
