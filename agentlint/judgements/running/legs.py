"""What the legs of a matrix make of a call: `bash script/${{ matrix.suite }}`, `make ${{ matrix.target }}`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from agentlint.facts.command import Command, Word
from agentlint.facts.pipeline import Job
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily

MATRIX_VALUE = lazily(r"\$\{\{\s*matrix\.([\w-]+)\s*\}\}")
"""What a leg of GitHub's matrix fills in, by the name of its axis."""
_ELSEWHERE = lazily(r"<<\s*(?:parameters|matrix)\.([\w-]+)\s*>>|\$\((\w+)\)|\$\{(\w+)\}|\$(\w+)")
"""The same in CircleCI (a parameter of the job), Azure (a variable) and GitLab (a variable of `parallel: matrix`)."""
_MANY_LEGS = 16
_RUNS_TASKS = frozenset({"hatch run", "pdm run", "rye run", "pixi run", "poe"})
"""Wrappers of programs that are tasks when the project has one of that name."""


def completed_by_matrix(command: Command, job: Job, repository: Repository) -> tuple[Command, ...]:
    """The commands behind a call whose script or target the matrix names, those of all legs; tox has ways of its own."""
    # `hatch run +py=${{ matrix.python }} ${{ matrix.env }}`: a factor of the environment names no task
    written = " ".join(text for text in (command.program_path, *command.texts()) if not text.startswith("+"))
    axes = dict.fromkeys(_axes_in(written, job, repository))
    if len(axes) != 1 or job.matrix is None or command.program in {"tox", "nox"}:
        return ()
    runner = next((wrapper.removesuffix(" run") for wrapper in command.wrappers[::-1] if wrapper in _RUNS_TASKS), "")
    if runner and not command.program:
        command = replace(command, program=runner, program_path=runner)
    found: dict[int, Command] = {}
    for value in values_of_legs(next(iter(axes)), job, repository)[:_MANY_LEGS]:
        leg = _filled(command, next(iter(axes)), value)
        for unit in repository.started_by(leg):
            for reached in repository.commands_by_unit.get(unit, ()):
                found.setdefault(id(reached), reached)
    return tuple(found.values())


def verbs_of_legs(command: Command, job: Job, repository: Repository) -> tuple[Command, ...]:
    """The command as each leg has it, where the matrix gives its first word: `cargo ${{ matrix.command }} --all`."""
    first = next((text for text in command.texts() if not text.startswith(("-", "+"))), "")
    axes = tuple(_axes_in(first, job, repository))
    if len(axes) != 1 or job.matrix is None or _pattern(axes[0]).fullmatch(first) is None:
        return ()
    return tuple(_filled(command, axes[0], value) for value in values_of_legs(axes[0], job, repository)[:_MANY_LEGS])


def _axes_in(text: str, job: Job, repository: Repository) -> Iterator[str]:
    """The axes of the job's matrix that a text asks for; elsewhere than on GitHub, only those that the matrix lists."""
    if repository.pipeline_of(job).system == "github":
        yield from MATRIX_VALUE.findall(text)
    elif job.matrix is not None:
        named = (next(name for name in names if name) for names in _ELSEWHERE.findall(text))
        yield from (name for name in named if name in job.matrix.axes)


def _pattern(axis: str) -> re.Pattern[str]:
    """All ways to ask for the axis."""
    name = re.escape(axis)
    return re.compile(
        rf"\$\{{\{{\s*matrix\.{name}\s*\}}\}}|<<\s*(?:parameters|matrix)\.{name}\s*>>|\$\({name}\)|\$\{{{name}\}}|\${name}\b"
    )


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


def _filled(command: Command, axis: str, value: str) -> Command:
    pattern = _pattern(axis)
    path = pattern.sub(lambda _: value, command.program_path)
    return replace(
        command,
        program=path.rsplit("/", 1)[-1] if path != command.program_path else command.program,
        program_path=path,
        arguments=tuple(_word(word, pattern, value) for word in command.arguments),
    )


def _word(word: Word, pattern: re.Pattern[str], value: str) -> Word:
    return replace(word, text=pattern.sub(lambda _: value, word.text))
