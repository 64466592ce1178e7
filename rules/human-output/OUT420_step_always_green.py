"""A ready-made check of CI is told to end green whatever it finds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from agentlint.facts.pipeline import Job, Step
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.source import Place
from agentlint.judgements.reporting.reporting import hands_over
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity, Station

_HEAD = "on: push\njobs:\n  t:\n    runs-on: ubuntu-latest\n    steps:\n"
_NO = lazily(r"false|no|off", re.IGNORECASE)
_YES = lazily(r"true|yes|on|1|any|only_warn", re.IGNORECASE)
_ZERO = lazily(r"0")
_EXIT_ZERO = lazily(r".*(?:^|\s)--exit-zero(?:\s|$).*", re.DOTALL)
_GREEN: Mapping[str, tuple[str, re.Pattern[str]]] = {
    "golangci/golangci-lint-action": (
        "args",
        lazily(r".*--issues-exit-code[= ][\"']?0(?:[\"'\s]|$).*", re.DOTALL),
    ),
    "hadolint/hadolint-action": ("no-fail", _YES),
    "bridgecrewio/checkov-action": ("soft_fail", _YES),
    "codespell-project/actions-codespell": ("only_warn", lazily(r"(?!false|0$).+")),
    "lycheeverse/lychee-action": ("fail", _NO),
    "anchore/scan-action": ("fail-build", _NO),
    "aquasecurity/trivy-action": ("exit-code", _ZERO),
    "securego/gosec": ("args", lazily(r".*(?:^|\s)-no-fail\b.*", re.DOTALL)),
    "pypa/gh-action-pip-audit": ("internal-be-careful-allow-failure", _YES),
    "py-actions/flake8": ("args", _EXIT_ZERO),
    "astral-sh/ruff-action": ("args", _EXIT_ZERO),
    "chartboost/ruff-action": ("args", _EXIT_ZERO),
}
"""For each action the input that empties its status, and the values that do; each is in the action's own action.yml."""
_SUPER_LINTERS = frozenset({"super-linter/super-linter", "github/super-linter", "super-linter/super-linter/slim"})

RULE = Rule(
    id="OUT420",
    name="step-always-green",
    category=Category.HUMAN_OUTPUT,
    summary="An input makes a ready-made linter or scanner end with success whatever it finds.",
    why="The status of the step is what a program reads first; with the input it always says that all is well.",
    remediation="Drop the input; list what is accepted in the tool's baseline or ignore file.",
    severity=Severity.MAJOR,
    cost=Cost(seconds=60, source="E14"),
    station=Station.CI,
    evidence=("E14",),
    bad=(
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - uses: golangci/golangci-lint-action@v8\n        with:\n          args: --timeout=5m --issues-exit-code=0\n"
            },
            at=(".github/workflows/ci.yml:8",),
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - uses: super-linter/super-linter@v8\n        env:\n          DISABLE_ERRORS: true\n"
            },
            at=(".github/workflows/ci.yml:6",),
        ),
    ),
    good=(
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - uses: golangci/golangci-lint-action@v8\n        with: {args: --timeout=5m}\n"
            },
            because="its findings fail it",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - uses: anchore/scan-action@v6\n        with: {fail-build: false, output-format: sarif}\n"
                + "      - uses: github/codeql-action/upload-sarif@v3\n        with: {sarif_file: results.sarif}\n"
            },
            because="what it finds is handed over as data",
        ),
    ),
)


def check(job: Job, repository: Repository) -> Iterator[Hit]:
    """Flag the inputs of checks that take their status away, where nothing else tells what they find."""
    if hands_over(job, "lint") or hands_over(job, "audit"):
        return
    for step in job.steps:
        found = _emptied(step)
        if found is not None and step.action is not None:
            place, written = found
            message = f"`{written}` lets `{step.action.name}` end green whatever it finds; drop it"
            yield Hit(place=place, message=message, unit=job.unit)


def _emptied(step: Step) -> tuple[Place, str] | None:
    """Where the step is told to succeed, and by what."""
    name = step.action.name.lower() if step.action is not None else ""
    if name in _SUPER_LINTERS and step.environment.get("DISABLE_ERRORS", "").lower() == "true":
        return step.place, "DISABLE_ERRORS"
    key, values = _GREEN.get(name, ("", _ZERO))
    given = step.action.inputs.get(key) if step.action is not None and key else None
    if given is None or not values.fullmatch(given.value.strip()):
        return None
    return Place(step.place.path, given.span), f"{key}: {given.value.strip()}"[:60]
