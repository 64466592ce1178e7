"""tox and nox environments: which ones a call means, and which commands of a shared section are theirs."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import replace

from agentlint.facts.calls_of_python import environments_named
from agentlint.facts.command import Command, Word
from agentlint.facts.pipeline import Job
from agentlint.facts.repository import Repository
from agentlint.facts.unit import UnitKind
from agentlint.files.lazily import lazily
from agentlint.files.lines import line_start
from agentlint.judgements.running.handed_in import INPUT, values_handed_in
from agentlint.judgements.running.legs import MATRIX_VALUE, values_of_legs

_CONDITION = lazily(r"([\w!.,{}\- ]+):\Z")


_ONE_BY_VERSION = lazily(r"py(?:py)?-?\$[\w.{}\[\]() -]+\Z")
"""`py${{ matrix.python }}`: one environment, by many interpreters."""
_SESSION_BY_VERSION = lazily(r"\w+-\$[\w.{}\[\]() -]+\Z")
"""`unit-${{ matrix.python }}`: one session of nox, by many interpreters."""


def chosen_elsewhere(command: Command, repository: Repository) -> bool:
    """True for tox or nox whose environments a variable or a matrix picks: what it runs is one of many things."""
    if command.program not in {"tox", "nox"}:
        return False
    if any(name in command.environment for name in ("TOXENV", "TOX_ENV", "NOXSESSION")):
        return True
    chosen = [command.value_of(name) or "" for name in ("-e", "-m", "-f", "-s", "--session", "-t")]
    if any("$" in value for value in chosen):
        names = environments_named(command, repository.unit_index) if command.program == "tox" else ()
        if names and not any("$" in name for name in names):
            return False  # what the variable leaves open are versions of the same
        one = _SESSION_BY_VERSION if command.program == "nox" else _ONE_BY_VERSION
        return not all(one.match(value) for value in chosen if value)
    job = repository.job_of(command)
    source = repository.read(job.place.path) if job is not None else None
    if job is None or source is None:
        return False
    text = source.text[job.place.span.start : job.place.span.end]
    return "TOXENV" in text or "TOX_ENV" in text or "env: ${{" in text


def chosen_by_argument(command: Command) -> bool:
    """True for a make call that turns parts of the Makefile on or off (`make test GO_ONLY=1`)."""
    return command.program in {"make", "gmake"} and any(_SWITCH.match(text) for text in command.texts())


_SWITCH = lazily(
    r"[A-Z][A-Z0-9_]*(?:ONLY|SKIP|NO|WITH|WITHOUT|ENABLE|DISABLE)\w*=|(?:ONLY|SKIP|NO|WITH|ENABLE|DISABLE)_\w+="
)


def in_matrix(command: Command, job: Job, repository: Repository) -> bool:
    """True for a command of an environment that the job's matrix names: one of its legs runs it."""
    unit = repository.units.get(command.unit)
    axes = job.matrix.axes if job.matrix is not None else {}
    return unit is not None and any(unit.name in values for values in axes.values())


def picked_by_matrix(command: Command, job: Job, repository: Repository) -> tuple[Command, ...]:
    """The commands of the environments that the legs of a job give tox (`tox -e ${{ matrix.env }}`).

    A shared section may hold them behind conditions (`redis: pytest t/redis`) that only some of the legs meet.
    """
    if command.program == "nox":
        return _sessions_of_legs(command, job, repository)
    if command.program != "tox" or "--notest" in command.texts():
        return ()
    known = repository.memory(("picked by a matrix", command.place, job.unit))
    if known is None:
        found = {id(one): one for one in (*_conditioned(command, job, repository), *_of_tox(command, job, repository))}
        known = repository.remember(("picked by a matrix", command.place, job.unit), tuple(found.values()))
    assert isinstance(known, tuple)
    return known


def _of_tox(command: Command, job: Job, repository: Repository) -> Iterator[Command]:
    """The commands of the environments that the legs name behind `-e` or in `TOXENV`, those of the shared section too."""
    written = command.value_of("-e") or command.environment.get("TOXENV", "") or command.environment.get("TOX_ENV", "")
    if not written or ("$" not in written and command.value_of("-e")):
        return
    for name in _of_legs(written, job) or _picked(written, job, repository):
        words = tuple(Word(text, command.program_span) for text in ("-e", name))
        for unit in repository.started_by(replace(command, arguments=words)):
            yield from (one for one in repository.commands_by_unit.get(unit, ()) if fits(one, (name,), repository))


def _conditioned(command: Command, job: Job, repository: Repository) -> tuple[Command, ...]:
    """The commands of this folder's environments that the matrix names, or that stand behind a condition a leg meets."""
    if "$" not in (command.value_of("-e") or ""):
        return ()
    folder = command.directory or ""
    names = _of_legs(command.value_of("-e") or "", job)
    return tuple(
        found
        for unit in repository.units.values()
        if unit.kind is UnitKind.ENVIRONMENT and posixpath.dirname(unit.place.path) == folder
        for found in repository.commands_by_unit.get(unit.id, ())
        if in_matrix(found, job, repository) or (names and _meets_one(found, names, repository))
    )


_SESSION = lazily(r"\$\{\{\s*matrix\.(?:[\w-]+\.)*([\w-]+)\s*\}\}\Z")


