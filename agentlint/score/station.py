"""Which station of the loop a unit belongs to, which stations a repository lets us assess, and how far a finding reaches."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from agentlint.facts.command import Command, Guard, GuardKind
from agentlint.facts.repository import Repository
from agentlint.facts.unit import UnitKind
from agentlint.programs import table
from agentlint.rule.model import Severity, Station
from agentlint.score.constants import constants

STATION_OF_ROLE = {
    "install": Station.SET_UP,
    "build": Station.BUILD,
    "docs": Station.BUILD,
    "lint": Station.CHECK,
    "format": Station.CHECK,
    "typecheck": Station.CHECK,
    "test": Station.TEST,
    "coverage": Station.TEST,
    "deploy": Station.DELIVER,
    "publish": Station.DELIVER,
    "release": Station.DELIVER,
}

_STATION_NAMES = (
    (
        Station.DELIVER,
        re.compile(r"deploy|publish|release|deliver|upload|push[-_]", re.IGNORECASE),
    ),
    (Station.TEST, re.compile(r"test|spec|e2e|coverage", re.IGNORECASE)),
    (
        Station.CHECK,
        re.compile(r"lint|check|format|fmt|typecheck|mypy|style|pre-commit", re.IGNORECASE),
    ),
    (
        Station.SET_UP,
        re.compile(
            r"install|set-?up|bootstrap|init|provision|deps|prepare|docker|devcontainer",
            re.IGNORECASE,
        ),
    ),
    (
        Station.BUILD,
        re.compile(r"build|compile|dist|package|docs?\b|image", re.IGNORECASE),
    ),
)

_PRECEDENCE = (
    Station.TEST,
    Station.CHECK,
    Station.DELIVER,
    Station.BUILD,
    Station.SET_UP,
)


def command_station(command: Command) -> Station | None:
    """The station of one command by what its program does; None when that is not known."""
    stations = {STATION_OF_ROLE[role] for role in table().roles(command) if role in STATION_OF_ROLE}
    return next((station for station in _PRECEDENCE if station in stations), None)


def unit_station(unit: str, repository: Repository) -> Station:
    """The station of a unit: by its name, else by what most of its commands do, else set-up for scripts and CI for jobs."""
    known = repository.units.get(unit)
    name = known.name if known else unit.rsplit(":", 1)[-1]
    for station, pattern in _STATION_NAMES:
        if pattern.search(name):
            return station
    counts = Counter(
        placed
        for command in repository.commands_by_unit.get(unit, ())
        if (placed := command_station(command)) is not None
    )
    if counts:
        return counts.most_common(1)[0][0]
    if known is not None and known.kind is UnitKind.JOB:
        return Station.CI
    return Station.SET_UP


def assessed_stations(repository: Repository) -> frozenset[Station]:
    """The stations at which there is something to judge: a pipeline, or a command or unit that belongs there."""
    found: set[Station] = set()
    if repository.pipelines:
        found.add(Station.CI)
    found.update(s for command in repository.commands if (s := command_station(command)) is not None)
    found.update(unit_station(unit, repository) for unit in repository.commands_by_unit)
    if any(facts.asks or facts.interfaces or facts.logins for facts in repository.facts.values()):
        found.add(Station.SET_UP)
    return frozenset(found)


def reach_of(unit: str, guards: Iterable[Guard], repository: Repository) -> float:
    """How sure an unattended run meets something in `unit` under these guards, in [0, 1]."""
    reach = repository.graph.reach(unit) if unit else 1.0
    if any(guard.kind is GuardKind.OTHER for guard in guards):
        reach *= constants().other_guard_reach
    return round(reach, 4)


_MILDER = (Severity.BLOCKER, Severity.MAJOR, Severity.MINOR, Severity.INFO)


def severity_at(severity: Severity, reach: float) -> Severity:
    """A severity made milder where a run hardly comes by."""
    table_ = constants()
    steps = 2 if reach < table_.step_down_twice_below else 1 if reach < table_.step_down_below else 0
    return _MILDER[min(_MILDER.index(severity) + steps, len(_MILDER) - 1)]
