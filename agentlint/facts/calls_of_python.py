"""Calls of what Python projects declare: environments of tox and nox, scripts of project managers, commit hooks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise, takewhile

from agentlint.facts.command import Command, Word
from agentlint.facts.unit import UnitKind
from agentlint.facts.unit_index import UnitIndex, joined_path, nearest_file, operands_of

TOX_FILES = ("tox.ini", "tox.toml", "pyproject.toml", "setup.cfg")
"""Where tox may be set up, when it is told of no file."""


def tox(command: Command, index: UnitIndex) -> tuple[str, ...]:
    given = command.value_of("-c", "--conf", "--workdir")
    if given and "$" in given:
        return _chosen_by_variable(joined_path(command.directory, given), index)
    available = _available(command, index)
    wanted = _named(command, available, index)
    if wanted is None:
        return available
    found = [unit for name in wanted for unit in _of_name(name, available, index)]
    return tuple(dict.fromkeys(found))


def environments_named(command: Command, index: UnitIndex) -> tuple[str, ...]:
    """The names of the environments that a call of tox chooses; empty where it chooses none, or its file is not known."""
    available = _available(command, index)
    return (_named(command, available, index) or ()) if available else ()


def _available(command: Command, index: UnitIndex) -> tuple[str, ...]:
    """All environments of the file that a call of tox reads."""
    given = command.value_of("-c", "--conf", "--workdir")
    files = (given,) if given and given.endswith((".ini", ".toml", ".cfg")) else TOX_FILES
    found = (_environments(joined_path(command.directory, name), index) for name in files)
    return next(filter(None, found), ())


def _named(command: Command, available: tuple[str, ...], index: UnitIndex) -> tuple[str, ...] | None:
    """The names that a call of tox chooses by `-e`, by factors (`-f lint`) or by TOXENV; None where it chooses none.

    A name with a variable in it (`$PYTHON-tests`) stands for all that it may become. Source: tox.wiki/en/latest/cli_interface.html.
    """
    known = [index.units[unit].name for unit in available]
    factors = set(_factors(command))
    if factors and not any("$" in factor for factor in factors):
        return tuple(name for name in known if factors <= set(name.split("-")))
    wanted = command.value_of("-e", "-m", "-f") or _by_variable(command)
    if wanted is None:
        return None
    names: list[str] = []
    for name in filter(None, _between_names(wanted)):
        pattern = _may_become(name)
        names += [one for one in known if pattern is not None and pattern.fullmatch(one)] or [name]
    return tuple(names)


def _factors(command: Command) -> Iterator[str]:
    """The words behind `-f`, up to the next option: an environment has to have them all."""
    texts = command.texts()
    behind = texts[texts.index("-f") + 1 :] if "-f" in texts else ()
    for text in takewhile(lambda text: not text.startswith("-"), behind):
        yield from text.split(",")


def _between_names(wanted: str) -> list[str]:
    """The names of a list; blanks and commas within a substitution part none."""
    return re.split(r"[,\s]+(?![^({]*[)}])", wanted)


def _may_become(name: str) -> re.Pattern[str] | None:
    """What a name with variables may be, where it says anything itself: a variable behind letters is a version."""
    literal = _VARIABLE.split(name)
    if len(literal) < 2 or not any(re.search(r"[A-Za-z]{2}", part) for part in literal):
        return None
    pattern = re.escape(literal[0])
    for before, part in pairwise(literal):
        pattern += (r"\d[\w.]*" if before[-1:].isalpha() else r"[\w.]+") + re.escape(part)
    return re.compile(pattern)


def _of_name(name: str, available: tuple[str, ...], index: UnitIndex) -> tuple[str, ...]:
    """The environment of that name; without a section of its own it is the base's, and that of its factors."""
    exact = tuple(unit for unit in available if index.units[unit].name == name)
    return exact or tuple(
        unit for unit in available if index.units[unit].name == "testenv" or _factor(unit, [name], index)
    )


def _by_variable(command: Command) -> str | None:
    """What TOXENV chooses where no option does; None where only the machine knows its value."""
    value = command.environment.get("TOXENV", "")
    return value if value and "$" not in value else None


_VARIABLE = re.compile(r"\$\{\{.*?\}\}|\$\{[^}]*\}|\$\w+|\$\([^)]*\)")


