"""What a batch file runs only for some values that its caller gives: `if "%1"=="test" ( ... )`, `if "%TASK%"=="lint" goto lint`."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import NamedTuple

from agentlint.facts.command import Choice

_ASSIGNED = re.compile(r"\bset\s+(?:/[ap]\s+)?\"?(\w+)\s*[-+*/]?=", re.IGNORECASE)
_MOVED = re.compile(r"\bshift\b|\bcall\s+:", re.IGNORECASE)
"""What gives the numbered parameters another meaning further down."""
_GIVEN = re.compile(r"%(?:~?(\d)%?|(\w+)%)\Z")
_LITERAL = re.compile(r"[\w./-]*\Z")
_JUMPS = re.compile(r"\b(?:goto|call)[ \t:]+([^\s)&|]+)", re.IGNORECASE)


class _Way(NamedTuple):
    """One block or line behind `if` and `else`: what holds there, and the last test alone, where it is all that `else` turns."""

    holds: tuple[Choice, ...] = ()
    refused: tuple[Choice, ...] = ()
    """What holds because the branches above did not."""
    tests: int = 0
    leaves: bool = False

    def otherwise(self) -> tuple[Choice, ...]:
        """What holds where this way was not taken, as far as one test decides it."""
        if self.tests != 1 or len(self.holds) != 1:
            return self.refused
        return (*self.refused, replace(self.holds[0], holds=not self.holds[0].holds))


class BatchChoices:
    """The choices that hold where a command stands, kept up while the lines are read in order."""

    def __init__(self, text: str) -> None:
        self.assigned = frozenset(name.lower() for name in _ASSIGNED.findall(text))
        self.parameters = not _MOVED.search(text)
        jumps = [name.lower() for name in _JUMPS.findall(text)]
        self.jumps = {} if any("%" in name for name in jumps) else {name: jumps.count(name) for name in jumps}
        self.stack: list[_Way] = []
        self.pending = _Way()
        self.last = _Way()
        self.after: tuple[Choice, ...] = ()
        self.jumped: dict[str, tuple[Choice, ...]] = {}
        self.over = False

    def line(self) -> None:
        """A line begins: what stood behind an `if` on the line before is over."""
        self.pending = _Way()

    def test(self, match: re.Match[str]) -> None:
        """An `if` was read; it adds to what an `else` or `if` before it on the line asks."""
        way = self.pending
        asked = self._asked(match)
        self.pending = way._replace(holds=(*way.holds, *([asked] if asked else [])), tests=way.tests + 1)

    def open(self) -> None:
        """A bracket opens what the pending test asks for."""
        self.stack.append(self.pending)
        self.pending = _Way()

    def close(self) -> None:
        """A bracket closes."""
        self.last = self.stack.pop() if self.stack else _Way()
        if self.last.leaves and not self.stack:
            self.after = (*self.after, *self.last.otherwise())

    def otherwise(self) -> None:
        """An `else` was read."""
        self.pending = _Way(refused=self.last.otherwise())

    def here(self) -> tuple[Choice, ...]:
        """All that is asked where the next command stands."""
        ways = (*self.stack, self.pending)
        return (*self.after, *(one for way in ways for one in (*way.refused, *way.holds)))

    def leave(self, target: str) -> None:
        """`exit` or `goto target` was read where it stands."""
        if target and self.jumps.get(target) == 1:
            self.jumped[target] = self.here()
        if self.pending.tests or self.pending.refused:
            if not self.stack:
                self.after = (*self.after, *self.pending.otherwise())
        elif self.stack:
            self.stack[-1] = self.stack[-1]._replace(leaves=True)
        else:
            self.over = True

    def stay(self) -> None:
        """Another command was read: the next line is come to."""
        self.over = False

    def label(self, name: str) -> None:
        """Other places jump here; where one alone does, and nothing comes from above, what it asked holds on."""
        self.after = self.jumped.get(name.lower(), ()) if self.over else ()
        self.over = False

    def _asked(self, match: re.Match[str]) -> Choice | None:
        if match["defined"] or match["other"] or match["operator"].lower() not in {"==", "equ", "neq"}:
            return None
        given, value = _GIVEN.match(match["left"].strip('"')), match["right"].strip('"')
        if given is None or not _LITERAL.match(value):
            return None
        name = given[1] or given[2]
        if not self.parameters if name.isdigit() else name.lower() in self.assigned:
            return None
        holds = (match["operator"].lower() != "neq") is not bool(match["not"])
        values = {value: 0, value.lower(): 0, value.upper(): 0, value.capitalize(): 0} if match["case"] else {value: 0}
        return Choice(name, tuple(values), holds)
