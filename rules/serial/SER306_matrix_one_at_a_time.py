"""A matrix runs its legs one after another."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.pipeline import Job
from agentlint.facts.repository import Repository
from agentlint.files.source import Place
from agentlint.judgements.running.scope import one_off
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity, Station, Tier
from agentlint.rule.yaml_edits import without_line

_HEAD = "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    strategy:\n"
_TAIL = "      matrix:\n        v: [1, 2, 3]\n    steps:\n      - run: ./test ${{ matrix.v }}\n"

RULE = Rule(
    id="SER306",
    name="matrix-one-at-a-time",
    category=Category.SERIAL,
    summary="`max-parallel: 1` makes the legs of a matrix wait for each other.",
    why="The answer comes after the sum of all legs, where the longest of them would do (E15).",
    remediation="Drop the limit; where the legs share something, give each its own.",
    severity=Severity.MAJOR,
    cost=Cost(seconds=300, source="E15"),
    station=Station.CI,
    evidence=("E15",),
    bad=(
        Bad(
            {".github/workflows/ci.yml": _HEAD + "      max-parallel: 1\n" + _TAIL},
            at=(".github/workflows/ci.yml:6",),
            fixed={
                ".github/workflows/ci.yml": "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    strategy:\n      matrix:\n        v: [1, 2, 3]\n    steps:\n      - run: ./test ${{ matrix.v }}\n"
            },
        ),
        Bad(
            {
                "azure-pipelines.yml": (
                    "jobs:\n  - job: test\n    strategy:\n      maxParallel: 1\n      matrix:\n        a: {v: 1}\n        b: {v: 2}\n"
                    "    steps:\n      - script: ./test\n"
                )
            },
            at=("azure-pipelines.yml:4",),
            fixed={
                "azure-pipelines.yml": "jobs:\n  - job: test\n    strategy:\n      matrix:\n        a: {v: 1}\n        b: {v: 2}\n    steps:\n      - script: ./test\n"
            },
        ),
        Bad(
            {".github/workflows/ci.yml": _HEAD + "      fail-fast: false\n      max-parallel: 1\n" + _TAIL},
            at=(".github/workflows/ci.yml:7",),
            fixed={
                ".github/workflows/ci.yml": "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    strategy:\n      fail-fast: false\n      matrix:\n        v: [1, 2, 3]\n    steps:\n      - run: ./test ${{ matrix.v }}\n"
            },
        ),
    ),
    good=(
        Good({".github/workflows/ci.yml": _HEAD + "      max-parallel: 4\n" + _TAIL}, because="four at a time"),
        Good({".github/workflows/ci.yml": _HEAD + _TAIL}, because="no limit"),
        Good(
            {".github/workflows/deploy.yml": _HEAD.replace("  test:", "  deploy:") + "      max-parallel: 1\n" + _TAIL},
            because="deploys go one by one on purpose",
        ),
        Good(
            {
                ".github/workflows/ci.yml": "on: push\njobs:\n  t:\n    runs-on: x\n    strategy:\n      max-parallel: 1\n"
                "      matrix:\n        v: [1]\n    steps:\n      - run: ./test\n"
            },
            because="there is one leg only",
        ),
    ),
)


def check(job: Job, repository: Repository) -> Iterator[Hit]:
    """Flag a matrix that is held to one leg at a time; two is a matter of judgement."""
    matrix = job.matrix
    if matrix is None or matrix.max_parallel is None or matrix.max_parallel > 2 or matrix.size == 1:
        return
    if one_off(job, repository) or (matrix.size is not None and matrix.size <= matrix.max_parallel):
        return
    place = Place(job.place.path, matrix.max_parallel_span) if matrix.max_parallel_span else job.place
    legs = f"{matrix.size} legs" if matrix.size else "legs"
    yield Hit(
        place=place,
        message=f"the {legs} of `{job.id}` run {matrix.max_parallel} at a time; drop max-parallel",
        unit=job.unit,
        tier=Tier.PEDANTIC if matrix.max_parallel > 1 else None,
        fix=without_line(place, "drop max-parallel", repository) if matrix.max_parallel_span else None,
    )
