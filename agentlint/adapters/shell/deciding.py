"""Whether the status of a function tells what a person answered, where somebody may be asked somewhere inside it."""

from __future__ import annotations

from agentlint.adapters.shell.looking import called_names, everything, is_question
from agentlint.adapters.shell.status import program_of
from agentlint.adapters.shell.summary import Summary
from agentlint.documents.shell import Group, If, Simple, Statement

_LEAVING = frozenset({"return", "exit"})
_LAST = 6
"""Statements of a check: one with more of them does other work, too."""


def tells_an_answer(name: str, summary: Summary) -> bool:
    """True when a call that may ask a person may also succeed or fail by what is answered.

    `check() { if installed; then return 0; else pause; return 1; fi; }` asks, and says what it has found out before.
    """
    body = summary.functions[name].statement.body
    statements = body.body if isinstance(body, Group) else (body,)
    *before, last = statements
    if len(statements) > _LAST or any(_asks(statement, summary) for statement in before):
        return True
    return not _has_decided(last, summary)


def _asks(statement: Statement, summary: Summary) -> bool:
    return any(
        is_question(inner)
        or (isinstance(inner, Simple) and any(map(summary.asks, called_names(inner, summary.functions))))
        for inner in everything((statement,))
    )


def _has_decided(statement: Statement, summary: Summary) -> bool:
    """True for a choice made without a question, each of whose branches ends with a fixed status."""
    if not isinstance(statement, If) or statement.otherwise is None:
        return False
    if any(_asks(part, summary) for condition, _ in statement.branches for part in condition):
        return False
    return all(
        branch and _is_fixed(branch[-1]) for branch in (*(body for _, body in statement.branches), statement.otherwise)
    )


def _is_fixed(statement: Statement) -> bool:
    if not isinstance(statement, Simple) or program_of(statement) not in _LEAVING:
        return False
    return len(statement.words) == 2 and statement.words[1].text.isdigit()
