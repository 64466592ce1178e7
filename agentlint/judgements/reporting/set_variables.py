"""Where a variable that holds in a CI job is set: at the job, or once for many jobs."""

from __future__ import annotations

import re

from agentlint.facts.pipeline import Job
from agentlint.facts.repository import Repository
from agentlint.files.source import Place, Span

_ROOT_OF_GITLAB = ".gitlab-ci.yml"


def where_set(name: str, job: Job, repository: Repository) -> Place:
    """The job, or the line that sets the variable for its whole workflow or for all files that the root includes."""
    pipeline = repository.pipeline_of(job)
    if pipeline.system == "gitlab":
        return _set_for_all(name, (pipeline.path, _ROOT_OF_GITLAB), repository) or job.place
    source = repository.read(pipeline.path)
    found = re.search(rf"^[ \t]+{re.escape(name)}[ \t]*:.*$", source.text, re.MULTILINE) if source is not None else None
    for_all = name in pipeline.environment or pipeline.system == "appveyor"  # whose jobs have it from the top
    if found is not None and for_all and found.start() < pipeline.jobs[0].place.span.start:
        return Place(pipeline.path, Span(found.start() + len(found[0]) - len(found[0].lstrip()), found.end()))
    return job.place


def set_in_job(name: str, job: Job, repository: Repository) -> Place | None:
    """The line of a job that sets a variable; None where it sets none of this name."""
    source = repository.read(job.place.path)
    span = job.place.span
    pattern = re.compile(rf"^[ \t]*({re.escape(name)}:[^\n]*)", re.MULTILINE)
    found = pattern.search(source.text, span.start, span.end) if source is not None else None
    return Place(job.place.path, Span(*found.span(1))) if found is not None else None


def _set_for_all(name: str, paths: tuple[str, ...], repository: Repository) -> Place | None:
    """The line of a file's block `variables:` at the margin, which holds for every job of it and of what it includes."""
    for path in paths:
        source = repository.read(path)
        shared = _of_variables(name).search(source.text) if source is not None else None
        if shared is not None:
            return Place(path, Span(*shared.span(1)))
    return None


def _of_variables(name: str) -> re.Pattern[str]:
    return re.compile(
        rf"^variables:[ \t]*\r?\n(?:[ \t#][^\n]*\n|\r?\n)*?[ \t]+({re.escape(name)}[ \t]*:[^\r\n]*)", re.MULTILINE
    )
