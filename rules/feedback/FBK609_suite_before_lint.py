"""A script or task runs the whole suite first and the linter after it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.facts.unit import Unit, UnitKind
from agentlint.files.lazily import lazily
from agentlint.judgements.running.roles import CHECKING, command_roles
from agentlint.judgements.running.scope import aside
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity, Station

RULE = Rule(
    id="FBK609",
    name="suite-before-lint",
    category=Category.FEEDBACK,
    summary="A script that checks a change runs the whole test suite before the linter.",
    why=(
        "The answer of a few seconds waits behind the one of minutes, and where the script stops at the first failure it "
        "does not come at all as long as a test fails; an agent learns of a mistyped name last."
    ),
    remediation="Put lint, format and type checks before the tests, or run them beside each other.",
    severity=Severity.MINOR,
    cost=Cost(seconds=45),
    station=Station.TEST,
    evidence=("E5", "E12"),
    bad=(
        Bad(
            {
                "scripts/check.sh": "#!/bin/bash\nset -e\njust test\njust lint\n",
                "justfile": "test:\n  go test ./...\nlint:\n  golangci-lint run\n",
            },
            at=("scripts/check.sh:3",),
        ),
        Bad(
            {
                "package.json": '{"scripts": {"ci": "npm test && npm run lint", "test": "vitest run", "lint": "eslint ."}}\n'
            },
            at=("package.json:1",),
        ),
        Bad({"Makefile": "check:\n\tpytest\n\truff check .\n\tmypy src\n"}, at=("Makefile:2",)),
    ),
    good=(
        Good({"Makefile": "check:\n\truff check .\n\tpytest\n\tmypy src\n"}, because="a quick answer comes first"),
        Good(
            {"package.json": '{"scripts": {"release": "vitest run && eslint . && npm publish"}}\n'},
            because="a release asks for all of it, and nobody waits for a part",
        ),
        Good(
            {"run.sh": '#!/bin/sh\nif [ "$1" = test ]; then\n  pytest\nelse\n  ruff check .\nfi\n'},
            because="it is the one or the other",
        ),
        Good(
            {"Make.ps1": "function Test {\n  pytest tests\n}\nfunction Lint {\n  ruff check .\n}\nLint\nTest\n"},
            because="each is a function of its own, and the calls give the order",
        ),
        Good(
            {"Makefile": "all:\n\tpytest\n\truff format .\n"},
            because="what comes after the tests rewrites, and asks nothing",
        ),
        Good(
            {"run.sh": "#!/bin/sh\npytest tests/test_style.py\nruff check .\n"},
            because="a part of the suite may be quick",
        ),
    ),
)

_KINDS = frozenset({UnitKind.SCRIPT, UnitKind.TARGET, UnitKind.PACKAGE_SCRIPT})
_DELIVERS = lazily(r"release|publish|deploy|version|prepack|prepare|bump|ship|tag\b")
_REWRITES = frozenset({"--write", "--fix", "-w", "-i", "--in-place", "--apply", "-A", "--autocorrect"})
_ASKS = frozenset({"--check", "--diff", "check", "-l", "--list-different", "--dry-run", "--verify"})
_NO_PART = frozenset({"test", "build", "install", "coverage", "deploy", "publish", "release"})


def check(repository: Repository, _same: Repository) -> Iterator[Hit]:
    """Flag the suite of each script and task behind which its first check stands."""
    for unit in repository.units.values():
        if (
            unit.kind not in _KINDS
            or aside(unit.place.path)
            or _DELIVERS.search(f"{unit.name} {unit.place.path}".lower())
        ):
            continue
        found = _suite_before_check(unit, repository)
        if found is not None:
            suite, late = found
            yield Hit(
                place=suite.place,
                message=f"the whole suite runs before `{late.program} {' '.join(late.texts()[:2])}`; put the quick check first",
                unit=unit.id,
            )


def _suite_before_check(unit: Unit, repository: Repository) -> tuple[Command, Command] | None:
    """The first suite and the check behind it, both in any case, where no check stands before them."""
    suite: Command | None = None
    own = repository.commands_by_unit.get(unit.id, ())
    for command in own:
        roles = command_roles(command, repository)
        if roles & CHECKING and not _rewrites(command, roles):
            if suite is None or not _in_any_case(command, own) or roles & _NO_PART:
                return None
            if _apart(suite, command, repository):
                return None
            return suite, command
        if suite is None and "test" in roles and _in_any_case(command, own) and _is_whole(command):
            suite = command
    return None


_FUNCTION = lazily(
    r"^[ \t]*(?:function|filter|task|target)\s+[\w:-]+[^\n{]*\{?[ \t]*\r?$", re.IGNORECASE | re.MULTILINE
)


def _apart(suite: Command, late: Command, repository: Repository) -> bool:
    """True in a PowerShell script where a function begins between the two: who calls them gives the order."""
    if not suite.place.path.lower().endswith((".ps1", ".psm1")):
        return False
    return _FUNCTION.search(repository.text(suite.place.path), suite.place.span.end, late.place.span.start) is not None


def _in_any_case(command: Command, own: tuple[Command, ...]) -> bool:
    """True where it stands under no condition but that those before it have succeeded (`npm test && npm run lint`)."""
    before = {one.place.span.start for one in own if one.program not in _CONDITIONS}
    return not (command.in_loop or command.background) and all(guard.span.start in before for guard in command.guards)


_CONDITIONS = frozenset({"[", "[[", "test", "grep", "command", "which", "type", "hash"})


def _is_whole(command: Command) -> bool:
    """True for a suite of which no single file is named."""
    words = command.texts()
    return not any(
        "test" in word and ("." in word.rsplit("/", 1)[-1] and not word.startswith((".", "-"))) for word in words
    )


def _rewrites(command: Command, roles: frozenset[str]) -> bool:
    """True for a formatter that changes files, told by its options: it answers nothing."""
    words = set(command.texts())
    return bool(words & _REWRITES) or (
        roles & CHECKING == {"format"} and not words & _ASKS and not any(map(_NAMED_CHECK.search, words))
    )


_NAMED_CHECK = lazily(r"lint|check|verify")
