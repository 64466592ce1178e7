"""Programs by name and alias, made of the table's entries when they are first asked for: a run meets few of the hundreds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, replace
from functools import reduce
from typing import Any

from agentlint.programs.entries import Asking, Fetching, Parallelism, Program, Reporting, Role, When

Entry = Mapping[str, Any]
"""One `[[program]]` of the data, as it was read."""


_ASPECTS = ("asks", "roles", "fetches", "parallelism", "reports")


class Programs(Mapping[str, Program]):
    """The programs. Raises ValueError for a faulty entry when its program is asked for (a bug of ours, caught by the tests)."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries: dict[str, list[Entry]] = {}
        for entry in entries:
            self._entries.setdefault(entry["name"], []).append(entry)
        self._names = {name: name for name in self._entries}
        for name, own in self._entries.items():
            for alias in (alias for entry in own for alias in entry.get("aliases", ())):
                self._names.setdefault(alias, name)
        self._share_with_aliases()
        self._made: dict[str, Program] = {}

    def _share_with_aliases(self) -> None:
        """An alias that has entries of its own too gets each aspect they lack (wget asks otherwise than curl, and fetches the same)."""
        for entry in [entry for own in self._entries.values() for entry in own]:
            for alias in filter(self._entries.__contains__, entry.get("aliases", ())):
                own = self._entries[alias]
                for aspect in [name for name in _ASPECTS if name in entry and not any(name in one for one in own)]:
                    own.append(
                        {key: entry[key] for key in (aspect, "source", "check") if key in entry} | {"name": alias}
                    )

    def __getitem__(self, name: str) -> Program:
        name = self._names[name]
        if name not in self._made:
            try:
                self._made[name] = reduce(_merged, map(_program, self._entries[name]))
            except (KeyError, TypeError) as error:
                raise ValueError(f"program {name!r}: {error!r}") from error
        return self._made[name]

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def with_aspect(self, aspect: str, kinds: Iterable[str] = ()) -> frozenset[str]:
        """The names of the programs that have an entry of this aspect ("asks", "fetches"), of one of these kinds where some are given."""
        wanted = frozenset(kinds)
        having = {
            name
            for name, own in self._entries.items()
            if any(not wanted or item["kind"] in wanted for entry in own for item in entry.get(aspect, ()))
        }
        return frozenset(name for name, program in self._names.items() if program in having)


def _merged(first: Program, second: Program) -> Program:
    return replace(
        first,
        aliases=first.aliases + second.aliases,
        source=first.source or second.source,
        value_options=first.value_options + second.value_options,
        of=first.of or second.of,
        asks=first.asks + second.asks,
        roles=first.roles + second.roles,
        fetches=first.fetches + second.fetches,
        parallelism=first.parallelism + second.parallelism,
        reports=first.reports + second.reports,
    )


_WHEN_KEYS = frozenset(field.name for field in fields(When) if field.init)
_MODES = ("null", "pipe", "pty")


def _when(entry: dict[str, Any]) -> When:
    given: dict[str, Any] = {key: entry.pop(key) for key in list(entry) if key in _WHEN_KEYS}
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in given.items()}
    return When(**values)


def _asks(program: Mapping[str, Any]) -> tuple[Any, ...]:
    """The asks; source and check mark are the program's where they have none, the outcome a list in the order of `_MODES`."""
    shared = {key: program[key] for key in ("source", "check") if key in program}
    entries = [{**shared, **entry} for entry in program.get("asks", ())]
    for entry in entries:
        if isinstance(entry["outcome"], list):
            entry["outcome"] = dict(zip(_MODES, entry["outcome"], strict=True))
    return _aspect(Asking, entries)


def _aspect(kind: type[Any], entries: Iterable[Mapping[str, Any]]) -> tuple[Any, ...]:
    made = []
    for entry in entries:
        values: dict[str, Any] = dict(entry)
        when = _when(values)
        made.append(kind(when=when, **{k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}))
    return tuple(made)


def _program(entry: Mapping[str, Any]) -> Program:
    return Program(
        name=entry["name"],
        aliases=tuple(entry.get("aliases", ())),
        source=entry.get("source", ""),
        check=entry.get("check", ""),
        value_options=tuple(entry.get("value_options", ())),
        of=entry.get("of", ""),
        asks=_asks(entry),
        roles=_aspect(Role, entry.get("roles", ())),
        fetches=_aspect(Fetching, entry.get("fetches", ())),
        parallelism=_aspect(Parallelism, entry.get("parallelism", ())),
        reports=_aspect(Reporting, entry.get("reports", ())),
    )
