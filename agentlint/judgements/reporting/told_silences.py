"""Where a result that only eyes can read is told: at the job's own call, at the runner, or where its words are chosen."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.facts.pipeline import Job
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.source import Place
from agentlint.judgements.reporting.reporting import Silence, calls_others, runner_behind
from agentlint.judgements.reporting.set_variables import set_in_job
from agentlint.judgements.reporting.written_at import arguments_place
from agentlint.judgements.running.scope import as_written

_SPEAKS_OF_TESTS = lazily(r"test|check|spec|e2e|verify|suite|\bci\b", re.IGNORECASE)
"""Of a call that builds (`make all`), and by the way starts a target of tests whose runner nobody knows, nothing is said."""


def told_at(silence: Silence, call_alone: bool, repository: Repository) -> Iterator[tuple[Place, str]]:
    """Where CI starts the runner, and where the runner stands: either may be the place to mend."""
    written = as_written(silence.by, repository)
    own = runner_behind(silence.by, repository) if calls_others(silence.by) and not call_alone else None
    if own is not None:
        advice = "tells its result to eyes only; have it write JUnit XML or JSON"
        yield own.place, f"`{as_written(own, repository)}`, which CI runs by `{written}`, {advice}"
    advice = f"tells its result to eyes only; {silence.how.advice}"
    if silence.by is silence.through:
        yield silence.by.place, f"`{written}` {advice}"
        return
    call = as_written(silence.through, repository, 40)
    if call_alone or not calls_others(silence.by) or _SPEAKS_OF_TESTS.search(call):
        yield silence.through.place, f"`{call}` runs {silence.by.program}, which {advice}"
    if not call_alone and own is None:  # a call between the job and the runner is no place to mend
        yield arguments_place(silence.by), f"`{written}`, which CI runs by `{call}`, {advice}"


_ONLY_VARIABLE = lazily(r"\$\{?(\w+)\}?\Z")


def set_for(silence: Silence, job: Job, repository: Repository) -> Iterator[tuple[Place, str]]:
    """Where the job sets the variable that is all of a shared script's line: that is where its command is chosen."""
    variable = _ONLY_VARIABLE.match(as_written(silence.through, repository))
    place = set_in_job(variable[1], job, repository) if variable is not None else None
    if variable is not None and place is not None:
        message = (
            f"`{silence.by.program}`, which `{variable[0]}` starts, tells its result to eyes only; {silence.how.advice}"
        )
        yield place, message
