"""Which commands behind a call the call's own values leave out: `TASK=lint ci/run.sh`, `./ci.sh test`, one leg's `$SUITE`."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterator, Mapping

from agentlint.facts.calls import called_units
from agentlint.facts.calls_of_files import POWERSHELLS, SHELLS
from agentlint.facts.command import Command
from agentlint.facts.remembered import remembered
from agentlint.facts.repository import Repository
from agentlint.facts.unit import UnitKind
from agentlint.files.lazily import lazily
from agentlint.judgements.running.legs import MATRIX_VALUE, all_values

Values = Mapping[str, tuple[str, ...]]
"""The values that variables and parameters may have; one that is not named may have any."""

_OPEN = lazily(r"[$`]")
_HANDS_ON = ("xargs", "find", "parallel", "docker", "podman", "ssh", "kubectl", "lxc", "vagrant")
"""Wrappers behind which neither the environment nor the arguments are the caller's."""
_RUNS_SCRIPTS = SHELLS | POWERSHELLS | {"source", "."}
_OF_WINDOWS = lazily(r"\.(?:cmd|bat)$", re.IGNORECASE)
"""What a name may lack where a batch file is called."""
MOST_STATES = 2000
"""Units with values that are looked at behind one call; beyond, all of them count as reached."""


def left_out(command: Command, units: Collection[str], repository: Repository) -> frozenset[int]:
    """The ids of the commands of these units (all that stand behind `command`) that no value of this call comes by."""
    behind = [one for unit in units for one in repository.commands_by_unit.get(unit, ())]
    asked = frozenset(choice.name for one in behind for choice in one.choices)
    if not asked:
        return frozenset()
    reached: set[int] = set()
    seen: set[tuple[str, tuple[tuple[str, tuple[str, ...]], ...]]] = set()
    waiting = list(_called(command, _switched_elsewhere(command, asked, units, repository), asked, repository))
    while waiting:
        unit, values = waiting.pop()
        state = (unit, tuple(sorted(values.items())))
        if state in seen:
            continue
        seen.add(state)
        if len(seen) > MOST_STATES:
            return frozenset()
        own = repository.commands_by_unit.get(unit, ())
        met = [one for one in own if _comes_by(one, values)]
        reached.update(map(id, met))
        told = {called for one in own for called in called_units(one, repository.unit_index)}
        waiting.extend((called, values) for called in repository.graph.edges.get(unit, ()) if called not in told)
        waiting.extend(step for one in met for step in _called(one, values, asked, repository))
    return frozenset(map(id, behind)) - reached


def _switched_elsewhere(
    command: Command, asked: frozenset[str], units: Collection[str], repository: Repository
) -> Values:
    """The variables that other jobs set to switch something on and this one does not: here they are empty.

    A name that the job's own text speaks of, or that a script on the way gives a value, may be set in ways not seen here.
    """
    job = repository.job_of(command)
    names = asked & _set_by_jobs(repository) - command.environment.keys() if job is not None else frozenset[str]()
    if job is None or not names:
        return {}
    texts = [repository.text(job.place.path)[job.place.span.start : job.place.span.end]]
    paths = {repository.units[unit].place.path for unit in units if unit in repository.units}
    texts.extend(repository.text(path) for path in sorted(paths))
    own, *others = texts
    return {name: ("",) for name in names if name not in own and not any(f"{name}=" in text for text in others)}


@remembered
def _set_by_jobs(repository: Repository) -> frozenset[str]:
    """The variables that one job or step gives a value, and not its whole pipeline."""
    jobs = [(pipeline, job) for pipeline in repository.pipelines for job in pipeline.jobs]
    given = {
        name
        for pipeline, job in jobs
        for environment in (job.environment, *(step.environment for step in job.steps))
        for name in environment.keys() - pipeline.environment.keys()
    }
    return frozenset(given)


def _comes_by(command: Command, values: Values) -> bool:
    return all(
        choice.name not in values or any(choice.allows(value) for value in values[choice.name])
        for choice in command.choices
    )


def _called(
    command: Command, values: Values, asked: frozenset[str], repository: Repository
) -> Iterator[tuple[str, Values]]:
    """The units that a command starts, each with the values that it finds there."""
    for called in called_units(command, repository.unit_index):
        if any(wrapper.startswith(_HANDS_ON) for wrapper in command.wrappers):
            yield called, {}
            continue
        found: dict[str, tuple[str, ...]] = {name: value for name, value in values.items() if not name.isdigit()}
        for name in asked & command.environment.keys():
            written = command.environment[name]
            given = _given(written, command, repository)
            if given:
                found[name] = given
            elif not re.fullmatch(rf"\$\{{?{name}\}}?", written):
                found.pop(name, None)
        yield called, {**found, **_parameters(command, called, asked, repository)}


def _given(written: str, command: Command, repository: Repository) -> tuple[str, ...]:
    """The values that an assignment may give; none where that is not known."""
    axis = MATRIX_VALUE.fullmatch(written)
    if axis is None:
        return () if _OPEN.search(written) else (written,)
    job = repository.job_of(command)
    values = all_values(axis[1], job, repository) if job is not None else ()
    return () if any(_OPEN.search(value) for value in values) else values


def _parameters(command: Command, called: str, asked: frozenset[str], repository: Repository) -> Values:
    """The arguments of a script that is called by its name, as far as they are written out; none there is an empty one."""
    unit = repository.units.get(called)
    if unit is None or unit.kind is not UnitKind.SCRIPT:
        return {}
    words = command.arguments
    script = posixpath.basename(unit.place.path)
    if command.program in _RUNS_SCRIPTS and words and posixpath.basename(words[0].text) == script:
        words = words[1:]
    elif command.program not in {script, _OF_WINDOWS.sub("", script)}:
        return {}
    found: dict[str, tuple[str, ...]] = {}
    for number in sorted(int(name) for name in asked if name.isdigit()):
        before = words[:number]
        if any(not word.literal for word in before):
            break
        found[str(number)] = (before[number - 1].text if len(before) == number else "",)
    return found
