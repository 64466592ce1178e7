"""What a function's callers say about the commands inside it: the guards and the input of all its calls."""

from __future__ import annotations

from dataclasses import replace

from agentlint.adapters.shell.sink import Call, Sink
from agentlint.facts.command import ANSWERING, Command, Guard, GuardKind, Input
from agentlint.facts.unit import Unit, UnitKind, unit_id


def with_callers(sink: Sink) -> tuple[Command, ...]:
    """The commands, those in functions completed by what all callers have in common."""
    units = _with_calls(sink)
    sink.units[:] = units
    if not sink.calls:
        return tuple(sink.commands)
    by_function: dict[str, list[Call]] = {}
    for call in sink.calls:
        by_function.setdefault(call.function, []).append(call)
    guards = _caller_guards(by_function)
    inputs = {name: given for name, calls in by_function.items() if (given := _common_input(calls)) is not None}
    found = []
    for command, owner in zip(sink.commands, sink.owners, strict=False):
        guard = guards.get(owner)
        if guard is not None:
            command = replace(command, guards=(guard, *command.guards))
        given = inputs.get(owner)
        if given is not None and command.input is Input.INHERITED and not command.input_from:
            command = replace(command, input=given[0], input_from=given[1])
        found.append(command)
    return tuple(found)


def _caller_guards(by_function: dict[str, list[Call]]) -> dict[str, Guard]:
    """For each function that is reached only through answering guards, one of them as seen from inside.

    Starts from "all are guarded" and takes back until nothing changes, so that calls in a ring do not count.
    """
    guarded = set(by_function)
    changed = True
    rounds = 0
    while changed and rounds < 200:
        changed = False
        rounds += 1
        for name in list(guarded):
            if not all(_answered(call) or _passes_on(call, guarded, by_function) for call in by_function[name]):
                guarded.discard(name)
                changed = True
    found: dict[str, Guard] = {}
    for name in guarded:
        guard = _first_guard(name, by_function)
        if guard is not None:
            found[name] = Guard(GuardKind.INTERACTIVE_CALLER, guard.text, guard.span)
    return found


def _answered(call: Call) -> bool:
    return any(guard.kind in ANSWERING for guard in call.guards)


def _passes_on(call: Call, guarded: set[str], by_function: dict[str, list[Call]]) -> bool:
    """True when the guard of the calling function holds for the call too.

    An option that spares the menu does nothing for an item that only the menu has; a test for a terminal does.
    """
    if call.caller not in guarded or not call.by_hand:
        return call.caller in guarded
    guard = _first_guard(call.caller, by_function)
    return guard is not None and guard.kind in {GuardKind.TERMINAL, GuardKind.NOT_AUTOMATED}


def _first_guard(name: str, by_function: dict[str, list[Call]]) -> Guard | None:
    """The guard of a caller, looked for through callers of callers."""
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        current = waiting.pop()
        if current in seen:
            continue
        seen.add(current)
        for call in by_function.get(current, ()):
            for guard in call.guards:
                if guard.kind in ANSWERING:
                    return guard
            waiting.append(call.caller)
    return None


def _common_input(calls: list[Call]) -> tuple[Input, str] | None:
    given = {(call.input, call.input_from) for call in calls}
    if any(kind is Input.INHERITED for kind, _ in given):
        return None
    return sorted(given, key=lambda item: (item[0].value, item[1]))[0]


def _with_calls(sink: Sink) -> list[Unit]:
    called: dict[str, dict[str, None]] = {}
    for call in sink.calls:
        called.setdefault(call.caller, {})[call.function] = None
    made = []
    for unit in sink.units:
        name = unit.name if unit.kind is UnitKind.FUNCTION else ""
        targets = tuple(unit_id(sink.path, UnitKind.FUNCTION, function) for function in called.get(name, ()))
        made.append(replace(unit, calls=(*unit.calls, *targets)) if targets else unit)
    return made
