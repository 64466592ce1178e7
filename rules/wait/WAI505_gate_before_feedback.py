"""A person has to press a button before the tests run."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.pipeline import Job
from agentlint.facts.repository import Repository
from agentlint.judgements.running.roles import delivers
from agentlint.judgements.waiting.gates import gives_feedback, holds_feedback
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity, Station, Tier

RULE = Rule(
    id="WAI505",
    name="gate-before-feedback",
    category=Category.WAIT,
    summary="A manual gate stands between the push and its test feedback.",
    why=(
        "Nobody presses the button for an agent. A person's answer takes 1.4 minutes at the median and 14 hours at the 99th "
        "percentile (E32); until then the agent knows nothing of its change."
    ),
    remediation="Run tests and checks for every change without a gate; keep gates for production deploys.",
    severity=Severity.BLOCKER,
    cost=Cost(blocks=True, source="E32"),
    station=Station.CI,
    evidence=("E32", "E11"),
    bad=(
        Bad(
            {
                ".gitlab-ci.yml": (
                    "default:\n  timeout: 10 minutes\ntest:\n  when: manual\n  script:\n    - pytest --junitxml=report.xml\n"
                )
            },
            at=(".gitlab-ci.yml:3",),
        ),
        Bad(
            {
                ".circleci/config.yml": (
                    "version: 2.1\njobs:\n  test:\n    docker:\n      - image: cimg/python:3.12\n    steps:\n      - run: pytest\n"
                    "workflows:\n  main:\n    jobs:\n      - hold:\n          type: approval\n      - test:\n          requires: [hold]\n"
                )
            },
            at=(".circleci/config.yml:11",),
        ),
        Bad(
            {
                ".buildkite/pipeline.yml": (
                    "steps:\n  - block: Run the tests?\n  - label: test\n    command: pytest\n    timeout_in_minutes: 10\n"
                )
            },
            at=(".buildkite/pipeline.yml:2",),
        ),
        Bad(
            {
                ".gitlab-ci.yml": (
                    "default:\n  timeout: 10 minutes\ntest:\n  script:\n    - pytest\ndeploy:\n  stage: deploy\n  when: manual\n"
                    "  environment: production\n  script:\n    - ./deploy.sh\n"
                )
            },
            at=(".gitlab-ci.yml:6",),
            title="before a production deploy it is a matter of judgement: pedantic",
        ),
    ),
    good=(
        Good(
            {
                ".circleci/config.yml": (
                    "version: 2.1\njobs:\n  test:\n    docker:\n      - image: cimg/python:3.12\n    steps:\n      - run: pytest\n"
                    "workflows:\n  main:\n    jobs:\n      - test\n"
                )
            },
            because="no gate",
        ),
        Good(
            {
                ".github/workflows/try.yml": (
                    "on: workflow_dispatch\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n      - run: pytest\n"
                )
            },
            because="a workflow that a person may start holds up nothing",
        ),
    ),
)


def check(job: Job, repository: Repository) -> Iterator[Hit]:
    """Flag gates before feedback; gates before a delivery are a matter of judgement (pedantic)."""
    pipeline = repository.pipeline_of(job)
    if job.gate:
        if holds_feedback(job, pipeline, repository):
            yield Hit(place=job.place, message=_message(job.id), unit=job.unit)
        elif delivers(job, repository) or job.blocking_gate:
            yield Hit(
                place=job.place,
                message=f"`{job.id}` waits for a person before a delivery; let a rule decide where it can",
                unit=job.unit,
                tier=Tier.PEDANTIC,
                severity=Severity.INFO,
                cost=Cost(),
            )
    for step in job.steps:
        if step.gate:
            stops = gives_feedback(job, repository)
            yield Hit(
                place=step.place,
                message=_message(step.name or job.id),
                unit=job.unit,
                tier=Tier.DEFAULT if stops else Tier.PEDANTIC,
                severity=Severity.BLOCKER if stops else Severity.INFO,
                cost=Cost(blocks=True, source="E32") if stops else Cost(),
            )


def _message(name: str) -> str:
    return f"`{name}` waits for a person before the change is tested; run tests and checks without a gate"