def _chosen_by_variable(written: str, index: UnitIndex) -> tuple[str, ...]:
    """`tox -c test/tox.$DISTRO.ini`: the environments of every file that the name may mean."""
    pattern = re.compile("[^/]+".join(re.escape(part) for part in _VARIABLE.split(written)) + r"\Z")
    return tuple(unit for path in index.by_path if pattern.match(path) for unit in _environments(path, index))


def _factor(unit: str, names: list[str], index: UnitIndex) -> bool:
    own = index.units[unit].name
    return any(name.startswith(own + "-") or own in name.split("-") or own.startswith("py{") for name in names)


def _environments(path: str, index: UnitIndex) -> tuple[str, ...]:
    return index.of_kind(path, UnitKind.ENVIRONMENT)


def nox(command: Command, index: UnitIndex) -> tuple[str, ...]:
    path = joined_path(command.directory, command.value_of("-f", "--noxfile") or "noxfile.py")
    wanted = {command.value_of("-s", "--session", "--sessions", "-e") or ""} | set(
        operands_of(command, ("-p", "-t", "-k"))
    )
    sessions = _environments(path, index)
    if command.option("-t", "--tags") is not None:
        return ()  # which sessions bear a tag is not known here
    named = tuple(unit for unit in sessions if any(_of_session(name, index.units[unit].name) for name in wanted))
    return named or (sessions if not wanted - {""} else ())


def _of_session(name: str, session: str) -> bool:
    """True for a session's own name, and for that of one of its versions or parameters (`tests-3.12`, `tests(3.12)`)."""
    return name == session or name.startswith((session + "-", session + "("))


def cibuildwheel(command: Command, index: UnitIndex) -> tuple[str, ...]:
    """What its settings have it run before and behind each wheel."""
    if command.option("--print-build-identifiers", "--clean-cache", "--help") is not None:
        return ()
    path = nearest_file(("cibuildwheel.toml", "pyproject.toml"), command.directory or "", index)
    return (
        tuple(unit for unit in _environments(path, index) if index.units[unit].name == "cibuildwheel") if path else ()
    )


def project_runner(command: Command, index: UnitIndex) -> tuple[str, ...]:
    """hatch, pdm, poe, rye, pixi: `hatch run lint:all`, `pdm run test`, `poe test`."""
    path = nearest_file(("pyproject.toml", "hatch.toml", "pixi.toml"), command.directory or "", index)
    operands = operands_of(command, ("-e", "--environment"))
    names = [operand for operand in operands if operand != "run" and not operand.startswith("+")][:1]
    wanted = {part for name in names for part in (name, name.split(":")[-1], f"default:{name}")}
    known = _environments(path, index) if path else ()
    found = tuple(unit for unit in known if index.units[unit].name in wanted)
    # an environment made by a template has the scripts of another
    scripts = {":" + name.split(":")[-1] for name in names if ":" in name}
    return found or tuple(unit for unit in known if index.units[unit].name.endswith(tuple(scripts)) and scripts)


_RUNNERS = {f"{name} run": name for name in ("hatch", "pdm", "rye", "pixi")}


def task_of_wrapper(command: Command, index: UnitIndex) -> tuple[str, ...]:
    """`hatch run test`, `pdm run lint`: what reads as a program behind its wrapper is a task where the project has that name."""
    runner = next((_RUNNERS[one] for one in reversed(command.wrappers) if one in _RUNNERS), "")
    if not runner or "/" in command.program_path:
        return ()
    name = Word(command.program_path, command.program_span)
    return project_runner(replace(command, program=runner, program_path=runner, arguments=(name,)), index)


def hooks(command: Command, index: UnitIndex) -> tuple[str, ...]:
    operands = operands_of(command, ("-c", "--config", "--hook-stage", "--from-ref", "--to-ref"))
    if operands[:1] != ["run"]:
        return ()
    path = nearest_file(
        (".pre-commit-config.yaml", ".pre-commit-config.yml"),
        command.directory or "",
        index,
    )
    hooks = index.of_kind(path, UnitKind.HOOK) if path else ()
    return tuple(hook for hook in hooks if len(operands) < 2 or index.units[hook].name in operands[1:])
