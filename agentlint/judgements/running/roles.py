"""What a job, a step or a pipeline is for, seen through everything it calls."""

from __future__ import annotations

import re
from collections.abc import Iterable

from agentlint.facts.command import Command
from agentlint.facts.pipeline import Job, Pipeline, Step
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.programs import table
from agentlint.programs.rehearsal import is_rehearsed, named_rehearsal

CHECKING = frozenset({"lint", "format", "typecheck"})
FEEDBACK = CHECKING | {"test", "build", "coverage"}
DELIVERING = frozenset({"deploy", "publish", "release"})

_DELIVERY_NAME = lazily(
    r"deploy|publish|release|promote|rollout|production|upload[-_ ]to|push[-_ ]image", re.IGNORECASE
)
_TRYING = lazily(r"\b(tests?|testing|ci|coverage|e2e|integration|checks?|lint|pull[-_ ]?request)\b", re.IGNORECASE)
"""Deployment environments that only guard the secrets of a test run."""


def command_roles(command: Command, repository: Repository) -> frozenset[str]:
    """What one command does, itself and through the units it calls."""
    key = ("roles", command.place, command.program)
    known = repository.memory(key)
    if known is None:
        from agentlint.facts.calls import called_units

        roles = set(table().roles(command))
        for unit in called_units(command, repository.unit_index):
            for reached in repository.reached_from(unit):
                roles |= table().roles(reached)
        if roles & DELIVERING and is_rehearsed(command):
            roles = (roles - DELIVERING) | {"build"}
        known = repository.remember(key, frozenset(roles))
    assert isinstance(known, frozenset)
    return known


def step_roles(step: Step, repository: Repository) -> frozenset[str]:
    """What a step does: its commands, or the role of its ready-made action."""
    found: set[str] = set()
    for command in step.commands:
        found |= command_roles(command, repository)
    if step.action is not None:
        found |= action_roles(step)
    return frozenset(found)


def action_roles(step: Step) -> frozenset[str]:
    """The role of a step's ready-made action, from the table of actions."""
    from agentlint.programs.actions import actions

    return actions().roles(step.action)


def job_roles(job: Job, repository: Repository) -> frozenset[str]:
    """What a job does, its steps taken together and the reusable workflow it calls included."""
    key = ("job roles", job.unit)
    known = repository.memory(key)
    if known is None:
        found: set[str] = set()
        for step in job.steps:
            found |= step_roles(step, repository)
        if job.calls:
            for command in repository.reached_from(job.unit):
                found |= table().roles(command)
        known = repository.remember(key, frozenset(found))
    assert isinstance(known, frozenset)
    return known


def delivers(job: Job, repository: Repository) -> bool:
    """True for a job that deploys, publishes or releases, by its name, its environment or its commands."""
    if named_rehearsal(job.id) or named_rehearsal(job.name):
        return False
    return bool(
        (job.deployment and not _TRYING.search(job.deployment))
        or _DELIVERY_NAME.search(job.id)
        or _DELIVERY_NAME.search(job.name)
        or DELIVERING & job_roles(job, repository)
    )


def named_delivery(job: Job) -> bool:
    """True for a job whose own name says that it delivers; one that only uploads what it built for a tag does more."""
    if named_rehearsal(job.id) or named_rehearsal(job.name):
        return False
    return bool(_DELIVERY_NAME.search(job.id) or _DELIVERY_NAME.search(job.name))


def pipeline_roles(pipeline: Pipeline, repository: Repository) -> frozenset[str]:
    """All that a pipeline's jobs do."""
    return frozenset(role for job in pipeline.jobs for role in job_roles(job, repository))


def programs(commands: Iterable[Command]) -> frozenset[str]:
    """The names of the programs these commands run."""
    return frozenset(command.program for command in commands)
