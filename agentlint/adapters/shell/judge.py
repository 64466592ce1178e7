"""Guards: what a condition says about a run with nobody there."""

from __future__ import annotations

import re
from typing import NamedTuple

from agentlint.adapters.shell.deciding import tells_an_answer
from agentlint.adapters.shell.expand import outer_of
from agentlint.adapters.shell.leaving import Leave, Leaving
from agentlint.adapters.shell.looking import everything, feeds
from agentlint.adapters.shell.machine import Machine
from agentlint.adapters.shell.names import ASKED_FOR, ASSENT, DIALOGS, OF_THE_MACHINE
from agentlint.adapters.shell.origins import Meaning, Meanings
from agentlint.adapters.shell.single_test import Verdict, judge_leaf
from agentlint.adapters.shell.status import program_of
from agentlint.adapters.shell.summary import Summary, Under
from agentlint.adapters.shell.tests_in_shell import Both, Leaf, Negated, Test, parse_test
from agentlint.documents.embedded import EmbeddedText
from agentlint.documents.shell import (
    AndOr,
    CaseArm,
    Condition,
    Function,
    Group,
    If,
    Not,
    Pipeline,
    ShellWord,
    Simple,
    Statement,
)
from agentlint.facts.command import ANSWERING, Guard, GuardKind
from agentlint.files.source import Span

Guards = tuple[Guard, ...]

MAX_TEXT = 80
MAX_DEPTH = 24

_VARIABLE = re.compile(r"\$\{?([A-Za-z_]\w*|\d+|[@*#-])")


class Place(NamedTuple):
    """From where a condition is judged."""

    machine: Machine | None
    function: str = ""


