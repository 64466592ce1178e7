"""A package's lint hangs on its test script, behind the whole suite."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.repository import Repository
from agentlint.facts.unit import Unit, UnitKind
from agentlint.judgements.running.roles import CHECKING
from agentlint.programs import table
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity, Station

RULE = Rule(
    id="FBK608",
    name="lint-behind-test-script",
    category=Category.FEEDBACK,
    summary="`posttest` lints, so that npm runs the linter only after a suite that has passed.",
    why=(
        "Whoever asks for the tests gets the linter's answer of a few seconds last, and none at all as long as a test fails; "
        "an agent repairs the tests first and then runs into the next fault."
    ),
    remediation="Lint in `pretest`, or in a script and a CI job of its own beside the tests.",
    severity=Severity.MINOR,
    cost=Cost(seconds=45),
    station=Station.TEST,
    evidence=("E5", "E12"),
    references=("https://docs.npmjs.com/cli/using-npm/scripts#pre--post-scripts",),
    bad=(
        Bad(
            {
                "package.json": '{\n  "scripts": {\n    "test": "mocha test",\n    "posttest": "eslint ."\n  }\n}\n',
            },
            at=("package.json:4",),
        ),
        Bad(
            {
                "package.json": (
                    '{\n  "scripts": {\n    "test": "jest",\n    "check": "tsc --noEmit && npm run lint",\n    "lint": "eslint .",\n'
                    '    "posttest": "npm run check"\n  }\n}\n'
                ),
            },
            at=("package.json:6",),
            title="through another script",
        ),
    ),
    good=(
        Good(
            {"package.json": '{"scripts": {"pretest": "eslint .", "test": "mocha test"}}\n'},
            because="the quick answer comes first",
        ),
        Good(
            {"package.json": '{"scripts": {"test": "mocha test", "posttest": "nyc report"}}\n'},
            because="a report can only follow the tests",
        ),
        Good(
            {"package.json": '{"scripts": {"test": "eslint .", "posttest": "tsc --noEmit"}}\n'},
            because="what it stands behind is no suite",
        ),
    ),
)


def check(repository: Repository, _same: Repository) -> Iterator[Hit]:
    """Flag each `posttest` script that checks, where `test` of the same file runs a suite."""
    scripts = [unit for unit in repository.units.values() if unit.kind is UnitKind.PACKAGE_SCRIPT]
    suites = {unit.place.path for unit in scripts if unit.name == "test" and "test" in _roles(unit, repository)}
    for unit in scripts:
        if unit.name != "posttest" or unit.place.path not in suites:
            continue
        roles = _roles(unit, repository)
        if roles & CHECKING and "test" not in roles:
            yield Hit(
                place=unit.place,
                message="`posttest` checks only after a whole suite that has passed; check in `pretest`, or beside the tests",
                unit=unit.id,
            )


def _roles(unit: Unit, repository: Repository) -> frozenset[str]:
    """What the script comes down to, through the scripts that it calls."""
    return frozenset(role for command in repository.reached_from(unit.id) for role in table().roles(command))
