"""CircleCI 2.1: jobs as their workflows run them, commands and executors put in, orbs left opaque."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from agentlint.adapters.ci.circleci_steps import StepReader, read_parameters
from agentlint.adapters.ci.common import Gathering, environment, open_yaml, texts, whole_number
from agentlint.adapters.ci.edges import with_flows
from agentlint.adapters.ci.images import job_images
from agentlint.adapters.ci.systems import system
from agentlint.adapters.context import TreeContext
from agentlint.documents.yaml import YamlNode
from agentlint.facts.filefacts import FileFacts
from agentlint.facts.pipeline import Cache, Job, Matrix, Need, Pipeline, Triggers
from agentlint.files.source import Place, SourceFile, Span

_MAX_RUNS = 500
_OWN_RUNNER = re.compile(r"[\w.-]+/[\w.-]+$")
"""A resource class with a namespace is a runner of one's own."""
_PARAMETER = re.compile(r"^<<\s*(?:parameters|matrix)\.([\w-]+)\s*>>$")


@dataclass(frozen=True, slots=True)
class Run:
    """One entry of a workflow: a job under a name of its own, with what it requires."""

    job: str
    name: str
    workflow: str
    requires: tuple[Need, ...] = ()
    parameters: Mapping[str, str] = field(default_factory=dict)
    matrix: Matrix | None = None
    approval: bool = False
    span: Span | None = None
    condition: str = ""
    place: Span | None = None


def facts(file: SourceFile, tree: TreeContext) -> FileFacts:
    """The facts of a .circleci/config.yml."""
    gathering = Gathering(file.path, tree)
    root = open_yaml(file, gathering).root
    if root is None or not root.is_map or (root.get("jobs") is None and root.get("workflows") is None):
        return gathering.facts()
    defaults = system("circleci")
    runs = _runs(root)
    jobs = _jobs(root, runs, gathering)
    return gathering.facts(
        (
            Pipeline(
                system="circleci",
                path=file.path,
                place=Place(file.path, file.whole),
                triggers=_triggers(root, gathering),
                jobs=with_flows(jobs),
                cancel=defaults.cancel,
                cancel_settable=defaults.cancel_settable,
                default_clone_depth=defaults.clone_depth,
            ),
        )
    )


def _runs(root: YamlNode) -> list[Run]:
    found: list[Run] = []
    workflows = root.get("workflows")
    for workflow, node in workflows.pairs() if workflows is not None else ():
        jobs = node.get("jobs")
        for entry in jobs.children if jobs is not None else ():
            if len(found) >= _MAX_RUNS:
                break
            if entry.is_scalar and entry.text:
                found.append(Run(entry.text, entry.text, workflow, place=entry.here))
            for name, options in entry.pairs():
                found.append(_run(name, options, workflow))
    return found


def _run(name: str, options: YamlNode, workflow: str) -> Run:
    requires = options.get("requires")
    needs: list[Need] = []
    for child in requires.children if requires is not None else ():
        for text in [child.text] if child.is_scalar else [key for key, _ in child.pairs()]:
            needs.append(Need(text, span=child.span))
    parameters = {key: value.text for key, value in options.pairs() if value.is_scalar}
    matrix_node = options.get("matrix")
    kind = options.get("type")
    filters = options.get("filters")
    return Run(
        job=name,
        name=options.value("name") or name,
        workflow=workflow,
        requires=tuple(needs),
        parameters=parameters,
        matrix=_matrix(matrix_node),
        approval=kind is not None and kind.text == "approval",
        span=kind.entry if kind is not None else None,
        condition=" ".join(filters.source[filters.span.start : filters.span.end].split()) if filters else "",
        place=options.entry,
    )


def _matrix(node: YamlNode | None) -> Matrix | None:
    if node is None:
        return None
    parameters = node.get("parameters")
    axes = {name: texts(value) for name, value in parameters.pairs()} if parameters is not None else {}
    size = 1
    for values in axes.values():
        size = min(size * max(len(values), 1), 10_000)
    exclude = node.get("exclude")
    return Matrix(max(size - (len(exclude.children) if exclude is not None else 0), 0), axes)


def _jobs(root: YamlNode, runs: list[Run], gathering: Gathering) -> tuple[Job, ...]:
    """Each job once, under the name its workflow gives it; a job run by several entries keeps the first one's text."""
    defined = root.get("jobs")
    known = dict(defined.pairs()) if defined is not None else {}
    reader = StepReader(root, gathering)
    found: list[Job] = []
    seen: dict[str, int] = {}
    names: set[str] = set()
    for run in runs:
        node = known.get(run.job)
        name = run.name
        if name in names:
            continue
        names.add(name)
        if node is not None and run.job in seen and not run.parameters.keys() - {"name", "context"}:
            first = found[seen[run.job]]
            found.append(_as(first, run, name, gathering))
            continue
        seen.setdefault(run.job, len(found))
        found.append(_job(run, name, node, root, reader))
    for name, node in known.items():
        if name not in seen and (name == "build" or not runs):
            found.append(_job(Run(name, name, ""), name, node, root, reader))
    return tuple(found)


