"""Functions of a script that nothing calls: what stands in them happens to nobody."""

from __future__ import annotations

import re

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.facts.unit import UnitKind

_WORD = r"(?<![\w-]){0}(?![\w-])"


def never_called(command: Command, repository: Repository) -> bool:
    """True in a function whose name stands in its file once, where the file is a program: it does work of its own.

    What a library defines may be called by anybody, and a program that runs the words it is given may run any function.
    """
    unit = repository.units.get(command.unit)
    if unit is None or unit.kind is not UnitKind.FUNCTION or repository.graph.callers.get(unit.id):
        return False
    text = repository.text(command.place.path)
    if len(re.findall(_WORD.format(re.escape(unit.name)), text)) != 1 or _put_together(unit.name, text):
        return False
    own = [
        other
        for one in repository.unit_index.of_kind(command.place.path, UnitKind.SCRIPT)
        for other in repository.commands_by_unit.get(one, ())
    ]
    if not own or any(other.program_path.startswith(("$", '"$', "eval")) for other in own):
        return False
    return any(
        other.program in _SETTLES or other.program_path in _functions_of(command.place.path, repository)
        for other in own
    )


_SETTLES = frozenset({"main", "exit", "make", "git", "docker", "curl", "rm", "cp", "mkdir"})
"""Work that a program does and a library that is sourced does not."""


def _functions_of(path: str, repository: Repository) -> frozenset[str]:
    return frozenset(repository.units[one].name for one in repository.unit_index.of_kind(path, UnitKind.FUNCTION))


def _put_together(name: str, text: str) -> bool:
    """True where a name that begins or ends like this one is worked out when it runs (`"ask_$what"`, `${action}_all`)."""
    first, *rest = re.split(r"[_-]", name.strip("_-"))
    if re.search(rf"(?<!\w)_*{re.escape(first)}[\w-]*[_-]\"?\$", text):
        return True
    return (
        bool(rest)
        and re.search(rf"\$(?:\{{[^}}\n]+\}}|\d)\"?[\w-]*[_-]{re.escape(rest[-1])}(?![\w-])", text) is not None
    )
