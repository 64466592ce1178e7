"""Which pieces of work do not wait for each other's results: a lint, a type check and a test of the same sources."""

from __future__ import annotations

from collections.abc import Iterable

from agentlint.facts.command import Command
from agentlint.facts.pipeline import Job, Need, Pipeline
from agentlint.facts.repository import Repository
from agentlint.rule.roles import CHECKING, FEEDBACK, command_roles, delivers, job_roles

_GROUP = {"lint": "lint", "format": "lint", "typecheck": "type check", "test": "test"}


def groups(roles: Iterable[str]) -> frozenset[str]:
    """The independent kinds of feedback among these roles."""
    return frozenset(_GROUP[role] for role in roles if role in _GROUP)


def one_kind(command: Command, repository: Repository) -> str:
    """The one kind of feedback a command gives; "" where it gives none or several."""
    found = groups(command_roles(command, repository))
    return next(iter(found)) if len(found) == 1 else ""


def needlessly_after(need: Need, job: Job, pipeline: Pipeline, repository: Repository) -> Job | None:
    """The job that `job` waits for though nothing comes from it and both only tell whether the change is good."""
    earlier = pipeline.job(need.job)
    if earlier is None or earlier.gate or earlier.deployment or not _brings_nothing(need, earlier, repository):
        return None
    if delivers(job, repository) or delivers(earlier, repository):
        return None
    if earlier.artifacts_out and (job.artifacts_in or need.implicit):
        return None
    before, after = job_roles(earlier, repository), job_roles(job, repository)
    if not before & FEEDBACK or not after & (FEEDBACK - {"coverage"}) or not groups(after) | after & {"build"}:
        return None
    if "build" in before and not before & (CHECKING | {"test"}):
        return None
    return earlier


def _brings_nothing(need: Need, earlier: Job, repository: Repository) -> bool:
    """True when nothing is handed on; a shared workspace carries nothing out of a job that only checks or tests."""
    if not need.carries:
        return True
    if need.carries != {"workspace"} or need.implicit or not job_roles(earlier, repository) & (CHECKING | {"test"}):
        return False
    return all(_leaves_nothing(command, repository) for command in earlier.commands)


_SYSTEM_PACKAGES = frozenset({"apk", "apt-get", "apt", "dnf", "yum", "pacman", "zypper"})


def _leaves_nothing(command: Command, repository: Repository) -> bool:
    """True for a check or test, and for packages of the step's own container: neither changes the workspace."""
    roles = command_roles(command, repository)
    return command.program in _SYSTEM_PACKAGES or roles <= CHECKING | {"test", "coverage"}


def only_reports(job: Job) -> bool:
    """True for a job that runs whatever happened before, to say how it went."""
    return "always()" in job.condition or "failure()" in job.condition or "!cancelled()" in job.condition
