"""Whether a command's exit status is a verdict on the change, and whether somebody gets to see it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from agentlint.facts.command import Command, Output, Status
from agentlint.facts.pipeline import Step
from agentlint.facts.repository import Repository
from agentlint.facts.unit import UnitKind
from agentlint.files.lazily import lazily
from agentlint.files.lines import line_start
from agentlint.files.source import Place, Span
from agentlint.judgements.running.local_steps import commands_behind
from agentlint.judgements.running.roles import action_roles, command_roles

_VERDICTS = ("test", "typecheck", "lint", "format", "build", "audit")
_WORDS = {
    "test": "test",
    "typecheck": "type check",
    "lint": "lint",
    "format": "format check",
    "build": "build",
    "audit": "audit",
}
_KEEPS_STATUS = lazily(r"^[^\n]*(?:\n\s*)?[^\n]*(?:\$(?:\?|\{\?\}|\{?PIPESTATUS)|[ %!](?i:errorlevel)\b)")
_CHECKS_FORMAT = (
    "--check",
    "--diff",
    "-l",
    "--list-different",
    "--dry-run",
    "--test",
    "-c",
    "-check",
    "--verify-no-changes",
)

_ONLY_SAID = lazily(r"[^\n|&]*[;\n][ \t]*(?:echo|printf)\b[^\n>|;&]*\$\?[^\n>|;&]*(?:\n|\Z)")
"""What prints the status and forgets it."""


def only_said(text: str, at: int) -> bool:
    """True where the status of the command that ends at `at` is printed and nothing else is done with it."""
    return _ONLY_SAID.match(text, at) is not None


_ONLY_GATHERS = frozenset({"--merge-reports", "merge-reports"})
"""Options of runners that put reports together and run nothing. Source: vitest.dev/guide/cli, playwright.dev/docs/test-sharding."""
_CONFIGURING = frozenset({"configure", "Configure"})
"""The first half of a build from source, which says what is missing."""


def checks_something(command: Command, repository: Repository) -> str:
    """The verdict a command gives ("test", "lint", ...); "" where it gives none."""
    roles = command_roles(command, repository)
    if command.program in _CONFIGURING and not roles and command.option("--help", "--version") is None:
        return "build"
    if _ONLY_GATHERS & set(command.texts()) or _runs_fixer(command):
        return ""
    if roles & {"install", "clean", "deploy", "publish", "run"} and not roles & {"test", "lint", "typecheck"}:
        return ""
    for role in _VERDICTS:
        if role in roles and (role != "format" or command.option(*_CHECKS_FORMAT) is not None):
            return _WORDS[role]
    return ""


def _runs_fixer(command: Command) -> bool:
    """True for one commit hook by its name that only mends: it fails for having mended, which is what it was run for."""
    texts = command.texts()
    return (
        command.program in {"pre-commit", "prek"} and texts[:1] == ("run",) and bool(_FIXER.match("".join(texts[1:2])))
    )


_FIXER = lazily(r"(?:[\w-]+-fixer|fix-[\w-]+|trailing-whitespace|mixed-line-ending)\Z")
"""Hooks of github.com/pre-commit/pre-commit-hooks and others, named for what they mend."""


def any_target(command: Command) -> bool:
    """True for make that is handed on a target which is not known here, one folder after another."""
    targets = [one for one in command.arguments if not one.text.startswith("-") and "=" not in one.text]
    return (
        command.program == "make"
        and command.in_loop
        and command.status is Status.UNCHECKED
        and any(one.text in {"${TARGET}", "${MAKE_subst}"} for one in targets)
    )


def first_of_many(command: Command, repository: Repository) -> bool:
    """True for the first of several builds by one program, of which the last is the script's last command."""
    own = [
        one
        for one in repository.commands_by_unit.get(command.unit, ())
        if one.place.path == command.place.path and one.step == command.step
    ]
    alike = [one for one in own if one.program == command.program and one.texts()[:1] == command.texts()[:1]]
    last = max(own, key=lambda one: one.place.span.start, default=command)
    return len(alike) > 1 and min(alike, key=lambda one: one.place.span.start) is command and last in alike


def debatable(command: Command, what: str) -> bool:
    """True for verdicts that reasonable people let pass: advisories, fixing runs, builds for documentation."""
    fixing = command.option("--fix", "--write", "-w", "--autocorrect", "-a", "-A", "--apply") is not None
    return what == "audit" or fixing


def status_read_later(command: Command, repository: Repository) -> bool:
    """True when `$?` stands right behind the command, or it is the last of a unit whose callers see its status."""
    source = repository.read(command.place.path)
    unit = repository.units.get(command.unit)
    if unit is not None and unit.kind in {UnitKind.SERVICE, UnitKind.MODULE}:
        return True
    if source is None:
        return False
    following = source.text[command.place.span.end : command.place.span.end + 300]
    return bool(_KEEPS_STATUS.match(following)) and not only_said(following, 0)


def followed(command: Command, repository: Repository) -> bool:
    """True when another command stands behind this one in its script: else its status is the script's."""
    return any(
        other.step == command.step
        and other.place.path == command.place.path
        and other.place.span.start > command.place.span.end
        for other in repository.commands_by_unit.get(command.unit, ())
    )


def swallowed_by_step(command: Command, repository: Repository) -> bool:
    """True when the whole step or job is allowed to fail: that is told of the step."""
    job = repository.job_of(command)
    step = repository.step_of(command)
    return (step is not None and step.continue_on_error) or (job is not None and job.continue_on_error)


