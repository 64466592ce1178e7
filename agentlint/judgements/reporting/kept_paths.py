"""What a job keeps of its files: the names that its system knows them by, and the paths they are taken from."""

from __future__ import annotations

from agentlint.facts.pipeline import Job


def kept_by(job: Job) -> tuple[str, ...]:
    """Names and paths of what the job keeps; an upload on GitHub has a name of its own beside its paths."""
    found = list(job.artifacts_out)
    for step in job.steps:
        if step.action is not None and "upload-artifact" in step.action.name.lower():
            path = step.action.inputs.get("path")
            found += path.value.split() if path is not None else []
    return tuple(found)
