"""Azure Pipelines: stages, jobs, deployments and steps, the repository's templates put in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from agentlint.adapters.ci.azure_extends import handed_steps
from agentlint.adapters.ci.azure_steps import Surroundings, artifact_steps, handed_over, read_step
from agentlint.adapters.ci.azure_templates import Entry, Templates, defaults, is_template, resolved
from agentlint.adapters.ci.common import Gathering, environment, number, open_yaml, texts, unused, whole_number
from agentlint.adapters.ci.edges import OPAQUE, with_flows
from agentlint.adapters.ci.images import job_images
from agentlint.adapters.ci.systems import system
from agentlint.adapters.context import TreeContext
from agentlint.documents.yaml import YamlNode
from agentlint.facts.filefacts import FileFacts
from agentlint.facts.pipeline import Cancel, Job, Matrix, Need, Pipeline, Triggers
from agentlint.files.source import Place, SourceFile, Span

_DEPENDENCY = re.compile(
    r"(?:stageD|d)ependencies(?:\.(\w+)|\['([\w-]+)'\])(?:\.(\w+)|\['([\w-]+)'\])?[.\[]'?(outputs|result)"
)
_HOOKS = ("preDeploy", "deploy", "routeTraffic", "postRouteTraffic")


@dataclass(slots=True)
class _Stage:
    """One stage with its jobs' ids, for the needs of later stages."""

    name: str
    jobs: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Reading:
    """A pipeline being read."""

    templates: Templates
    root: YamlNode
    environment: Mapping[str, str]
    jobs: list[Job] = field(default_factory=list)
    stages: list[_Stage] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)

    @property
    def gathering(self) -> Gathering:
        """Where commands and units go."""
        return self.templates.gathering


def facts(file: SourceFile, tree: TreeContext) -> FileFacts:
    """The facts of a pipeline. A file that another pipeline puts in as a template is told of there."""
    gathering = Gathering(file.path, tree)
    root = open_yaml(file, gathering).root
    if root is None or not root.is_map or is_template(root, file.path, gathering):
        return FileFacts(errors=tuple(gathering.errors))
    system_defaults = system("azure")
    variables = environment(_variables(root))
    reading = _Reading(Templates(gathering), root, {**system_defaults.environment, **variables})
    _read_root(reading, Entry(root, file.path, defaults(root)))
    jobs = with_flows(tuple(reading.jobs), lambda later, earlier: _mentions(reading.texts[later.id], earlier))
    if not jobs and not any(
        root.get(key) is not None for key in ("trigger", "pr", "stages", "jobs", "steps", "extends")
    ):
        return gathering.facts()
    pipeline = Pipeline(
        system="azure",
        path=file.path,
        place=Place(file.path, file.whole),
        name=root.value("name"),
        triggers=_triggers(root, gathering),
        jobs=jobs,
        cancel=_cancel(root),
        cancel_settable=system_defaults.cancel_settable,
        environment=variables,
        default_clone_depth=system_defaults.clone_depth,
    )
    return gathering.facts((pipeline,))


def _variables(node: YamlNode) -> YamlNode | None:
    """`variables:` as a map; in the list form, names stand in `name` and `value`."""
    variables = node.get("variables")
    if variables is None or not variables.is_list:
        return variables
    items = tuple(
        (name, value)
        for child in variables.children
        if (name := child.get("name")) is not None and (value := child.get("value")) is not None
    )
    return replace(variables, kind="map", items=items, children=())


def _read_root(reading: _Reading, around: Entry) -> None:
    node = around.node
    extends = node.get("extends")
    if extends is not None:
        loaded = reading.templates.load(extends, around)
        if loaded is not None:
            _read_root(reading, loaded)
            return
        inside = extends.get("parameters")
        if inside is not None and not any(inside.get(key) is not None for key in ("stages", "jobs", "steps")):
            _read_handed(reading, inside, around)
            return
        around = Entry(inside, around.path, around.parameters) if inside is not None else around
        node = around.node
    stages = list(reading.templates.entries(node.get("stages"), "stages", around))
    if stages:
        for entry in stages:
            _read_stage(reading, entry)
    elif node.get("jobs") is not None:
        _read_stage(reading, around)
    elif node.get("steps") is not None:
        stage = _Stage("")
        reading.stages.append(stage)
        _read_job(reading, around, stage, "", None)


def _read_handed(reading: _Reading, parameters: YamlNode, around: Entry) -> None:
    """Steps that a template of another repository is given: one job for each list; their limits are that template's affair."""
    stage = _Stage("")
    reading.stages.append(stage)
    for _, node in handed_steps(parameters, lambda node: resolved(node, around)):
        _read_job(reading, Entry(node, around.path, around.parameters), stage, "", None)