def step_verdict(step: Step, repository: Repository) -> str:
    """The verdict a CI step gives through its commands or its ready-made action; "" where it gives none."""
    for command in (*step.commands, *commands_behind(step, repository)):
        what = checks_something(command, repository)
        if what:
            return what
    roles = action_roles(step)
    return next((_WORDS[role] for role in ("test", "typecheck", "lint") if role in roles), "")


_WRITTEN_DOWN = lazily(r"\s*\|\|\s*(?:echo|printf)\b[^\n|;]*\$\{?\?\}?[^\n|;]*>")


def kept_in_file(command: Command, repository: Repository) -> bool:
    """True where the alternative writes the status down (`|| echo $? > status`), to be looked at later."""
    source = repository.read(command.place.path)
    return source is not None and _WRITTEN_DOWN.match(source.text, command.place.span.end) is not None


_KEPT_TEXT = lazily(
    r"[^\n|;]*?(?:\d?>>?|&>)[ \t]*(?P<file>[\w$./{}()\"-]+)|[^\n]*\|[ \t]*tee[ \t]+(?:-a[ \t]+)?(?P<tee>[\w$./{}()\"-]+)"
)
_FAR = 1500
_LINES_OF_BRANCH = 4


def text_weighed_later(command: Command, repository: Repository) -> bool:
    """True where what the command says is kept in a file, and a condition on that file fails the script (`if grep -q FAIL log`)."""
    source = repository.read(command.place.path)
    kept = _KEPT_TEXT.match(source.text, command.place.span.end) if source is not None else None
    name = (kept["file"] or kept["tee"]).strip('"') if kept is not None else ""
    if source is None or kept is None or name.startswith(("/dev/", "&")):
        return False
    lines = source.text[kept.end() : kept.end() + _FAR].splitlines()
    return any(
        "grep" in line
        and name in line.split("grep", 1)[1]
        and _CONDITION.search(line)
        and _FAILS.search("\n".join(lines[index : index + _LINES_OF_BRANCH]))
        for index, line in enumerate(lines)
    )


_CONDITION = lazily(r"\b(?:if|elif)\b|!|&&|\|\|")
_FAILS = lazily(r"\b(?:exit|return) [1-9$]|\bfalse\b|\bdie\b")


def read_again(command: Command, repository: Repository) -> bool:
    """True for a pass that only shows: the script runs the same once more and takes its findings line by line."""
    source = repository.read(command.place.path)
    return source is not None and any(
        later.output is Output.CAPTURED or source.text.endswith("< <(", 0, later.place.span.start)
        for later in later_runs(command, repository)
    )


def later_runs(command: Command, repository: Repository) -> Iterator[Command]:
    """The same command, word by word, where it stands again further on in its script: the next of them, in order."""
    known = repository.memory(("same commands", command.unit))
    if known is None:
        found: dict[tuple[str, tuple[str, ...], str], list[Command]] = {}
        for one in repository.commands_by_unit.get(command.unit, ()):
            found.setdefault((one.program, one.texts(), one.place.path), []).append(one)
        for runs in found.values():
            runs.sort(key=_start_of)
        known = repository.remember(("same commands", command.unit), found)
    assert isinstance(known, dict)
    same = known.get((command.program, command.texts(), command.place.path), ())
    first = bisect_right(same, command.place.span.end, key=_start_of)
    yield from same[first : first + _MOST_RUNS]


_MOST_RUNS = 50
_BEFORE = 400
_GROUP_TAKEN = lazily(r"(?:\$\(|`)\s*(?:\(|\{\s)\s*(?:[^\n(){}`]*[;\n]\s*)?$")


def text_taken(command: Command, repository: Repository) -> bool:
    """True where what it prints goes into a variable or another command, by itself or through a pipe behind its group."""
    if command.output is not Output.PIPE:
        return command.output is Output.CAPTURED
    text = repository.text(command.place.path)
    start = command.place.span.start
    return _GROUP_TAKEN.search(text[max(0, start - _BEFORE) : start]) is not None


def _start_of(command: Command) -> int:
    return command.place.span.start


_LINES_OF_A_CHAIN = 40
_LET_PASS = lazily(r"\|\|\s*(?:true\b|:(?=\s|$)|exit 0\b)")


def end_of_chain(command: Command, repository: Repository) -> Place | None:
    """Where a chain over several lines lets everything before it pass (`… && make \\ … && strip x || true`)."""
    source = repository.read(command.place.path)
    at = command.place.span.end
    if source is None:
        return None
    for index, line in enumerate(source.text[at:].splitlines(keepends=True)[:_LINES_OF_A_CHAIN]):
        found = _LET_PASS.search(line)
        if found is not None:
            return Place(command.place.path, Span(at + found.start(), at + found.end())) if index else None
        bare = line.strip()
        if not bare.endswith("\\") and not bare.startswith("#"):
            return None
        at += len(line)
    return None


_BLOCK_OF_FUNCTION = lazily(r"^[ \t]*(?:exec|[A-Z][a-z]+-[A-Z]\w+)\s+(?:-\w+\s+)?\{[^\n}]*$", re.IGNORECASE)


def handed_to_function(command: Command, repository: Repository) -> bool:
    """True for a block of PowerShell that is handed to a function, which looks at its status (`exec { & dotnet test }`)."""
    source = repository.read(command.place.path)
    if source is None or not command.place.path.lower().endswith((".ps1", ".psm1")):
        return False
    start = line_start(source.text, command.place.span.start)
    return _BLOCK_OF_FUNCTION.match(source.text[start : command.place.span.start]) is not None
