"""Several jobs of one pipeline build the same thing, each for itself."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.pipeline import Job, Pipeline
from agentlint.facts.repository import Repository
from agentlint.judgements.running.roles import command_roles
from agentlint.judgements.running.scope import as_written, in_container
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity, Station, Tier

RULE = Rule(
    id="CAC211",
    name="same-build-twice",
    category=Category.NO_CACHE,
    summary="The same build runs in several jobs of a pipeline.",
    why="The second job waits for what the first has already made; an artifact or a cache would hand it over (E1).",
    remediation="Build once, hand the result on as an artifact, or share a cache.",
    severity=Severity.INFO,
    confidence=Confidence.LOW,
    tier=Tier.PEDANTIC,
    cost=Cost(seconds=30, source="E1"),
    station=Station.CI,
    evidence=("E1",),
    bad=(
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  unit:\n    runs-on: ubuntu-latest\n    steps:\n      - run: npm run build\n      - run: npm test\n"
                    "  e2e:\n    runs-on: ubuntu-latest\n    steps:\n      - run: npm run build\n      - run: npx cypress run --record\n"
                )
            },
            at=(".github/workflows/ci.yml:11",),
        ),
        Bad(
            {
                ".gitlab-ci.yml": "a:\n  script: [docker build --cache-from x -t app .]\nb:\n  script: [docker build --cache-from x -t app .]\n"
            },
            at=(".gitlab-ci.yml:4",),
        ),
        Bad(
            {
                ".gitlab-ci.yml": "a:\n  cache: {paths: [node_modules]}\n  script: [yarn build]\nb:\n  cache: {paths: [node_modules]}\n  script: [yarn build, yarn e2e]\n"
            },
            at=(".gitlab-ci.yml:6",),
        ),
    ),
    good=(
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: npm run build\n"
                    "  b:\n    runs-on: windows-latest\n    steps:\n      - run: npm run build\n"
                )
            },
            because="another machine makes another thing",
        ),
        Good(
            {".gitlab-ci.yml": "a:\n  script: [npm run build:web]\nb:\n  script: [npm run build:api]\n"},
            because="two builds",
        ),
        Good({".gitlab-ci.yml": "a:\n  script: [yarn lint]\nb:\n  script: [yarn lint]\n"}, because="no build"),
        Good({".gitlab-ci.yml": "a:\n  script: [yarn build, yarn build]\n"}, because="one job"),
    ),
)


def check(pipeline: Pipeline, repository: Repository) -> Iterator[Hit]:
    """Flag each later job of a pipeline that repeats an earlier job's build word for word on the same machine."""
    seen: dict[tuple[str, ...], Job] = {}
    for job in pipeline.jobs:
        if job.matrix is not None:
            continue
        told = False
        for command in job.commands:
            key = _key(command, job, repository)
            if not key:
                continue
            earlier = seen.setdefault(key, job)
            if earlier is not job and not told:
                told = True
                yield Hit(
                    place=command.place,
                    message=(
                        f"`{as_written(command, repository, 50)}` runs in `{earlier.id}` already; hand its result on to `{job.id}`"
                    ),
                    unit=job.unit,
                )


def _key(command: Command, job: Job, repository: Repository) -> tuple[str, ...]:
    if in_container(command) or any(not word.literal for word in command.arguments):
        return ()
    roles = command_roles(command, repository)
    if "build" not in roles or roles & {"test", "lint", "typecheck", "publish"}:
        return ()
    environment = tuple(f"{name}={value}" for name, value in sorted(job.environment.items()))
    return (job.runner, job.container, command.directory or "", command.program, *command.texts(), *environment)
