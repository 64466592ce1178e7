"""The doors into shell reading, with the signatures that every other adapter relies on."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from agentlint.adapters.context import TreeContext
from agentlint.adapters.shell.answered import with_answers_judged
from agentlint.adapters.shell.builtins import apply_options
from agentlint.adapters.shell.callers import with_callers
from agentlint.adapters.shell.choices import regions
from agentlint.adapters.shell.emit import Emitter, ScriptText
from agentlint.adapters.shell.frame import Frame
from agentlint.adapters.shell.machine import Machine
from agentlint.adapters.shell.menus import menus_beside_options, with_items_by_hand, with_menus_spared
from agentlint.adapters.shell.sink import Sink
from agentlint.adapters.shell.summary import Summary, summarise
from agentlint.adapters.shell.walk import Walker
from agentlint.documents.embedded import EmbeddedText
from agentlint.documents.shell import NOT_UNDERSTOOD, Script, read_script
from agentlint.documents.shell.text import without_carriage_returns
from agentlint.facts.command import EMPTY, Command, Guard, Input, Output, Status, Word
from agentlint.facts.filefacts import FileError, FileFacts
from agentlint.facts.interface import Ask, EnvironmentRead
from agentlint.facts.unit import Unit, UnitKind, unit_id
from agentlint.files.source import Place, SourceFile, Span, UndecodableFile

MAX_NESTING = 4
SHELL_DIALECTS = frozenset({"bash", "sh", "zsh", "dash", "ksh", "ash", ""})


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
    opaque: tuple[Span, ...] = (),
) -> ShellReading:
    """Read shell text that stands inside `path`; `dialect` "bash", "sh", "pwsh", "cmd", "python" (no commands).

    `opaque` are inner spans that something else fills in before the shell reads them; they survive as written.
    """
    if dialect in {"pwsh", "powershell"}:
        from agentlint.adapters.powershell import read_powershell

        return read_powershell(
            text, path, unit, environment=environment, directory=directory, errexit=errexit, step=step, guards=guards
        )
    if dialect in {"cmd", "batch"}:
        from agentlint.adapters.batch import read_batch

        return read_batch(text, path, unit, environment=environment, directory=directory, step=step, guards=guards)
    if dialect not in SHELL_DIALECTS:
        return ShellReading()
    sink = Sink(path, unit, step, functions_as_units)
    machine = Machine(base=environment, directory=directory, errexit=errexit, pipefail=pipefail)
    _walk(text, sink, machine, Frame(unit, guards=guards), opaque)
    return of_sink(sink)


def exec_command(
    words: Sequence[Word],
    path: str,
    unit: str,
    *,
    environment: Mapping[str, str] = EMPTY,
    directory: str | None = "",
    step: int | None = None,
    guards: tuple[Guard, ...] = (),
    input: Input = Input.INHERITED,  # noqa: A002  the name of the field it fills
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
    sink = Sink(path, unit, step)
    machine = Machine(base=environment, directory=directory)
    frame = Frame(unit, input, input_from, output, output_to, status, guards, in_loop, background)
    span = place.span if place is not None else Span(words[0].span.start, words[-1].span.end)
    for script in Emitter(sink).command(list(words), span, frame, environment, machine):
        if not script.from_input:
            start = script.word.span.start + (1 if script.word.quoted else 0)
            _nested(sink, EmbeddedText.at(script.word.text, start), script, frame, machine, script.environment)
    return of_sink(sink).commands


def facts(file: SourceFile, tree: TreeContext) -> FileFacts:
    """The facts of a script file."""
    try:
        text = file.text
    except UndecodableFile as error:
        return FileFacts(errors=(FileError(file.path, 1, str(error)),))
    if file.kind in {"powershell", "batch"}:
        return FileFacts()
    unit = unit_id(file.path, UnitKind.SCRIPT, file.path)
    sink = Sink(file.path, unit, functions_as_units=True)
    sink.units.append(Unit(unit, UnitKind.SCRIPT, file.path, Place(file.path, file.whole)))
    machine = Machine(directory="", script_directory=posixpath.dirname(file.path))
    _shebang(text, machine)
    _walk(EmbeddedText.whole_file(text), sink, machine, Frame(unit))
    errors = tuple(FileError(file.path, file.position(error.line).line, error.message) for error in sink.errors[:3])
    reading = of_sink(sink)
    return FileFacts(
        commands=reading.commands, units=reading.units, errors=errors, environment_reads=reading.environment_reads
    )


def _shebang(text: str, machine: Machine) -> None:
    """`#!/bin/bash -eu`."""
    match = re.match(r"#![^\n]*?\b(?:ba|z|da|k|a)?sh\s+(-[^\n]*)", text)
    if match:
        apply_options(match[1].split(), machine)


def _walk(text: EmbeddedText, sink: Sink, machine: Machine, frame: Frame, opaque: tuple[Span, ...] = ()) -> None:
    source = without_carriage_returns(text)
    script = read_script(source.text, opaque, frame.depth)
    _walk_script(source, script, summarise(script), sink, machine, frame)


def _walk_script(
    source: EmbeddedText, script: Script, summary: Summary, sink: Sink, machine: Machine, frame: Frame
) -> None:
    for error in script.errors:
        if script.statements and error.message.startswith(NOT_UNDERSTOOD):
            continue  # the grammar knows less than the shells do, and what stands around such a place is read all the same
        sink.errors.append(FileError(sink.path, source.outer(error.offset), error.message))

    def nested(text: EmbeddedText, run: ScriptText | None, inner: Frame, at: Machine, env: Mapping[str, str]) -> None:
        _nested(sink, text, run, inner, at, env)

    walker = Walker(sink, source, summary, nested)
    sink.menus = sink.menus.joined(menus_beside_options(script, summary, walker.judge))
    before = len(sink.commands)
    walker.block(script.statements, frame, machine)
    hanging = regions(script, summary, walker.leaving)
    sink.choose(before, [(source.outer_span(span), choice) for span, choice in hanging])


def _nested(
    sink: Sink, text: EmbeddedText, run: ScriptText | None, frame: Frame, machine: Machine, env: Mapping[str, str]
) -> None:
    """Read text that a command runs: `bash -c`, `pwsh -Command`, `eval`, a here-document fed to `sh`."""
    if frame.depth >= MAX_NESTING or (run is not None and run.dialect not in {*SHELL_DIALECTS, "pwsh"}):
        return
    inner = frame._replace(depth=frame.depth + 1)
    if run is not None and run.dialect == "pwsh":
        from agentlint.adapters.powershell import read_into

        read_into(sink, text, Machine(base=run.environment), inner._replace(wrappers=(*frame.wrappers, *run.wrappers)))
        return
    state = machine.copy()
    if run is not None:
        flags = run.flags
        state = Machine(
            base=MappingProxyType(dict(run.environment)),
            errexit="e" in flags,
            pipefail="P" in flags,
            directory=None if run.elsewhere else machine.directory,
            directory_end="" if run.elsewhere else machine.directory_end,
        )
        inner = inner._replace(wrappers=(*frame.wrappers, *run.wrappers))
        if not run.interactive and inner.input is Input.INHERITED:
            inner = inner._replace(input=Input.NULL)
    _walk(text, sink, state, inner)


def of_sink(sink: Sink) -> ShellReading:
    """What a sink holds, functions completed by their callers."""
    with_items_by_hand(sink)
    return ShellReading(
        with_answers_judged(with_menus_spared(with_callers(sink), sink.menus)),
        tuple(sink.units),
        tuple(sink.errors),
        (),
        tuple(sink.environment_reads.values()),
    )
