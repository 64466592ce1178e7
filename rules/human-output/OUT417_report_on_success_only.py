"""The report of the tests is published only when they pass."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.facts.pipeline import Job, Step
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.judgements.reporting.reporting import names_report
from agentlint.judgements.reporting.verdicts import step_verdict
from agentlint.judgements.running.scope import carried_out
from agentlint.programs.actions import actions
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity, Station

_HEAD = "on: pull_request\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: pytest --junitxml=junit.xml\n"
_AZURE = (
    "pool: {{vmImage: ubuntu-24.04}}\nsteps:\n- script: npm test\n- task: PublishTestResults@2\n{condition}"
    "  inputs:\n    testResultsFiles: '**/junit-*.xml'\n"
)

RULE = Rule(
    id="OUT417",
    name="report-on-success-only",
    category=Category.HUMAN_OUTPUT,
    summary="A job writes a report of its tests and publishes it only when they pass: the step has no condition.",
    why=(
        "A step without a condition is left out once a step before it failed. The report of a failing run, the one that names "
        "what failed, is thrown away with the machine, and an agent is left with the log."
    ),
    remediation="Give the step a condition: `if: ${{ !cancelled() }}`, `condition: succeededOrFailed()`.",
    severity=Severity.MINOR,
    confidence=Confidence.MEDIUM,
    cost=Cost(seconds=20, source="E34"),
    station=Station.CI,
    evidence=("E34",),
    bad=(
        Bad({"azure-pipelines.yml": _AZURE.format(condition="")}, at=("azure-pipelines.yml:4",)),
        Bad({".github/workflows/ci.yml": _HEAD + "      - uses: dorny/test-reporter@v2\n"}, at=(".github/workflows/ci.yml:7",)),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - uses: actions/upload-artifact@v4\n        with: {name: results, path: junit.xml}\n"
            },
            at=(".github/workflows/ci.yml:7",),
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD.replace("pytest --junitxml=junit.xml", "go test ./... > test.log")
                + "      - uses: actions/upload-artifact@v4\n        with: {name: 'log ${{ matrix.part }}', path: ./test.log}\n"
            },
            at=(".github/workflows/ci.yml:7",),
            title="the log that alone tells what failed",
        ),
    ),
    good=(
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - uses: actions/upload-artifact@v4\n        with: {name: latest-log, path: build.log}\n"
            },
            because="a log of something else",
        ),
        Good(
            {"azure-pipelines.yml": _AZURE.format(condition="  condition: succeededOrFailed()\n")},
            because="published in any case",
        ),
        Good(
            {".github/workflows/ci.yml": _HEAD + "      - uses: dorny/test-reporter@v2\n        if: ${{ !cancelled() }}\n"},
            because="published in any case",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD.replace("pytest --junitxml=junit.xml", "make")
                + "      - uses: actions/upload-artifact@v4\n        with: {name: results, path: junit.xml}\n"
            },
            because="no tests stand before it",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - uses: actions/upload-artifact@v4\n        with: {name: dist, path: dist/}\n"
            },
            because="what was built, which a failed run has not",
        ),
    ),
)  # fmt: skip

_IN_ANY_CASE = lazily(r"always|failure|failed|cancelled|outcome|conclusion", re.IGNORECASE)
_RESULTS = lazily(
    r"junit|\btest[-_ ]?(?:results?|reports?)\b|\.trx\b|surefire|failsafe-reports|allure|xunit"
    r"|\b(?:e2e[-_ ])?tests?[-_ .]?(?:run[-_ ])?(?:logs?|output)\b|playwright-report|cypress[-/](?:screenshots|videos)",
    re.IGNORECASE,
)
_OTHERS = lazily(r"coverage|cobertura|lcov|codecov|bench", re.IGNORECASE)


def check(job: Job, repository: Repository) -> Iterator[Hit]:
    """Flag the steps that publish test results behind the tests, with no word for the case that those failed."""
    tested = False
    for step in job.steps:
        if tested and _publishes(step) and not _IN_ANY_CASE.search(step.condition):
            name = step.action.name if step.action is not None else step.name
            yield Hit(
                place=step.place,
                message=f"`{name}` is left out when a test fails, and so is the report that names it; let it run in any case",
                unit=job.unit,
            )
        tested = tested or (not step.continue_on_error and _tests(step, repository))


def _tests(step: Step, repository: Repository) -> bool:
    if step_verdict(step, repository) == "test":
        return True
    return any(names_report(" ".join(one.texts())) for own in step.commands for one in carried_out(own, repository))


def _publishes(step: Step) -> bool:
    """True for a step whose work is to publish the results of tests, or that keeps them as a file."""
    action = step.action
    if action is None:
        return False
    if action.name.lower() in {"task:publishtestresults", "publishtestresults"}:
        return True
    if action.name.lower() == "actions/upload-artifact":
        given = " ".join(action.inputs[key].value for key in ("path", "name") if key in action.inputs)
        return bool(_RESULTS.search(given)) and not _OTHERS.search(given)
    known = actions().of(action)
    return known is not None and "test" in known.reports and not known.roles & {"test", "build"}
