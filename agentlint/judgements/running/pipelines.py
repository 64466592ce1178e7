"""Questions about pipelines as a whole: for whom they run, and whether they are worth the trouble."""

from __future__ import annotations

import posixpath
import re

from agentlint.facts.pipeline import Job, Pipeline
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.judgements.running.names import role_of_name
from agentlint.judgements.running.occasions import only_now_and_then
from agentlint.judgements.running.roles import job_roles, named_delivery

_MAIN_BRANCHES = frozenset({"main", "master", "trunk", "develop", "dev", "stable", "production", "release"})


_NAMES_PROPOSALS = frozenset({"github", "azure"})
"""Their files say of themselves that proposals start a pipeline, or that none does (`pr: none`)."""


def runs_for_pull_requests(pipeline: Pipeline) -> bool:
    """True when each push to a proposed change starts it: pull requests, or pushes to any branch.

    On GitHub a push alone says nothing of proposals: forks do not start it, and what it gives is mostly kept.
    """
    triggers = pipeline.triggers
    if "pull-request" in triggers.events:
        return True
    return (
        pipeline.system not in _NAMES_PROPOSALS
        and "push" in triggers.events
        and not _only_long_lived(triggers.branches)
    )


def _only_long_lived(branches: tuple[str, ...]) -> bool:
    return bool(branches) and all(
        branch.split("/")[0].split("-")[0] in _MAIN_BRANCHES
        or branch[:1].isdigit()
        or branch[:1] in "v!"
        or "." in branch
        for branch in branches
    )


def is_light(pipeline: Pipeline) -> bool:
    """True for pipelines that check nothing out and run next to nothing: labelers, greeters, title checks."""
    return all(_is_light_job(job) for job in pipeline.jobs)


_WORK = frozenset({"test", "build"})


def _is_light_job(job: Job) -> bool:
    if job.condition.strip("${ }").lower() == "false":
        return True  # it never runs
    if job.calls:
        return False
    if len(job.commands) > 3 or len(job.steps) > 3:
        return False
    if any(
        step.action is not None and role_of_name(step.action.name.rsplit("/", 1)[-1]) in _WORK for step in job.steps
    ):
        return False
    return (
        not any(step.action is not None and "checkout" in step.action.name for step in job.steps) and not job.commands
    )


def legs(pipeline: Pipeline, repository: Repository, roles: frozenset[str], depth: int = 0) -> int:
    """How many machines a run of the jobs with one of these roles takes, deliveries and what the clock starts left out; an uncountable matrix counts as four."""
    unknown = 1 if depth else 4  # what is called is handed its legs: two machines or twenty, by the caller
    sizes = [
        (1 if job.matrix is None else job.matrix.size if job.matrix.size is not None else unknown)
        * (job.parallelism or 1)
        * (_called_legs(job, repository, roles, depth) or _handed_legs(job, repository))
        for job in pipeline.jobs
        if (roles & job_roles(job, repository) or ("test" in roles and _is_seen_to_test(job, repository)))
        and not named_delivery(job)
        and not only_now_and_then(job.condition)
    ]
    if pipeline.system in _ONE_MACHINE:
        return max(sizes, default=0)
    return sum(sizes)


_MAX_CALLS = 4
"""How deep workflows of this repository are followed. Source: docs.github.com, reuse workflows, nesting."""


def called(job: Job, repository: Repository) -> Pipeline | None:
    """The workflow of this repository that a job calls."""
    return next((one for one in repository.pipelines if one.path == job.calls), None) if job.calls else None


def _called_legs(job: Job, repository: Repository, roles: frozenset[str], depth: int) -> int:
    """The machines of the called workflow of this repository; 0 where none is called or none of these is."""
    inner = called(job, repository) if depth < _MAX_CALLS else None
    return legs(inner, repository, roles, depth + 1) if inner is not None else 0


def _is_seen_to_test(job: Job, repository: Repository) -> bool:
    """True for a job that tests by what it hands on, where no command that runs the tests can be read."""
    return _tests_by_local_action(job) or _tests_elsewhere(job) or _measures(job) or _tests_by_script(job, repository)


_READS_OR_MOVES = frozenset(
    "chmod cp mv rm cat ls touch install source . git sed grep diff tar zip unzip docker".split()
)


def _tests_by_script(job: Job, repository: Repository) -> bool:
    """True for a job that runs a script of this repository whose name says that it tests (`./ci/test.sh`, `xonsh run-tests.xsh`)."""
    for command in job.commands:
        if command.program in _READS_OR_MOVES:
            continue
        for word in (command.program_path, *command.texts()[:1]):
            path = posixpath.normpath(posixpath.join(command.directory or "", word.replace("\\", "/")))
            if path not in repository.project.paths:
                continue
            told = word == command.program_path and any(_ASKED.fullmatch(text) for text in command.texts())
            if told or _TESTS.search(posixpath.basename(path)):
                return True
    return False


_ASKED = lazily(r"(?:--?\w+[=:])?tests?", re.IGNORECASE)
"""What a build script of the repository is told to do (`./build.cmd Test Pack`, `./build.sh --target=Test`)."""
_LIST = lazily(r"""^[ \t]+[\w-]+:[ \t]*'(\[[^'\n]*\])'""", re.MULTILINE)
_MANY = 50
_TEST_WORKFLOW = lazily(r"(?:^|[/_.-])(?:tests?|tox|nox|pytest|ci)(?:[_.-][\w-]+)?\.ya?ml@", re.IGNORECASE)


def _tests_elsewhere(job: Job) -> bool:
    """True for a job that leaves its tests to a workflow of another repository, or to an orb, by the name of that."""
    if job.calls.startswith("orb:"):
        return job.calls.rpartition("/")[2] in {"test", "tests"}
    return "@" in job.calls and _TEST_WORKFLOW.search(job.calls) is not None


_MEASURES = lazily(r"(?<![a-z])bench(?:es|mark(?:s|ing)?)?(?![a-z])", re.IGNORECASE)


def _measures(job: Job) -> bool:
    """True for a job that runs benchmarks, by what it calls: it builds and runs the whole as a test does."""
    return any(step.commands and _MEASURES.search(step.script) is not None for step in job.steps)


def _handed_legs(job: Job, repository: Repository) -> int:
    """The legs that a called workflow of another repository makes of the JSON lists it is handed."""
    source = repository.read(job.place.path) if _tests_elsewhere(job) else None
    if source is None:
        return 1
    size = 1
    for written in _LIST.findall(source.text[job.place.span.start : job.place.span.end]):
        size = min(size * max(written.count(",") + 1, 1), _MANY)
    return size


_TESTS = lazily(r"(?<![a-z])tests?(?![a-z])", re.IGNORECASE)


def _tests_by_local_action(job: Job) -> bool:
    """True for a job of tests, by its name, that leaves them to an action of this repository."""
    local = [
        step.action
        for step in job.steps
        if step.action is not None and (step.action.local or step.action.name.startswith("."))
    ]
    return bool(local) and any(_TESTS.search(name) for name in (job.id, *(action.name for action in local)))


_ONE_MACHINE = frozenset({"woodpecker", "drone"})
"""Their jobs are steps of one workspace."""
