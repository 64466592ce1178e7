"""The tests run on a schedule or by hand, and no change starts them."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from agentlint.facts.pipeline import Pipeline
from agentlint.facts.repository import Repository
from agentlint.judgements.running.names import role_of_name
from agentlint.judgements.running.roles import pipeline_roles
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity, Station

RULE = Rule(
    id="FBK606",
    name="tests-only-later",
    category=Category.FEEDBACK,
    summary="Tests run only on a schedule or by hand; no push or pull request starts any.",
    why="The answer comes a night later or never: whoever made the change, person or agent, has gone on to something else.",
    remediation="Start the tests on pull requests; keep the schedule for what is too slow for that.",
    severity=Severity.MAJOR,
    confidence=Confidence.MEDIUM,
    cost=Cost(seconds=600),
    station=Station.CI,
    evidence=("E12",),
    bad=(
        Bad(
            {
                ".github/workflows/nightly.yml": (
                    "on:\n  schedule:\n    - cron: '0 3 * * *'\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n"
                    "    steps:\n      - run: pytest --junitxml=r.xml\n"
                )
            },
            at=(".github/workflows/nightly.yml:1",),
        ),
        Bad(
            {
                ".github/workflows/test.yml": (
                    "on: workflow_dispatch\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n"
                    "    steps:\n      - run: cargo test\n"
                )
            },
            at=(".github/workflows/test.yml:1",),
        ),
    ),
    good=(
        Good(
            {
                ".github/workflows/run-tests.yml": (
                    "on: pull_request\nconcurrency:\n  group: ${{ github.ref }}\n  cancel-in-progress: true\njobs:\n  all:\n    runs-on: ubuntu-latest\n"
                    "    timeout-minutes: 9\n    steps:\n      - uses: actions/checkout@v4\n      - run: ./build.cmd all\n"
                ),
                ".github/workflows/selected.yml": (
                    "on: workflow_dispatch\njobs:\n  some:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: actions/checkout@v4\n      - run: dotnet test --logger trx\n"
                ),
            },
            because="another workflow runs them for each change, as its name says",
        ),
        Good(
            {
                ".github/workflows/nightly.yml": (
                    "on:\n  schedule:\n    - cron: '0 3 * * *'\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n"
                    "    steps:\n      - run: pytest --junitxml=r.xml\n"
                ),
                ".travis.yml": "language: python\nscript:\n  - pytest --junitxml=r.xml\n",
            },
            because="another pipeline tests each change",
        ),
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: pull_request\nconcurrency:\n  group: ${{ github.ref }}\n  cancel-in-progress: true\njobs:\n  test:\n"
                    "    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n      - run: pytest --junitxml=r.xml\n"
                )
            },
            because="each change is tested",
        ),
    ),
)


def _tests(pipeline: Pipeline, repository: Repository) -> bool:
    """True for a pipeline that runs tests by what it calls or, where that is a program of the project's own, by its name."""
    if "test" in pipeline_roles(pipeline, repository):
        return True
    names = (pipeline.name, posixpath.basename(pipeline.path), *(job.id for job in pipeline.jobs))
    return any(role_of_name(name) == "test" for name in names)


def check(pipeline: Pipeline, repository: Repository) -> Iterator[Hit]:
    """Flag the test pipelines of a repository in which no change starts tests."""
    if pipeline.reusable or pipeline.triggers.for_changes or not pipeline.triggers.events & {"schedule", "manual"}:
        return
    if "release" in pipeline.triggers.events or "test" not in pipeline_roles(pipeline, repository):
        return
    if any(other.triggers.for_changes and _tests(other, repository) for other in repository.pipelines):
        return
    yield Hit(
        place=pipeline.place,
        message="these tests run on a schedule or by hand only; start them on pull requests",
        unit=pipeline.jobs[0].unit if pipeline.jobs else "",
    )
