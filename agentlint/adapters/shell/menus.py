"""Menus whose work options do too: a script without arguments asks what to do, and with `--add` it does that at once.

Who runs such a script unattended gives the option and never meets the menu, nor what its items ask in turn.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from agentlint.adapters.shell.judge import Judge
from agentlint.adapters.shell.looking import called_names, everything
from agentlint.adapters.shell.origins import Meaning
from agentlint.adapters.shell.summary import Source, Summary
from agentlint.documents.shell import Case, CaseArm, Group, If, Script, Simple, Statement
from agentlint.facts.command import Command, Guard, GuardKind

_READS = frozenset({"read", "select"})
_NAMES = re.compile(r"[A-Za-z_]\w*")
_MISSING = re.compile(r"!|-z\b|-ne\b|=\s*[\"']?(?:0|no|false|[\"'])?[\"']?\s*(?:\]|$)|-eq\s+0\b", re.IGNORECASE)
_LEAST = 2
"""Items that options do too, before the menu counts as one of two ways."""


def menus_beside_options(script: Script, summary: Summary, judge: Judge) -> frozenset[str]:
    """The variables of menus of which most items call what an option of the script calls."""
    if not summary.functions or not any(
        origin.source is Source.ANSWER for origins in summary.origins.values() for origin in origins
    ):
        return frozenset()
    bodies = list(_bodies(script, summary))
    menus = {name: case for function, body in bodies for name, case in _menus(function, body, judge)}
    if not menus:
        return frozenset()
    told = _called_by_options(bodies, summary, judge)
    return frozenset(name for name, case in menus.items() if told and _is_covered(case, told, summary))


def _bodies(script: Script, summary: Summary) -> Iterator[tuple[str, tuple[Statement, ...]]]:
    """The statements of the script itself and of each of its functions, with the function's name."""
    yield "", script.statements
    for name, info in summary.functions.items():
        body = info.statement.body
        yield name, body.body if isinstance(body, Group) else (body,)


def _menus(function: str, body: tuple[Statement, ...], judge: Judge) -> Iterator[tuple[str, Case]]:
    for statement in everything(body):
        if isinstance(statement, Case) and len(statement.arms) > _LEAST:
            meaning, name = judge.meanings.of_word(statement.word, function)
            if meaning is Meaning.ANSWER:
                yield name, statement


def _option_arms(function: str, body: tuple[Statement, ...], judge: Judge) -> Iterator[CaseArm]:
    """What is done where the script is given an option or a subcommand."""
    for statement in everything(body):
        if isinstance(statement, Case):
            meaning, _ = judge.meanings.of_word(statement.word, function)
            if meaning in {Meaning.PARAMETER, Meaning.OPTION}:
                yield from (arm for arm in statement.arms if "*" not in arm.patterns and "" not in arm.patterns)


def _called_by_options(bodies: Sequence[tuple[str, tuple[Statement, ...]]], summary: Summary, judge: Judge) -> set[str]:
    """The script's own functions that are called where an option was given, at once or by way of a variable it sets."""
    arms = [arm for function, body in bodies for arm in _option_arms(function, body, judge)]
    marks = {
        assignment.name
        for arm in arms
        for statement in everything(arm.body)
        if isinstance(statement, Simple)
        for assignment in statement.assignments
    }
    found = {name for arm in arms for name in _calls(arm.body, summary)}
    for _, body in bodies if marks else ():
        for statement in everything(body):
            for condition, branch in statement.branches if isinstance(statement, If) else ():
                if condition and _is_set(judge.source.text[_span_of(condition)], marks):
                    found.update(_calls(branch, summary))
    return found


def _span_of(statements: tuple[Statement, ...]) -> slice:
    return slice(statements[0].span.start, statements[-1].span.end)


def _is_set(condition: str, marks: set[str]) -> bool:
    """True for a condition that an option's variable is set (`[ "$add" = 1 ]`), not that it is missing."""
    return not _MISSING.search(condition) and any(name in marks for name in _NAMES.findall(condition))


def _calls(statements: tuple[Statement, ...], summary: Summary) -> Iterator[str]:
    for statement in everything(statements):
        if isinstance(statement, Simple):
            yield from called_names(statement, summary.functions)


def _is_covered(case: Case, told: set[str], summary: Summary) -> bool:
    """True when most items that do something call what an option calls, their questions left out."""
    items = [{*_calls(arm.body, summary)} for arm in case.arms]
    items = [{name for name in item if not summary.asks(name)} or item for item in items if item]
    covered = sum(bool(item & told) for item in items)
    return covered >= _LEAST and covered * 2 > len(items)


def with_menus_spared(commands: Iterable[Command], menus: frozenset[str]) -> Sequence[Command]:
    """The commands, those that read the choice of such a menu under a guard that says so."""
    if not menus:
        return tuple(commands)
    return tuple(_spared(command, menus) for command in commands)


def _spared(command: Command, menus: frozenset[str]) -> Command:
    if command.program not in _READS or not menus & set(command.texts()):
        return command
    guard = Guard(GuardKind.OPTION, "an option does the work of the menu", command.place.span)
    return replace(command, guards=(*command.guards, guard))