def _read_stage(reading: _Reading, entry: Entry) -> None:
    node = entry.node
    stage = _Stage(node.value("stage"))
    before = _stage_needs(reading, node)
    reading.stages.append(stage)
    first = len(reading.jobs)
    names: dict[str, str] = {}
    for job in reading.templates.entries(node.get("jobs"), "jobs", entry):
        identifier = _read_job(reading, job, stage, stage.name, node)
        names[job.node.value("job") or job.node.value("deployment")] = identifier
    for index in range(first, len(reading.jobs)):
        job_facts = reading.jobs[index]
        needs = tuple(replace(need, job=names.get(need.job, need.job)) for need in job_facts.needs) or before
        reading.jobs[index] = replace(job_facts, needs=needs)


def _stage_needs(reading: _Reading, node: YamlNode) -> tuple[Need, ...]:
    """The jobs of the stages this one waits for: those named, else the one before."""
    depends = node.get("dependsOn")
    if depends is None:
        previous = reading.stages[-1].jobs if reading.stages else []
        return tuple(Need(job, implicit=True) for job in previous[:200])
    wanted = set(texts(depends))
    return tuple(Need(job, span=depends.span) for stage in reading.stages if stage.name in wanted for job in stage.jobs)


def _read_job(reading: _Reading, entry: Entry, stage: _Stage, stage_name: str, stage_node: YamlNode | None) -> str:
    node, gathering = entry.node, reading.gathering
    name = node.value("job") or node.value("deployment") or (f"job{len(stage.jobs) + 1}" if stage_node else "pipeline")
    taken = {job.id for job in reading.jobs}
    identifier = name if name not in taken else unused(f"{stage_name}.{name}", taken)
    own = stage_node is not None and not entry.handed
    steps_node = None if own else node.get("steps")
    place = gathering.place(steps_node) if steps_node is not None else Place(gathering.path_of(node), node.here)
    unit = gathering.unit(identifier, place)
    pool = node.get("pool") or (stage_node.get("pool") if stage_node is not None else None) or reading.root.get("pool")
    pool = resolved(pool, entry)
    matrix = _matrix(node.get("strategy"))
    runner, hosted, windows = _runner(pool, matrix, entry)
    inherited = environment(_variables(stage_node), reading.environment) if stage_node else reading.environment
    container = _container(node.get("container"), reading.root)
    tolerated = node.get("continueOnError")
    deployment = node.get("environment") if node.get("deployment") is not None else None
    job = Job(
        id=identifier,
        unit=unit,
        place=place,
        name=node.value("displayName") or name,
        stage=stage_name,
        needs=tuple(Need(text, span=_span_of(node)) for text in texts(node.get("dependsOn"))),
        matrix=matrix,
        timeout_minutes=_timeout(node.get("timeoutInMinutes")),
        timeout_default_minutes=system("azure").timeout,
        timeout_settable=own,
        runner=runner,
        hosted=hosted,
        container=_image(container),
        images=job_images(reading.gathering, container),
        environment=environment(_variables(node), inherited),
        condition=node.value("condition") or entry.condition,
        continue_on_error=tolerated is not None and tolerated.truth is True,
        deployment=_image(deployment, "name") or ("" if deployment is None else "deployment"),
        parallelism=whole_number(node.at("strategy", "parallel")),
    )
    reading.jobs.append(_with_steps(job, entry, reading, windows))
    reading.texts[identifier] = _text(node, stage_node)
    stage.jobs.append(identifier)
    return identifier


def _text(node: YamlNode, stage_node: YamlNode | None) -> str:
    """Where a job may speak of others: itself and its stage's condition."""
    of_stage = stage_node.value("condition") if stage_node is not None else ""
    return of_stage + "\n" + node.source[node.span.start : node.span.end]


def _span_of(node: YamlNode) -> Span:
    depends = node.get("dependsOn")
    return depends.span if depends is not None else node.here


def _with_steps(job: Job, entry: Entry, reading: _Reading, windows: bool) -> Job:
    around = Surroundings(job.unit, job.environment, windows, job.continue_on_error)
    steps = list(artifact_steps(entry.node, "inputs", 0, reading.gathering))
    for part in _step_lists(entry.node):
        for item in reading.templates.entries(part, "steps", entry):
            step = read_step(item, len(steps), around, reading.gathering)
            if step is not None:
                steps.append(step)
    steps.extend(artifact_steps(entry.node, "outputs", len(steps), reading.gathering))
    handed = [handed_over(step) for step in steps]
    into = tuple(name for item in handed for name in item.into)
    return replace(
        job,
        steps=tuple(steps),
        caches=tuple(cache for item in handed for cache in item.caches),
        artifacts_out=tuple(name for item in handed for name in item.out),
        artifacts_in=(*into, OPAQUE) if job.deployment else into,
        reports=any(item.reports for item in handed),
        gate=any(step.gate for step in steps),
        blocking_gate=any(step.gate for step in steps),
        gate_span=next((step.place.span for step in steps if step.gate), None),
    )


