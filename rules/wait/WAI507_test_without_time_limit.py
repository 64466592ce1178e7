"""pytest runs in CI with no limit for a single test."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.pipeline import Job
from agentlint.facts.repository import Repository
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity, Station, Tier

RULE = Rule(
    id="WAI507",
    name="test-without-time-limit",
    category=Category.WAIT,
    summary="A pytest suite has no limit for a single test, so that one hung test costs the job limit and names no culprit.",
    why="With a limit of its own the hung test fails by name after a minute; without, the agent sees a cancelled job.",
    remediation="Add pytest-timeout and `--timeout=300` (or `timeout = 300` in the pytest settings).",
    severity=Severity.INFO,
    tier=Tier.PEDANTIC,
    cost=Cost(seconds=5),
    station=Station.TEST,
    evidence=("E8",),
    references=("https://pypi.org/project/pytest-timeout/",),
    bad=(
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n      - run: pytest\n"
                )
            },
            at=(".github/workflows/ci.yml:7",),
        ),
        Bad({".gitlab-ci.yml": "test:\n  timeout: 5m\n  script:\n    - pytest -q\n"}, at=(".gitlab-ci.yml:4",)),
        Bad({".travis.yml": "language: python\nscript:\n  - pytest\n"}, at=(".travis.yml:3",)),
    ),
    good=(
        Good(
            {".gitlab-ci.yml": "test:\n  timeout: 5m\n  script:\n    - pytest --timeout=60\n"},
            because="the limit is given",
        ),
        Good(
            {
                ".gitlab-ci.yml": "test:\n  timeout: 5m\n  script:\n    - pytest\n",
                "pyproject.toml": '[project]\nname = "x"\n[dependency-groups]\ndev = ["pytest-timeout"]\n',
            },
            because="pytest-timeout is declared",
        ),
        Good(
            {".gitlab-ci.yml": "test:\n  timeout: 5m\n  script:\n    - timeout 600 pytest\n"},
            because="bounded from outside",
        ),
    ),
)


def check(job: Job, repository: Repository) -> Iterator[Hit]:
    """Flag a job's first direct pytest call without a limit."""
    if repository.project.depends_on("pytest-timeout"):
        return
    for command in job.commands:
        if command.program == "pytest" and command.option("--timeout") is None and "timeout" not in command.wrappers:
            if command.option("--version", "--help", "--collect-only") is None:
                yield Hit(
                    place=command.place,
                    message="`pytest` has no limit for a single test; add pytest-timeout and `--timeout=300`",
                    unit=command.unit,
                )
            return
