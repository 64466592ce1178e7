"""What surrounds a statement: passed down, never up."""

from __future__ import annotations

from typing import NamedTuple

from agentlint.documents.shell import Simple
from agentlint.facts.command import Guard, Input, Output, Status


class Frame(NamedTuple):
    """The surroundings of a statement."""

    unit: str
    input: Input = Input.INHERITED
    input_from: str = ""
    output: Output = Output.INHERITED
    output_to: str = ""
    status: Status = Status.COUNTED
    """What becomes of the statement's own status."""
    guards: tuple[Guard, ...] = ()
    in_loop: bool = False
    background: bool = False
    wrappers: tuple[str, ...] = ()
    function: str = ""
    depth: int = 0
    feeder: Simple | None = None
    """The command whose output a pipe brings."""
    elsewhere: bool = False
    """In a container: directory unknown."""
    errexit_off: bool = False
    """Inside a condition or the left of `||`, where errexit does not act."""