def _picked(written: str, job: Job, repository: Repository) -> tuple[str, ...]:
    """The names that a value of the matrix, or an input of a reusable workflow, stands for."""
    leg, handed, either = _SESSION.match(written), INPUT.match(written), _EITHER.match(written)
    if leg is not None:
        return values_of_legs(leg[1], job, repository)
    if either is not None:
        names = (name for one in either[1].split("||") for name in _alternative(one.strip(), job, repository))
        return tuple(dict.fromkeys(names))
    return values_handed_in(handed[1], job, repository) if handed is not None else ()


_EITHER = lazily(r"\$\{\{((?:(?!\$\{\{)[^\n])*\|\|(?:(?!\$\{\{)[^\n])*)\}\}\Z")
"""One of several (`${{ matrix.tox || format('py{0}', matrix.python) }}`): a leg that says nothing has the last."""
_FORMATTED = lazily(r"format\('([\w.-]*)\{0\}([\w.-]*)',\s*(?:matrix\.)([\w-]+)\s*\)\Z")
_OF_AXIS = lazily(r"matrix\.([\w-]+)\Z")
_LITERAL = lazily(r"'([\w.,-]+)'\Z")


def _alternative(written: str, job: Job, repository: Repository) -> tuple[str, ...]:
    """The names that one side of an expression stands for."""
    axis, formatted, literal = _OF_AXIS.match(written), _FORMATTED.match(written), _LITERAL.match(written)
    if axis is not None:
        return values_of_legs(axis[1], job, repository)
    if formatted is not None:
        values = values_of_legs(formatted[3], job, repository)
        return tuple(formatted[1] + value + formatted[2] for value in values)
    return (literal[1],) if literal is not None else ()


def _sessions_of_legs(command: Command, job: Job, repository: Repository) -> tuple[Command, ...]:
    """The commands of the sessions that the legs name in `NOXSESSION`, or behind `-s`."""
    written = command.value_of("-s", "--session", "-e") or command.environment.get("NOXSESSION", "")
    found: dict[int, Command] = {}
    for name in _picked(written, job, repository):
        words = tuple(Word(text, command.program_span) for text in ("-s", name))
        for unit in repository.started_by(replace(command, arguments=words)):
            found |= {id(one): one for one in repository.commands_by_unit.get(unit, ())}
    return tuple(found.values())


_MANY_LEGS = 200


def _of_legs(written: str, job: Job) -> tuple[str, ...]:
    """The environments that a name with matrix values in it stands for in the legs of a job."""
    found = [written]
    axes = job.matrix.axes if job.matrix is not None else {}
    for axis in dict.fromkeys(MATRIX_VALUE.findall(written)):
        place = re.compile(r"\$\{\{\s*matrix\." + re.escape(axis) + r"\s*\}\}")
        found = [
            place.sub(lambda _, value=value: str(value), name)  # type: ignore[misc]
            for name in found
            for value in axes.get(axis, ())
        ][:_MANY_LEGS]
    return tuple(name for name in found if "$" not in name)


def _meets_one(command: Command, names: tuple[str, ...], repository: Repository) -> bool:
    """True for a command behind a condition that one of these environments meets."""
    return _condition(command, repository) is not None and fits(command, names, repository)


def named(command: Command, repository: Repository) -> tuple[str, ...]:
    """The environments that a tox call names (`-e lint,py312`, `-f lint`); empty where it names none."""
    if command.program != "tox":
        return ()
    wanted = command.value_of("-e")
    found = environments_named(command, repository.unit_index)
    return found or tuple(name.strip() for name in (wanted or "").split(",") if name.strip())


def stands_alone(name: str) -> bool:
    """False for environments that gather what others have made."""
    return bool(name.strip()) and not any(part in name for part in ("report", "combine", "clean"))


def fits(command: Command, names: tuple[str, ...], repository: Repository) -> bool:
    """False for a command of tox.ini behind a condition ("mypy: mypy src") that none of these environments meets."""
    condition = _condition(command, repository) if names else None
    if condition is None:
        return True
    alternatives = condition.replace("{", "").replace("}", "").split(",")
    return any(_meets(name, alternative.strip()) for name in names for alternative in alternatives)


def _condition(command: Command, repository: Repository) -> str | None:
    """The condition before a command of tox.ini ("mypy" of "mypy: mypy src"); None where there is none."""
    source = repository.read(command.place.path)
    if source is None or not command.place.path.endswith(("tox.ini", "setup.cfg", "pyproject.toml")):
        return None
    start = line_start(source.text, command.place.span.start)
    before = source.text[start : command.place.span.start].strip().lstrip("-").strip()
    condition = _CONDITION.search(before.removeprefix("commands").lstrip(" ="))
    return condition[1] if condition is not None else None


def taken_over(command: Command, repository: Repository) -> bool:
    """True for a command that an environment takes over from another section (`{[testenv]commands}`)."""
    source = repository.read(command.place.path)
    return source is not None and source.text.startswith("{[", command.place.span.start)


def _meets(name: str, alternative: str) -> bool:
    factors = set(name.split("-"))
    return all(
        (part[1:] not in factors) if part.startswith("!") else part in factors
        for part in alternative.split("-")
        if part
    )
