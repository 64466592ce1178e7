"""What a step runs whose whole script is a value of the matrix (`run: ${{ matrix.command }}`): the commands of all its legs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from agentlint.adapters.shell.reading import read_shell
from agentlint.documents.embedded import EmbeddedText
from agentlint.facts.command import Command
from agentlint.facts.pipeline import Job, Step
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.source import Place, Span

_WHOLE = lazily(r"\s*\$\{\{\s*matrix\.(?:[\w-]+\.)*([\w-]+)\s*\}\}\s*\Z")
_MANY_LEGS = 16
_QUOTES = "'\""


def commands_of_legs(job: Job, repository: Repository) -> Iterator[Command]:
    """The commands that the legs of a job name as a whole; they stand where the step takes them up."""
    for step in job.steps if job.matrix is not None else ():
        named = _WHOLE.match(step.script) if "matrix." in step.script else None
        if named is None:
            continue
        text = repository.text(job.place.path)
        at = text.find("${{", step.place.span.start, step.place.span.end)
        place = Place(job.place.path, Span(at, at + len(step.script.strip())))
        for value in tuple(_values(named[1], job, text))[:_MANY_LEGS]:
            yield from _read(value, place, step, job)


def _read(value: str, place: Place, step: Step, job: Job) -> Iterator[Command]:
    reading = read_shell(EmbeddedText.at(value, 0), place.path, job.unit, dialect="bash", step=step.index)
    for command in reading.commands:
        yield replace(command, place=place, program_span=place.span)


def _values(axis: str, job: Job, text: str) -> Iterator[str]:
    """The values of the axis, those that included legs give it among them."""
    seen = [str(value) for value in (job.matrix.axes.get(axis, ()) if job.matrix is not None else ())]
    written = re.compile(
        rf"^[ \t]*(?:-[ \t]+)?{re.escape(axis)}:[ \t]+(?P<value>[^\s\[{{&*|>#][^\n]*?)[ \t\r]*$", re.MULTILINE
    )
    for found in written.finditer(text, job.place.span.start, job.place.span.end):
        value = found["value"]
        seen.append(value[1:-1] if value[0] in _QUOTES and value[-1] == value[0] else value)
    yield from dict.fromkeys(value for value in seen if "${{" not in value)