def _as(first: Job, run: Run, name: str, gathering: Gathering) -> Job:
    """A further run of the same job: its own needs, no second copy of its commands."""
    unit = gathering.unit(name, first.place)
    return replace(
        first,
        id=name,
        unit=unit,
        name=name,
        needs=run.requires,
        stage=run.workflow,
        steps=(),
        condition=run.condition,
        matrix=run.matrix,
    )


def _job(run: Run, name: str, node: YamlNode | None, root: YamlNode, reader: StepReader) -> Job:
    job = _bare_job(run, name, node, root, reader.gathering)
    if node is None or not node.is_map:
        orb = "/" in run.job and not run.approval
        return replace(job, calls="orb:" + run.job if orb else "")
    parameters = {**read_parameters(node), **run.parameters}
    executor = _executor(node, root, parameters)
    work = reader.read(
        node.get("steps"),
        job,
        environment(node.get("environment"), environment(executor.get("environment"), job.environment)),
        parameters,
        node.value("shell") or executor.value("shell"),
        node.value("working_directory"),
    )
    runner, images = _machine(node, executor)
    named = tuple(_filled(image.value("image"), parameters) for image in images)
    return replace(
        work,
        runner=_filled(runner, parameters),
        container=named[0] if named else "",
        services=named[1:],
        caches=(*work.caches, *_layers(node, executor)),
        images=tuple(
            replace(found, name=_filled(found.name, parameters), service=index > 0)
            for index, image in enumerate(images)
            for found in job_images(reader.gathering, image)
        ),
        hosted=not _OWN_RUNNER.match(executor.value("resource_class") or node.value("resource_class")),
        parallelism=whole_number(node.get("parallelism")),
    )


def _bare_job(run: Run, name: str, node: YamlNode | None, root: YamlNode, gathering: Gathering) -> Job:
    """What a workflow says of a job, without its work."""
    defaults = system("circleci")
    place = Place(gathering.path, node.entry if node is not None else run.place or root.entry)
    return Job(
        id=name,
        unit=gathering.unit(name, place),
        place=place,
        name=name,
        stage=run.workflow,
        needs=run.requires,
        matrix=run.matrix,
        timeout_default_minutes=defaults.timeout,
        timeout_settable=False,
        no_output_limit=True,
        environment=defaults.environment,
        condition=run.condition,
        gate=run.approval,
        blocking_gate=run.approval,
        gate_span=run.span if run.approval else None,
    )


def _filled(text: str, parameters: Mapping[str, str]) -> str:
    match = _PARAMETER.match(text.strip())
    return parameters.get(match.group(1), text) if match else text


def _executor(node: YamlNode, root: YamlNode, parameters: Mapping[str, str]) -> YamlNode:
    """The named executor of a job, else the job itself, which then names its machine."""
    executor = node.get("executor")
    if executor is None:
        return node
    name = _filled(executor.text if executor.is_scalar else executor.value("name"), parameters)
    return root.at("executors", name) or node


def _machine(node: YamlNode, executor: YamlNode) -> tuple[str, tuple[YamlNode, ...]]:
    """Runner label and what names the images: the job's own first, then its services'."""
    for place in (node, executor):
        docker = place.get("docker")
        if docker is not None and docker.is_list:
            return "docker", tuple(docker.children)
        machine = place.get("machine")
        if machine is not None:
            return (machine.value("image") if machine.is_map else "machine"), ()
        mac = place.get("macos")
        if mac is not None:
            return "macos " + mac.value("xcode"), ()
    named = node.get("executor")
    return (named.text if named.is_scalar else named.value("name")) if named is not None else "", ()


def _layers(node: YamlNode, executor: YamlNode) -> tuple[Cache, ...]:
    """The volume with Docker's layers that a machine is given between runs (circleci.com/docs: docker-layer-caching)."""
    machines = (place.get("machine") for place in (node, executor))
    return tuple(
        Cache(frozenset({"docker"}), span=machine.entry)
        for machine in machines
        if machine is not None and machine.is_map and machine.value("docker_layer_caching").lower() == "true"
    )


def _triggers(root: YamlNode, gathering: Gathering) -> Triggers:
    events = {"push"}
    workflows = root.get("workflows")
    scheduled = [node for _, node in workflows.pairs() if node.get("triggers") is not None] if workflows else []
    if scheduled:
        events.add("schedule")
        if workflows is not None and len(scheduled) == sum(1 for _, node in workflows.pairs() if node.is_map):
            events.discard("push")
    filtered = root.get("setup") is not None and "path-filtering" in root.source
    place = gathering.place(workflows) if workflows is not None else None
    return Triggers(frozenset(events), filtered, place=place)
