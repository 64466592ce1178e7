"""CI runs a scanner or a coverage report whose result only eyes can read."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.pipeline import Action, Job
from agentlint.facts.repository import Repository
from agentlint.judgements.reporting.reporting import hands_over, silences
from agentlint.judgements.running.scope import as_written
from agentlint.programs import table
from agentlint.programs.action_formats import untold
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity, Station, Tier

_HEAD = "on: push\njobs:\n  t:\n    runs-on: ubuntu-latest\n    steps:\n"

RULE = Rule(
    id="OUT410",
    name="audit-for-eyes",
    category=Category.HUMAN_OUTPUT,
    summary="An audit or coverage report runs in CI as a table, with no data beside it.",
    why="Which package, which line: the agent has to read it off a table that is cut to a width (E34).",
    remediation="Write SARIF, JSON or XML beside it.",
    severity=Severity.INFO,
    confidence=Confidence.MEDIUM,
    tier=Tier.PEDANTIC,
    cost=Cost(seconds=5, source="E34"),
    station=Station.CI,
    evidence=("E34",),
    bad=(
        Bad({".github/workflows/ci.yml": _HEAD + "      - run: npm audit\n"}, at=(".github/workflows/ci.yml:6",)),
        Bad({".gitlab-ci.yml": "t:\n  script:\n    - coverage report\n"}, at=(".gitlab-ci.yml:3",)),
        Bad(
            {
                ".gitlab-ci.yml": "t:\n  script:\n    - mise run audit\n",
                "mise.toml": '[tasks.audit]\nrun = "govulncheck ./..."\n',
            },
            at=(".gitlab-ci.yml:3", "mise.toml:2"),
        ),
        Bad(
            {".github/workflows/ci.yml": _HEAD + "      - uses: aquasecurity/trivy-action@0.28.0\n"},
            at=(".github/workflows/ci.yml:6",),
        ),
        Bad({".github/workflows/ci.yml": _HEAD + "      - run: trivy fs .\n"}, at=(".github/workflows/ci.yml:6",)),
    ),
    good=(
        Good({".github/workflows/ci.yml": _HEAD + "      - run: npm audit --json\n"}, because="data"),
        Good(
            {".gitlab-ci.yml": "t:\n  script:\n    - coverage report\n    - coverage xml\n"},
            because="XML stands beside it",
        ),
        Good({".github/workflows/ci.yml": _HEAD + "      - run: trivy fs --format sarif .\n"}, because="SARIF"),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - uses: aquasecurity/trivy-action@0.28.0\n        with: {format: sarif, output: t.sarif}\n"
            },
            because="SARIF by its input",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - uses: aquasecurity/trivy-action@0.28.0\n        with: {format: sarif, output: t.sarif}\n"
                + "      - uses: aquasecurity/trivy-action@0.28.0\n        with: {format: table, exit-code: '1'}\n"
            },
            because="the same once more, for the log",
        ),
        Good(
            {".github/workflows/ci.yml": _HEAD + "      - run: |\n          npm audit || npm audit fix\n"},
            because="it only asks whether there is something to mend",
        ),
        Good({"Makefile": "audit:\n\tnpm audit\n"}, because="a person's terminal"),
    ),
)


def check(job: Job, repository: Repository) -> Iterator[Hit]:
    """Flag audits and coverage reports of a job that leave no data."""
    if hands_over(job, "coverage") or any("coverage" in path or ".sarif" in path for path in job.artifacts_out):
        return
    for step in job.steps:
        advice = untold(step.action, "audit")
        if advice and step.action is not None and not _twice(step.action, job):
            message = f"`{step.action.name}` reports to eyes only; {advice}"
            yield Hit(place=step.place, message=message, unit=job.unit, tier=Tier.DEFAULT)
    for silence in silences(job, frozenset({"audit", "coverage"}), repository):
        if silence.how.kind == "coverage" and _coverage_data(job):
            continue
        if _only_to_mend(silence.by, repository):
            continue
        tier = Tier.DEFAULT if silence.how.kind == "audit" else None
        written = as_written(silence.by, repository)
        call = as_written(silence.through, repository, 40)
        told = {silence.through.place: f"`{call}` reports to eyes only; {silence.how.advice}"}
        if silence.by is not silence.through:
            told[silence.by.place] = (
                f"`{written}`, which CI runs by `{call}`, reports to eyes only; {silence.how.advice}"
            )
        for place, message in told.items():
            yield Hit(place=place, message=message, unit=job.unit, tier=tier)


def _twice(action: Action, job: Job) -> bool:
    """True for a scan that the same job makes once more as data: its table is for the log."""
    return any(
        step.action is not None and step.action.name == action.name and not untold(step.action, "audit")
        for step in job.steps
    )


def _only_to_mend(command: Command, repository: Repository) -> bool:
    """True for `npm audit` beside `npm audit fix`: the script asks whether there is something to mend."""
    return any(
        one.program == command.program and one.step == command.step and one.texts()[:2] == ("audit", "fix")
        for one in repository.commands_by_unit.get(command.unit, ())
    )


def _coverage_data(job: Job) -> bool:
    words = {"xml", "json", "lcov", "coveralls", "codecov"}
    return any(
        ("coverage" in table().roles(command) and words & set(command.texts())) or command.program in words
        for command in job.commands
    )
