"""What becomes of exit statuses: who looks at the status of each member of a list or chain."""

from __future__ import annotations

import re

from agentlint.adapters.shell.names import FAILING, PRINTING
from agentlint.adapters.shell.program_words import program_name
from agentlint.documents.shell import AndOr, Case, Group, If, Not, Pipeline, Simple, Statement
from agentlint.facts.command import Status

_STATUS = re.compile(r"\$\??\{?\?|\$\{?PIPESTATUS|\$\{pipestatus")


def program_of(statement: Statement) -> str:
    """The program of a simple command as written, wrappers left on; "" for anything else."""
    if isinstance(statement, Simple) and statement.words:
        return program_name(statement.words[0].text)
    return ""


def last_program(statement: Statement) -> str:
    """The program whose output a pipe reads: of a chain or group, the last one."""
    for _ in range(50):
        if isinstance(statement, Simple):
            words = [word.text for word in statement.words]
            while len(words) > 1 and program_name(words[0]) in {"sudo", "command", "env", "exec", "time"}:
                words = words[1:]
            return program_name(words[0]) if words else ""
        if isinstance(statement, Pipeline):
            statement = statement.stages[-1]
        elif isinstance(statement, AndOr):
            statement = statement.rest[-1][1]
        elif isinstance(statement, Not):
            statement = statement.statement
        elif isinstance(statement, Group) and statement.body:
            statement = statement.body[-1]
        else:
            return ""
    return ""


def first_program(statement: Statement) -> str:
    """The program that reads a pipe first."""
    for _ in range(50):
        if isinstance(statement, Simple):
            return last_program(statement)
        if isinstance(statement, Pipeline):
            statement = statement.stages[0]
        elif isinstance(statement, AndOr):
            statement = statement.first
        elif isinstance(statement, Not):
            statement = statement.statement
        elif isinstance(statement, Group) and statement.body:
            statement = statement.body[0]
        else:
            return ""
    return ""


def alternative(statement: Statement, own: Status, failing: frozenset[str]) -> Status:
    """The status of the left of `||` when `statement` is the right."""
    body: tuple[Statement, ...] = (statement,)
    while len(body) == 1 and isinstance(body[0], Group):
        body = body[0].body
    if not body:
        return Status.SWALLOWED
    last = body[-1]
    name = program_of(last)
    if name in {"exit", "return", "false"} or name in failing or name in FAILING:
        return own if not _succeeds(last) else Status.SWALLOWED
    if isinstance(last, Simple) and name in {"true", ":", *PRINTING} and not last.background:
        if all(program_of(item) in {"true", ":", *PRINTING} for item in body):
            return Status.SWALLOWED
    return Status.TESTED


def _succeeds(statement: Statement) -> bool:
    """`exit 0`, `return 0`."""
    return isinstance(statement, Simple) and [word.text for word in statement.words[1:2]] == ["0"]


def looks_at_status(statement: Statement, text: str) -> bool:
    """True when a statement starts by looking at `$?` of the one before."""
    if isinstance(statement, (If, Case)):
        end = statement.branches[0][0][-1].span.end if isinstance(statement, If) and statement.branches[0][0] else 0
        span_end = end or min(statement.span.end, statement.span.start + 200)
        return bool(_STATUS.search(text, statement.span.start, span_end))
    return bool(_STATUS.search(text, statement.span.start, min(statement.span.end, statement.span.start + 300)))


def of_sequence(statements: tuple[Statement, ...], text: str, last: Status) -> list[Status]:
    """The status of each statement of a list without errexit, `last` being what becomes of the list's own."""
    found = [Status.UNCHECKED] * len(statements)
    if found:
        found[-1] = last
    for index in range(len(statements) - 1):
        following = statements[index + 1]
        if index == len(statements) - 2 and program_of(following) in {"true", ":"}:
            found[index] = Status.SWALLOWED
        elif looks_at_status(following, text):
            found[index] = Status.TESTED
    return found
