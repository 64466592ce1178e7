"""A package script chains checks that could run at once."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.calls import called_units
from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.facts.unit import Unit, UnitKind
from agentlint.programs import table
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity, Station, Tier
from agentlint.rule.independence import groups, one_kind

RULE = Rule(
    id="SER311",
    name="scripts-in-a-chain",
    category=Category.SERIAL,
    summary="A package script runs lint, type check and tests in an && chain.",
    why="The checks do not need each other; chained, they take the sum, and the first failure hides the rest (E5).",
    remediation="Run them at once (run-p, concurrently, npm-run-all -p, turbo), or as jobs of their own.",
    severity=Severity.MINOR,
    confidence=Confidence.MEDIUM,
    cost=Cost(seconds=20, source="E15"),
    station=Station.CHECK,
    evidence=("E5", "E15"),
    bad=(
        Bad(
            {
                "package.json": (
                    '{\n  "scripts": {\n    "ci": "npm run lint && npm run types && npm run unit",\n    "lint": "eslint .",\n'
                    '    "types": "tsc --noEmit",\n    "unit": "vitest run"\n  }\n}\n'
                ),
                ".gitlab-ci.yml": "t:\n  cache: {paths: [node_modules]}\n  script:\n    - npm run ci\n",
            },
            at=("package.json:3",),
        ),
        Bad(
            {
                "package.json": '{\n  "scripts": {\n    "test": "eslint . && mocha --reporter xunit"\n  }\n}\n',
                ".gitlab-ci.yml": "t:\n  cache: {paths: [node_modules]}\n  script:\n    - npm test\n",
            },
            at=("package.json:3",),
        ),
        Bad(
            {
                "package.json": (
                    '{\n  "scripts": {\n    "check": "run-s lint types",\n    "lint": "eslint .",\n    "types": "tsc --noEmit"\n  }\n}\n'
                ),
                ".gitlab-ci.yml": "t:\n  cache: {paths: [node_modules]}\n  script:\n    - npm run check\n",
            },
            at=("package.json:3",),
        ),
    ),
    good=(
        Good(
            {
                "package.json": (
                    '{"scripts": {"check": "run-p lint types", "lint": "eslint .", "types": "tsc --noEmit"}}\n'
                ),
                ".gitlab-ci.yml": "t:\n  cache: {paths: [node_modules]}\n  script:\n    - npm run check\n",
            },
            because="they run at once",
        ),
        Good({"package.json": '{"scripts": {"all": "eslint . && mocha"}}\n'}, because="no CI job calls it"),
        Good(
            {
                "package.json": '{"scripts": {"test": "tsc -p . && mocha --reporter xunit"}}\n',
                ".gitlab-ci.yml": "t:\n  cache: {paths: [node_modules]}\n  script:\n    - npm test\n",
            },
            because="the tests need what was compiled",
        ),
        Good(
            {
                "package.json": '{"scripts": {"lint": "eslint . && prettier --check ."}}\n',
                ".gitlab-ci.yml": "t:\n  cache: {paths: [node_modules]}\n  script:\n    - npm run lint\n",
            },
            because="one kind of check",
        ),
    ),
)


def check(repository: Repository, _same: Repository) -> Iterator[Hit]:
    """Flag package scripts that CI calls and that chain independent checks."""
    from_ci = _called_by_ci(repository)
    for unit in repository.units.values():
        if unit.kind is not UnitKind.PACKAGE_SCRIPT or unit.id not in from_ci:
            continue
        kinds = _chain(unit, repository)
        if len(kinds) < 2:
            continue
        yield Hit(
            place=unit.place,
            message=f"script `{unit.name}` runs {', then '.join(kinds)} one after another; run them at once",
            unit=unit.id,
            tier=None if len(kinds) > 2 or kinds[0] != "lint" or kinds[1] != "lint" else Tier.PEDANTIC,
        )


def _called_by_ci(repository: Repository) -> frozenset[str]:
    found: set[str] = set()
    for pipeline in repository.pipelines:
        for job in pipeline.jobs:
            found.update(repository.graph.closure(job.unit))
    return frozenset(found)


def _chain(unit: Unit, repository: Repository) -> tuple[str, ...]:
    kinds: dict[str, None] = {}
    for command in repository.commands_by_unit.get(unit.id, ()):
        if command.background:
            continue
        if command.program in {"run-s", "npm-run-all", "npm-run-all2"}:
            found = _composed(command, repository)
        else:
            found = (one_kind(command, repository),)
        kinds.update(dict.fromkeys(kind for kind in found if kind))
    return tuple(kinds)


def _composed(command: Command, repository: Repository) -> tuple[str, ...]:
    if command.option("-p", "--parallel", "--max-parallel"):
        return ()
    found: list[str] = []
    for called in called_units(command, repository.unit_index):
        own = groups(role for reached in repository.reached_from(called) for role in table().roles(reached))
        if len(own) == 1:
            found.extend(own)
    return tuple(found)
