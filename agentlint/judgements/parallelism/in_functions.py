"""What the functions of one script repeat: the same runner, serial in each, for want of one variable set above them all."""

from __future__ import annotations

from collections.abc import Callable

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.facts.unit import UnitKind

MANY = 3
"""Functions from which on one setting for the file is the better place to mend."""


def in_function(command: Command, repository: Repository) -> bool:
    """True for a command of a script's function."""
    unit = repository.units.get(command.unit)
    return unit is not None and unit.kind is UnitKind.FUNCTION


def starts_in_functions(path: str, flagged: Callable[[Command], bool], repository: Repository) -> tuple[int, ...]:
    """Where each function of a file first has such a command, in order; empty where they are too few to be one fault."""
    found = [
        min(places)
        for unit in repository.unit_index.of_kind(path, UnitKind.FUNCTION)
        if (places := [one.place.span.start for one in repository.commands_by_unit.get(unit, ()) if flagged(one)])
    ]
    return tuple(sorted(found)) if len(found) >= MANY else ()


def once_for_all(functions: int) -> str:
    """What to do where so many functions of a file lack the same."""
    return f"set CTEST_PARALLEL_LEVEL once above the {functions} functions of this file that do so"