class Judge:
    """Judges the conditions of one script."""

    def __init__(self, summary: Summary, source: EmbeddedText, leaving: Leaving) -> None:
        self.summary = summary
        self.source = source
        self.leaving = leaving
        self.outer = outer_of(source)
        self.meanings = Meanings(summary, self._under)
        self.function = ""
        self._predicates: set[str] = set()

    # -- the questions of the walk -----------------------------------------------------------------------------------

    def guards(self, statement: Statement, holds: bool, machine: Machine | None) -> Guards:
        """The guards of what runs only when `statement` succeeded (or, not `holds`, failed)."""
        kinds = self.verdicts(statement, holds, machine, 0)
        return self._as_guards(kinds, statement.span)

    def after_leaving(self, statement: Statement, holds: bool, machine: Machine, leave: Leave) -> Guards:
        """The guards of what follows a block that left when `statement` had the other outcome."""
        kept = []
        for verdict in self.verdicts(statement, holds, machine, 0):
            weak = verdict.kind in {GuardKind.OPTION, GuardKind.VARIABLE}
            if weak and leave.failing and verdict.given:
                continue
            if weak and leave.how == "exit" and not verdict.given and not self._assents(verdict):
                continue
            if verdict.kind not in {GuardKind.OTHER, GuardKind.INTERACTIVE_CALLER}:
                kept.append(verdict)
        return self._as_guards(kept, statement.span)

    def after_call(self, name: str, machine: Machine) -> Guards:
        """Guards that hold after a call of a function which ends the script where there is no terminal."""
        info = self.summary.functions[name]
        body = info.statement.body
        statements = body.body if isinstance(body, Group) else (body,)
        if len(statements) > 6:
            return ()
        found: Guards = ()
        leaving = self.leaving
        for statement in statements:
            if isinstance(statement, AndOr) and len(statement.rest) == 1:
                operator, following = statement.rest[0]
                leave = leaving.of((following,))
                if leave and leave.how == "exit":
                    found += self.after_leaving(statement.first, operator == "||", machine, leave)
            elif isinstance(statement, If) and statement.otherwise is None and len(statement.branches) == 1:
                condition, branch = statement.branches[0]
                leave = leaving.of(branch)
                if leave and leave.how == "exit" and condition:
                    found += self.after_leaving(condition[-1], False, machine, leave)
        return tuple(guard for guard in found if guard.kind in {GuardKind.TERMINAL, GuardKind.NOT_AUTOMATED})

    def arm(self, word: ShellWord, arm: CaseArm, others: tuple[str, ...], machine: Machine) -> Guards:
        """The guards of a `case` arm."""
        text = f"case {word.text} in {'|'.join(arm.patterns)})"
        kind = self._arm_kind(word, arm.patterns, machine)
        return (Guard(kind, text[:MAX_TEXT], self.place_of(arm)),)

    def place_of(self, arm: CaseArm) -> Span:
        """Where the guard of a `case` arm stands."""
        return self.outer(self._first_line(arm.span))

    def assigned_in(self, statements: tuple[Statement, ...]) -> set[str]:
        """Variables assigned somewhere inside."""
        return {
            assignment.name
            for statement in everything(statements)
            if isinstance(statement, Simple)
            for assignment in (*statement.assignments, *statement.declared)
            if not statement.words or statement.declared
        }

    # -- verdicts ----------------------------------------------------------------------------------------------------

    def verdicts(self, statement: Statement, holds: bool, machine: Machine | None, depth: int) -> list[Verdict]:
        """What is known when `statement` had this outcome: all of these hold."""
        if depth > MAX_DEPTH:
            return [Verdict(GuardKind.OTHER)]
        if isinstance(statement, Not):
            return self.verdicts(statement.statement, not holds, machine, depth + 1)
        if isinstance(statement, Condition):
            return self._test(parse_test(statement.text, statement.style), holds, machine, depth)
        if isinstance(statement, AndOr):
            return self._chain(statement, holds, machine, depth)
        if isinstance(statement, Group) and statement.body:
            return self.verdicts(statement.body[-1], holds, machine, depth + 1)
        if isinstance(statement, Pipeline):
            return [self._pipeline(statement, holds, machine)]
        if isinstance(statement, Simple):
            return self._command(statement, holds, machine, depth)
        return [Verdict(GuardKind.OTHER)]

    def _test(self, test: Test, holds: bool, machine: Machine | None, depth: int) -> list[Verdict]:
        if depth > MAX_DEPTH:
            return [Verdict(GuardKind.OTHER)]
        if isinstance(test, Negated):
            return self._test(test.inner, not holds, machine, depth + 1)
        if isinstance(test, Leaf):
            return [judge_leaf(test, holds, self.meanings, machine, self.function)]
        left = self._test(test.left, holds, machine, depth + 1)
        right = self._test(test.right, holds, machine, depth + 1)
        return _joined(left, right, both=isinstance(test, Both) == holds)

    def _chain(self, statement: AndOr, holds: bool, machine: Machine | None, depth: int) -> list[Verdict]:
        found = self.verdicts(statement.first, holds, machine, depth + 1)
        for operator, following in statement.rest:
            right = self.verdicts(following, holds, machine, depth + 1)
            found = _joined(found, right, both=(operator == "&&") == holds)
        return found

    def _pipeline(self, statement: Pipeline, holds: bool, machine: Machine | None) -> Verdict:
        """`echo "$X" | grep -q y` asks about X."""
        first = statement.stages[0]
        if program_of(first) in {"echo", "printf"} and program_of(statement.stages[-1]) in {"grep", "egrep", "fgrep"}:
            names = _VARIABLE.findall(self.source.text[first.span.start : first.span.end])
            if len(names) == 1:
                return judge_leaf(Leaf((f"${names[0]}", "=~", "?")), holds, self.meanings, machine, self.function)
        return Verdict(GuardKind.OTHER)

    def _command(self, statement: Simple, holds: bool, machine: Machine | None, depth: int) -> list[Verdict]:
        name = program_of(statement)
        text = self.source.text
        if name == "test":
            inside = text[statement.words[0].span.end : statement.words[-1].span.end]
            return self._test(parse_test(inside, "["), holds, machine, depth)
        if name == "tty":
            return [Verdict(GuardKind.TERMINAL if holds else GuardKind.OTHER)]
        if name in {"grep", "egrep"} and feeds(statement.redirects):
            names = _VARIABLE.findall(" ".join(r.target.text for r in statement.redirects if r.target))
            if len(names) == 1:
                leaf = Leaf((f"${names[0]}", "=~", "?"))
                return [judge_leaf(leaf, holds, self.meanings, machine, self.function)]
        if name in DIALOGS or (name == "read" and not feeds(statement.redirects)):
            return [Verdict(GuardKind.INTERACTIVE_CALLER if holds else GuardKind.OTHER)]
        if name in self.summary.functions:
            found = self._predicate(name, holds, machine, depth)
            if any(verdict.kind is not GuardKind.OTHER for verdict in found) or self._asks(name):
                return found
            return self._about_argument(statement, holds, machine)
        compared = len(statement.words) == 3 and statement.words[1].text in {"=", "=="}  # `if $WANTED == true`
        if not name and (len(statement.words) == 1 or compared) and len(statement.words[0].parts) == 1:
            variable = statement.words[0].parts[0].name
            if variable:
                leaf = Leaf((f"${variable}", "=", "true"))
                return [judge_leaf(leaf, holds, self.meanings, machine, self.function)]
        return self._about_argument(statement, holds, machine) if not name else [Verdict(GuardKind.OTHER)]

    def _about_argument(self, statement: Simple, holds: bool, machine: Machine | None) -> list[Verdict]:
        """`is_valid_name "$NAME"` asks about NAME, whatever it looks at."""
        arguments = [word for word in statement.words[1:] if len(word.parts) == 1 and word.parts[0].name]
        if len(arguments) != 1:
            return [Verdict(GuardKind.OTHER)]
        leaf = Leaf((f"${{{arguments[0].parts[0].name}}}", "=~", "?"))
        return [judge_leaf(leaf, holds, self.meanings, machine, self.function)]

    def _predicate(self, name: str, holds: bool, machine: Machine | None, depth: int) -> list[Verdict]:
        """A condition that calls a function of this script."""
        info = self.summary.functions[name]
        if self._asks(name):
            return [Verdict(GuardKind.INTERACTIVE_CALLER if holds else GuardKind.OTHER)]
        if name in self._predicates:
            return [Verdict(GuardKind.OTHER)]
        self._predicates.add(name)
        outer, self.function = self.function, name
        try:
            return self._body(info.statement, holds, depth)
        finally:
            self.function = outer
            self._predicates.discard(name)

    def _asks(self, name: str) -> bool:
        return self.summary.asks(name) and tells_an_answer(name, self.summary)

    def _body(self, function: Function, holds: bool, depth: int) -> list[Verdict]:
        body = function.body
        statements = body.body if isinstance(body, Group) else (body,)
        if len(statements) == 1 and isinstance(statements[0], (Condition, AndOr, Not, Simple)):
            return self.verdicts(statements[0], holds, None, depth + 1)
        kinds = [
            verdict
            for statement in list(everything(statements))[:60]
            if isinstance(statement, Condition) or program_of(statement) in {"test", "tty"}
            for verdict in self.verdicts(statement, True, None, depth + 1)
        ]
        for verdict in kinds:
            if verdict.kind in {GuardKind.TERMINAL, GuardKind.NOT_AUTOMATED, GuardKind.AUTOMATED}:
                interactive = re.search(r"interact|tty|term|human|prompt", function.name, re.IGNORECASE)
                kind = GuardKind.TERMINAL if interactive else verdict.kind
                return [Verdict(kind if holds else GuardKind.OTHER)]
            if verdict.kind is GuardKind.OPTION and ASSENT.search(function.name):
                return [verdict]
        return [Verdict(GuardKind.OTHER)]

    def _arm_kind(self, word: ShellWord, patterns: tuple[str, ...], machine: Machine | None) -> GuardKind:
        meaning, name = self.meanings.of_word(word, self.function)
        default = "*" in patterns
        if meaning is Meaning.TERMINAL:
            return GuardKind.TERMINAL if any("i" in p for p in patterns) else GuardKind.OTHER
        if meaning in {Meaning.CI, Meaning.NOT_AUTOMATED}:
            empty = any(p in {"", "0", "false"} for p in patterns) or default
            return GuardKind.NOT_AUTOMATED if empty else GuardKind.AUTOMATED
        if meaning is Meaning.ANSWER:
            chosen = name.isupper() and _chosen(patterns)
            return GuardKind.OTHER if chosen else GuardKind.INTERACTIVE_CALLER
        if meaning is Meaning.PARAMETER:
            if "" in patterns:
                return GuardKind.VARIABLE
            asked_for = any(ASKED_FOR.search(p) or (p.startswith("-") and ASSENT.search(p)) for p in patterns)
            return GuardKind.OPTION if asked_for else GuardKind.OTHER
        if meaning in {Meaning.OPTION, Meaning.ENVIRONMENT}:
            if self._is_getopts(name) and not default:
                return GuardKind.OPTION
            if self._is_typed(name) and _chosen(patterns) and not any(map(_ASKS_TO_BE_ASKED.search, patterns)):
                return GuardKind.OTHER
            if not default and OF_THE_MACHINE.match(name):
                return GuardKind.OTHER
            told = name.isupper() or _names_an_option(name, patterns)
            return GuardKind.OTHER if meaning is Meaning.ENVIRONMENT and not told else GuardKind.OPTION
        return GuardKind.OTHER

    def _is_getopts(self, name: str) -> bool:
        return any(origin.source.value == "option" for origin in self.summary.origins.get(name, ()))

    def _is_typed(self, name: str) -> bool:
        """True for the answer to a menu that a program may give by its name: what picks an item answers no question of it."""
        return name.isupper() and any(origin.source.value == "answer" for origin in self.summary.origins.get(name, ()))

    def _under(self, under: Under, function: str) -> GuardKind:
        """The kind of a condition that an assignment in a function stands under, for the meaning of its variable."""
        outer, self.function = self.function, function
        try:
            if under.statement is None:
                return self._arm_kind(under.word, under.patterns, None) if under.word else GuardKind.OTHER
            kinds = [verdict.kind for verdict in self.verdicts(under.statement, under.holds, None, 0)]
            return next((kind for kind in kinds if kind in _TELLING), GuardKind.OTHER)
        finally:
            self.function = outer

    # -- guards out of verdicts --------------------------------------------------------------------------------------

    def _assents(self, verdict: Verdict) -> bool:
        return bool(verdict.about) and ASSENT.search(verdict.about) is not None

    def _as_guards(self, verdicts: list[Verdict], span: Span) -> Guards:
        text = " ".join(self.source.text[span.start : min(span.end, span.start + 200)].split())[:MAX_TEXT]
        outer = self.outer(span)
        kinds = sorted({verdict.kind for verdict in verdicts}, key=_STRENGTH.index, reverse=True)
        made: dict[GuardKind, Guard] = {kind: Guard(kind, text, outer) for kind in kinds}
        if len(made) > 1:
            made.pop(GuardKind.OTHER, None)
        return tuple(made.values())

    def _first_line(self, span: Span) -> Span:
        end = self.source.text.find(")", span.start, span.end)
        return Span(span.start, end + 1 if end > 0 else span.end)


