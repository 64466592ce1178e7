"""CI runs tests and no machine can read the result."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.pipeline import Job
from agentlint.facts.repository import Repository
from agentlint.files.source import Place
from agentlint.rule import Bad, Category, Cost, Fix, Good, Hit, Rule, Severity, Station
from agentlint.rule.edits import after_program
from agentlint.rule.reporting import Silence, hands_over, silences
from agentlint.rule.scope import as_written

_HEAD = "on: pull_request\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n"

RULE = Rule(
    id="OUT401",
    name="tests-without-report",
    category=Category.HUMAN_OUTPUT,
    summary="A CI job runs tests and writes no report a program can read.",
    why=(
        "What failed, and where, stands only in a log made for eyes. An agent has to fetch the whole log and guess its layout, "
        "once for each runner, where a JUnit or JSON report gives the failing test by name."
    ),
    remediation="Write JUnit XML or JSON (--junitxml, --reporter=junit, gotestsum, --output-junit) and upload it.",
    severity=Severity.MINOR,
    cost=Cost(seconds=20, source="E34"),
    station=Station.CI,
    evidence=("E34",),
    bad=(
        Bad(
            {".github/workflows/ci.yml": _HEAD + "      - run: pytest -q\n"},
            at=(".github/workflows/ci.yml:6",),
            fixed={".github/workflows/ci.yml": _HEAD + "      - run: pytest --junitxml=report.xml -q\n"},
        ),
        Bad(
            {".gitlab-ci.yml": "test:\n  image: golang\n  cache: {paths: [.go]}\n  script:\n    - go test ./...\n"},
            at=(".gitlab-ci.yml:5",),
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD + "      - run: npm test\n",
                "package.json": '{"scripts": {"test": "mocha"}}\n',
            },
            at=(".github/workflows/ci.yml:6", "package.json:1"),
            title="through a package script: where CI starts it, and where it stands",
        ),
        Bad(
            {
                ".circleci/config.yml": (
                    "version: 2.1\njobs:\n  test:\n    docker: [{image: cimg/base:2024.01}]\n    steps:\n      - run: make check\n"
                ),
                "Makefile": "check:\n\tctest --test-dir build -j4\n",
            },
            at=(".circleci/config.yml:6", "Makefile:2"),
        ),
    ),
    good=(
        Good(
            {".github/workflows/ci.yml": _HEAD + "      - run: pytest --junitxml=r.xml\n"},
            because="a JUnit file is written",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD + "      - run: pytest\n",
                "pyproject.toml": '[tool.pytest.ini_options]\naddopts = "--junitxml=report.xml"\n',
            },
            because="the settings write it",
        ),
        Good(
            {".github/workflows/ci.yml": _HEAD + "      - run: npx vitest run\n"},
            because="vitest annotates on GitHub by itself",
        ),
        Good(
            {".github/workflows/ci.yml": _HEAD + "      - run: ./gradlew check\n"},
            because="Gradle always writes JUnit XML",
        ),
        Good(
            {
                ".gitlab-ci.yml": (
                    "test:\n  script:\n    - ./run.sh\n    - go test -v ./... 2>&1 | go-junit-report > report.xml\n"
                    "  artifacts:\n    reports:\n      junit: report.xml\n"
                )
            },
            because="the output is turned into a report",
        ),
        Good({"Makefile": "test:\n\tpytest\n"}, because="no CI job runs it; at a terminal the text is right"),
    ),
)


def check(job: Job, repository: Repository) -> Iterator[Hit]:
    """Flag each test runner that a job starts and that tells its result to eyes only, where the runner stands."""
    if hands_over(job, "test"):
        return
    told: set[Place] = set()
    for silence in silences(job, frozenset({"test"}), repository):
        for place, message in _told_at(silence, repository):
            if place not in told:
                told.add(place)
                yield Hit(place=place, message=message, unit=job.unit, fix=_fix(silence, repository))


def _told_at(silence: Silence, repository: Repository) -> Iterator[tuple[Place, str]]:
    """Where CI starts the runner, and where the runner stands: either may be the place to mend."""
    written = as_written(silence.by, repository)
    if silence.by is silence.through:
        yield silence.by.place, f"`{written}` tells its result to eyes only; {silence.how.advice}"
        return
    call = as_written(silence.through, repository, 40)
    advice = f"tells its result to eyes only; {silence.how.advice}"
    yield silence.through.place, f"`{call}` runs {silence.by.program}, which {advice}"
    yield silence.by.place, f"`{written}`, which CI runs by `{call}`, {advice}"


def _fix(silence: Silence, repository: Repository) -> Fix | None:
    if silence.by is not silence.through or not silence.how.insert:
        return None
    return after_program(silence.by, silence.how.insert, repository)
