"""Checks in a substitution whose status a builtin of the shell hides: `local out=$(pytest)`, `export X="$(eslint)"`, `echo "$(mypy)"`."""

from __future__ import annotations

import re

from agentlint.facts.command import Command, Output, Status
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.lines import line_start
from agentlint.judgements.reporting.verdicts import checks_something, debatable, swallowed_by_step
from agentlint.judgements.running.scope import as_written
from agentlint.rule.comments import reason_at

_CHECKS = frozenset({"test", "lint", "type check"})
_DECLARES = lazily(
    r"(?:^|[;&|{]|\bthen|\bdo)[ \t]*(?P<how>local|declare|typeset|readonly|export)[ \t]+(?:-\w+[ \t]+)*(?P<name>\w+)=\"?\$\([ \t]*$"
)
_SAYS = lazily(r"(?:^|[;&|{]|\bthen|\bdo|run:)[ \t]*(?P<how>echo|printf)[ \t]+(?:-\w+[ \t]+)*\"?\$\([ \t]*$")
_ONLY_SAID = lazily(r"[^\n|]*\)\"?[ \t]*$", re.MULTILINE)


def hidden_by_builtin(command: Command, repository: Repository) -> str:
    """What to say of a check whose status ends in that of `local`, `export` or `echo`, which succeed; "" for any other."""
    if command.output is not Output.CAPTURED or command.status is not Status.UNCHECKED:
        return ""
    what = checks_something(command, repository)
    if what not in _CHECKS or debatable(command, what) or swallowed_by_step(command, repository):
        return ""
    text, start = repository.text(command.place.path), command.place.span.start
    before = text[line_start(text, start) : start]
    declared = _DECLARES.search(before)
    said = _SAYS.search(before) if declared is None else None
    if declared is not None and _weighed(declared["name"], text):
        return ""
    if declared is None and (said is None or not _ONLY_SAID.match(text, command.place.span.end)):
        return ""
    if reason_at(command.place, repository):
        return ""
    how = (declared or said or {"how": ""})["how"]
    return f"`{how}` succeeds whatever `{as_written(command, repository)}` within it says; take its text in a line of its own"


def _weighed(name: str, text: str) -> bool:
    """True where the text that the variable holds decides something: what it says is the verdict."""
    pattern = (
        rf"(?:\[|\btest\b|\bcase\b|\bgrep\b|\bjq\b|\bif\b|\bwhile\b|<<<)[^\n]*\$\{{?{name}\b|\$\{{?{name}\b[^\n]*\|"
    )
    return re.search(pattern, text) is not None
