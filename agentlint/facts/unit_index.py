"""The units of a repository, found by path, kind and name: what the resolvers of calls ask."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from agentlint.facts.command import Command
from agentlint.facts.unit import Unit, UnitKind, unit_id


@dataclass(frozen=True)
class UnitIndex:
    """Units by path, for the resolvers."""

    units: Mapping[str, Unit]
    by_path: Mapping[str, tuple[Unit, ...]] = field(default_factory=dict)
    functions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The functions of scripts by name, for those that another script sources."""

    @classmethod
    def of(cls, units: Mapping[str, Unit]) -> UnitIndex:
        """Index the units of a repository."""
        by_path: dict[str, list[Unit]] = {}
        functions: dict[str, tuple[str, ...]] = {}
        for unit in units.values():
            by_path.setdefault(unit.place.path, []).append(unit)
            if unit.kind is UnitKind.FUNCTION and "_" in unit.name.strip("_"):
                functions[unit.name] = (*functions.get(unit.name, ()), unit.id)
        return cls(units, {path: tuple(found) for path, found in by_path.items()}, functions)

    def named(self, path: str, kind: UnitKind, name: str) -> tuple[str, ...]:
        """The unit with this id, if there is one."""
        wanted = unit_id(path, kind, name)
        return (wanted,) if wanted in self.units else ()

    def of_kind(self, path: str, *kinds: UnitKind) -> tuple[str, ...]:
        """All units of these kinds in a file, in file order."""
        return tuple(unit.id for unit in self.by_path.get(path, ()) if unit.kind in kinds)

    def entry(self, path: str) -> tuple[str, ...]:
        """What running the file itself starts."""
        return self.of_kind(path, UnitKind.SCRIPT, UnitKind.MODULE)[:1]


Resolver = Callable[[Command, UnitIndex], tuple[str, ...]]
"""Gives the units that a command calls, of one way of calling."""


def joined_path(directory: str | None, path: str) -> str:
    """A repository-relative path; "" for the root, and something that matches no file when it leaves the tree."""
    path = posixpath.normpath(posixpath.join(directory or "", path))
    return "" if path == "." else path


def operands_of(command: Command, value_options: Iterable[str] = ()) -> list[str]:
    """The words that are neither options nor the values of these options."""
    takes = frozenset(value_options)
    found: list[str] = []
    skip = False
    for word in command.arguments:
        if skip:
            skip = False
        elif word.text.startswith("-") and len(word.text) > 1:
            skip = word.text in takes
        else:
            found.append(word.text)
    return found


def nearest_file(files: tuple[str, ...], directory: str, index: UnitIndex) -> str:
    """The first of these files that has units, looked for from the folder upwards; "" where there is none in the tree."""
    if posixpath.isabs(directory) or directory.split("/")[0] == "..":
        return ""
    folders = [directory]
    while folders[-1]:
        folders.append(posixpath.dirname(folders[-1]))
    paths = (joined_path(folder, name) for folder in folders for name in files)
    return next((path for path in paths if path in index.by_path), "")
