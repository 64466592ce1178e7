"""What a script runs only for some values that its caller gives: `if [[ $TASK == lint ]]`, `case "$1" in test)`.

A value counts as the caller's where nothing in the script assigns the variable; parameters count outside functions, in scripts
that shift none of them away.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from agentlint.adapters.shell.leaving import Leaving
from agentlint.adapters.shell.looking import everything, inside
from agentlint.adapters.shell.status import program_of
from agentlint.adapters.shell.summary import Source, Summary
from agentlint.adapters.shell.tests_in_shell import Both, Either, Leaf, Negated, Test, parse_test
from agentlint.documents.shell import AndOr, Case, Condition, Function, If, Not, Script, Simple, Statement
from agentlint.facts.command import Choice
from agentlint.files.source import Span

Choices = tuple[Choice, ...]

_GIVEN = re.compile(r'"?\$(?:\{(\w+)(?::?-([\w./-]*))?\}|(\w+))"?\Z')
_LITERAL = re.compile(r"""(?:"([^"$`\\]*)"|'([^']*)'|([^\s"'$`\\*?\[\](){}|&;<>]+))\Z""")
_SHIFTS = frozenset({"shift", "set", "getopts", "getopt"})


class Region(NamedTuple):
    """A stretch of a script that runs only where the choice holds."""

    span: Span
    choice: Choice


def regions(script: Script, summary: Summary, leaving: Leaving) -> tuple[Region, ...]:
    """The stretches of a script that hang on what its caller gives."""
    if "$" not in script.text or not any(word in script.text for word in ("case", "[")):
        return ()
    return _Reader(script, summary, leaving).regions()


class _Given(NamedTuple):
    """A variable, or a parameter by its number, and what holds where the caller gives none (`${1:-all}`)."""

    name: str
    default: str


class _Reader:
    def __init__(self, script: Script, summary: Summary, leaving: Leaving) -> None:
        self.script = script
        self.leaving = leaving
        self.assigned = frozenset(
            name
            for name, origins in summary.origins.items()
            if any(one.source is not Source.DEFAULT for one in origins)
        )
        self.found: list[Region] = []

    def regions(self) -> tuple[Region, ...]:
        self._block(self.script.statements, len(self.script.text), parameters=not self._shifts())
        return tuple(self.found)

    def _shifts(self) -> bool:
        simple = (one for one in everything(self.script.statements) if isinstance(one, Simple))
        return any(program_of(one) in _SHIFTS and (program_of(one) != "set" or "--" in _texts(one)) for one in simple)

    def _block(self, statements: tuple[Statement, ...], end: int, parameters: bool) -> None:
        """A list of statements, up to where the last of what follows in it ends."""
        for statement in statements:
            if isinstance(statement, If):
                self._if(statement, end, parameters)
            elif isinstance(statement, Case):
                self._case(statement, parameters)
            elif isinstance(statement, AndOr):
                self._chain(statement, end, parameters)
            else:
                inner = tuple(inside(statement))
                self._block(inner, statement.span.end, parameters and not isinstance(statement, Function))

    def _if(self, statement: If, end: int, parameters: bool) -> None:
        failed: Choices = ()
        behind: Choices = ()
        for condition, body in statement.branches:
            if not condition:
                continue
            self._add(body, (*failed, *self._chosen(condition[-1], True, parameters)), parameters)
            refused = self._chosen(condition[-1], False, parameters)
            failed = (*failed, *refused)
            if self.leaving.of(body):
                behind = (*behind, *refused)
        if statement.otherwise is not None:
            self._add(statement.otherwise, failed, parameters)
            if len(statement.branches) == 1 and statement.branches[0][0] and self.leaving.of(statement.otherwise):
                behind = self._chosen(statement.branches[0][0][-1], True, parameters)
        self._note(Span(statement.span.end, end), behind)

    def _chain(self, statement: AndOr, end: int, parameters: bool) -> None:
        """`[[ $X == a ]] && run`; behind `[[ $X == a ]] || exit`, all that follows."""
        operators = {operator for operator, _ in statement.rest}
        if len(operators) == 1:
            holds = operators == {"&&"}
            known = self._chosen(statement.first, holds, parameters)
            for _, following in statement.rest:
                self._note(following.span, known)
                known = (*known, *self._chosen(following, holds, parameters))
            if len(statement.rest) == 1 and self.leaving.of((statement.rest[0][1],)):
                self._note(Span(statement.span.end, end), self._chosen(statement.first, not holds, parameters))
        self._block(tuple(inside(statement)), statement.span.end, parameters)

    def _case(self, statement: Case, parameters: bool) -> None:
        given = self._given(statement.word.text, parameters)
        before: tuple[str, ...] = ()
        for arm in statement.arms:
            patterns = tuple(pattern.strip("\"'") for pattern in arm.patterns)
            choices: Choices = ()
            if given and not any("$" in pattern or "@(" in pattern for pattern in (*before, *patterns)):
                refused = (Choice(given.name, before, False, given.default),) if before else ()
                choices = (Choice(given.name, patterns, True, given.default), *refused)
            self._add(arm.body, choices, parameters)
            before = (*before, *patterns)

    def _add(self, body: tuple[Statement, ...], choices: Choices, parameters: bool) -> None:
        if body:
            span = Span(body[0].span.start, body[-1].span.end)
            self._note(span, choices)
            self._block(body, span.end, parameters)

    def _note(self, span: Span, choices: Choices) -> None:
        self.found.extend(Region(span, choice) for choice in choices if span.start < span.end)

    # -- what a condition says ---------------------------------------------------------------------------------------

    def _chosen(self, statement: Statement, holds: bool, parameters: bool) -> Choices:
        """What is known of given values when the condition had this outcome: all of these."""
        if isinstance(statement, Not):
            return self._chosen(statement.statement, not holds, parameters)
        if isinstance(statement, Condition) and statement.style != "((":
            return tuple(self._of_test(parse_test(statement.text, statement.style), holds, parameters))
        operators = {operator for operator, _ in statement.rest} if isinstance(statement, AndOr) else set()
        if operators == {"&&" if holds else "||"}:
            return tuple(one for part in inside(statement) for one in self._chosen(part, holds, parameters))
        if operators == {"||"}:
            return _united([self._chosen(part, holds, parameters) for part in inside(statement)])
        return ()

    def _of_test(self, test: Test, holds: bool, parameters: bool) -> Iterator[Choice]:
        if isinstance(test, Negated):
            yield from self._of_test(test.inner, not holds, parameters)
        elif isinstance(test, Leaf):
            yield from self._of_leaf(test, holds, parameters)
        elif isinstance(test, Both if holds else Either):
            yield from self._of_test(test.left, holds, parameters)
            yield from self._of_test(test.right, holds, parameters)
        else:
            yield from _united([tuple(self._of_test(one, holds, parameters)) for one in (test.left, test.right)])

    def _of_leaf(self, leaf: Leaf, holds: bool, parameters: bool) -> Iterator[Choice]:
        words = leaf.words
        if len(words) == 2 and words[0] in {"-z", "-n"}:
            given = self._given(words[1], parameters)
            if given:
                yield Choice(given.name, ("",), holds is (words[0] == "-z"), given.default)
        elif len(words) == 3 and words[1] in {"=", "==", "!="}:
            given, value = self._given(words[0], parameters), _LITERAL.match(words[2])
            if given and value:
                literal = next((group for group in value.groups() if group is not None), "")
                yield Choice(given.name, (literal,), holds is (words[1] != "!="), given.default)

    def _given(self, word: str, parameters: bool) -> _Given | None:
        """The variable or parameter that the word stands for, where the caller gives it."""
        found = _GIVEN.match(word)
        name = (found[1] or found[3]) if found else ""
        if found is None or name == "0" or name in self.assigned or (name.isdigit() and not parameters):
            return None
        return _Given(name, found[2] or "")


def _united(ways: list[Choices]) -> Choices:
    """`$X == a || $X == b`: one of the values."""
    first = ways[0][0] if ways[0] else None
    if first is None or not all(len(way) == 1 and way[0].holds and way[0].name == first.name for way in ways):
        return ()
    return (Choice(first.name, tuple(value for way in ways for value in way[0].values), True, first.default),)


def _texts(statement: Simple) -> tuple[str, ...]:
    return tuple(word.text for word in statement.words)
