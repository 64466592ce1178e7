"""What the legs of a matrix make of a call: `bash script/${{ matrix.suite }}`, `make ${{ matrix.target }}`."""

from __future__ import annotations

import re
from dataclasses import replace

from agentlint.facts.command import Command, Word
from agentlint.facts.pipeline import Job
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily

MATRIX_VALUE = lazily(r"\$\{\{\s*matrix\.([\w-]+)\s*\}\}")
"""What a leg of GitHub's matrix fills in, by the name of its axis."""
_MANY_LEGS = 16
_RUNS_TASKS = frozenset({"hatch run", "pdm run", "rye run", "pixi run", "poe"})
"""Wrappers of programs that are tasks when the project has one of that name."""


def completed_by_matrix(command: Command, job: Job, repository: Repository) -> tuple[Command, ...]:
    """The commands behind a call whose script or target the matrix names, those of all legs; tox has ways of its own."""
    # `hatch run +py=${{ matrix.python }} ${{ matrix.env }}`: a factor of the environment names no task
    written = " ".join(text for text in (command.program_path, *command.texts()) if not text.startswith("+"))
    axes = dict.fromkeys(MATRIX_VALUE.findall(written))
    if len(axes) != 1 or job.matrix is None or command.program in {"tox", "nox"}:
        return ()
    runner = next((wrapper.removesuffix(" run") for wrapper in command.wrappers[::-1] if wrapper in _RUNS_TASKS), "")
    if runner and not command.program:
        command = replace(command, program=runner, program_path=runner)
    found: dict[int, Command] = {}
    for value in values_of_legs(next(iter(axes)), job, repository)[:_MANY_LEGS]:
        leg = _filled(command, value)
        for unit in repository.started_by(leg):
            for reached in repository.commands_by_unit.get(unit, ()):
                found.setdefault(id(reached), reached)
    return tuple(found.values())


def verbs_of_legs(command: Command, job: Job, repository: Repository) -> tuple[Command, ...]:
    """The command as each leg has it, where the matrix gives its first word: `cargo ${{ matrix.command }} --all`."""
    first = next((text for text in command.texts() if not text.startswith(("-", "+"))), "")
    axis = MATRIX_VALUE.fullmatch(first)
    if axis is None or job.matrix is None:
        return ()
    return tuple(_filled(command, value) for value in values_of_legs(axis[1], job, repository)[:_MANY_LEGS])


def values_of_legs(axis: str, job: Job, repository: Repository) -> tuple[str, ...]:
    """The values of an axis; those that included legs give it, where the matrix does not list any."""
    return _listed(axis, job) or _written(axis, job, repository)


def all_values(axis: str, job: Job, repository: Repository) -> tuple[str, ...]:
    """The values of an axis with those that a leg added to it may have; none where the axis is not written out."""
    return tuple(dict.fromkeys((*_listed(axis, job), *_written(axis, job, repository))))


def _listed(axis: str, job: Job) -> tuple[str, ...]:
    return tuple(str(value) for value in job.matrix.axes.get(axis, ())) if job.matrix is not None else ()


def _written(axis: str, job: Job, repository: Repository) -> tuple[str, ...]:
    source = repository.read(job.place.path)
    if source is None:
        return ()
    text = source.text[job.place.span.start : job.place.span.end]
    legs = re.findall(
        rf"(?:^[ \t]*(?:-[ \t]+)?|[{{,][ \t]*){re.escape(axis)}:[ \t]*[\"']?([\w./:-]+)", text, re.MULTILINE
    )
    return tuple(dict.fromkeys(legs))


def _filled(command: Command, value: str) -> Command:
    path = MATRIX_VALUE.sub(lambda _: value, command.program_path)
    return replace(
        command,
        program=path.rsplit("/", 1)[-1] if path != command.program_path else command.program,
        program_path=path,
        arguments=tuple(_word(word, value) for word in command.arguments),
    )


def _word(word: Word, value: str) -> Word:
    return replace(word, text=MATRIX_VALUE.sub(lambda _: value, word.text))
