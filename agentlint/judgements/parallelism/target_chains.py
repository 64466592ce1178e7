"""Targets of make and its like that only gather checks, which a make without jobs makes one after another."""

from __future__ import annotations

import re

from agentlint.facts.calls import called_units
from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.facts.unit import Unit
from agentlint.judgements.parallelism.independence import groups
from agentlint.judgements.running.patterns import is_set
from agentlint.judgements.running.scope import callers_of
from agentlint.programs import table

_MAKES = frozenset({"make", "gmake", "bmake", "just", "rake"})
_AT_ONCE = ("-j", "--jobs", "-m", "--multitask")


def kinds_of_target(unit: Unit, repository: Repository) -> tuple[str, ...]:
    """The kinds of feedback that a target's prerequisites, and the makes of its recipe, give one after another; () for none.

    A target with work of its own is no mere list of checks: what it does may need what stands before it.
    """
    if "akefile" not in unit.place.path.rsplit("/", 1)[-1] and not unit.place.path.endswith((".mk", "justfile")):
        return ()
    commands = [one for one in repository.commands_by_unit.get(unit.id, ()) if one.program not in _TALK]
    if any(one.program not in _MAKES or one.background for one in commands):
        return ()
    if _given_jobs(unit, commands, repository):
        return ()
    called = dict.fromkeys(
        [*unit.calls, *(each for one in commands for each in called_units(one, repository.unit_index))]
    )
    if any(_NEEDED & _roles_behind(each, repository) for each in called) or _written_twice(unit, repository):
        return ()
    kinds = dict.fromkeys(_kind_behind(each, repository) for each in called)
    return tuple(kind for kind in kinds if kind)


_NEEDED = frozenset({"install", "build", "clean", "publish", "release", "deploy"})
"""What the targets behind it need, or what has to wait for them: their order is meant."""


def _written_twice(unit: Unit, repository: Repository) -> bool:
    """True for a target with a rule in each branch of a condition: nobody can tell which of them is made."""
    return len(re.findall(rf"^{re.escape(unit.name)}[ \t]*:(?!=)", repository.text(unit.place.path), re.MULTILINE)) > 1


_TALK = frozenset({"echo", "printf", "true", ":", "@echo", "test", "["})


def _given_jobs(unit: Unit, commands: list[Command], repository: Repository) -> bool:
    """True where the recipe, a caller or the Makefile itself gives make its jobs."""
    callers = callers_of(unit.id, repository)
    return is_set(repository, ("make:MAKEFLAGS~-j", "make:MAKEFLAGS~--jobs")) or any(
        one.option(*_AT_ONCE) is not None or "-j" in one.environment.get("MAKEFLAGS", "")
        for one in (*commands, *callers)
    )


def _kind_behind(unit: str, repository: Repository) -> str:
    """The kind of feedback behind a unit; of several the tests, for they take the time."""
    found = groups(_roles_behind(unit, repository))
    return "test" if "test" in found else next(iter(sorted(found)), "")


def _roles_behind(unit: str, repository: Repository) -> frozenset[str]:
    return frozenset(role for reached in repository.reached_from(unit) for role in table().roles(reached))
