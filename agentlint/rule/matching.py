"""The `match` table of a declarative rule, as a check on facts.

[match]
fact = "command"            # or "job", "step", "stage"
program = ["npm"]           # each key narrows; a list means any of them
subcommands = ["install"]
message = "`{text}` ignores the lock file; use `npm ci`"
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from agentlint.facts.command import Command, Input
from agentlint.facts.image import Stage
from agentlint.facts.pipeline import Job, Step
from agentlint.facts.repository import Repository
from agentlint.files.kind_of_file import glob_pattern
from agentlint.files.source import Place, Span
from agentlint.programs import When, table
from agentlint.rule.inserting import is_written
from agentlint.rule.loaded import Check
from agentlint.rule.model import Edit, Fix, Hit

if TYPE_CHECKING:
    from agentlint.rule.declarative import _Reader as Reader

_WHEN = frozenset({"subcommands", "any_option", "no_option", "no_environment", "operand_like"})
_COMMON = frozenset({"fact", "message", "paths", "not_paths"})
_KEYS: Mapping[str, frozenset[str]] = {
    "command": _COMMON | _WHEN | {"program", "input", "fed", "guarded", "in_ci", "in_image", "in_loop", "wrapper"},
    "job": _COMMON | {"system", "runs", "lacks", "uses", "lacks_action", "has_timeout", "runner", "for_changes"},
    "step": _COMMON | {"system", "action", "version_below", "with_input", "without_input", "name"},
    "stage": _COMMON | {"base", "runs", "lacks", "instruction", "lacks_instruction"},
}
_FIX_KEYS = frozenset({"title", "safe", "insert", "replace", "by"})


@dataclass(frozen=True)
class Match:
    """A compiled `match`: what it subscribes to, the programs it is narrowed to, and the check."""

    subject: type
    programs: frozenset[str]
    check: Check


def matcher(match: Any, fix: Any, reader: Reader) -> Match:
    """Compile a `match` table and its `fix`. Raises RuleError through the reader."""
    if not isinstance(match, dict):
        raise reader.wrong("match", "should be a table")
    fact = reader.text(match, "fact", "command")
    if fact not in _KEYS:
        raise reader.wrong("fact", f"{fact!r} should be one of {', '.join(_KEYS)}")
    reader.known(match, _KEYS[fact])
    if not match.get("message"):
        raise reader.wrong("match", "needs a `message`")
    if set(match) <= _COMMON:
        raise reader.wrong("match", "narrows nothing: it would flag every " + fact)
    if fix is not None and fact != "command":
        raise reader.wrong("fix", "is only for rules on commands")
    return _COMPILERS[fact](match, fix, reader)


def _globs(patterns: tuple[str, ...]) -> re.Pattern[str] | None:
    return re.compile("(?:" + "|".join(map(glob_pattern, patterns)) + r")\Z") if patterns else None


@dataclass(frozen=True)
class _Where:
    """The part of every match: which paths, and the message."""

    message: str
    paths: re.Pattern[str] | None
    not_paths: re.Pattern[str] | None

    @classmethod
    def of(cls, match: Mapping[str, Any], reader: Reader) -> _Where:
        """Read the common keys."""
        return cls(
            reader.text(match, "message"),
            _globs(reader.texts(match, "paths")),
            _globs(reader.texts(match, "not_paths")),
        )

    def holds(self, path: str) -> bool:
        """True for a path that is meant."""
        if self.paths is not None and not self.paths.match(path):
            return False
        return self.not_paths is None or not self.not_paths.match(path)

    def say(self, **values: str) -> str:
        """The message with `{program}`, `{text}`, `{job}` and the like filled in; unknown names stay as written."""
        return re.sub(r"\{(\w+)\}", lambda found: values.get(found.group(1), found.group(0)), self.message)


def _agrees(wanted: bool | None, found: bool) -> bool:
    return wanted is None or wanted is found


def _command(match: Mapping[str, Any], fix: Any, reader: Reader) -> Match:
    where = _Where.of(match, reader)
    when = When(
        subcommands=reader.texts(match, "subcommands"),
        any_option=reader.texts(match, "any_option"),
        no_option=reader.texts(match, "no_option"),
        no_environment=reader.texts(match, "no_environment"),
        operand_like=reader.texts(match, "operand_like"),
    )
    programs = frozenset(reader.texts(match, "program"))
    wrappers = frozenset(reader.texts(match, "wrapper"))
    inputs = _inputs(match, reader)
    flags = {key: reader.flag(match, key) for key in ("fed", "guarded", "in_ci", "in_image", "in_loop")}
    mend = _fix(fix, reader)

    def check(command: Command, repository: Repository) -> Iterator[Hit]:
        if programs and command.program not in programs:
            return
        if not where.holds(command.place.path) or (wrappers and not wrappers & set(command.wrappers)):
            return
        if inputs and command.input not in inputs:
            return
        found = {
            "fed": command.fed,
            "guarded": command.answering_guard is not None,
            "in_ci": repository.job_of(command) is not None,
            "in_image": "#image stage:" in command.unit,
            "in_loop": command.in_loop,
        }
        if not all(_agrees(wanted, found[key]) for key, wanted in flags.items()):
            return
        if when.matches(command, _operands(command)):
            yield Hit(
                command.place,
                where.say(program=command.program, text=" ".join((command.program, *command.texts()))),
                command.unit,
                fix=mend(command, repository) if mend else None,
            )

    return Match(Command, programs, check)


def _inputs(match: Mapping[str, Any], reader: Reader) -> frozenset[Input]:
    try:
        return frozenset(Input(name) for name in reader.texts(match, "input"))
    except ValueError:
        raise reader.wrong("input", f"should be of {', '.join(item.value for item in Input)}") from None


def _operands(command: Command) -> tuple[str, ...]:
    """Arguments without options, with the table's help where the program is known."""
    known = table().of(command)
    if known is not None:
        return known.operands(command)
    return tuple(text for text in command.texts() if not text.startswith("-"))


