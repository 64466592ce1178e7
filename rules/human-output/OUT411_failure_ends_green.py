"""A script says that something went wrong and ends with success."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.facts.unit import UnitKind
from agentlint.files.lazily import lazily
from agentlint.files.source import Span
from agentlint.judgements.printing.failure_words import FINE, LACKING, WRONG
from agentlint.judgements.running.scope import in_prose
from agentlint.programs import table
from agentlint.rule import Bad, Category, Confidence, Cost, Edit, Fix, Good, Hit, Rule, Severity
from agentlint.rule.comments import reason_at

RULE = Rule(
    id="OUT411",
    name="failure-ends-green",
    category=Category.HUMAN_OUTPUT,
    summary="A script prints an error and leaves with `exit 0`, or with a bare `exit` behind `echo`, which is the same.",
    why=(
        "Only the words say that it failed; the exit status says success, and what called the script goes on as if the work "
        "were done. A person reads the message, a program does not."
    ),
    remediation="Leave with `exit 1` (or another number for each cause).",
    severity=Severity.MINOR,
    confidence=Confidence.MEDIUM,
    cost=Cost(seconds=30, source="E14"),
    evidence=("E14",),
    programs=frozenset({"exit"}),
    bad=(
        Bad(
            {
                "install.sh": '#!/bin/bash\nif [ ! -f app.conf ]; then\n  echo "app.conf does not exist"\n  exit\nfi\nmake\n'
            },
            at=("install.sh:4",),
            fixed={
                "install.sh": '#!/bin/bash\nif [ ! -f app.conf ]; then\n  echo "app.conf does not exist"\n  exit 1\nfi\nmake\n'
            },
        ),
        Bad(
            {"link.sh": "#!/bin/sh\nfail () {\n  printf \"[FAIL] $1\\n\"\n  echo ''\n  exit\n}\ncp a b || fail copy\n"},
            at=("link.sh:5",),
            fixed={
                "link.sh": "#!/bin/sh\nfail () {\n  printf \"[FAIL] $1\\n\"\n  echo ''\n  exit 1\n}\ncp a b || fail copy\n"
            },
            title="the function that all failures go through",
        ),
        Bad(
            {
                "Makefile": "lint:\n\t./scripts/lint\n",
                "scripts/lint": (
                    "#!/bin/bash\nset -e\nif ! command -v golangci-lint; then\n  echo Skipping: no golangci-lint available\n  exit\nfi\n"
                    "golangci-lint run\n"
                ),
            },
            at=("scripts/lint:5",),
            fixed={
                "scripts/lint": (
                    "#!/bin/bash\nset -e\nif ! command -v golangci-lint; then\n  echo Skipping: no golangci-lint available\n  exit 1\nfi\n"
                    "golangci-lint run\n"
                ),
            },
            title="a check that passes where its checker is not installed",
        ),
        Bad(
            {"up.sh": '#!/bin/sh\nmake || { echo "Build failed"; exit 0; }\n'},
            at=("up.sh:2",),
            fixed={"up.sh": '#!/bin/sh\nmake || { echo "Build failed"; exit 1; }\n'},
        ),
        Bad(
            {
                "get.sh": (
                    '#!/bin/bash\necho_red() {\n  echo -e "\\033[31m$1"\n}\nif ! make; then\n'
                    '  echo_red "ERROR: make failed. Exiting."\n  exit\nfi\nls\n'
                )
            },
            at=("get.sh:7",),
            fixed={
                "get.sh": (
                    '#!/bin/bash\necho_red() {\n  echo -e "\\033[31m$1"\n}\nif ! make; then\n'
                    '  echo_red "ERROR: make failed. Exiting."\n  exit 1\nfi\nls\n'
                )
            },
            title="a function that echoes in colour",
        ),
    ),
    good=(
        Good(
            {
                "draw.sh": (
                    '#!/bin/bash\nif [[ $(which cairosvg) == "" ]]; then\n  if [[ "$OSTYPE" == "darwin"* ]]; then\n'
                    '    echo "cairosvg not found in PATH"\n    exit 0\n  fi\n  exit 1\nfi\n'
                )
            },
            because="on one system the work is passed over on purpose",
        ),
        Good({"a.sh": '#!/bin/sh\n[ -f x ] || { echo "x not found"; exit 1; }\n'}, because="it fails"),
        Good({"a.sh": '#!/bin/sh\n[ -f x ] && { echo "x is there already"; exit 0; }\n'}, because="nothing went wrong"),
        Good(
            {
                "release.sh": "#!/bin/bash\nif ! command -v gh; then\n  echo Skipping: no gh available\n  exit\nfi\ngh release create v1\n"
            },
            because="no check that would pass",
        ),
        Good(
            {"a.sh": '#!/bin/sh\n[ -f x ] || { echo "x not found, skipping"; exit 0; }\n'},
            because="left out on purpose",
        ),
        Good(
            {"a.sh": '#!/bin/sh\nusage () {\n  echo "an option is required: -a"\n  exit\n}\nusage\n'},
            because="its help",
        ),
        Good(
            {"a.sh": '#!/bin/sh\nmake\necho "Build failed" > log\ncat log\nexit\n'},
            because="something else stands between",
        ),
        Good(
            {"a.sh": '#!/bin/sh\nfail() {\n  echo "$1"\n  exit 1\n}\nmake ||\n  fail "build failed"\n\nexit 0\n'},
            because="said only where the command before it failed",
        ),
        Good(
            {
                "a.sh": '#!/bin/sh\nif ! make; then\n  echo "build failed"\n  # the hook may fail without harm\n  exit 0\nfi\n'
            },
            because="a comment says why",
        ),
    ),
)

_PRINTING = frozenset({"echo", "printf", "Write-Host", "Write-Error", "Write-Output"})
_ECHOES = lazily(
    r"_*(?:echo|print)_?(?:red|green|yellow|bold|colou?r|err|error|msg|message|info|warn|warning|fail|log)\Z",
    re.IGNORECASE,
)
"""Functions by these names end with the `echo` or `printf` that they are named after."""
_SPEAKING = lazily(
    r"^(?:echo|printf|print|write-\w+|(?:\w+_)?(?:err|error|warn|warning|log|msg|message|say|info|fail|red|alert)(?:_\w+)?)$",
    re.IGNORECASE,
)
_FAILING_NAME = lazily(
    r"^_{0,2}(?:\w+_)?(?:fail|die|abort|fatal|bail|error|panic|err)(?:_?(?:exit|out|msg|and_exit))?$", re.IGNORECASE
)
_HELPING_NAME = lazily(r"usage|help|version|skip|trap|clean|ctrl|signal|interrupt", re.IGNORECASE)
_BETWEEN = lazily(r"[\s;&{}]*(?:\d?>+\s*(?:&\d|/dev/(?:stderr|tty|null))[\s;&]*)*\Z")


def check(command: Command, repository: Repository) -> Iterator[Hit]:
    """Flag `exit` and `exit 0` right behind a message that says what went wrong."""
    words = command.texts()
    if words not in {(), ("0",)} or in_prose(command, repository):
        return
    unit = repository.units.get(command.unit)
    name = unit.name if unit is not None and unit.kind is UnitKind.FUNCTION else ""
    if unit is None or unit.kind is UnitKind.HOOK or _HELPING_NAME.search(name):
        return
    said = _said_before(command, repository)
    if said is None or (FINE.search(said) and not _checker_is_missing(command, repository)):
        return
    if any(_OF_THE_SYSTEM.search(guard.text) for guard in command.guards):
        return  # passed over on purpose where it cannot be had
    wrong = (
        _checker_is_missing(command, repository)
        or WRONG.search(said)
        or (not words and LACKING.search(said))
        or _FAILING_NAME.match(name)
    )
    if not wrong or reason_at(command.place, repository):
        return
    yield Hit(
        place=command.place,
        message=f"`{' '.join(('exit', *words))}` behind the message of a failure ends with success; leave with `exit 1`",
        unit=command.unit,
        fix=_fix(command),
    )


_CHECKING_ROLES = frozenset({"lint", "test", "typecheck"})
_SOUGHT = lazily(r"\b(?:command -v|which|type(?: -\w+)?|hash|has|exists)\s+[\"']?([\w.-]+)")


def _checker_is_missing(command: Command, repository: Repository) -> bool:
    """True where the script leaves because the checker that it is for is not installed, with success: it passes unchecked."""
    unit = repository.units.get(command.unit)
    if unit is None or unit.kind is not UnitKind.SCRIPT:
        return False
    sought = {found[1] for guard in command.guards for found in _SOUGHT.finditer(guard.text)}
    return any(
        one.program in sought and one.place.span.start > command.place.span.end and table().roles(one) & _CHECKING_ROLES
        for one in repository.commands_by_unit.get(command.unit, ())
    )


_OF_THE_SYSTEM = lazily(r"\$\{?OSTYPE\b|\buname\b|\$\{?RUNNER_OS\b|\$\{?OS\}?[\" ]")


def _said_before(command: Command, repository: Repository) -> str | None:
    """What the commands right before `exit` print; None where something else stands there."""
    source = repository.read(command.place.path)
    if source is None:
        return None
    said: list[str] = []
    follower = command
    for other in reversed(_before(command, repository)):
        gap = source.text[other.place.span.end : follower.place.span.start]
        if not _BETWEEN.match(gap) or not _SPEAKING.match(other.program):
            break
        if len(other.guards) > len(command.guards):
            break  # said only where the command before it failed (`check || fail "..."`)
        if not said and not command.texts() and other.program not in _PRINTING and not _ECHOES.match(other.program):
            return None  # whose status a bare `exit` hands on is not known
        said.append(" ".join(other.texts()))
        follower = other
    return " ".join(said) if said else None


_FAR = 6
"""Messages looked at before an `exit`."""


def _before(command: Command, repository: Repository) -> list[Command]:
    found = [
        other
        for other in repository.commands_by_unit.get(command.unit, ())
        if other.place.path == command.place.path and other.place.span.end <= command.place.span.start
    ]
    return sorted(found, key=lambda one: one.place.span.start)[-_FAR:]


def _fix(command: Command) -> Fix:
    span = command.arguments[0].span if command.arguments else Span(command.program_span.end, command.program_span.end)
    return Fix("leave with exit 1", (Edit(command.place.path, span, "1" if command.arguments else " 1"),), safe=False)
