"""Repository: all facts of one tree, indexed for the questions that rules ask."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from agentlint.facts.calls import called_units
from agentlint.facts.command import Command
from agentlint.facts.filefacts import FileFacts
from agentlint.facts.graph import LoopGraph
from agentlint.facts.image import Image, Stage
from agentlint.facts.interface import Ask, EnvironmentRead, Interface, Login, Sleep
from agentlint.facts.pipeline import Job, Pipeline, Step
from agentlint.facts.project import Manifest, Project, ToolSetting
from agentlint.facts.unit import Unit, UnitKind
from agentlint.facts.unit_index import UnitIndex
from agentlint.files.source import SourceFile, UndecodableFile


@dataclass(frozen=True)
class Repository:
    """The whole tree as facts. `facts` maps each read path to what it gave; `read` gives a file's text for edits."""

    facts: Mapping[str, FileFacts]
    project: Project
    read: Callable[[str], SourceFile | None]
    focus: frozenset[str] | None = None
    """Paths whose findings are wanted (explicit file arguments); None: all."""
    _memory: dict[object, object] = field(default_factory=dict, repr=False, compare=False)

    @property
    def answers(self) -> dict[object, object]:
        """What was worked out of this repository so far (see `facts/remembered.py`)."""
        return self._memory

    @cached_property
    def pipelines(self) -> tuple[Pipeline, ...]:
        """All pipelines, by path."""
        return tuple(pipeline for facts in self.facts.values() for pipeline in facts.pipelines)

    @cached_property
    def images(self) -> tuple[Image, ...]:
        """All Dockerfiles."""
        return tuple(image for facts in self.facts.values() for image in facts.images)

    @cached_property
    def commands(self) -> tuple[Command, ...]:
        """Every command of every file: scripts, recipes, CI steps, image instructions, documentation."""
        return tuple(command for facts in self.facts.values() for command in commands_of(facts))

    @cached_property
    def units(self) -> Mapping[str, Unit]:
        """Units by id."""
        return {unit.id: unit for facts in self.facts.values() for unit in facts.units}

    @cached_property
    def commands_by_unit(self) -> Mapping[str, tuple[Command, ...]]:
        """A unit's own commands, in order."""
        found: dict[str, list[Command]] = {}
        for command in self.commands:
            found.setdefault(command.unit, []).append(command)
        return {unit: tuple(commands) for unit, commands in found.items()}

    @cached_property
    def graph(self) -> LoopGraph:
        """Which unit calls which, and what an unattended run reaches."""
        return LoopGraph.of(self)

    @cached_property
    def _pipeline_of_unit(self) -> Mapping[str, tuple[Pipeline, Job]]:
        return {job.unit: (pipeline, job) for pipeline in self.pipelines for job in pipeline.jobs}

    def pipeline_of(self, job: Job) -> Pipeline:
        """The pipeline a job belongs to."""
        return self._pipeline_of_unit[job.unit][0]

    def job_of(self, command: Command) -> Job | None:
        """The CI job in which a command stands directly, if any."""
        found = self._pipeline_of_unit.get(command.unit)
        return found[1] if found else None

    def step_of(self, command: Command) -> Step | None:
        """The CI step in which a command stands directly, if any."""
        job = self.job_of(command)
        if job is None or command.step is None:
            return None
        return next((step for step in job.steps if step.index == command.step), None)

    def callers(self, job: Job) -> tuple[tuple[Pipeline, Job], ...]:
        """Jobs of this repository that call the reusable workflow in which `job` stands."""
        path = self.pipeline_of(job).path
        return tuple((p, j) for p in self.pipelines for j in p.jobs if j.calls == path)

    def callers_up(self, job: Job) -> tuple[Pipeline, ...]:
        """The pipelines whose jobs call the workflow in which `job` stands, by others in between too, nearest first."""
        found: dict[str, Pipeline] = {}
        waiting = [job]
        while waiting:
            for pipeline, caller in self.callers(waiting.pop(0)):
                if pipeline.path not in found:
                    found[pipeline.path] = pipeline
                    waiting.append(caller)
        return tuple(found.values())

    def reached_from(self, unit: str) -> tuple[Command, ...]:
        """The unit's own commands and those of all units it calls, own first; each command once."""
        key = ("reached", unit)
        if key not in self._memory:
            self._memory[key] = tuple(
                command for called in self.graph.closure(unit) for command in self.commands_by_unit.get(called, ())
            )
        return self._memory[key]  # type: ignore[return-value]

    def started_by(self, command: Command) -> tuple[str, ...]:
        """The units that a command sets going, those it calls first; without images and what runs inside them."""
        seen: dict[str, None] = {}
        waiting = list(reversed(called_units(command, self.unit_index)))
        while waiting:
            current = waiting.pop()
            unit = self.units.get(current)
            if current in seen or (unit is not None and unit.kind is UnitKind.IMAGE_STAGE):
                continue
            seen[current] = None
            waiting.extend(reversed(self.graph.edges.get(current, ())))
        return tuple(seen)

    @cached_property
    def unit_index(self) -> UnitIndex:
        """Units by path, for finding what a command calls."""
        return UnitIndex.of(self.units)

    def text(self, path: str) -> str:
        """A file's text; "" where there is no such file, or none that can be read as text."""
        source = self.read(path)
        try:
            return source.text if source is not None else ""
        except UndecodableFile:
            return ""

    @cached_property
    def ordered_paths(self) -> tuple[str, ...]:
        """All paths of the tree, in order."""
        return tuple(sorted(self.project.paths))

    @cached_property
    def paths_from_root(self) -> tuple[str, ...]:
        """All paths of the tree, those near the root first."""
        return tuple(sorted(self.ordered_paths, key=lambda path: path.count("/")))

    @cached_property
    def paths_by_name(self) -> Mapping[str, tuple[str, ...]]:
        """The paths of all files of each name, in order."""
        return _grouped(self.ordered_paths, posixpath.basename)

    @cached_property
    def paths_by_folder(self) -> Mapping[str, tuple[str, ...]]:
        """The paths of the files that stand directly in each folder, in order; "" is the root."""
        return _grouped(self.ordered_paths, posixpath.dirname)

    @cached_property
    def judged(self) -> tuple[str, ...]:
        """The paths that findings may stand in, in order: those that are looked at, or those asked for by name."""
        wanted = self.project.paths if self.focus is None else self.focus & self.project.paths
        return tuple(sorted(wanted - self.project.left_out))

    @cached_property
    def judged_facts(self) -> tuple[FileFacts, ...]:
        """The facts of the files that findings may stand in."""
        return tuple(facts for path, facts in self.facts.items() if self.focus is None or path in self.focus)

    def memory(self, key: object) -> object | None:
        """What `remember` kept under this key: answers that several rules ask for."""
        return self._memory.get(key)

    def remember(self, key: object, value: object) -> object:
        """Keep an answer and give it back."""
        self._memory[key] = value
        return value


