"""A CI job sets up whatever version of its language is newest."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.facts.pipeline import Action, Job, Setting
from agentlint.facts.repository import Repository
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity, Station

_INPUTS = {
    "actions/setup-node": ("node-version", ("node-version-file",)),
    "actions/setup-python": ("python-version", ("python-version-file",)),
    "actions/setup-go": ("go-version", ("go-version-file",)),
    "actions/setup-java": ("java-version", ("java-version-file",)),
    "actions/setup-dotnet": ("dotnet-version", ("global-json-file",)),
}
_FLOATING = re.compile(r"^(latest|current|node|stable|oldstable|\*|x|[23]\.x|[23]|>=?.*)$")

RULE = Rule(
    id="REP806",
    name="floating-runtime",
    category=Category.REPRODUCIBILITY,
    summary="A CI job sets up a language or a tool at a moving version such as `latest`.",
    why="On the day of a release every run of every branch changes its language, and failures name no cause.",
    remediation="Name the version, or the file that holds it (`node-version-file: .nvmrc`).",
    severity=Severity.MINOR,
    confidence=Confidence.MEDIUM,
    cost=Cost(seconds=10),
    station=Station.SET_UP,
    references=("https://github.com/actions/setup-node#usage",),
    bad=(
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: actions/setup-node@v4\n        with:\n          node-version: latest\n      - run: node x.js\n"
                )
            },
            at=(".github/workflows/ci.yml:9",),
        ),
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: actions/setup-python@v5\n        with:\n          python-version: 3.x\n      - run: python x.py\n"
                )
            },
            at=(".github/workflows/ci.yml:9",),
        ),
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  lint:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: golangci/golangci-lint-action@v8\n        with:\n          version: latest\n"
                )
            },
            at=(".github/workflows/ci.yml:9",),
            title="a tool's own action",
        ),
    ),
    good=(
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: actions/setup-node@v4\n        with:\n          node-version: 22\n      - run: node x.js\n"
                )
            },
            because="a major version moves only within itself",
        ),
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: actions/setup-node@v4\n        with:\n          node-version-file: .nvmrc\n      - run: node x.js\n"
                )
            },
            because="a file names it",
        ),
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    strategy:\n      matrix:\n"
                    "        node: [20, latest]\n    steps:\n      - uses: actions/setup-node@v4\n        with:\n"
                    "          node-version: ${{ matrix.node }}\n      - run: node x.js\n"
                )
            },
            because="a matrix tries the newest beside fixed ones on purpose",
        ),
    ),
)


def check(job: Job, repository: Repository) -> Iterator[Hit]:
    """Flag set-up actions with a moving version."""
    for step in job.steps:
        if step.action is not None and (setting := _moving(step.action)) is not None:
            yield Hit(
                place=step.place._replace(span=setting.span),
                message=f"`{setting.value.strip()}` is another version tomorrow; name one, or the file that holds it",
                unit=job.unit,
            )


def _moving(action: Action) -> Setting | None:
    known = _INPUTS.get(action.name)
    if known is None:
        setting = action.inputs.get("version")
        return setting if setting is not None and setting.value.strip() == "latest" else None
    if any(name in action.inputs for name in known[1]):
        return None
    setting = action.inputs.get(known[0])
    if setting is None:
        return None
    value = setting.value.strip().strip("'\"")
    return setting if _FLOATING.match(value) and "\n" not in value else None
