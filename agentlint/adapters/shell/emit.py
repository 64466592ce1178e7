"""From a line of words to `Command`s: wrappers taken off, surroundings attached."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from agentlint.adapters.shell.frame import Frame
from agentlint.adapters.shell.machine import Machine
from agentlint.adapters.shell.program_words import program_of_word
from agentlint.adapters.shell.run import Run
from agentlint.adapters.shell.sink import Sink
from agentlint.adapters.shell.wrappers import unwrap
from agentlint.facts.command import Command, Input, Word
from agentlint.files.source import Place, Span


class ScriptText(NamedTuple):
    """Shell text that a command runs: `word` holds it, or, `from_input`, standard input does."""

    word: Word
    dialect: str
    flags: str
    wrappers: tuple[str, ...]
    environment: Mapping[str, str]
    from_input: bool
    elsewhere: bool
    interactive: bool


class Emitter:
    """Makes commands and puts them into the sink."""

    def __init__(self, sink: Sink) -> None:
        self.sink = sink

    def command(
        self, words: list[Word], place: Span, frame: Frame, environment: Mapping[str, str], machine: Machine
    ) -> Iterator[ScriptText]:
        """Emit what a line runs; yields the shell texts it runs, for the caller to read."""
        for run in unwrap(words):
            merged = environment
            if run.environment:
                merged = MappingProxyType({**({} if run.elsewhere else environment), **run.environment})
            elif run.elsewhere:
                merged = MappingProxyType({})
            if run.script is not None:
                yield ScriptText(
                    run.script, run.dialect, run.flags, run.wrappers, merged, False, run.elsewhere, run.interactive
                )
                continue
            self._add(run, words, place, frame, merged, machine)
            if run.from_input:
                yield ScriptText(
                    run.words[0], "bash", run.flags, run.wrappers, merged, True, run.elsewhere, run.interactive
                )

    def plain(
        self, program: str, head: Span, arguments: tuple[Word, ...], span: Span, frame: Frame, machine: Machine
    ) -> None:
        """Emit a command as it is."""
        self._add(Run((Word(program, head), *arguments)), [], span, frame, machine.environment, machine)

    def _add(
        self,
        run: Run,
        words: list[Word],
        place: Span,
        frame: Frame,
        environment: Mapping[str, str],
        machine: Machine,
    ) -> None:
        first = run.words[0]
        if run.elsewhere:
            place = Span(first.span.start, max(word.span.end for word in run.words))
        source, source_from = _input(run, frame, machine)
        taken = tuple(word for word in words if word.span.end <= first.span.start) if run.wrappers else ()
        self.sink.add(
            Command(
                program=program_of_word(first),
                program_path=first.text,
                arguments=run.words[1:],
                place=Place(self.sink.path, place),
                unit=frame.unit,
                wrappers=(*frame.wrappers, *run.wrappers),
                environment=environment,
                input=source,
                input_from=source_from,
                output=frame.output,
                output_to=frame.output_to,
                status=frame.status,
                guards=frame.guards,
                directory=None if run.elsewhere or frame.elsewhere else machine.directory,
                directory_end="" if run.elsewhere or frame.elsewhere else machine.directory_end,
                in_loop=frame.in_loop,
                background=frame.background,
                step=self.sink.step,
                program_span=first.span,
                wrapper_words=taken,
            ),
            frame.function,
        )


def _input(run: Run, frame: Frame, machine: Machine) -> tuple[Input, str]:
    """Where the input of what is run comes from, once wrappers and `exec <` have had their say."""
    source, source_from = frame.input, frame.input_from
    if machine.standard_input is not None and source is Input.INHERITED and not source_from:
        source, source_from = machine.standard_input
    eaten = run.arguments_from_input and source is not Input.INHERITED
    if eaten or (not run.interactive and source is Input.INHERITED):
        return Input.NULL, ""
    return source, source_from