def _grouped(paths: Iterable[str], key: Callable[[str], str]) -> dict[str, tuple[str, ...]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for path in paths:
        found[key(path)].append(path)
    return {name: tuple(members) for name, members in found.items()}


def commands_of(facts: FileFacts) -> Iterator[Command]:
    """All commands of one file, those of its pipelines and images included."""
    yield from facts.commands
    for pipeline in facts.pipelines:
        for job in pipeline.jobs:
            yield from job.commands
    for image in facts.images:
        for stage in image.stages:
            for instruction in stage.instructions:
                yield from instruction.commands


def facts_of_type(facts: FileFacts, wanted: type) -> Iterator[object]:
    """The facts of one file that a rule subscribed to by type."""
    if wanted is Command:
        yield from commands_of(facts)
    elif wanted is Job:
        yield from (job for pipeline in facts.pipelines for job in pipeline.jobs)
    elif wanted is Stage:
        yield from (stage for image in facts.images for stage in image.stages)
    else:
        yield from getattr(facts, _FIELD[wanted])


_FIELD: dict[type, str] = {
    Pipeline: "pipelines",
    Image: "images",
    Ask: "asks",
    Login: "logins",
    Sleep: "sleeps",
    Interface: "interfaces",
    EnvironmentRead: "environment_reads",
    Manifest: "manifests",
    ToolSetting: "settings",
}
