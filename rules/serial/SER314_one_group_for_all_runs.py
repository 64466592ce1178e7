"""Runs of different pull requests stand in one concurrency group."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.facts.pipeline import Pipeline
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.source import Place, Span
from agentlint.judgements.running.pipelines import is_light, runs_for_pull_requests
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity, Station

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
                ".github/workflows/docs.yml": "on: pull_request\nconcurrency:\n  # one for each branch\n  group: >-\n    docs-${{ github.ref }}\n"
                + _JOBS
            },
            because="a name over several lines",
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

_HEAD = lazily(r"^concurrency:[ \t]*(?P<value>[^\s#{][^\n#]*)?", re.MULTILINE)
_LINE = lazily(r"[ \t]+group:[ \t]*(?P<value>[^\s#][^\n#]*)")
MAX_LINES = 30
_SAME_IN_ALL = lazily(r"\$\{\{\s*(?:github\.(?:workflow|repository|repository_owner|job)|env\.\w+)\s*\}\}")


def check(pipeline: Pipeline, repository: Repository) -> Iterator[Hit]:
    """Flag a pipeline for pull requests whose group names nothing that tells its runs apart."""
    if pipeline.system != "github" or not runs_for_pull_requests(pipeline) or is_light(pipeline):
        return
    source = repository.read(pipeline.path)
    found = _group(source.text) if source is not None else None
    if found is None:
        return
    value, start = found
    if value[0] in ">|*&" or "${{" in _SAME_IN_ALL.sub("", value):
        return
    yield Hit(
        place=Place(pipeline.path, Span(start, start + len(value))),
        message=f"the group `{value}` holds the runs of all pull requests; put ${{{{ github.ref }}}} into its name",
        unit=pipeline.jobs[0].unit if pipeline.jobs else "",
    )


def _group(text: str) -> tuple[str, int] | None:
    """The name of the workflow's group and its offset."""
    head = _HEAD.search(text)
    if head is None:
        return None
    if head.group("value"):
        return head.group("value").strip(), head.start("value")
    at = text.find("\n", head.end()) + 1
    for _ in range(MAX_LINES):
        end = text.find("\n", at)
        if at == 0 or end < 0 or (text[at:end].strip() and text[at] not in " \t#"):
            return None
        line = _LINE.match(text, at, end)
        if line is not None:
            return line.group("value").strip(), line.start("value")
        at = end + 1
    return None
