"""Programs that are called by a variable which bears their name: `$CARGO test`, `${MAKE} ${MAKE_ARGS} test`, `"$DOTNET_EXE" build`."""

from __future__ import annotations

from dataclasses import replace

from agentlint.facts.command import Command
from agentlint.files.lazily import lazily

_VARIABLE = lazily(
    r"\$(?:env:|[({])?(?i:(cargo|cross|go|npm|yarn|pnpm|mvn|gradle|pip|dotnet|g?make|cmake|ctest|ninja)(?:_(?:exe|cmd|command|bin|prog|program))?)"
    r"(?::?-[\w./-]+)?[)}]?\Z"
)
"""A program that is chosen elsewhere, and that the variable names."""


def by_variable(command: Command) -> Command:
    """The command as the program that its variable is named after; cross is cargo in a container."""
    if command.program or "$" not in command.program_path:
        return command
    found = _VARIABLE.match(command.program_path)
    return command if found is None else replace(command, program=found[1].lower())
