"""The first lint comes after the whole test suite."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.pipeline import Job, Need, Pipeline, Step
from agentlint.facts.repository import Repository
from agentlint.judgements.running.roles import CHECKING, delivers, job_roles, step_roles
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity, Station

RULE = Rule(
    id="FBK604",
    name="checks-after-tests",
    category=Category.FEEDBACK,
    summary="A job or step lints or type-checks only after the whole test suite.",
    why="The answer of a few seconds waits behind the one of many minutes; an agent that mistyped a name learns it last.",
    remediation="Run lint and type checks first, or in a job of their own beside the tests.",
    severity=Severity.MINOR,
    cost=Cost(seconds=60),
    station=Station.CI,
    evidence=("E5", "E12"),
    bad=(
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - run: pytest --junitxml=r.xml\n      - run: ruff check --output-format github .\n"
                )
            },
            at=(".github/workflows/ci.yml:8",),
        ),
        Bad(
            {
                ".gitlab-ci.yml": (
                    "default:\n  timeout: 5m\nstages: [test, lint]\nunit:\n  stage: test\n  script:\n    - pytest --junitxml=r.xml\n"
                    "style:\n  stage: lint\n  script:\n    - ruff check --output-format gitlab .\n"
                )
            },
            at=(".gitlab-ci.yml:8",),
            title="stage order",
        ),
    ),
    good=(
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  test:\n    runs-on: windows-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - run: dotnet test --logger trx\n      - run: ./tools/list.ps1\n        shell: pwsh\n"
                ),
                "tools/list.ps1": "gci -Include *.msi -Recurse | Out-File list.txt\n",
            },
            because="PowerShell's gci lists files; the formatter of Go has another word behind it",
        ),
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - run: ruff check --output-format github .\n      - run: pytest --junitxml=r.xml\n"
                )
            },
            because="the quick answer comes first",
        ),
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - run: pytest --junitxml=r.xml\n  lint:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - run: ruff check --output-format github .\n"
                )
            },
            because="both start at once",
        ),
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - run: pytest --junitxml=r.xml\n      - run: coverage xml\n"
                )
            },
            because="a coverage report can only come after the tests",
        ),
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - run: cargo test\n      - run: |\n          cargo update -Zdirect-minimal-versions\n"
                    "          cargo check --all-targets\n"
                )
            },
            because="the check is of other versions, which would spoil the tests before them",
        ),
    ),
)


def check(job: Job, repository: Repository) -> Iterator[Hit]:
    """Flag check steps behind a test step of the job, and check jobs that need a test job."""
    late = _late_step(job, repository)
    if late is not None:
        yield Hit(
            place=late.place,
            message="this check runs after the whole test suite; run it first or beside it",
            unit=job.unit,
        )
        return
    roles = job_roles(job, repository)
    if not roles & CHECKING or "test" in roles or delivers(job, repository):
        return
    pipeline = repository.pipeline_of(job)
    for need, other in _waited_for(job, pipeline):
        flows = need.carries - {"status", "cache"} - ({"workspace"} if need.implicit else set())
        if not flows and "test" in job_roles(other, repository):
            yield Hit(
                place=job.place,
                message=f"`{job.id}` waits for the tests of `{need.job}` before it checks; start it at once",
                unit=job.unit,
            )
            return


def _waited_for(job: Job, pipeline: Pipeline) -> Iterator[tuple[Need, Job]]:
    """The jobs it waits for; behind a mere order of steps in one workspace, also those further up the line."""
    waiting, seen = list(job.needs), {job.id}
    while waiting:
        need = waiting.pop(0)
        other = pipeline.job(need.job)
        if other is None or other.id in seen:
            continue
        seen.add(other.id)
        yield need, other
        if need.implicit and "workspace" in need.carries:
            waiting.extend(other.needs)


def _late_step(job: Job, repository: Repository) -> Step | None:
    tested = False
    checked = False
    for step in job.steps:
        if tested and any(c.program == "cargo" and c.texts()[:1] == ("update",) for c in step.commands):
            return None
        if tested and any(_of_other_features(command) for command in step.commands):
            continue
        roles = step_roles(step, repository)
        if roles & CHECKING and not roles & {"test", "coverage", "build", "install"}:
            if tested and not checked:
                return step
            checked = True
        tested = tested or "test" in roles
        checked = checked or bool(roles & CHECKING)
    return None


def _of_other_features(command: Command) -> bool:
    """True for `cargo check` of another set of features: a build of another program than the tested one."""
    return (
        command.program == "cargo"
        and command.option("--no-default-features", "--features", "--all-features") is not None
    )
