"""Jenkins: declarative pipelines and the usual scripted forms. Each innermost stage is a job."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from agentlint.adapters.ci.common import Gathering, unused
from agentlint.adapters.ci.edges import with_flows
from agentlint.adapters.ci.jenkins_steps import Around, Work, duration, place_of, read_steps
from agentlint.adapters.ci.systems import system
from agentlint.adapters.context import TreeContext
from agentlint.documents.groovy import Call, GroovyFile, read_groovy
from agentlint.facts.filefacts import FileError, FileFacts
from agentlint.facts.interface import Sleep
from agentlint.facts.pipeline import Cancel, Job, JobImage, Matrix, Need, Pipeline, Triggers
from agentlint.files.source import Place, SourceFile, UndecodableFile

_MAX_JOBS = 500


@dataclass(frozen=True, slots=True)
class _Scope:
    """What a stage inherits from those it stands in."""

    timeout: float | None = None
    runner: str = ""
    image: Call | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    condition: str = ""
    path_filtered: bool = False
    matrix: Matrix | None = None
    shared: bool = True
    """The stages run on one machine and share its workspace."""
    fail_fast: bool | None = None
    node: Call | None = None
    """The block of a script that takes the machine."""


@dataclass(slots=True)
class _Reading:
    """A file being read."""

    gathering: Gathering
    jobs: list[Job] = field(default_factory=list)
    sleeps: list[Sleep] = field(default_factory=list)
    nodes: set[int] = field(default_factory=set)
    """The machines of a script that a stage has been found on."""
    limits: dict[str, float] = field(default_factory=dict)
    """The functions of a script that set a limit, with its minutes."""
    functions: dict[str, Call] = field(default_factory=dict)
    """The functions of the file that hold steps and no stage or machine of their own."""

    def limit_of(self, call: Call) -> float | None:
        """The limit that a block of a script sets, itself or through a function."""
        if call.name == "timeout":
            return duration(call) if call.body is not None else None
        return self.limits.get(call.name)


def facts(file: SourceFile, tree: TreeContext) -> FileFacts:
    """The facts of a Jenkinsfile; a sample of one runs nowhere."""
    gathering = Gathering(file.path, tree)
    if _SAMPLE.search(file.path):
        return FileFacts()
    try:
        groovy = read_groovy(file.text)
        gathering.files[file.path] = file.text
    except UndecodableFile as error:
        return FileFacts(errors=(FileError(file.path, 1, str(error)),))
    gathering.errors.extend(FileError(file.path, line, message) for line, message in groovy.errors)
    reading = _Reading(gathering, functions=dict(_functions(groovy, file.text)))
    declarative = next((call for call in groovy.walk() if call.name == "pipeline" and call.body is not None), None)
    reports = _declarative(declarative, reading) if declarative is not None else _scripted(groovy, reading)
    jobs = tuple(replace(job, reports=True) if reports else job for job in reading.jobs)
    defaults = system("jenkins")
    pipeline = Pipeline(
        system="jenkins",
        path=file.path,
        place=Place(file.path, file.whole),
        triggers=_triggers(groovy, file),
        jobs=with_flows(jobs),
        cancel=_cancel(groovy),
        cancel_settable=defaults.cancel_settable,
        default_clone_depth=defaults.clone_depth,
    )
    return replace(gathering.facts((pipeline,)), sleeps=tuple(reading.sleeps))


_SAMPLE = re.compile(
    r"\.(?:example|sample|template|dist|tmpl|in)$|(?:^|/)(?:examples?|samples?|fixtures?|test[-_]?data|src/(?:test|main)/resources)/",
    re.IGNORECASE,
)
_FOR_CHANGES = re.compile(r"pollSCM|githubPush|changeRequest|CHANGE_ID|BRANCH_NAME|branch\s*[({'\"]")


def _triggers(groovy: GroovyFile, file: SourceFile) -> Triggers:
    """A file beside the main one that names a time and no branch is a job of its own, which changes do not start."""
    timed = any(call.name in ("cron", "pipelineTriggers", "parameterizedCron") for call in groovy.walk())
    beside = posixpath.basename(file.path) != "Jenkinsfile"
    if timed and beside and not _FOR_CHANGES.search(file.text):
        return Triggers(frozenset({"schedule"}))
    return Triggers(frozenset({"push", "pull-request", *(("schedule",) if timed else ())}))


def _cancel(groovy: GroovyFile) -> Cancel:
    for call in groovy.walk():
        if call.name == "disableConcurrentBuilds":
            aborts = call.text("abortPrevious")
            return Cancel.YES if aborts == "true" else Cancel.EXPLICITLY_NOT if aborts == "false" else Cancel.NO
        if call.name == "buildPlugin" or call.name.startswith("milestone"):
            return Cancel.ELSEWHERE if call.name == "buildPlugin" else Cancel.NO
    return system("jenkins").cancel


def _declarative(pipeline: Call, reading: _Reading) -> bool:
    scope = _scope(pipeline, _Scope())
    stages = pipeline.block("stages")
    last: tuple[str, ...] = ()
    for stage in _stages(stages):
        last = _stage(stage, scope, last, reading)
    post = pipeline.block("post")
    if post is None:
        return False
    work = Work(_unit("post", post, reading), reading.gathering)
    read_steps(post.body or (), Around(scope.environment, condition="post"), work)
    reading.gathering.commands.extend(command for step in work.steps for command in step.commands)
    return work.reports


def _stages(block: Call | None) -> Iterator[Call]:
    for call in (block.body or ()) if block is not None else ():
        if call.name == "stage" and call.body is not None:
            yield call


def _scope(block: Call, outer: _Scope) -> _Scope:
    """The scope inside a `pipeline`, `stage` or `matrix` block."""
    scope = outer
    options, agent = block.block("options"), block.block("agent")
    limit = options.block("timeout") if options is not None else None
    if limit is not None:
        written = duration(limit)
        known = [value for value in (written, outer.timeout) if value is not None]
        scope = replace(scope, timeout=min(known) if known else None)
    if agent is not None:
        runner, image = _agent(agent)
        scope = replace(scope, runner=runner, image=image, shared=runner != "none")
    variables = block.block("environment")
    if variables is not None:
        found = {call.name: call.text() for call in variables.body or () if call.kind == "assign"}
        scope = replace(scope, environment={**scope.environment, **found})
    when = block.block("when")
    if when is not None:
        names = {call.name for call in when.walk()}
        words = " ".join(f"{call.name} {call.text()}".strip() for call in when.body or ())
        condition = " and ".join(part for part in (outer.condition, words) if part)
        scope = replace(scope, condition=condition, path_filtered=outer.path_filtered or "changeset" in names)
    return scope


def _agent(agent: Call) -> tuple[str, Call | None]:
    """Label of an `agent`, and the call that names its container image."""
    if agent.body is None:
        return agent.text(), None
    label = next((call.text() for call in agent.walk() if call.name == "label"), "")
    image = next((call for call in agent.walk() if call.name == "image"), None)
    docker = agent.block("docker")
    if docker is not None and docker.body is None:
        image = docker
    return label or (agent.body[0].name if agent.body else ""), image


def _images(image: Call | None, path: str) -> tuple[JobImage, ...]:
    return (JobImage(image.text(), place_of(image, path)),) if image is not None else ()


def _stage(stage: Call, outer: _Scope, after: tuple[str, ...], reading: _Reading) -> tuple[str, ...]:
    """Read a stage; gives the ids of the jobs that what follows it waits for."""
    scope = _scope(stage, outer)
    matrix, parallel, nested = stage.block("matrix"), stage.block("parallel"), stage.block("stages")
    if matrix is not None:
        scope = replace(_scope(matrix, scope), matrix=_matrix(matrix))
        nested = matrix.block("stages")
    if parallel is not None:
        ends: list[str] = []
        for inner in _stages(parallel):
            ends.extend(_stage(inner, scope, after, reading))
        return tuple(ends) or after
    if nested is not None:
        for inner in _stages(nested):
            after = _stage(inner, scope, after, reading)
        return after
    if len(reading.jobs) >= _MAX_JOBS:
        return after
    own_agent = stage.block("agent") is not None
    steps, post = stage.block("steps"), stage.block("post")
    job = _job(
        stage, scope, after, [*((steps.body or ()) if steps else ()), *((post.body or ()) if post else ())], reading
    )
    gate = stage.block("input")
    if gate is not None:
        job = replace(job, gate=True, blocking_gate=True, gate_span=gate.span)
    if scope.shared and not own_agent:
        job = replace(job, needs=tuple(replace(need, carries=frozenset({"workspace"})) for need in job.needs))
    reading.jobs.append(job)
    return (job.id,)


def _matrix(matrix: Call) -> Matrix:
    axes: dict[str, tuple[str, ...]] = {}
    size = 1
    block = matrix.block("axes")
    for axis in (block.body or ()) if block is not None else ():
        name, values = axis.block("name"), axis.block("values")
        if name is None or values is None:
            continue
        found = tuple(item.string.text for item in values.arguments if item.string is not None)
        axes[name.text()] = found
        size = min(size * max(len(found), 1), 10_000)
    excluded = matrix.block("excludes") is not None
    return Matrix(None if excluded else size, axes)


def _unit(name: str, call: Call, reading: _Reading) -> str:
    return reading.gathering.unit(name, place_of(call, reading.gathering.path))


def _job(stage: Call, scope: _Scope, after: tuple[str, ...], calls: list[Call], reading: _Reading) -> Job:
    name = stage.text() or "stage"
    identifier = unused(name, {job.id for job in reading.jobs})
    unit = _unit(identifier, stage, reading)
    work = Work(unit, reading.gathering, functions=reading.functions)
    read_steps(calls, Around(scope.environment), work)
    reading.sleeps.extend(work.sleeps)
    limits = [step.timeout_minutes for step in work.steps]
    inner = max((limit for limit in limits if limit is not None), default=None)
    whole = inner if limits and all(limit is not None for limit in limits) else None
    return Job(
        id=identifier,
        unit=unit,
        place=place_of(stage, reading.gathering.path),
        name=name,
        steps=tuple(work.steps),
        needs=tuple(Need(earlier, implicit=True) for earlier in after),
        stage=name,
        matrix=scope.matrix,
        timeout_minutes=whole if scope.timeout is None else scope.timeout,
        timeout_default_minutes=system("jenkins").timeout,
        runner=scope.runner,
        hosted=False,
        container=scope.image.text() if scope.image is not None else "",
        images=_images(scope.image, reading.gathering.path),
        environment=scope.environment,
        condition=scope.condition,
        path_filtered=scope.path_filtered,
        artifacts_out=tuple(work.out),
        artifacts_in=tuple(work.into),
        reports=work.reports,
        gate=work.gate is not None,
        blocking_gate=work.gate is not None,
        gate_span=work.gate.span if work.gate is not None else None,
        retries=work.retries,
    )


def _scripted(groovy: GroovyFile, reading: _Reading) -> bool:
    """Stages wherever they stand, one after another; those of parallel branches beside one another.

    Branches are often put together in code, so an order is claimed only for stages that stand in one block.
    """
    placed = {id(inner) for call in groovy.walk() if call.name in {"node", "stage"} for inner in call.walk()}
    helpers = [call for call in groovy.walk() if call.name == "timeout" and call.body and id(call) not in placed]
    around = [call for call in helpers if any(inner.name in {"node", "stage"} for inner in call.walk())]
    loose = [limit for call in helpers if call not in around and (limit := duration(call)) is not None]
    told = _limit_told_to_library(reading.gathering.files[reading.gathering.path])
    scope = _Scope(timeout=max(loose) if loose else told)  # of a function, which any stage may call
    reading.limits.update(_limits_of_functions(groovy, reading))
    reports = any(call.name == "junit" for call in groovy.walk())
    for call in groovy.calls:
        _find_stages(call, scope, reading, {})
    if not reading.jobs:
        _without_stages(groovy, scope, reading)
    return reports


_TOLD = re.compile(
    r"(?im)^[^\n/\"'#]*?(?<![\w.])(?<!def )(time_?out_?(?:in_?)?(hours?|hrs?|minutes?|mins?))\s*[:=]\s*(\d{1,5})\b"
)


def _limit_told_to_library(text: str) -> float | None:
    """The minutes that a shared library is given for the whole job (`jobConfig { timeoutHours = 3 }`); what the script itself
    makes use of by that name is a limit of its own somewhere."""
    for match in _TOLD.finditer(text):
        if len(re.findall(rf"\b{match[1]}\b", text)) == 1:
            return float(match[3]) * (60 if match[2].lower().startswith("h") else 1)
    return None


def _find_stages(call: Call, scope: _Scope, reading: _Reading, last: dict[str, str]) -> None:
    scope = _within(call, scope, reading)
    if call.name == "stage" and call.body is not None and len(reading.jobs) < _MAX_JOBS:
        inner = [item for child in call.body for item in child.walk()]
        if not any(item.name == "stage" and item.body is not None for item in inner):
            after = (last["id"],) if "id" in last else ()
            job = _on_its_node(
                _job(call, _within_stage(call, scope, reading), after, list(call.body), reading), call, scope, reading
            )
            job = replace(job, needs=tuple(replace(need, carries=frozenset({"workspace"})) for need in job.needs))
            reading.jobs.append(job)
            last["id"] = job.id
            return
    following: dict[str, str] = {}
    for child in call.nested:
        _find_stages(child, scope, reading, following)
    following = {}
    for child in call.body or ():
        _find_stages(child, scope, reading, following)


_FUNCTION = re.compile(r"(?m)^[ \t]*(?:def|void|private|static|Object|boolean|String)[ \t]+(?:\w+[ \t]+)?(\w+)[ \t]*\(")


def _functions(groovy: GroovyFile, text: str) -> Iterator[tuple[str, Call]]:
    """What the stages call by name: `def build(args) { sh "mvn $args" }` beside the pipeline."""
    defined = set(_FUNCTION.findall(text))
    for call in groovy.calls if defined else ():
        if call.name in defined and call.body and not any(one.name in {"node", "stage"} for one in call.walk()):
            yield call.name, call


def _limits_of_functions(groovy: GroovyFile, reading: _Reading) -> Iterator[tuple[str, float]]:
    """The functions that a script defines and that hold a `timeout`, and a library's that are called by that name."""
    path = reading.gathering.path
    defined = set(_FUNCTION.findall(reading.gathering.files[path]))
    for call in groovy.walk():
        if call.name in defined and call.body is not None:
            limits = [limit for inner in call.walk() if (limit := duration(inner)) and inner.name == "timeout"]
            if limits:
                yield call.name, max(limits)
        elif "timeout" in call.name.lower() and call.name != "timeout":
            yield call.name, 60.0


