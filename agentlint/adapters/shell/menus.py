"""Menus whose work options do too: a script without arguments asks what to do, and with `--add` it does that at once.

Who runs such a script unattended gives the option and never meets the menu, nor what its items ask in turn. What no option does can
only be chosen by hand, so that a question there waits for a person.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from agentlint.adapters.shell.answered import function_of
from agentlint.adapters.shell.judge import Judge
from agentlint.adapters.shell.looking import called_names, everything
from agentlint.adapters.shell.names import PRINTING
from agentlint.adapters.shell.origins import Meaning
from agentlint.adapters.shell.status import program_of
from agentlint.adapters.shell.summary import Source, Summary
from agentlint.documents.shell import Case, CaseArm, Function, Group, If, Script, Simple, Statement
from agentlint.facts.command import Command, Guard, GuardKind
from agentlint.files.source import Span

if TYPE_CHECKING:
    from agentlint.adapters.shell.sink import Sink

_READS = frozenset({"read", "select"})
_NAMES = re.compile(r"[A-Za-z_]\w*")
_MISSING = re.compile(r"!|-z\b|-ne\b|=\s*[\"']?(?:0|no|false|[\"'])?[\"']?\s*(?:\]|$)|-eq\s+0\b", re.IGNORECASE)
_LEAST = 2
"""Items that options do too, before the menu counts as one of two ways."""
_BESIDE = PRINTING | frozenset("exit return break continue clear sleep read shift test [ : true cd".split())
"""What stands in an item beside its work."""
_LEVELS = 2
"""Menus in menus: an item whose own menu options do is done by options."""
_COMMON = 2
"""Items that may call one and the same function, before it counts as a check made for all of them."""


class Menus(NamedTuple):
    """What options of a script say about its menus."""

    answered: frozenset[tuple[str, str]] = frozenset()
    """Functions, each with a variable that it reads for what an option gives too."""
    by_hand: frozenset[Span] = frozenset()
    """The items of such menus that no option does: who wants one of these has to choose it."""

    def joined(self, other: Menus) -> Menus:
        """Those of two texts of one file."""
        return Menus(self.answered | other.answered, self.by_hand | other.by_hand)


def menus_beside_options(script: Script, summary: Summary, judge: Judge) -> Menus:
    """The menus of which most items call what an option of the script calls, and what is asked for such a call."""
    if not summary.functions or not any(
        origin.source is Source.ANSWER for origins in summary.origins.values() for origin in origins
    ):
        return Menus()
    bodies = list(_bodies(script, summary))
    menus = [(function, name, case) for function, body in bodies for name, case in _menus(function, body, judge)]
    told = _called_by_options(bodies, summary, judge) if menus else set()
    if not told:
        return Menus()
    answered = _given_by_options(bodies, summary, judge)
    by_hand: set[Span] = set()
    entries = {*_calls(bodies[0][1], summary)}
    told |= {function for function, _ in answered} - entries
    for _ in range(_LEVELS):
        by_hand.clear()
        for function, name, case in menus:
            items = _items(case, summary)
            left = _left_to_hands(items, told, summary)
            if len(items) - len(left) >= _LEAST and len(left) * 2 < len(items):
                answered.update((reader, name) for reader in _readers(name, function, summary))
                told |= {function} - entries
                by_hand.update(map(judge.place_of, left))
    return Menus(frozenset(answered), frozenset(by_hand))


def _bodies(script: Script, summary: Summary) -> Iterator[tuple[str, tuple[Statement, ...]]]:
    """The statements of the script itself and of each of its functions, with the function's name."""
    yield "", tuple(statement for statement in script.statements if not isinstance(statement, Function))
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
            yield from (word.text for word in statement.words[1:] if word.literal and word.text in summary.functions)


def _given_by_options(
    bodies: Sequence[tuple[str, tuple[Statement, ...]]], summary: Summary, judge: Judge
) -> set[tuple[str, str]]:
    """What is read to be handed to a function that an option calls with a value of the caller's (`add) add "$2"`)."""
    takers = {
        statement.words[0].text
        for function, body in bodies
        for arm in _option_arms(function, body, judge)
        for statement in everything(arm.body)
        if isinstance(statement, Simple) and statement.words and _handed(statement, _is_positional)
    } & summary.functions.keys()
    found: set[tuple[str, str]] = set()
    for function, body in bodies if takers else ():
        for statement in everything(body):
            if isinstance(statement, Simple) and statement.words and statement.words[0].text in takers:
                handed = _handed(statement, str.isidentifier)
                found.update((function, name) for name in handed if _is_typed(name, function, summary))
    return found


