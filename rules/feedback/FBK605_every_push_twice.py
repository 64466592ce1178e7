"""A push to a branch with an open pull request starts the same pipeline twice."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.pipeline import Pipeline
from agentlint.facts.repository import Repository
from agentlint.judgements.running.pipelines import is_light
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity, Station, Tier

RULE = Rule(
    id="FBK605",
    name="every-push-twice",
    category=Category.FEEDBACK,
    summary="A workflow runs on every push and on pull requests, so that each commit of a pull request runs twice.",
    why="Two runs of the same commit hold twice the runners, and the answer that counts may be the later one.",
    remediation="Limit `push` to the long-lived branches: `push: {branches: [main]}`.",
    severity=Severity.INFO,
    tier=Tier.PEDANTIC,
    cost=Cost(seconds=30, source="E1"),
    station=Station.CI,
    evidence=("E1",),
    bad=(
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: [push, pull_request]\nconcurrency:\n  group: ${{ github.ref }}\n  cancel-in-progress: true\njobs:\n  test:\n"
                    "    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n      - run: ./build all\n"
                )
            },
            at=(".github/workflows/ci.yml:1",),
        ),
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on:\n  push:\n  pull_request:\nconcurrency:\n  group: ${{ github.ref }}\n  cancel-in-progress: true\njobs:\n  test:\n"
                    "    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n      - run: ./build all\n"
                )
            },
            at=(".github/workflows/ci.yml:1",),
        ),
    ),
    good=(
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on:\n  push:\n    branches: [main]\n  pull_request:\nconcurrency:\n  group: ${{ github.ref }}\n"
                    "  cancel-in-progress: true\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - run: ./build all\n"
                )
            },
            because="pushes count on the main branch alone",
        ),
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: pull_request\nconcurrency:\n  group: ${{ github.ref }}\n  cancel-in-progress: true\njobs:\n  test:\n"
                    "    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n      - run: ./build all\n"
                )
            },
            because="one event",
        ),
    ),
)


def check(pipeline: Pipeline, repository: Repository) -> Iterator[Hit]:
    """Flag GitHub workflows on both events with no branches named."""
    triggers = pipeline.triggers
    if pipeline.system == "github" and {"push", "pull-request"} <= triggers.events and not triggers.branches:
        if not is_light(pipeline) and "tag" not in triggers.events:
            yield Hit(
                place=pipeline.place,
                message="each commit of a pull request runs twice (`push` and `pull_request`); limit `push` to long-lived branches",
                unit=pipeline.jobs[0].unit if pipeline.jobs else "",
            )
