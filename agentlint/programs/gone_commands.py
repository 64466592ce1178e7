"""The table of commands that a program took once and no living version takes: `gone-commands.toml`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class GoneCommand:
    """One form of a command, what became of it and what took its place; the fields are told in the table's head."""

    about: str
    instead: str
    source: str
    words: tuple[str, ...] = ()
    any_option: tuple[str, ...] = ()
    address: tuple[str, ...] = ()
    known: frozenset[str] = frozenset()
    package: str = ""
    since: tuple[int, ...] = ()
    own: tuple[str, ...] = ()
    declared: bool = False
    """Only where a manifest names the package is its version sure to be one without it."""

    def is_meant(self, words: Sequence[str]) -> bool:
        """True for words behind the program that have this form."""
        if self.address:
            return any(word.startswith(self.address) for word in words)
        if self.known:
            return bool(words) and not self.known & set(words) and any(not word.startswith("-") for word in words)
        operands = [word for word in words if not word.startswith("-")]
        if tuple(operands[: len(self.words)]) != self.words:
            return False
        return not self.any_option or bool(set(self.any_option) & {word.partition("=")[0] for word in words})


@cache
def gone_commands() -> Mapping[str, tuple[GoneCommand, ...]]:
    """The table as shipped, by the program's name."""
    import tomli

    data = tomli.loads((Path(__file__).parent / "gone-commands.toml").read_text(encoding="utf-8"))
    found: dict[str, list[GoneCommand]] = {}
    for raw in data["command"]:
        entry = GoneCommand(
            raw["about"],
            raw["instead"],
            raw["source"],
            tuple(raw.get("words", ())),
            tuple(raw.get("any_option", ())),
            tuple(raw.get("address", ())),
            frozenset(raw.get("known", ())),
            raw.get("package", ""),
            tuple(raw.get("since", ())),
            tuple(raw.get("own", ())),
            raw.get("declared", False),
        )
        for name in (raw["program"], *raw.get("aliases", ())):
            found.setdefault(name, []).append(entry)
    return {name: tuple(entries) for name, entries in found.items()}
