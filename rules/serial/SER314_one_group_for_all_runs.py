"""Runs of different pull requests stand in one concurrency group."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.facts.pipeline import Pipeline
from agentlint.facts.repository import Repository
from agentlint.files.source import Place, Span
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity, Station
from agentlint.rule.pipelines import is_light, runs_for_pull_requests

_JOBS = "jobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n      - run: ./build all\n"

RULE = Rule(
    id="SER314",
    name="one-group-for-all-runs",
    category=Category.SERIAL,
    summary="A constant concurrency group lets runs of different pull requests wait for each other.",
    why=(
        "Only one run of a group is under way, and only one waits: with a constant name the pull requests queue behind each "
        "other, and a third run throws the waiting one out (E15)."
    ),
    remediation="Put the branch into the name: group: ${{ github.workflow }}-${{ github.ref }}.",
    severity=Severity.MAJOR,
    cost=Cost(seconds=120, source="E15"),
    station=Station.CI,
    evidence=("E15",),
    bad=(
        Bad(
            {".github/workflows/docs.yml": "on: pull_request\nconcurrency:\n  group: docs\n" + _JOBS},
            at=(".github/workflows/docs.yml:3",),
        ),
        Bad(
            {".github/workflows/docs.yml": "on: [push, pull_request]\nconcurrency: docs\n" + _JOBS},
            at=(".github/workflows/docs.yml:2",),
        ),
        Bad(
            {".github/workflows/docs.yml": "on: pull_request\nconcurrency:\n  group: ${{ github.workflow }}\n" + _JOBS},
            at=(".github/workflows/docs.yml:3",),
            title="the workflow's name is the same in every run",
        ),
    ),
    good=(
        Good(
            {
                ".github/workflows/docs.yml": "on: pull_request\nconcurrency:\n  group: docs-${{ github.ref }}\n"
                "  cancel-in-progress: true\n" + _JOBS
            },
            because="a group for each branch",
        ),
        Good(
            {
                ".github/workflows/docs.yml": "on:\n  push:\n    branches: [main]\nconcurrency:\n  group: docs\n  cancel-in-progress: true\n"
                + _JOBS
            },
            because="deploys from one branch go one by one on purpose",
        ),
    ),
)

_GROUP = re.compile(
    r"^concurrency:[ \t]*(?:(?P<short>[^\s#{][^\n#]*)|(?:#[^\n]*)?\n(?:[ \t]+(?!group:)[^\n]*\n|[ \t]*\n)*[ \t]+group:[ \t]*(?P<long>[^\n#]+))",
    re.MULTILINE,
)
_SAME_IN_ALL = re.compile(r"\$\{\{\s*(?:github\.(?:workflow|repository|repository_owner|job)|env\.\w+)\s*\}\}")


def check(pipeline: Pipeline, repository: Repository) -> Iterator[Hit]:
    """Flag a pipeline for pull requests whose group names nothing that tells its runs apart."""
    if pipeline.system != "github" or not runs_for_pull_requests(pipeline) or is_light(pipeline):
        return
    source = repository.read(pipeline.path)
    found = _GROUP.search(source.text) if source is not None else None
    if found is None:
        return
    name = "short" if found.group("short") else "long"
    value = found.group(name).strip()
    if "${{" in _SAME_IN_ALL.sub("", value):
        return
    start = found.start(name)
    yield Hit(
        place=Place(pipeline.path, Span(start, start + len(value))),
        message=f"the group `{value}` holds the runs of all pull requests; put ${{{{ github.ref }}}} into its name",
        unit=pipeline.jobs[0].unit if pipeline.jobs else "",
    )
