"""Where a walk puts what it finds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from agentlint.facts.command import Command, Guard, Input
from agentlint.facts.filefacts import FileError
from agentlint.facts.interface import EnvironmentRead
from agentlint.facts.unit import Unit

MAX_COMMANDS = 50_000


class Call(NamedTuple):
    """A call of one of the script's own functions."""

    function: str
    caller: str
    """The function it stands in, "" at the top."""
    guards: tuple[Guard, ...]
    input: Input
    input_from: str
    in_loop: bool


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

    def add(self, command: Command, function: str) -> None:
        """Keep a command."""
        if len(self.commands) < MAX_COMMANDS:
            self.commands.append(command)
            self.owners.append(function)
