"""Where a walk puts what it finds."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from agentlint.adapters.shell.menus import Menus
from agentlint.facts.command import Choice, Command, Guard, Input
from agentlint.facts.filefacts import FileError
from agentlint.facts.interface import EnvironmentRead
from agentlint.facts.unit import Unit
from agentlint.files.source import Span

MAX_COMMANDS = 50_000
MAX_CHOICES = 100
"""Of one command: those beyond leave it where more values come by than do."""


class Call(NamedTuple):
    """A call of one of the script's own functions."""

    function: str
    caller: str
    """The function it stands in, "" at the top."""
    guards: tuple[Guard, ...]
    input: Input
    input_from: str
    in_loop: bool
    by_hand: bool = False
    """Made by an item of a menu that no option does too."""


@dataclass
class Sink:
    """Everything found so far. `owners` says in which function each command stands."""

    path: str
    unit: str
    step: int | None = None
    functions_as_units: bool = False
    commands: list[Command] = field(default_factory=list)
    owners: list[str] = field(default_factory=list)
    units: list[Unit] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    errors: list[FileError] = field(default_factory=list)
    environment_reads: dict[str, EnvironmentRead] = field(default_factory=dict)
    menus: Menus = field(default_factory=Menus)
    """What options of the script do as well as its menus."""

    def add(self, command: Command, function: str) -> None:
        """Keep a command."""
        if len(self.commands) < MAX_COMMANDS:
            self.commands.append(command)
            self.owners.append(function)

    def choose(self, start: int, regions: Sequence[tuple[Span, Choice]]) -> None:
        """Mark the commands from `start` on that stand where a choice of the caller's holds."""
        if not regions:
            return
        order = sorted(range(start, len(self.commands)), key=lambda index: self.commands[index].place.span.start)
        starts = [self.commands[index].place.span.start for index in order]
        chosen: dict[int, list[Choice]] = {}
        for span, choice in regions:
            for index in order[bisect_left(starts, span.start) : bisect_left(starts, span.end)]:
                if self.commands[index].place.span.end <= span.end:
                    chosen.setdefault(index, []).append(choice)
        for index, choices in chosen.items():
            self._choose(index, choices)

    def choose_all(self, start: int, choices: tuple[Choice, ...]) -> None:
        """Mark all commands from `start` on with what their place asks of the caller's values."""
        if choices:
            for index in range(start, len(self.commands)):
                self._choose(index, choices)

    def _choose(self, index: int, choices: Iterable[Choice]) -> None:
        command = self.commands[index]
        self.commands[index] = replace(command, choices=(*command.choices, *choices)[:MAX_CHOICES])
