"""A pipeline's jobs as nodes with times: measured where an export gives them, estimated by what they do elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from agentlint.ceiling.path import Node
from agentlint.ceiling.timings import JobTime, time_of
from agentlint.facts.pipeline import Job, Pipeline
from agentlint.facts.repository import Repository
from agentlint.judgements.running.roles import job_roles


@cache
def data() -> Mapping[str, Any]:
    """The data file of this package."""
    import tomli

    loaded: Mapping[str, Any] = tomli.loads((Path(__file__).parent / "constants.toml").read_text(encoding="utf-8"))
    return loaded


def nodes_of(pipeline: Pipeline, repository: Repository, timings: tuple[JobTime, ...] = ()) -> tuple[Node, ...]:
    """The jobs of one pipeline with their seconds, queue and needs."""
    return tuple(_node(job, repository, timings) for job in pipeline.jobs)


def _node(job: Job, repository: Repository, timings: tuple[JobTime, ...]) -> Node:
    needs = tuple(need.job for need in job.needs)
    measured = time_of(job, timings)
    if measured is not None:
        return Node(job.id, measured.seconds, needs, measured.queued, measured=True)
    if job.gate and not job.steps:
        return Node(job.id, 0.0, needs)
    table = data()["job_seconds"]
    seconds = table["base"] + sum(table.get(role, 0) for role in job_roles(job, repository))
    waves = 1
    if job.matrix is not None and job.matrix.max_parallel and job.matrix.size:
        waves = -(-job.matrix.size // job.matrix.max_parallel)
    return Node(job.id, float(seconds * waves), needs)
