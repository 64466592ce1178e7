"""Tests that talk to a server which was started for them: they share its ports and names, and may not bear company."""

from __future__ import annotations

from itertools import takewhile

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository


def beside_a_server(command: Command, repository: Repository) -> bool:
    """True where the job or script has put something into the background before this command, or the job has services."""
    job = repository.job_of(command)
    if job is not None and job.services:
        return True
    own = repository.commands_by_unit.get(command.unit, ())
    return any(map(_goes_on, takewhile(lambda other: other is not command, own)))


_STARTERS = frozenset({"start", "start-process"})
"""What Windows' shells start in a process of its own, and do not wait for."""


def _goes_on(command: Command) -> bool:
    names = {command.program.lower(), *(wrapper.lower() for wrapper in command.wrappers)}
    return command.background or (not _STARTERS.isdisjoint(names) and command.option("-Wait", "/wait") is None)
