"""The units that run in CI before somebody has an answer to a change."""

from __future__ import annotations

from agentlint.facts.remembered import remembered
from agentlint.facts.repository import Repository
from agentlint.judgements.running.scope import one_off


@remembered
def waited_units(repository: Repository) -> frozenset[str]:
    """All units behind the jobs of changes; those of releases and nightly runs keep nobody waiting."""
    jobs = (job for pipeline in repository.pipelines for job in pipeline.jobs if not one_off(job, repository))
    return frozenset(unit for job in jobs for unit in repository.graph.closure(job.unit))