def _chosen(patterns: tuple[str, ...]) -> bool:
    """True for an item of a menu (`4)`, `remove)`): a program that can choose it waits at what stands there all the same."""
    return not any(p in {"", "*"} or re.fullmatch(r"\W*y\W*.*|\W*n\W*.*|-.*", p, re.IGNORECASE) for p in patterns)


def _names_an_option(name: str, patterns: tuple[str, ...]) -> bool:
    """`case "$option" in f|force)`: the loop variable over what another file has parsed."""
    return re.search(r"opt|arg|flag", name) is not None and any(ASSENT.search(pattern) for pattern in patterns)


_ASKS_TO_BE_ASKED = re.compile(r"interact|ask|manual|prompt", re.IGNORECASE)
_STRENGTH = list(GuardKind)
"""The stronger guard of one condition stands innermost, where messages look for it."""
_TELLING = frozenset({GuardKind.TERMINAL, GuardKind.NOT_AUTOMATED, GuardKind.AUTOMATED, GuardKind.OPTION})


def _joined(left: list[Verdict], right: list[Verdict], both: bool) -> list[Verdict]:
    """All verdicts where both sides hold; where only one is sure, a guard only if each side is one."""
    if both:
        return (left + right)[:12]
    first = next((verdict for verdict in left if verdict.kind in ANSWERING), None)
    second = next((verdict for verdict in right if verdict.kind in ANSWERING), None)
    if first is not None and second is not None:
        return [first]
    sure, rest = (first, right) if first is not None else (second, left)
    if sure is not None and sure.about and all(verdict.about == sure.about for verdict in rest):
        return [sure]  # `-z "$DAYS" || [ "$DAYS" -lt 1 ]`: a good value answers both
    if sure is not None and not sure.given and all(verdict.about == "$#" for verdict in rest):
        return [sure]  # `[ $# -ne 1 ] || [ "$1" != -y ]`: as does the one argument wanted
    return [Verdict(GuardKind.OTHER)]
