"""Guards that rest on an answer somebody typed, where nothing but a person could have typed it.

A prompt inside `case $choice in 2)` is met only by who answered the menu before. Where that menu can be answered by a program (it is
guarded, or fed), the prompt is the business of whoever chose it. Where it cannot, the prompt waits for the same absent person: the
guard says nothing about a run with nobody there, and becomes an ordinary condition.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

from agentlint.adapters.shell.names import DIALOGS
from agentlint.facts.command import Command, Guard, GuardKind, Input
from agentlint.files.source import Span

_VARIABLE = re.compile(r"\$\{?(\w+)")
_NAME = re.compile(r"[A-Za-z_]\w*")
_VALUE_OPTIONS = ("-p", "-t", "-n", "-N", "-d", "-i", "-u", "-a")
MAX_ROUNDS = 12
_RESTING = frozenset({GuardKind.INTERACTIVE_CALLER, GuardKind.OPTION, GuardKind.VARIABLE})
_SETTING = frozenset({GuardKind.OPTION, GuardKind.VARIABLE})


class _Typed(NamedTuple):
    """A variable that a person has typed: from where on, and under which conditions."""

    name: str
    start: int
    under: frozenset[Span]


def with_answers_judged(commands: Sequence[Command]) -> tuple[Command, ...]:
    """The commands, with guards on unanswerable answers turned into ordinary conditions."""
    found = list(commands)
    if not any(guard.kind in _RESTING for command in found for guard in command.guards):
        return tuple(found)
    for _ in range(MAX_ROUNDS):
        waiting = [command for command in found if _waits(command)]
        typed = {name for command in waiting for name in _names(command)}
        first = _first_by_unit(waiting)
        askers = {function_of(command) for command in waiting}
        held = _typed_before(waiting)
        judged = [
            _past_reads(_judged(command, typed, askers, first.get(command.unit)), held.get(command.unit, ()))
            for command in found
        ]
        if judged == found:
            break
        found = judged
    return tuple(found)


def _waits(command: Command) -> bool:
    """True for a read or a dialog that a program cannot answer."""
    return (
        (command.program in {"read", "select"} or (command.program in DIALOGS and not _shows_only(command)))
        and command.input is Input.INHERITED
        and command.answering_guard is None
        and command.option("-t") is None
    )


def _shows_only(command: Command) -> bool:
    return any(text in {"--infobox", "--gauge", "--notification", "--progress", "--filter"} for text in command.texts())


def _names(command: Command) -> tuple[str, ...]:
    if command.program in DIALOGS:
        return ()
    texts = [word.text for word in command.arguments]
    names = []
    skip = False
    for text in texts:
        if skip:
            skip = False
        elif text.startswith("-"):
            skip = text[-1:] in {option[1] for option in _VALUE_OPTIONS}
        elif _NAME.fullmatch(text):
            names.append(text)
            if command.program == "select":
                break
    return tuple(names) or ("REPLY",)


def _first_by_unit(waiting: Sequence[Command]) -> dict[str, int]:
    """Where each unit first waits for good: what stands behind is met only by who answered there."""
    first: dict[str, int] = {}
    for command in waiting:
        if not any(guard.kind is GuardKind.OTHER for guard in command.guards):
            first[command.unit] = min(first.get(command.unit, 1 << 62), command.place.span.start)
    return first


def _typed_before(waiting: Sequence[Command]) -> dict[str, list[_Typed]]:
    """By unit, what has been typed by whoever comes this far."""
    found: dict[str, list[_Typed]] = {}
    for command in waiting:
        under = frozenset(guard.span for guard in command.guards)
        found.setdefault(command.unit, []).extend(
            _Typed(name, command.place.span.start, under) for name in _names(command) if name != "REPLY"
        )
    return found


def _past_reads(command: Command, typed: Sequence[_Typed]) -> Command:
    """`read address; until is_valid "$address"; do read address`: no option answers where the value has just been typed."""
    if not typed or command.program not in {"read", "select"}:
        return command
    own = {guard.span for guard in command.guards}

    def rests(guard: Guard) -> bool:
        names = set(_VARIABLE.findall(guard.text)) if guard.kind in _SETTING else ()
        return any(item.name in names and item.start < guard.span.start and item.under <= own for item in typed)

    return _with_conditions(command, rests)


def function_of(command: Command) -> str:
    """The name of the function that a command stands in, "" outside of one."""
    return command.unit.partition("#function:")[2]


def _judged(command: Command, typed: set[str], askers: set[str], waits_at: int | None) -> Command:
    def rests(guard: Guard) -> bool:
        if guard.kind is not GuardKind.INTERACTIVE_CALLER:
            return False
        if guard.text.split(" ", 1)[0] in askers - {""}:
            return True
        names = _VARIABLE.findall(guard.text)
        behind = waits_at is not None and waits_at < guard.span.start and bool(names)
        return behind or any(name in typed for name in names)

    return _with_conditions(command, rests)


def _with_conditions(command: Command, rests: Callable[[Guard], bool]) -> Command:
    """The command with each guard that rests on what was typed as an ordinary condition."""
    if not any(map(rests, command.guards)):
        return command
    guards = tuple(Guard(GuardKind.OTHER, g.text, g.span) if rests(g) else g for g in command.guards)
    return replace(command, guards=guards)
