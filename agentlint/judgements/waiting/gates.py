"""Manual gates: what waits behind one."""

from __future__ import annotations

from agentlint.facts.pipeline import Job, Pipeline
from agentlint.facts.repository import Repository
from agentlint.judgements.running.roles import delivers, job_roles

_FEEDBACK_ROLES = frozenset({"test", "lint", "typecheck", "format", "coverage"})


def gives_feedback(job: Job, repository: Repository) -> bool:
    """True for a job that tests or checks and does not deliver."""
    return bool(_FEEDBACK_ROLES & job_roles(job, repository)) and not delivers(job, repository)


def behind(gate: Job, pipeline: Pipeline) -> tuple[Job, ...]:
    """The jobs that start only after `gate`, directly or through others."""
    waiting = {gate.id}
    found: list[Job] = []
    changed = True
    while changed:
        changed = False
        for job in pipeline.jobs:
            if job.id not in waiting and any(need.job in waiting for need in job.needs):
                waiting.add(job.id)
                found.append(job)
                changed = True
    return tuple(found)


def holds_feedback(gate: Job, pipeline: Pipeline, repository: Repository) -> bool:
    """True when the gated job itself, or one that it blocks, would tell the author whether the change works."""
    if gives_feedback(gate, repository):
        return True
    return gate.blocking_gate and any(gives_feedback(job, repository) for job in behind(gate, pipeline))
