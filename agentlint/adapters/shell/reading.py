"""The doors into shell reading, with the signatures that every other adapter relies on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agentlint.adapters.context import TreeContext
from agentlint.documents.embedded import EmbeddedText
from agentlint.facts.command import EMPTY, Command, Guard, Input, Output, Status, Word
from agentlint.facts.filefacts import FileError, FileFacts
from agentlint.facts.interface import Ask, EnvironmentRead
from agentlint.facts.unit import Unit
from agentlint.files.source import Place, Span, SourceFile


@dataclass(frozen=True, slots=True)
class ShellReading:
    """What a piece of shell gives."""

    commands: tuple[Command, ...] = ()
    units: tuple[Unit, ...] = ()
    errors: tuple[FileError, ...] = ()
    asks: tuple[Ask, ...] = ()
    environment_reads: tuple[EnvironmentRead, ...] = ()


def read_shell(
    text: EmbeddedText,
    path: str,
    unit: str,
    *,
    dialect: str = "bash",
    environment: Mapping[str, str] = EMPTY,
    directory: str | None = "",
    errexit: bool = False,
    pipefail: bool = False,
    step: int | None = None,
    guards: tuple[Guard, ...] = (),
    functions_as_units: bool = False,
) -> ShellReading:
    """Read shell text that stands inside `path`; `dialect` "bash", "sh", "pwsh", "cmd", "python" (no commands)."""
    return ShellReading()


def exec_command(
    words: Sequence[Word],
    path: str,
    unit: str,
    *,
    environment: Mapping[str, str] = EMPTY,
    directory: str | None = "",
    step: int | None = None,
    guards: tuple[Guard, ...] = (),
    input: Input = Input.INHERITED,
    input_from: str = "",
    output: Output = Output.INHERITED,
    output_to: str = "",
    status: Status = Status.COUNTED,
    in_loop: bool = False,
    background: bool = False,
    place: Place | None = None,
) -> tuple[Command, ...]:
    """The commands of an argument list that no shell reads, wrappers taken off as in shell."""
    if not words:
        return ()
    where = place or Place(path, Span(words[0].span.start, words[-1].span.end))
    program = words[0].text.rsplit("/", 1)[-1]
    return (
        Command(
            program, words[0].text, tuple(words[1:]), where, unit, environment=environment, input=input,
            input_from=input_from, output=output, output_to=output_to, status=status, guards=guards,
            directory=directory, in_loop=in_loop, background=background, step=step, program_span=words[0].span,
        ),
    )


def facts(file: SourceFile, tree: TreeContext) -> FileFacts:
    """The facts of a script file."""
    return FileFacts()
