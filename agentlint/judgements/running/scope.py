"""Where a command stands and how a visitor comes by it: the same words are a fault in one place and none in another."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.facts.calls import called_units
from agentlint.facts.command import EARTHLY, Command
from agentlint.facts.pipeline import Job
from agentlint.facts.repository import Repository
from agentlint.facts.unit import UnitKind
from agentlint.files.lazily import lazily
from agentlint.judgements.running.chosen_by_call import left_out
from agentlint.judgements.running.environments import fits, named
from agentlint.judgements.running.roles import DELIVERING, command_roles, delivers, named_delivery

_CONTAINERS = ("docker run", "docker exec", "docker compose", "docker-compose", "podman", EARTHLY)


def one_off(job: Job, repository: Repository) -> bool:
    """True for a job that no proposed or pushed change waits for: a release, a delivery, a nightly run."""
    pipeline = repository.pipeline_of(job)
    if delivers(job, repository):
        return True
    if pipeline.triggers.for_changes:
        return False
    callers = repository.callers_up(job)
    if callers:
        return not any(caller.triggers.for_changes for caller in callers)
    return not pipeline.reusable


def waited_for_by_none(command: Command, job: Job, repository: Repository) -> bool:
    """True in a one-off job, but for work that each change waits for before the step that delivers under a condition."""
    if not one_off(job, repository):
        return False
    pipeline = repository.pipeline_of(job)
    if not pipeline.triggers.for_changes or job.condition or named_delivery(job) or job.deployment:
        return True
    at = command.step
    if at is None or at >= len(job.steps) or job.steps[at].condition:
        return True
    late = [step for step in job.steps if any(DELIVERING & command_roles(one, repository) for one in step.commands)]
    return not late or any(not step.condition or step.index < at for step in late)


_SAMPLES = frozenset(
    {"fixtures", "fixture", "__fixtures__", "testdata", "test-data", "test_data", "samples", "examples", "sbt-test"}
)
_OTHERS = frozenset(
    {"vendor", "third_party", "third-party", "3rdparty", "external", "extern", "node_modules", "attic", "graveyard"}
)


def in_prose(command: Command, repository: Repository) -> bool:
    """True for a command that documentation, a sample or others' code shows, and that the repository does not run."""
    unit = repository.units.get(command.unit)
    if unit is not None and unit.kind is UnitKind.DOCUMENTED:
        return True
    return aside(command.place.path)


def aside(path: str) -> bool:
    """True for a file among samples or others' code."""
    return not (_SAMPLES | _OTHERS).isdisjoint(path.lower().split("/")[:-1])


_EXAMPLE = lazily(r"(?:^|/)(?:examples?|_examples|samples?|demos?)/", re.IGNORECASE)
_NOT_RUN = lazily(
    r"(?:^|/)(?:tests?|testing|__tests__|specs?|e2e|[\w-]*fixtures?_*|test[-_]?data|templates?|snapshots?|vendor|third[-_]party|node_modules"
    r"|data)/|(?:^|/)(?:test_[^/]*|conftest)\.py$|[._]test\.\w+$",
    re.IGNORECASE,
)


def is_example(path: str) -> bool:
    """True for a program in a folder of examples: made to be run as it stands, unlike the inputs of tests and others' code."""
    return bool(_EXAMPLE.search(path)) and not _NOT_RUN.search(path)


_SHOWN_PROGRAM = lazily(
    r"(?:^|/)(?:docs?|docs?_src|documentation|tutorials?|quickstarts?|cookbook|recipes|notebooks)/.*\.(?:py|m?js|ts|go|rb|php|java|cs|rs)$",
    re.IGNORECASE,
)


def is_shown_program(path: str) -> bool:
    """True for an example, and for a program among documents (`docs/quickstart.py`): readers copy it and run it."""
    return is_example(path) or (bool(_SHOWN_PROGRAM.search(path)) and not _NOT_RUN.search(path))


def only_shown(command: Command, repository: Repository) -> bool:
    """True for a command that nobody runs: prose, a test's input, others' code. An example's script is run by who reads it."""
    unit = repository.units.get(command.unit)
    if unit is not None and unit.kind is UnitKind.DOCUMENTED:
        return True
    return aside(command.place.path) and not is_example(command.place.path)


def in_image(command: Command, repository: Repository) -> bool:
    """True for a command of an image build, whose files and caches are not the job's."""
    unit = repository.units.get(command.unit)
    return unit is not None and unit.kind is UnitKind.IMAGE_STAGE


def in_container(command: Command) -> bool:
    """True when the command runs in a container that is started for it, or starts only such (`earthly +test`)."""
    return command.program == EARTHLY or any(wrapper.startswith(_CONTAINERS) for wrapper in command.wrappers)


def carried_out(command: Command, repository: Repository) -> tuple[Command, ...]:
    """The command and all that it sets going in this repository, without the commands of images it builds."""
    key = ("carried out", command.place, command.program)
    known = repository.memory(key)
    if known is None:
        found: dict[int, Command] = {id(command): command}
        environments = named(command, repository)
        units = () if _only_prepares(command) else repository.started_by(command)
        others = left_out(command, units, repository)
        for unit in units:
            for reached in repository.commands_by_unit.get(unit, ()):
                if id(reached) not in others and fits(reached, environments, repository):
                    found.setdefault(id(reached), reached)
        known = repository.remember(key, tuple(found.values()))
    assert isinstance(known, tuple)
    return known


def _only_prepares(command: Command) -> bool:
    """True for `tox --notest`, which makes the environments and runs no command of theirs."""
    return command.program == "tox" and command.option("--notest", "-n") is not None


def callers_of(unit: str, repository: Repository) -> tuple[Command, ...]:
    """The commands of the repository that call a unit directly."""
    key = "calling commands"
    known = repository.memory(key)
    if known is None:
        found: dict[str, list[Command]] = {}
        for command in repository.commands:
            for called in called_units(command, repository.unit_index):
                found.setdefault(called, []).append(command)
        known = repository.remember(key, {called: tuple(commands) for called, commands in found.items()})
    assert isinstance(known, dict)
    callers = known.get(unit, ())
    assert isinstance(callers, tuple)
    return callers


def from_hooks(command: Command, repository: Repository) -> bool:
    """True for a command of a commit hook's configuration."""
    unit = repository.units.get(command.unit)
    return unit is not None and unit.kind is UnitKind.HOOK


_ABOUT_ITSELF = (("--version",), ("-V",), ("--help",), ("-h",), ("version",))


def first_of_unit(command: Command, repository: Repository) -> Iterator[Command]:
    """The commands of the same program that stand before this one in its unit."""
    for other in repository.commands_by_unit.get(command.unit, ()):
        if other is command:
            return
        if other.program == command.program and other.texts() not in _ABOUT_ITSELF:
            yield other


_WORD_BY_WORD = lazily(r"""\A[\w./-]+(["']),\s*(?:\1|\{)""")
"""A command that its file has as a list of words, each in quotes: it reads better without them."""


def as_written(command: Command, repository: Repository, limit: int = 70) -> str:
    """The command as its file has it, on one line and cut where it grows long."""
    source = repository.read(command.place.path)
    text = ""
    if source is not None:
        text = " ".join(source.text[command.place.span.start : command.place.span.end].replace("\\\n", " ").split())
    if not text or text[0] in ")}" or _WORD_BY_WORD.search(text):  # a bracket: the tail of the variable that holds it
        text = " ".join((command.program, *command.texts()))
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def repeated(command: Command, repository: Repository) -> bool:
    """True when the same program ran before in this unit: the fault is told once."""
    return next(first_of_unit(command, repository), None) is not None
