"""CI runs pre-commit and builds every hook's environment again."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.pipeline import Job
from agentlint.facts.repository import Repository
from agentlint.judgements.keeping.caching import fetches, kept, lasting_machine, told_at
from agentlint.judgements.running.occasions import rare_command
from agentlint.judgements.running.scope import as_written
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity, Station, Tier

_HEAD = "on: pull_request\njobs:\n  lint:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n"

RULE = Rule(
    id="CAC208",
    name="hooks-without-cache",
    category=Category.NO_CACHE,
    summary="A CI job runs pre-commit without keeping its hook environments.",
    why=(
        "pre-commit makes an environment for each hook, with its own clone and install, before the first hook runs. On a fresh "
        "machine that takes longer than the hooks themselves (E5)."
    ),
    remediation="Keep ~/.cache/pre-commit, keyed on the hash of .pre-commit-config.yaml.",
    severity=Severity.MINOR,
    cost=Cost(seconds=30, source="E5"),
    station=Station.CI,
    evidence=("E5",),
    references=("https://pre-commit.com/#github-actions-example",),
    bad=(
        Bad(
            {".github/workflows/ci.yml": _HEAD + "      - run: pipx run pre-commit run --all-files\n"},
            at=(".github/workflows/ci.yml:3",),
        ),
        Bad(
            {".gitlab-ci.yml": "lint:\n  image: python:3.12\n  script:\n    - pre-commit run --all-files\n"},
            at=(".gitlab-ci.yml:1",),
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD + "      - run: make lint\n",
                "Makefile": "lint:\n\tpre-commit run --all-files\n",
            },
            at=(".github/workflows/ci.yml:3",),
        ),
    ),
    good=(
        Good(
            {".github/workflows/ci.yml": _HEAD + "      - uses: pre-commit/action@v3.0.1\n"},
            because="the action keeps them",
        ),
        Good(
            {
                ".gitlab-ci.yml": (
                    "lint:\n  image: python:3.12\n  variables: {PRE_COMMIT_HOME: .cache/pre-commit}\n"
                    "  cache: {paths: [.cache/pre-commit]}\n  script:\n    - pre-commit run --all-files\n"
                )
            },
            because="the hooks' folder is kept",
        ),
        Good(
            {
                ".gitlab-ci.yml": (
                    "lint:\n  image: python:3.12\n  variables: {PREK_HOME: .cache/prek}\n"
                    "  cache: {paths: [.cache/prek]}\n  script:\n    - prek run --all-files\n"
                )
            },
            because="prek keeps its hooks in a folder of its own",
        ),
        Good({"Makefile": "lint:\n\tpre-commit run --all-files\n"}, because="no CI job runs it"),
        Good({".github/workflows/ci.yml": _HEAD + "      - run: pre-commit --version\n"}, because="no hook is run"),
    ),
)


def check(job: Job, repository: Repository) -> Iterator[Hit]:
    """Flag a job once that runs hooks without their environments."""
    if lasting_machine(job):
        return
    for fetch in fetches(job, repository):
        if fetch.how.what != "pre-commit" or kept(fetch, job, repository):
            continue
        yield Hit(
            place=told_at(fetch, job, repository),
            message=f"`{as_written(fetch.by, repository, 60)}` in job `{job.id}` builds every hook anew; {fetch.how.advice}",
            unit=job.unit,
            tier=Tier.PEDANTIC if rare_command(fetch.through, job, repository) else None,
        )
        return
