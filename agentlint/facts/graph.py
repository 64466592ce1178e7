"""The loop graph: which unit calls which, and what a run with nobody there reaches.

Reach is 1 where an unattended run is certain to come by (a job that every change starts, a documented command), less where
it may, and near 0 for what nothing calls. The figures stand in `START_REACH`, with their reasons.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from agentlint.facts.calls import called_units
from agentlint.facts.unit import Unit, UnitKind
from agentlint.facts.unit_index import UnitIndex
from agentlint.files.lazily import lazily

if TYPE_CHECKING:
    from agentlint.facts.repository import Repository

CHANGE_JOB = 1.0
"""A job that a push or a pull request starts."""
OTHER_JOB = 0.6
"""A job on a tag, a schedule or a person's word: a change meets it later, if at all."""
DOCUMENTED_LOOP = 1.0
"""A set-up, build, check or test command that the documentation tells the reader to run."""
DOCUMENTED_OTHER = 0.5
"""Another documented command: an agent may follow it."""
CONVENTIONAL = 0.6
"""A target or script whose name says set-up, build, check or test: what an agent tries first."""
HOOK = 0.8
"""A hook runs on each commit where it is installed."""
UNCALLED = 0.1
"""Nothing that we see calls it."""

_CONVENTIONAL_NAME = lazily(
    r"^(all|default|build|compile|test|tests|check|checks|lint|fmt|format|typecheck|verify|ci|validate|install|setup|set-up"
    r"|bootstrap|init|deps|dependencies|dev|develop|prepare|postinstall|preinstall|coverage|e2e|integration|unit)([-_:.].*)?$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class LoopGraph:
    """`edges` leads from a unit to the units it calls; `start` gives each unit's own reach before anybody calls it."""

    edges: Mapping[str, tuple[str, ...]]
    start: Mapping[str, float]

    @classmethod
    def of(cls, repository: Repository) -> LoopGraph:
        """Resolve every command and every call that leads to another unit of the repository."""
        index = repository.unit_index
        edges: dict[str, dict[str, None]] = {
            unit.id: dict.fromkeys(c for c in unit.calls if c in index.units) for unit in repository.units.values()
        }
        for command in repository.commands:
            for called in called_units(command, index):
                if called != command.unit:
                    edges.setdefault(command.unit, {})[called] = None
        for source, called in _pipeline_calls(repository, index):
            edges.setdefault(source, {})[called] = None
        return cls(
            {unit: tuple(called) for unit, called in edges.items()},
            _start_reach(repository),
        )

    def closure(self, unit: str) -> tuple[str, ...]:
        """The unit and all it calls, in order of first visit."""
        seen: dict[str, None] = {}
        waiting = [unit]
        while waiting:
            current = waiting.pop()
            if current not in seen:
                seen[current] = None
                waiting.extend(reversed(self.edges.get(current, ())))
        return tuple(seen)

    @cached_property
    def _reach(self) -> Mapping[str, float]:
        reached: dict[str, float] = {}
        for unit, own in sorted(self.start.items(), key=lambda item: -item[1]):
            waiting = [unit]
            while waiting:
                current = waiting.pop()
                if reached.get(current, -1.0) < own:
                    reached[current] = own
                    waiting.extend(self.edges.get(current, ()))
        return reached

    def reach(self, unit: str) -> float:
        """How sure it is that an unattended run comes by this unit, in [0, 1]."""
        return self._reach.get(unit, UNCALLED)

    @cached_property
    def callers(self) -> Mapping[str, tuple[str, ...]]:
        """The units that call a unit directly."""
        found: dict[str, list[str]] = {}
        for unit, called in self.edges.items():
            for other in called:
                found.setdefault(other, []).append(unit)
        return {unit: tuple(callers) for unit, callers in found.items()}


def _pipeline_calls(repository: Repository, index: UnitIndex) -> list[tuple[str, str]]:
    jobs_of = {pipeline.path: tuple(job.unit for job in pipeline.jobs) for pipeline in repository.pipelines}
    found: list[tuple[str, str]] = []
    for pipeline in repository.pipelines:
        for job in pipeline.jobs:
            found.extend((job.unit, called) for called in jobs_of.get(job.calls, ()))
            for step in job.steps:
                if step.action is not None and step.action.local:
                    units = index.by_path.get(step.action.local, ())
                    found.extend((job.unit, unit.id) for unit in units)
    return found


def _start_reach(repository: Repository) -> dict[str, float]:
    reach = {unit.id: _own_reach(unit) for unit in repository.units.values()}
    for pipeline in repository.pipelines:
        for job in pipeline.jobs:
            started = pipeline.triggers.for_changes and not job.gate
            reach[job.unit] = 0.0 if pipeline.reusable and not started else CHANGE_JOB if started else OTHER_JOB
    for shown in repository.project.shown:
        value = DOCUMENTED_LOOP if shown.purpose in {"set-up", "build", "check", "test"} else DOCUMENTED_OTHER
        reach[shown.unit] = max(reach.get(shown.unit, 0.0), value)
    return reach


def _own_reach(unit: Unit) -> float:
    name = unit.name.rsplit("/", 1)[-1].rsplit(".", 1)[0] if unit.kind is UnitKind.SCRIPT else unit.name
    if unit.kind is UnitKind.HOOK:
        return HOOK
    if unit.kind is UnitKind.DOCUMENTED:
        return DOCUMENTED_OTHER
    if unit.kind in {UnitKind.FUNCTION, UnitKind.MODULE}:
        return UNCALLED
    if unit.kind is UnitKind.ENVIRONMENT or unit.documented or _CONVENTIONAL_NAME.match(name):
        return CONVENTIONAL
    if unit.kind in {UnitKind.IMAGE_STAGE, UnitKind.SERVICE}:
        return DOCUMENTED_OTHER
    return UNCALLED
