"""Cirrus CI: tasks with their scripts, caches and artifacts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from agentlint.adapters.ci.common import (
    Gathering,
    Shell,
    environment,
    join_lines,
    minutes,
    open_yaml,
    scalars,
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
from agentlint.facts.pipeline import Cache, Cancel, Job, Matrix, Need, Pipeline, Step, Triggers
from agentlint.files.source import Place, SourceFile

_MACHINES = (
    "container", "arm_container", "windows_container", "docker_builder", "macos_instance", "freebsd_instance",
    "compute_engine_instance", "gce_instance", "ec2_instance", "azure_container_instance", "persistent_worker", "pipe",
)  # fmt: skip
_MAX_TASKS = 500


def facts(file: SourceFile, tree: TreeContext) -> FileFacts:
    """The facts of a .cirrus.yml."""
    gathering = Gathering(file.path, tree)
    root = open_yaml(file, gathering).root
    if root is None or not root.is_map:
        return gathering.facts()
    defaults = system("cirrus")
    known = environment(root.get("env") or root.get("environment"), defaults.environment)
    jobs: list[Job] = []
    called: dict[str, list[str]] = {}
    for name, node, place in _tasks(root, gathering):
        if len(jobs) < _MAX_TASKS:
            jobs.append(_job(name, node, place, root, known, {job.id for job in jobs}, gathering))
            for alias in dict.fromkeys((jobs[-1].id, name, node.value("alias"))):
                called.setdefault(alias, []).append(jobs[-1].id)
    jobs = [replace(job, needs=_expanded(job, called)) for job in jobs]
    depth = root.at("env", "CIRRUS_CLONE_DEPTH") or root.at("environment", "CIRRUS_CLONE_DEPTH")
    cancelling = root.get("auto_cancellation")
    return gathering.facts(
        (
            Pipeline(
                system="cirrus",
                path=file.path,
                place=Place(file.path, file.whole),
                triggers=Triggers(frozenset({"push", "pull-request"})),
                jobs=with_flows(tuple(jobs)),
                cancel=Cancel.EXPLICITLY_NOT
                if cancelling is not None and cancelling.truth is False
                else defaults.cancel,
                cancel_settable=defaults.cancel_settable,
                environment=environment(root.get("env") or root.get("environment")),
                default_clone_depth=defaults.clone_depth,
                clone_depth=whole_number(depth),
                clone_depth_span=depth.entry if depth is not None else None,
            ),
        )
    )


def _tasks(root: YamlNode, gathering: Gathering) -> Iterator[tuple[str, YamlNode, Place]]:
    """`task:` and `NAME_task:` entries, those of lists opened; a file without any is one task."""
    found = False
    number = 1
    for key, node in root.pairs():
        if key not in ("task", "tasks", "docker_builder", "pipe") and not key.endswith(
            ("_task", "_docker_builder", "_pipe")
        ):
            continue
        for part in node.children if node.is_list else (node,):
            if part.is_map:
                found = True
                own = part.value("name") or part.value("alias")
                short = key.removesuffix("_task") if key not in ("task", "tasks") else f"task {number}"
                place = Place(gathering.path, part.entry if part is node else part.here)
                yield own or short, part, place
                number += 1
    if not found and any(key.endswith("script") for key, _ in root.pairs()):
        yield "main", root, Place(gathering.path, root.here)


def _expanded(job: Job, called: Mapping[str, list[str]]) -> tuple[Need, ...]:
    """Needs by name or alias, which several tasks may share."""
    return tuple(
        replace(need, job=name) for need in job.needs for name in called.get(need.job, [need.job]) if name != job.id
    )


def _job(
    name: str,
    node: YamlNode,
    place: Place,
    root: YamlNode,
    known: Mapping[str, str],
    taken: set[str],
    gathering: Gathering,
) -> Job:
    defaults = system("cirrus")
    identifier = unused(name, taken)
    unit = gathering.unit(identifier, place)
    limit = node.value("timeout_in") or root.value("timeout_in")
    trigger, tolerated = node.get("trigger_type"), node.get("allow_failures")
    gate = trigger is not None and trigger.text == "manual"
    runner, container, machine = _machine(node, root)
    registry = machine is not None and (bool(container) or "/" in machine.value("image"))
    condition = node.value("only_if") or node.value("skip")
    depends = node.get("depends_on")
    job = Job(
        id=identifier,
        unit=unit,
        place=place,
        name=name,
        needs=tuple(Need(scalar.text, span=scalar.span) for scalar in scalars(depends)),
        matrix=_matrix(node),
        timeout_minutes=minutes(limit) if limit else None,
        timeout_default_minutes=defaults.timeout,
        runner=runner,
        hosted=runner != "persistent_worker",
        container=container,
        images=job_images(gathering, machine if registry else None),
        environment=environment(node.get("env") or node.get("environment"), known),
        condition=condition,
        path_filtered="changesInclude" in condition or "changesInclude" in node.value("skip"),
        continue_on_error=tolerated is not None and tolerated.truth is True,
        gate=gate,
        blocking_gate=gate,
        gate_span=trigger.entry if gate and trigger is not None else None,
    )
    return _with_work(job, node, gathering)


def _machine(node: YamlNode, root: YamlNode) -> tuple[str, str, YamlNode | None]:
    """The kind of machine or its image, the container image, and the map that says so."""
    for part in (node, root):
        for machine in _MACHINES:
            found = part.get(machine)
            if found is not None:
                if found.value("platform") == "windows":
                    return "windows", "", found
                image = found.value("image") or found.value("image_family") or found.value("dockerfile")
                label = machine if not image or "container" in machine else image
                return label, image if "container" in machine else "", found
    return "", "", None


def _matrix(node: YamlNode) -> Matrix | None:
    """The `matrix:` modifier may stand anywhere in a task; the legs of all of them multiply."""
    size = 1
    axes: dict[str, tuple[str, ...]] = {}
    waiting = [node]
    for _ in range(5000):
        if not waiting:
            break
        current = waiting.pop()
        for key, value in current.pairs():
            if key == "matrix":
                size = min(size * max(len(value.children) or len(value.items), 1), 10_000)
                axes[str(len(axes))] = tuple(child.text or child.value("name") for child in value.children)
            elif value.is_list and current.kind == "map" and key in ("env", "environment"):
                continue
            if value.is_map or key == "matrix":
                waiting.append(value)
        waiting.extend(child for child in current.children if child.is_map)
    return Matrix(size, axes) if axes else None


def _with_work(job: Job, node: YamlNode, gathering: Gathering) -> Job:
    windows = "windows" in job.runner
    shell = Shell("cmd", errexit=False) if windows else Shell("bash", errexit=True, pipefail=False)
    steps: list[Step] = []
    caches: list[Cache] = []
    out: list[str] = []
    reports = False
    for key, value in node.pairs():
        if key.endswith("script"):
            lines = list(scalars(value.get("ps") or value) if value.is_map else scalars(value))
            if lines:
                steps.append(_script(key, lines, len(steps), job, shell, gathering))
        elif key == "cache" or key.endswith("_cache"):
            folders = texts(value.get("folder") or value.get("folders"))
            fingerprint = " ".join(texts(value.get("fingerprint_script") or value.get("fingerprint_key")))
            caches.append(written_cache(folders, fingerprint or key, value.entry))
        elif key == "artifacts" or key.endswith("_artifacts"):
            out.extend(texts(value.get("path") or value.get("paths")) or (OPAQUE,))
            reports = reports or value.value("format") == "junit" or value.value("type") == "text/xml"
        elif key in ("always", "on_failure", "on_success"):
            inner = _with_work(replace(job, steps=(), caches=(), artifacts_out=()), value, gathering)
            steps.extend(replace(step, index=len(steps) + at, condition=key) for at, step in enumerate(inner.steps))
            out.extend(inner.artifacts_out)
            reports = reports or inner.reports
    return replace(job, steps=tuple(steps), caches=tuple(caches), artifacts_out=tuple(out), reports=reports)


def _script(key: str, lines: list[YamlNode], index: int, job: Job, shell: Shell, gathering: Gathering) -> Step:
    text = join_lines([line.embedded() for line in lines])
    span = lines[0].span.cover(lines[-1].span) if lines[-1].span.start >= lines[0].span.start else lines[0].span
    background = "background" in key
    return Step(
        index=index,
        place=Place(gathering.path, span),
        name=key.removesuffix("_script"),
        script=text.text,
        environment=job.environment,
        continue_on_error=job.continue_on_error,
        commands=tuple(
            replace(command, background=True) if background else command
            for command in gathering.script(
                text, job.unit, shell, environment=job.environment, step=index, swallowed=job.continue_on_error
            )
        ),
    )
