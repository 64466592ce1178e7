"""Targets and scripts by which all who work on a repository do the same: what floats there, each has at another version."""

from __future__ import annotations

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.facts.unit import UnitKind
from agentlint.files.lazily import lazily
from agentlint.judgements.pinning.moving_addresses import UPDATES
from agentlint.judgements.running.scope import aside

_OF_THE_WORK = lazily(r"(?:^|/)_?(?:scripts?|hack|maint)/")
_NEWEST = ("@latest", "@master", "@main")


def says_newest(command: Command, repository: Repository) -> bool:
    """True for `go install x@latest` and `go run x@latest` in a target or a script of the work: the word is written for all."""
    if command.program != "go" or not any(text.endswith(_NEWEST) for text in command.texts()):
        return False
    unit = repository.units.get(command.unit)
    if unit is not None and unit.kind is UnitKind.TARGET:
        return not UPDATES.search(unit.name)
    return in_a_script_of_the_work(command, repository)


def in_a_script_of_the_work(command: Command, repository: Repository) -> bool:
    """True in a script that lies among those of the work, unless it is there to raise versions."""
    unit, path = repository.units.get(command.unit), command.place.path
    if unit is None or unit.kind not in {UnitKind.SCRIPT, UnitKind.FUNCTION} or not _OF_THE_WORK.search(path):
        return False
    return not (UPDATES.search(path) or UPDATES.search(unit.name) or aside(path))
