"""Statements of Python scripts that start a linter and drop what it returns."""

from __future__ import annotations

import re

from agentlint.facts.command import Command, Output, Status
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.lines import line_start
from agentlint.judgements.reporting.verdicts import checks_something, debatable, later_runs
from agentlint.rule.comments import reason_at

_PYTHON_TESTS = lazily(r"(?:^|/)(?:test_[^/]*|[^/]*_test|conftest)\.py$")
_BARE_CALL = lazily(r"[ \t]*(?:\w+\.)?(?:run|call|system)\(")
_KEPT = lazily(r"[ \t]*(\w+)[ \t]*=[ \t]*(?:subprocess\.run|subprocess\.call|run|call|os\.system)\(")
_MENDER = lazily(r"[ \t]*(?:async )?def _?(?:fix|(?:re|auto)?format|tidy|beautify|prettify|restyle)(?=_|\()")
_HEAD = lazily(r"^[ \t]*(?:async )?def \w+", re.MULTILINE)
_MENDS_BY_ITSELF = frozenset({"pre-commit", "prek"})
"""Runners of hooks that change files, which end with failure where they have done so. Source: pre-commit.com."""
_TAKEN = lazily(r"\b(?:stdout|capture_output|check\s*=\s*True)\b|\)\.\w+\s*$|\*\*\w+\s*,?\s*\)\s*$")


def dropped_by_script(command: Command, repository: Repository) -> bool:
    """True for a statement that drops what the linter returns, does not ask it to fail, and runs it no second time."""
    source = repository.read(command.place.path) if command.place.path.endswith(".py") else None
    if source is None or command.status is not Status.UNCHECKED or _PYTHON_TESTS.search(command.place.path):
        return False
    start, end = command.place.span.start, command.place.span.end
    statement = source.text[line_start(source.text, start) : end]
    unread = _unread(statement, source.text)
    what = checks_something(command, repository)
    if what not in ({"lint", "type check", "test"} if unread else {"lint", "type check"}):
        return False
    if debatable(command, what) or command.output is not Output.INHERITED:
        return False
    if command.program in _MENDS_BY_ITSELF and _in_mender(source.text, start):
        return False
    if not (unread or _BARE_CALL.match(statement)) or _TAKEN.search(statement) or _comes_again(command, repository):
        return False
    return not reason_at(command.place, repository)


def _unread(statement: str, text: str) -> bool:
    """True for an answer that is kept under a name which stands nowhere else."""
    kept = _KEPT.match(statement)
    return kept is not None and len(re.findall(rf"\b{kept[1]}\b", text)) == 1


def _in_mender(text: str, at: int) -> bool:
    """True in a function that says it mends (`fix_formatting`): hooks that did so end with failure."""
    heads = list(_HEAD.finditer(text, 0, at))
    return bool(heads) and _MENDER.match(text, heads[-1].start()) is not None


def _comes_again(command: Command, repository: Repository) -> bool:
    """True for a first pass, which mends: the same command stands further on, and there its failure counts."""
    return any(later.status not in {Status.UNCHECKED, Status.SWALLOWED} for later in later_runs(command, repository))
