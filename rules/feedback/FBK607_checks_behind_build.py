"""Lint and type checks wait for a build they do not use."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.pipeline import Job
from agentlint.facts.repository import Repository
from agentlint.judgements.running.roles import CHECKING, delivers, job_roles
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity, Station, Tier

RULE = Rule(
    id="FBK607",
    name="checks-behind-build",
    category=Category.FEEDBACK,
    summary="A lint or format job starts only after a build job that hands it nothing.",
    why="A lint of seconds answers after a build of minutes.",
    remediation="Let the check start at once (drop `needs`, GitLab: `needs: []`).",
    severity=Severity.MINOR,
    confidence=Confidence.MEDIUM,
    cost=Cost(seconds=60),
    station=Station.CI,
    evidence=("E5",),
    tier=Tier.PEDANTIC,
    bad=(
        Bad(
            {
                ".gitlab-ci.yml": (
                    "default:\n  timeout: 5m\nstages: [build, check]\ncompile:\n  stage: build\n  script:\n    - npm run build\n"
                    "style:\n  stage: check\n  script:\n    - ruff check .\n"
                )
            },
            at=(".gitlab-ci.yml:8",),
        ),
        Bad(
            {
                ".gitlab-ci.yml": (
                    "default:\n  timeout: 5m\nstages: [build, check]\ncompile:\n  stage: build\n  script:\n    - go build ./...\n"
                    "style:\n  stage: check\n  script:\n    - ruff format --check .\n"
                )
            },
            at=(".gitlab-ci.yml:8",),
        ),
    ),
    good=(
        Good(
            {
                ".gitlab-ci.yml": (
                    "default:\n  timeout: 5m\nstages: [build, check]\ncompile:\n  stage: build\n  script:\n    - go build ./...\n"
                    "style:\n  stage: check\n  needs: []\n  script:\n    - ruff check .\n"
                )
            },
            because="`needs: []` starts it at once",
        ),
        Good(
            {".gitlab-ci.yml": "default:\n  timeout: 5m\nstyle:\n  script:\n    - ruff check .\n"},
            because="nothing comes before it",
        ),
    ),
)


def check(job: Job, repository: Repository) -> Iterator[Hit]:
    """Flag check jobs behind a build whose artifacts they do not take."""
    roles = job_roles(job, repository)
    if not roles & CHECKING or roles & {"test", "build"} or delivers(job, repository):
        return
    pipeline = repository.pipeline_of(job)
    for need in job.needs:
        other = pipeline.job(need.job)
        if other is None or need.carries - {"status"}:
            continue
        if job_roles(other, repository) & {"build"}:
            yield Hit(
                place=job.place,
                message=f"`{job.id}` checks only after `{need.job}` has built and takes nothing from it; start it at once",
                unit=job.unit,
            )
            return
