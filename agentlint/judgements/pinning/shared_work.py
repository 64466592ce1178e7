"""Targets and scripts by which all who work on a repository do the same: what floats there, each has at another version."""

from __future__ import annotations

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.facts.unit import UnitKind
from agentlint.files.lazily import lazily
from agentlint.judgements.pinning.moving_addresses import UPDATES
from agentlint.judgements.running.scope import aside

_OF_THE_WORK = lazily(r"(?:^|/)_?(?:scripts?|hack|maint)/")
_ADDRESS = lazily(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+/[^@]+\Z")
_NEWEST = ("@latest", "@master", "@main")


def says_newest(command: Command, repository: Repository) -> bool:
    """True for `go install x@latest`, `go run x@latest` and `go get -u x` in a target or a script of the work: it is written for all."""
    if command.program != "go":
        return False
    if not any(text.endswith(_NEWEST) for text in command.texts()) and not _gets_newest(command, repository):
        return False
    unit = repository.units.get(command.unit)
    if unit is not None and unit.kind is UnitKind.TARGET:
        return not UPDATES.search(unit.name)
    return in_a_script_of_the_work(command, repository)


def _gets_newest(command: Command, repository: Repository) -> bool:
    """True for `go get -u` of a tool: what no go.mod requires comes as it is today. Source: go.dev/ref/mod#go-get."""
    words = command.texts()
    if words[:1] != ("get",) or "-u" not in words:
        return False
    tools = [text for text in words[1:] if _ADDRESS.match(text)]
    required = [repository.text(path) for path in repository.paths_by_name.get("go.mod", ())]
    return bool(tools) and not any(_module(tool) in text for tool in tools for text in required)


def _module(address: str) -> str:
    """How the address of a module begins: its host and the two names behind (`github.com/x/y`)."""
    return "/".join(address.split("/")[:3])


def in_a_target_of_the_work(command: Command, repository: Repository) -> bool:
    """True in a target (make, just, Task, Rake), unless it is there to raise versions: by it all who work here run the same."""
    unit = repository.units.get(command.unit)
    if unit is None or unit.kind is not UnitKind.TARGET:
        return False
    return not (UPDATES.search(unit.name) or aside(command.place.path))


def in_a_script_of_the_work(command: Command, repository: Repository) -> bool:
    """True in a script that lies among those of the work, unless it is there to raise versions."""
    unit, path = repository.units.get(command.unit), command.place.path
    if unit is None or unit.kind not in {UnitKind.SCRIPT, UnitKind.FUNCTION} or not _OF_THE_WORK.search(path):
        return False
    return not (UPDATES.search(path) or UPDATES.search(unit.name) or aside(path))