def _is_typed(name: str, function: str, summary: Summary) -> bool:
    origins = summary.origins.get(name, ())
    return any(origin.source is Source.ANSWER and origin.function == function for origin in origins)


def _is_positional(name: str) -> bool:
    return name.isdigit() or name in {"@", "*"}


def _handed(statement: Simple, wanted: Callable[[str], bool]) -> list[str]:
    """The variables among the arguments of a call."""
    return [part.name for word in statement.words[1:] for part in word.parts if part.name and wanted(part.name)]


def _items(case: Case, summary: Summary) -> list[tuple[CaseArm, set[str]]]:
    """The items that do something, with what each calls: neither its questions nor what the items have in common."""
    called = [(arm, {*_calls(arm.body, summary)}) for arm in case.arms]
    often = Counter(name for _, names in called for name in names)
    items = []
    for arm, names in called:
        own = {name for name in names if often[name] <= _COMMON} or names
        if own and "*" not in arm.patterns:
            done = {name for name in own if not summary.asks(name)} or own
            items.append((arm, set() if _works_itself(arm, summary) else done))
    return items


def _readers(name: str, function: str, summary: Summary) -> set[str]:
    """The functions that read the choice: the menu's own, or those that it leaves that to."""
    readers = {origin.function for origin in summary.origins.get(name, ()) if origin.source is Source.ANSWER}
    return {function} if function in readers else readers


def _left_to_hands(items: Sequence[tuple[CaseArm, set[str]]], told: set[str], summary: Summary) -> list[CaseArm]:
    """The items that no option does, nor as a part of another item that one does (`4) update_all`)."""
    wholes = {name for _, item in items for name in item & told}
    parts = {name for whole in wholes if whole in summary.functions for name in summary.functions[whole].called}
    return [arm for arm, item in items if not item & told and not item & parts]


def _works_itself(arm: CaseArm, summary: Summary) -> bool:
    """True for an item with as many commands of its own as calls: no option that makes one of these does all of it."""
    programs = [program_of(s) for s in everything(arm.body) if isinstance(s, Simple) and s.words]
    calls = sum(program in summary.functions for program in programs)
    return sum(bool(program) and program not in _BESIDE for program in programs) >= 2 * calls


def with_items_by_hand(sink: Sink) -> None:
    """Take back the guards of items that a person has to choose: on the calls there, and on the commands."""
    places = sink.menus.by_hand
    if places:
        sink.calls[:] = [
            call._replace(guards=_without(call.guards, places), by_hand=True)
            if _stands_in(call.guards, places)
            else call
            for call in sink.calls
        ]
        sink.commands[:] = [
            replace(command, guards=_without(command.guards, places)) if _stands_in(command.guards, places) else command
            for command in sink.commands
        ]


def _stands_in(guards: Sequence[Guard], places: frozenset[Span]) -> bool:
    return any(guard.span in places for guard in guards)


def _without(guards: Sequence[Guard], places: frozenset[Span]) -> tuple[Guard, ...]:
    return tuple(Guard(GuardKind.OTHER, g.text, g.span) if g.span in places else g for g in guards)


def with_menus_spared(commands: Iterable[Command], menus: Menus) -> Sequence[Command]:
    """The commands, those that read what an option gives too under a guard that says so."""
    if not menus.answered:
        return tuple(commands)
    names = {name for _, name in menus.answered}
    return tuple(_spared(command, menus, names) for command in commands)


def _spared(command: Command, menus: Menus, names: set[str]) -> Command:
    if command.program not in _READS or not names & set(command.texts()):
        return command
    function = function_of(command)
    if not any((function, text) in menus.answered for text in command.texts()):
        return command
    guard = Guard(GuardKind.OPTION, "an option does the work of the menu", command.place.span)
    return replace(command, guards=(*command.guards, guard))