def _within(call: Call, scope: _Scope, reading: _Reading) -> _Scope:
    """The scope inside a block of a script."""
    if call.name == "node":
        return replace(scope, runner=call.text(), node=call if call.body is not None else scope.node)
    known = [limit for limit in (reading.limit_of(call), scope.timeout) if limit is not None]
    return replace(scope, timeout=min(known)) if known else scope


def _within_stage(stage: Call, scope: _Scope, reading: _Reading) -> _Scope:
    """A stage with a limit around its work is bounded, though the limit leaves out its checkout or its reports."""
    limits = [limit for call in stage.walk() if (limit := reading.limit_of(call)) is not None]
    return replace(scope, timeout=max(limits)) if limits and scope.timeout is None else scope


def _on_its_node(job: Job, stage: Call, scope: _Scope, reading: _Reading) -> Job:
    """A stage that takes one machine for all its work stands where it takes it; of several on one machine the first is limited."""
    if scope.node is not None:
        first = id(scope.node) not in reading.nodes
        reading.nodes.add(id(scope.node))
        return job if first or job.timeout_minutes is not None else replace(job, timeout_settable=False)
    nodes = [call for call in stage.walk() if call.name == "node" and call.body is not None]
    return replace(job, place=place_of(nodes[0], reading.gathering.path)) if len(nodes) == 1 else job


def _without_stages(groovy: GroovyFile, scope: _Scope, reading: _Reading) -> None:
    """Scripts in `node` blocks without a stage are one job each."""
    for call in groovy.walk():
        if call.name == "node" and call.body is not None and len(reading.jobs) < _MAX_JOBS:
            named = replace(call, arguments=())
            within = _within_stage(call, replace(scope, runner=call.text()), reading)
            job = _job(replace(named, name="node"), within, (), list(call.body), reading)
            reading.jobs.append(replace(job, stage=""))