def _step_lists(node: YamlNode) -> list[YamlNode | None]:
    """The steps of a job, or of each hook of a deployment's strategy."""
    strategy = node.get("strategy")
    found = [node.get("steps")]
    for _, kind in strategy.pairs() if strategy is not None else ():
        found.extend(kind.at(hook, "steps") for hook in _HOOKS)
        found.extend(kind.at("on", outcome, "steps") for outcome in ("failure", "success"))
    return [part for part in found if part is not None]


def _timeout(node: YamlNode | None) -> float | None:
    """0 means as long as the machine allows: six hours on hosted ones."""
    written = number(node)
    return 360.0 if written == 0 else written


def _container(node: YamlNode | None, root: YamlNode) -> YamlNode | None:
    """A job's container; a name stands for one of `resources: containers:`."""
    listed = root.at("resources", "containers")
    if node is None or not node.is_scalar or listed is None or not listed.is_list:
        return node
    return next((child for child in listed.children if child.value("container") == node.text), node)


def _image(node: YamlNode | None, key: str = "image") -> str:
    if node is None or node.is_null:
        return ""
    return node.value(key) if node.is_map else node.text


def _matrix(strategy: YamlNode | None) -> Matrix | None:
    matrix = strategy.get("matrix") if strategy is not None else None
    limit = strategy.get("maxParallel") if strategy is not None else None
    if matrix is None or strategy is None:
        return None
    axes: dict[str, tuple[str, ...]] = {}
    for _, leg in matrix.pairs():
        for name, value in leg.pairs():
            axes[name] = (*axes.get(name, ()), value.text)
    known = matrix.is_map and not any(key.text.startswith("${{") for key, _ in matrix.items)
    return Matrix(
        len(matrix.items) if known else None, axes, whole_number(limit), limit.span if limit is not None else None
    )


def _runner(pool: YamlNode | None, matrix: Matrix | None, entry: Entry) -> tuple[str, bool, bool]:
    """The pool's image or name, whether machines are fresh, whether they run Windows."""
    if pool is None:
        return "", True, False
    image_node, name_node = resolved(pool.get("vmImage"), entry), resolved(pool.get("name"), entry)
    image = image_node.text if image_node is not None else ""
    name = pool.text if pool.is_scalar else name_node.text if name_node is not None else ""
    label = image or name
    match = re.fullmatch(r"\$\(([\w.]+)\)", label)
    candidates = matrix.axes.get(match.group(1), (label,)) if match and matrix is not None else (label,)
    windows = all("win" in candidate.lower() for candidate in candidates)
    return label, bool(image) or name in ("Azure Pipelines", "server", "Default Hosted"), windows


def _mentions(text: str, earlier: Job) -> frozenset[str]:
    found: set[str] = set()
    for match in _DEPENDENCY.finditer(text):
        names = {group for group in match.groups()[:4] if group}
        if earlier.id in names or earlier.stage in names or earlier.id.rpartition(".")[2] in names:
            found.add("output" if match.group(5) == "outputs" else "status")
    return frozenset(found)


def _triggers(root: YamlNode, gathering: Gathering) -> Triggers:
    trigger, pr = root.get("trigger"), root.get("pr")
    events: set[str] = set()
    if trigger is None or trigger.text != "none":
        only_tags = trigger is not None and trigger.get("tags") is not None and trigger.get("branches") is None
        events.add("tag" if only_tags else "push")
    if pr is None or pr.text != "none":
        events.add("pull-request")
    if root.get("schedules") is not None:
        events.add("schedule")
    if not events:
        events.add("manual")
    filtered = pr.get("paths") if pr is not None else None
    if filtered is None and (pr is None or pr.text == "none") and trigger is not None:
        filtered = trigger.get("paths")
    node = trigger or pr
    branches = (
        texts(trigger if trigger is not None and trigger.is_list else trigger.at("branches", "include"))
        if trigger
        else ()
    )
    return Triggers(frozenset(events), filtered is not None, branches, gathering.place(node) if node else None)


def _cancel(root: YamlNode) -> Cancel:
    automatic = root.at("pr", "autoCancel")
    if automatic is not None and automatic.truth is False:
        return Cancel.EXPLICITLY_NOT
    return Cancel.YES if automatic is not None and automatic.truth else system("azure").cancel
