"""What a variable can mean to a run with nobody there: where its value may come from."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import Enum

from agentlint.adapters.shell.names import ASSENT, CI, OF_THE_MACHINE, is_system
from agentlint.adapters.shell.summary import Origin, Source, Summary, Under
from agentlint.documents.shell import ShellWord
from agentlint.facts.command import GuardKind

MAX_DEPTH = 8
"""Copies of copies that are followed."""


class Meaning(Enum):
    """What is behind a variable, most telling first."""

    CI = "ci"
    TERMINAL = "terminal"
    """Holds whether there is a terminal."""
    NOT_AUTOMATED = "not automated"
    """Holds something found out from CI variables."""
    OPTION = "option"
    """Set by an option that the script parses."""
    ENVIRONMENT = "environment"
    """May come from the environment."""
    PARAMETER = "parameter"
    """An argument of the script."""
    COUNT = "count"
    """The number of arguments."""
    ANSWER = "answer"
    """A person typed it."""
    UNSET = "unset"
    """Nothing here assigns it."""
    OTHER = "other"


_OF_GUARD = {
    GuardKind.TERMINAL: Meaning.TERMINAL,
    GuardKind.NOT_AUTOMATED: Meaning.NOT_AUTOMATED,
    GuardKind.AUTOMATED: Meaning.NOT_AUTOMATED,
    GuardKind.OPTION: Meaning.OPTION,
}

_RANK = list(Meaning)

_LOST_ON_THE_WAY = frozenset({Meaning.PARAMETER, Meaning.UNSET, Meaning.COUNT, Meaning.ANSWER})
"""What a command's output made from such a variable no longer means."""


class Meanings:
    """Finds the meaning of variables of one script, each once. `judge` gives the guard kind of a condition."""

    def __init__(self, summary: Summary, judge: Callable[[Under, str], GuardKind]) -> None:
        self.summary = summary
        self.judge = judge
        self._known: dict[tuple[str, str], Meaning] = {}
        self._filled: dict[tuple[str, str], Meaning] = {}
        self._depth = 0

    def of(self, name: str, function: str = "") -> Meaning:
        """The meaning of a variable as seen from inside a function."""
        special = self._special(name, function)
        if special is not None:
            return special
        key = (name, self.summary.scope(name, function))
        known = self._known.get(key)
        if known is not None:
            return known
        if self._depth >= MAX_DEPTH:
            return Meaning.OTHER
        self._known[key] = Meaning.OTHER
        self._depth += 1
        self._known[key] = found = self._found(*key)
        self._depth -= 1
        return found

    def filled(self, name: str, function: str = "") -> Meaning:
        """The meaning of a variable found empty: what only empties it again has answered nothing."""
        if self._special(name, function) is not None:
            return self.of(name, function)
        key = (name, self.summary.scope(name, function))
        origins = self.summary.origins_in(*key)
        giving = [origin for origin in origins if origin.source is not Source.CONSTANT or origin.value]
        if len(giving) == len(origins) or not giving or self._depth >= MAX_DEPTH:
            return self.of(name, function)
        if key not in self._filled:
            self._filled[key] = Meaning.OTHER  # for a variable that is set where it is itself found empty
            self._depth += 1
            self._filled[key] = self._most_telling(giving)
            self._depth -= 1
        return self._filled[key]

    def _special(self, name: str, function: str) -> Meaning | None:
        if name in CI:
            return Meaning.CI
        if name in {"PS1", "-"}:
            return Meaning.TERMINAL
        if name == "#":
            return Meaning.COUNT if self.outside(function) else Meaning.OTHER
        if name.isdigit() or name in {"@", "*"}:
            return Meaning.PARAMETER if name != "0" and self.outside(function) else Meaning.OTHER
        if name == "REPLY":
            return Meaning.ANSWER
        if (is_system(name) and not self._is_taken(name)) or not name or not (name[0].isalpha() or name[0] == "_"):
            return Meaning.OTHER
        return None

    def _is_taken(self, name: str) -> bool:
        """True for a variable of the system that the script fills from its own arguments (`USER=${3:-}`)."""
        return name.isupper() and any(
            origin.source is Source.PARAMETER or any(other.isdigit() for other in origin.names)
            for origin in self.summary.origins.get(name, ())
        )

    def outside(self, function: str) -> bool:
        """True where positional parameters come from outside: the script's own, or those of a function that it offers."""
        if not function:
            return True
        info = self.summary.functions.get(function)
        if info is None:
            return False
        return info.takes_arguments or info.parses_options or function not in self.summary.called

    def set_elsewhere(self, name: str) -> bool:
        """True when a script that this one reads in may be what sets the variable."""
        return self.summary.sources and name not in self.summary.origins

    def _found(self, name: str, scope: str) -> Meaning:
        origins = self.summary.origins_in(name, scope)
        if not origins:
            if self.summary.sources and OF_THE_MACHINE.match(name):
                return Meaning.OTHER  # /etc/os-release tells it
            if name.isupper() or (name[:1].isupper() and name.upper() == name):
                return Meaning.ENVIRONMENT
            return Meaning.OPTION if self.summary.sources and ASSENT.search(name) else Meaning.UNSET
        return self._most_telling(origins)

    def _most_telling(self, origins: Iterable[Origin]) -> Meaning:
        found = (meaning for origin in origins for meaning in self._of_origin(origin))
        return min(found, key=_RANK.index, default=Meaning.OTHER)

    def _of_origin(self, origin: Origin) -> list[Meaning]:
        source = origin.source
        found: list[Meaning] = []
        if source is not Source.ANSWER:
            kinds = [self.judge(under, origin.function) for under in origin.under]
            found.extend(_OF_GUARD[kind] for kind in kinds if kind in _OF_GUARD)
        if source is Source.OPTION:
            found.append(Meaning.OPTION)
        elif source is Source.DEFAULT:
            found.append(Meaning.ENVIRONMENT)
        elif source is Source.ANSWER:
            found.append(Meaning.ANSWER)
        elif source is Source.PARAMETER and self.outside(origin.function):
            found.append(Meaning.PARAMETER)
        if source in {Source.COPY, Source.DEFAULT, Source.MACHINE} and len(origin.names) <= 4:
            for other in origin.names:
                meaning = self.of(other, origin.function)
                if source is Source.MACHINE and meaning in _LOST_ON_THE_WAY:
                    continue
                if meaning is not Meaning.UNSET:
                    found.append(meaning)
        return found

    def of_word(self, word: ShellWord, function: str) -> tuple[Meaning, str]:
        """The most telling meaning among a word's variables, and that variable's name."""
        best = (Meaning.OTHER, "")
        for part in word.parts:
            if part.name:
                here = (origin for origin in self.summary.origins.get(part.name, ()) if origin.function == function)
                counted = part.operator == "!" and not any(here)
                meaning = self.of("1" if counted else part.name, function)  # `${!i}`, i counting up
                if _RANK.index(meaning) < _RANK.index(best[0]):
                    best = (meaning, part.name)
        return best
