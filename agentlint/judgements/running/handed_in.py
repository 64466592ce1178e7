"""What the callers of a reusable workflow hand in: `with: {env: "${{ matrix.env }}"}` names the environments of its jobs."""

from __future__ import annotations

import re

from agentlint.facts.pipeline import Job
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.judgements.running.legs import all_values

INPUT = lazily(r"\$\{\{\s*inputs\.([\w-]+)\s*\}\}\Z")
"""A text that is one input of a reusable workflow, by the input's name."""
_LEG = lazily(r"\$\{\{\s*matrix\.([\w-]+)\s*\}\}\Z")
_MANY = 200


def values_handed_in(name: str, job: Job, repository: Repository) -> tuple[str, ...]:
    """The values that the repository's own calls of this job's workflow give an input, those of all legs of a matrix."""
    own = repository.pipeline_of(job).path
    found: dict[str, None] = {}
    for pipeline in repository.pipelines:
        for caller in pipeline.jobs:
            if caller.calls == own:
                found |= dict.fromkeys(_given(name, caller, repository))
    return tuple(found)[:_MANY]


def _given(name: str, caller: Job, repository: Repository) -> tuple[str, ...]:
    text = repository.text(caller.place.path)[caller.place.span.start : caller.place.span.end]
    _, with_word, inputs = text.partition("with:")
    written = re.search(rf"(?:^[ \t]*|[{{,][ \t]*){re.escape(name)}:[ \t]*([^\n]*)", inputs, re.MULTILINE)
    if not with_word or written is None:
        return ()
    value = written[1].partition(" #")[0].strip().strip("\"'")
    leg = _LEG.match(value)
    if leg is not None:
        return all_values(leg[1], caller, repository)
    return (value,) if value and "$" not in value else ()