def _fix(fix: Any, reader: Reader) -> Callable[[Command, Repository], Fix | None] | None:
    if fix is None:
        return None
    if not isinstance(fix, dict):
        raise reader.wrong("fix", "should be a table")
    reader.known(fix, _FIX_KEYS)
    insert, replace, by = (reader.text(fix, key) for key in ("insert", "replace", "by"))
    if bool(insert) == bool(replace):
        raise reader.wrong("fix", "needs either `insert`, or `replace` and `by`")
    safe = bool(reader.flag(fix, "safe"))
    title = reader.text(fix, "title") or (f"add {insert}" if insert else f"write {by} for {replace}")

    def mend(command: Command, repository: Repository) -> Fix | None:
        edit = _edit(command, insert, replace, by)
        if edit is None or (replace and not is_written(replace, edit.span, repository.text(edit.path))):
            return None
        return Fix(title, (edit,), safe)

    return mend


def _edit(command: Command, insert: str, replace: str, by: str) -> Edit | None:
    path = command.place.path
    if insert:
        operands = _operands(command)
        after = next((word.span.end for word in command.arguments if operands and word.text == operands[0]), None)
        at = after if after is not None else command.program_span.end
        return Edit(path, Span(at, at), " " + insert)
    word = next((word for word in command.arguments if word.text == replace), None)
    if word is not None:
        return Edit(path, word.span, by)
    return Edit(path, command.program_span, by) if command.program == replace else None


def _job(match: Mapping[str, Any], fix: Any, reader: Reader) -> Match:
    where = _Where.of(match, reader)
    systems = frozenset(reader.texts(match, "system"))
    runner = _globs(reader.texts(match, "runner"))
    lists = {key: frozenset(reader.texts(match, key)) for key in ("runs", "lacks", "uses", "lacks_action")}
    timeout, changes = reader.flag(match, "has_timeout"), reader.flag(match, "for_changes")

    def check(job: Job, repository: Repository) -> Iterator[Hit]:
        pipeline = repository.pipeline_of(job)
        if not where.holds(job.place.path) or (systems and pipeline.system not in systems):
            return
        if runner is not None and not runner.match(job.runner):
            return
        if not _agrees(timeout, job.timeout_minutes is not None) or not _agrees(changes, pipeline.triggers.for_changes):
            return
        programs = {command.program for command in repository.reached_from(job.unit)}
        actions = {step.action.name for step in job.steps if step.action}
        if _has(lists["runs"], lists["lacks"], programs) and _has(lists["uses"], lists["lacks_action"], actions):
            yield Hit(job.place, where.say(job=job.id, runner=job.runner), job.unit)

    return Match(Job, frozenset(), check)


def _has(wanted: frozenset[str], unwanted: frozenset[str], found: set[str]) -> bool:
    return (not wanted or bool(wanted & found)) and not unwanted & found


def _step(match: Mapping[str, Any], fix: Any, reader: Reader) -> Match:
    where = _Where.of(match, reader)
    systems = frozenset(reader.texts(match, "system"))
    actions, names = _globs(reader.texts(match, "action")), _globs(reader.texts(match, "name"))
    present, absent = reader.texts(match, "with_input"), reader.texts(match, "without_input")
    below = match.get("version_below")
    if below is not None and not isinstance(below, int):
        raise reader.wrong("version_below", "should be a whole number")

    def fits(step: Step) -> bool:
        action = step.action
        if names is not None and not names.match(step.name):
            return False
        if action is None:
            return actions is None and below is None and not present and not absent
        if actions is not None and not actions.match(action.name):
            return False
        if below is not None and (action.version_number is None or action.version_number >= below):
            return False
        values = {name: setting.value for name, setting in action.inputs.items()}
        return all(_has_input(item, values) for item in present) and not any(
            _has_input(item, values) for item in absent
        )

    def check(job: Job, repository: Repository) -> Iterator[Hit]:
        if not where.holds(job.place.path) or (systems and repository.pipeline_of(job).system not in systems):
            return
        for step in job.steps:
            if fits(step):
                action = step.action.name if step.action else ""
                yield Hit(step.place, where.say(job=job.id, step=step.name, action=action), job.unit)

    return Match(Job, frozenset(), check)


def _has_input(item: str, values: Mapping[str, str]) -> bool:
    name, equals, value = item.partition("=")
    return name in values and (not equals or values[name] == value)


def _stage(match: Mapping[str, Any], fix: Any, reader: Reader) -> Match:
    where = _Where.of(match, reader)
    base = _globs(reader.texts(match, "base"))
    lists = {key: frozenset(reader.texts(match, key)) for key in ("runs", "lacks", "instruction", "lacks_instruction")}

    def check(stage: Stage, repository: Repository) -> Iterator[Hit]:
        if not where.holds(stage.place.path) or (base is not None and not base.match(stage.base)):
            return
        programs = {command.program for item in stage.instructions for command in item.commands}
        keywords = {item.keyword for item in stage.instructions}
        if _has(lists["runs"], lists["lacks"], programs) and _has(
            lists["instruction"], lists["lacks_instruction"], keywords
        ):
            yield Hit(
                Place(stage.place.path, stage.place.span), where.say(stage=stage.name, base=stage.base), stage.unit
            )

    return Match(Stage, frozenset(), check)


_COMPILERS: Mapping[str, Callable[[Mapping[str, Any], Any, Any], Match]] = {
    "command": _command,
    "job": _job,
    "step": _step,
    "stage": _stage,
}
