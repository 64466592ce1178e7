"""Lists of tox environments that one leg of a matrix, or one call of a reusable workflow, gives a job as a whole."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.pipeline import Job
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.source import Place, Span
from agentlint.judgements.running.handed_in import INPUT
from agentlint.judgements.running.legs import MATRIX_VALUE

_LIST = r"[\w.-]+(?:,[ \t]*[\w.-]+)+"
_WHOLE = lazily(_LIST + r"\Z")


def lists_of_environments(
    command: Command, job: Job, repository: Repository
) -> Iterator[tuple[Place, tuple[str, ...]]]:
    """The lists that stand for the command's environments, each at its place."""
    known = command.environment
    written = command.value_of("-e") or known.get("TOXENV", "") or known.get("TOX_ENV", "")
    if not command.value_of("-e") and _WHOLE.match(written):
        yield command.place, _names(written)
        return
    leg, handed = MATRIX_VALUE.fullmatch(written), INPUT.match(written)
    if leg is not None:
        yield from _of_axis(leg[1], job, repository)
    elif handed is not None:
        own = repository.pipeline_of(job).path
        for caller in (one for pipeline in repository.pipelines for one in pipeline.jobs if one.calls == own):
            yield from _handed_in(handed[1], caller, repository)


def _handed_in(name: str, caller: Job, repository: Repository) -> Iterator[tuple[Place, tuple[str, ...]]]:
    """The lists that a call gives an input, as they stand or by the legs of its matrix."""
    text = repository.text(caller.place.path)[caller.place.span.start : caller.place.span.end]
    given = re.search(rf"\bwith:.*?^[ \t]*{re.escape(name)}:[ \t]*[\"']?([^\n\"']*)", text, re.DOTALL | re.MULTILINE)
    if given is None:
        return
    leg = MATRIX_VALUE.fullmatch(given[1].strip())
    if leg is not None:
        yield from _of_axis(leg[1], caller, repository)
    elif _WHOLE.match(given[1].strip()):
        yield _place(caller, given.start(1), given.end(1)), _names(given[1])


def _of_axis(axis: str, job: Job, repository: Repository) -> Iterator[tuple[Place, tuple[str, ...]]]:
    """The lists among the values of an axis: elements of it, or what an included leg gives it."""
    text = repository.text(job.place.path)[job.place.span.start : job.place.span.end]
    elements = job.matrix.axes.get(axis, ()) if job.matrix is not None else ()
    found = re.finditer(
        rf"^[ \t]*(?:-[ \t]+)?({re.escape(axis)}:[ \t]+)?[\"']?({_LIST})[\"']?[ \t]*(?:#[^\n]*)?\r?$",
        text,
        re.MULTILINE,
    )
    for one in found:
        if one[1] is not None or one[2] in elements:
            yield _place(job, one.start(2), one.end(2)), _names(one[2])


def _place(job: Job, start: int, end: int) -> Place:
    return Place(job.place.path, Span(job.place.span.start + start, job.place.span.start + end))


def _names(written: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in written.split(","))
