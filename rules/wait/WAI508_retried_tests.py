"""A test job is retried as a whole when it fails."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.pipeline import Job
from agentlint.facts.repository import Repository
from agentlint.judgements.waiting.gates import gives_feedback
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity, Station, Tier

RULE = Rule(
    id="WAI508",
    name="retried-tests",
    category=Category.WAIT,
    summary="A failing test job is run again from the start before anybody hears of the failure.",
    why="Re-running failed commands is the factor most associated with long builds (E5); a real failure is told twice as late.",
    remediation="Retry only on failures of the system (`retry: when: runner_system_failure`), or retry single tests.",
    severity=Severity.INFO,
    confidence=Confidence.MEDIUM,
    tier=Tier.PEDANTIC,
    cost=Cost(seconds=20, source="E5"),
    station=Station.CI,
    evidence=("E5",),
    bad=(
        Bad(
            {".gitlab-ci.yml": "test:\n  timeout: 5m\n  retry: 2\n  script:\n    - pytest\n"}, at=(".gitlab-ci.yml:1",)
        ),
        Bad(
            {".gitlab-ci.yml": "default:\n  timeout: 5m\n  retry: 1\nlint:\n  script:\n    - ruff check .\n"},
            at=(".gitlab-ci.yml:4",),
        ),
    ),
    good=(
        Good({".gitlab-ci.yml": "test:\n  timeout: 5m\n  script:\n    - pytest\n"}, because="no retry"),
        Good(
            {".gitlab-ci.yml": "deploy:\n  timeout: 5m\n  retry: 2\n  script:\n    - ./deploy.sh\n"},
            because="a delivery over a network may well be tried again",
        ),
        Good({".gitlab-ci.yml": "test:\n  timeout: 5m\n  retry: 0\n  script:\n    - pytest\n"}, because="switched off"),
    ),
)


def check(job: Job, repository: Repository) -> Iterator[Hit]:
    """Flag feedback jobs with a retry count."""
    if job.retries > 0 and gives_feedback(job, repository):
        yield Hit(
            place=job.place,
            message=f"`{job.id}` is retried {job.retries} times whatever failed; retry on system failures only",
            unit=job.unit,
        )
