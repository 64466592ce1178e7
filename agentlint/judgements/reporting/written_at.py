"""Where the arguments of a command are written, if that is not where it is run: there an option can be added."""

from __future__ import annotations

from agentlint.facts.command import Command
from agentlint.files.source import Place


def arguments_place(command: Command) -> Place:
    """The program or first argument in the list that a Python program fills (`args = [...]`) and runs further down; else the
    command itself."""
    place = command.place
    if not place.path.endswith(".py") or not command.arguments:
        return place
    for span in (command.program_span, command.arguments[0].span):
        if span.end < place.span.start:
            return Place(place.path, span)
    return place
