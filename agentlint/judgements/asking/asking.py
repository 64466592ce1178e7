"""Commands that wait for a person: what a run with nobody there meets, and what spares it.

The table of programs says how an invocation waits and what becomes of it with standard input empty ("null"), with an open
pipe nobody writes to ("pipe") and on a terminal nobody types at ("pty"). Here the surroundings decide: which of the three a
place offers, whether input is fed, whether a guard, a variable or a setting answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

from agentlint.facts.command import Command, Guard, GuardKind, Input, Output
from agentlint.facts.remembered import remembered
from agentlint.facts.repository import Repository
from agentlint.facts.unit import UnitKind
from agentlint.files.lazily import lazily
from agentlint.judgements.asking.answers import CHOOSE_PARTS, edited_by_program, guards_that_answer
from agentlint.judgements.asking.attendance import (
    for_a_person,
    hosted_preset_holds,
    in_line_editor,
    in_the_way,
    only_at_build,
    opened_for_hands,
    reads_its_terminal,
    run_by_checker,
    run_elsewhere_too,
    serves_at_a_port,
    typed_by_name,
)
from agentlint.judgements.asking.brought_options import (
    may_bring_options,
    option_in_a_variable,
    settled_by_callers,
    without_empty,
)
from agentlint.judgements.asking.held_programs import meant_by_variable
from agentlint.judgements.asking.package_lists import never_asks_for_lack_of_lists
from agentlint.judgements.running.scope import as_written, in_container, is_example, only_shown
from agentlint.programs import Asking, table
from agentlint.programs.table import INTERPRETERS
from agentlint.rule.inserting import insertion
from agentlint.rule.model import Confidence, Cost, Fix, Hit, Severity, Tier

MODES = ("null", "pipe", "pty")

_NO_TERMINAL = frozenset(
    {"github", "gitlab", "azure", "jenkins", "bitbucket", "woodpecker", "drone", "cirrus", "harness", "sourcehut"}
)
_TERMINAL = frozenset({"circleci", "buildkite", "travis", "semaphore"})
_SETS_CI = frozenset(
    {
        "github",
        "gitlab",
        "circleci",
        "travis",
        "bitbucket",
        "buildkite",
        "drone",
        "woodpecker",
        "cirrus",
        "harness",
        "semaphore",
    }
)

_ATTENDED_KINDS = frozenset({"repl", "terminal", "follow", "watch", "editor", "pager", "browser", "debugger"})
"""Kinds that are the very purpose of a target named `shell`, `logs` or `dev`."""
_ENDLESS_KINDS = frozenset({"follow", "watch"})
_NEEDS_OUTPUT = frozenset({"pager", "follow", "watch"})

HANGS = Cost(blocks=True, basis="estimate", source="field guide: hangs until the outer time limit")
_COSTS: Mapping[str, Cost] = {
    "HANG": HANGS,
    "SILENT": Cost(seconds=120, basis="estimate", source="field guide: exits 0 without having done the job"),
    "FAIL": Cost(seconds=30, basis="estimate", source="field guide: fails at once, one step lost"),
}
_SEVERITIES: Mapping[str, Severity] = {"HANG": Severity.BLOCKER, "SILENT": Severity.MAJOR, "FAIL": Severity.MINOR}


@dataclass(frozen=True, slots=True)
class Wait:
    """One way in which a command waits for a person where it stands: the worst that can happen, and in which modes."""

    asking: Asking
    outcome: str
    modes: tuple[str, ...]
    pedantic: bool
    preset: bool = False
    """The machines that run it answer by themselves, and no others do."""


@cache
def programs_that_wait(*kinds: str) -> frozenset[str]:
    """Names of the programs that wait in one of these ways, and "" for what a variable holds: a rule's `programs`."""
    return table().programs.with_aspect("asks", kinds) | INTERPRETERS | {""}


def waits(command: Command, repository: Repository, kinds: frozenset[str]) -> Iterator[Wait]:
    """The ways of these kinds in which the command waits for a person; nothing where one is spared or answered."""
    if only_shown(command, repository) or command.background:
        return
    guards = guards_that_answer(command, repository)
    if guards and not ("terminal" in kinds and all(_lets_run(guard) for guard in guards)):
        if not _other_branch_asks(command, guards, kinds, repository):
            return
    if table().of(command) is None or _in_code_of_tests(command) or _is_function(command, repository):
        return
    command = table().meant(command)
    effective = _with_surroundings(command, repository)
    modes = input_modes(command, repository)
    for asking in table().asking(effective):
        if asking.kind in kinds and not _spared(command, asking, repository):
            outcome = worst(asking, modes)
            if outcome in _SEVERITIES:
                preset = bool(asking.hosted_preset) and hosted_preset_holds(command, asking.hosted_preset, repository)
                spared = preset and not run_elsewhere_too(command, repository)
                given = asking.kind == "terminal" and modes == ("pty",) and not reads_its_terminal(command, asking.when)
                yield Wait(asking, outcome, modes, spared or _is_pedantic(asking, modes), preset or given)


def _other_branch_asks(command: Command, guards: list[Guard], kinds: frozenset[str], repository: Repository) -> bool:
    """True where the other branch of the condition asks in the same way: whoever gives the variable is not spared."""
    spans = {guard.span for guard in guards}
    if len(spans) != 1 or any(guard.kind not in CHOOSE_PARTS for guard in guards):
        return False
    return any(
        other.program == command.program
        and other.answering_guard is None
        and not other.fed
        and not may_bring_options(other)
        and any(guard.span in spans for guard in other.guards)
        and any(asking.kind in kinds for asking in table().asking(table().meant(other)))
        for other in repository.commands_by_unit.get(command.unit, ())
    )


_YES = lazily(r"(?:==?|=~|\bin\b)[\s\"'^(\\]*\[?y(?:Y|es|\b)", re.IGNORECASE)


def _lets_run(guard: Guard) -> bool:
    """True for a "yes" that an option can give: it lets the command run, and gives it no terminal."""
    return guard.kind in {GuardKind.OPTION, GuardKind.INTERACTIVE_CALLER} and _YES.search(guard.text) is not None


def input_modes(command: Command, repository: Repository) -> tuple[str, ...]:
    """What standard input can be where the command stands."""
    if command.input is Input.NULL or only_at_build(command, repository):
        return ("null",)
    if in_container(command) or run_by_checker(command.place.path, repository):
        return ("null",)
    job = repository.job_of(command)
    if job is not None:
        system = repository.pipeline_of(job).system
        if system in _NO_TERMINAL:
            return ("null",)
        if system in _TERMINAL:
            return ("pty",)
    return MODES


def worst(asking: Asking, modes: tuple[str, ...]) -> str:
    """The worst outcome in these modes."""
    outcomes = {asking.outcome.get(mode, "none") for mode in modes}
    return next((outcome for outcome in ("HANG", "SILENT", "FAIL") if outcome in outcomes), "none")


def _with_surroundings(command: Command, repository: Repository) -> Command:
    """The command with the variables that its CI system sets."""
    job = repository.job_of(command)
    if job is None or repository.pipeline_of(job).system not in _SETS_CI:
        return command
    return replace(command, environment={"CI": "true", **command.environment})


def _spared(command: Command, asking: Asking, repository: Repository) -> bool:
    if command.fed and asking.stdin_answers:
        return True
    if asking.when.no_option:
        own = settled_by_callers(without_empty(command, repository), repository)
        if not asking.when.all_options and may_bring_options(own):
            return True
        if option_in_a_variable(own, asking.when.no_option, repository):
            return True
    if asking.kind in _NEEDS_OUTPUT and command.output not in {Output.INHERITED, Output.FILE}:
        return True
    if asking.kind == "pager" and (command.output is not Output.INHERITED or typed_by_name(command, repository)):
        return True
    if asking.kind == "confirm" and never_asks_for_lack_of_lists(command, repository):
        return True
    if asking.root_is_spared and _as_root(command, repository):
        return True
    if asking.kind == "repl" and _is_quoted(command, repository):
        return True
    if asking.kind == "terminal" and (
        _chosen_by_terminal(command, repository) or opened_for_hands(command, repository)
    ):
        return True
    if in_line_editor(command, repository) or (asking.kind == "editor" and edited_by_program(command)):
        return True
    if asking.kind in _ATTENDED_KINDS and (for_a_person(command, repository) or _in_attached_container(command)):
        if asking.kind != "terminal" or not serves_at_a_port(command, asking.when, repository):
            return True
    if asking.kind in _ENDLESS_KINDS and (_bounded(command) or not in_the_way(command, repository)):
        return True
    return bool(asking.settled_by) and _settled(command, asking, repository)


def _as_root(command: Command, repository: Repository) -> bool:
    return bool({"sudo", "doas"} & set(command.wrappers)) or only_at_build(command, repository)


def _bounded(command: Command) -> bool:
    return any(
        wrapper in {"timeout", "gtimeout", "concurrently", "start-server-and-test"} for wrapper in command.wrappers
    )


def _in_attached_container(command: Command) -> bool:
    """What runs inside `docker run -it` waits because of the -it, which is a finding of its own."""
    return in_container(command)


def _is_quoted(command: Command, repository: Repository) -> bool:
    """A lone word in quotes is data as a rule (an arm of a `case`, an item of a list), and no interpreter to start."""
    source = repository.read(command.place.path)
    return source is not None and source.text[command.program_span.start : command.program_span.start + 1] in {'"', "'"}


_TERMINAL_TEST = lazily(r"-t [012]\b|\btty -s\b|isatty")


def _chosen_by_terminal(command: Command, repository: Repository) -> bool:
    """True when the options come from a variable of a script that looks for a terminal: `[ -t 0 ] && TTY=-it`."""
    source = repository.read(command.place.path)
    options = [word for word in command.arguments if word.text.startswith("-")]
    if source is None or not any(source.text[word.span.start : word.span.start + 1] == "$" for word in options):
        return False
    return bool(_TERMINAL_TEST.search(source.text))


def _settled(command: Command, asking: Asking, repository: Repository) -> bool:
    source = repository.read(command.place.path)
    if source is None:
        return False
    own = command.place.span  # of a program's own words, the command itself is no evidence
    return any(
        text in source.text
        if not text.startswith(command.program)
        else text in source.text[: own.start] or text in source.text[own.end :]
        for text in asking.settled_by
    )


_TEST_CODE = lazily(
    r"(^|/)(tests?|testing|specs?|examples?|docs?|fixtures|samples?|testdata)/|(^|/)test_[^/]*$|_test\.\w+$"
)
_SOURCES = (".py", ".js", ".ts", ".mjs", ".cjs", ".go", ".rb")


def _in_code_of_tests(command: Command) -> bool:
    """A command that a test's source code runs: sample input, as a rule."""
    path = command.place.path
    return path.endswith(_SOURCES) and bool(_TEST_CODE.search(path)) and not is_example(path)


def _is_function(command: Command, repository: Repository) -> bool:
    """True when a function of this repository's scripts goes by the program's name (`watch`, `confirm`, `Install-Package`)."""
    if "/" in command.program_path:
        return False
    return command.program in _function_names(repository) or command.program.lower() in _own_cmdlets(
        command.place.path, repository
    )


@remembered
def _function_names(repository: Repository) -> frozenset[str]:
    return frozenset(unit.name for unit in repository.units.values() if unit.kind is UnitKind.FUNCTION)


@remembered
def _own_cmdlets(path: str, repository: Repository) -> frozenset[str]:
    """The functions that a script of PowerShell defines."""
    text = repository.text(path) if path.endswith((".ps1", ".psm1")) else ""
    return frozenset(name.lower() for name in _CMDLET.findall(text))


_CMDLET = lazily(r"^[ \t]*function[ \t]+(?:\w+:)?([\w-]+)", re.IGNORECASE | re.MULTILINE)


def _is_pedantic(asking: Asking, modes: tuple[str, ...]) -> bool:
    if asking.pedantic:
        return True
    return _only_at_a_terminal(asking) and modes == MODES


def _only_at_a_terminal(asking: Asking) -> bool:
    return all(asking.outcome.get(mode) in {"DEFAULT", "none"} for mode in ("null", "pipe"))


def hits(command: Command, repository: Repository, *kinds: str) -> Iterator[Hit]:
    """A finding for the first way in which the command waits: what most rules of this category come to."""
    for meant in (command,) if command.program else meant_by_variable(command, repository):
        wait = next(waits(meant, repository, frozenset(kinds)), None)
        if wait is not None:
            hit = hit_of(meant, wait, repository)
            yield hit if command.program else replace(hit, fix=None)
            return


def hit_of(command: Command, wait: Wait, repository: Repository) -> Hit:
    """The finding for one wait: message, severity and cost by outcome, the edit where the table has one."""
    asking = wait.asking
    bounded = _bounded(command) and wait.outcome == "HANG"
    outcome = "FAIL" if bounded or wait.preset else wait.outcome
    severity = _SEVERITIES[outcome]
    if outcome == "HANG" and wait.modes == MODES and asking.outcome.get("null") == asking.outcome.get("pipe") == "FAIL":
        severity = Severity.MAJOR
    if _only_at_a_terminal(asking) and wait.modes == MODES:
        severity = Severity.MINOR
    return Hit(
        place=command.place,
        message=f"`{_shown(command, repository)}` {asking.about} {consequence(wait)}; {asking.advice}",
        unit=command.unit,
        severity=severity,
        confidence=Confidence.HIGH if asking.check[:1] in {"V", "D"} else Confidence.MEDIUM,
        tier=Tier.PEDANTIC if wait.pedantic or bounded else None,
        cost=_COSTS[outcome],
        fix=_fix(command, asking, repository),
    )


def _shown(command: Command, repository: Repository) -> str:
    """The command for a message: as written, and put together from its words where it is a list of strings."""
    written = as_written(command, repository, 60)
    if '", "' in written or "', '" in written or written.startswith(("[", "subprocess")):
        written = " ".join((command.program, *command.texts()))
        return written if len(written) <= 60 else written[:59].rstrip() + "…"
    return written


def consequence(wait: Wait) -> str:
    """What happens with nobody there, in words."""
    if wait.preset and wait.asking.kind == "terminal":
        return "and fails on a machine that gives none"
    if wait.preset:
        return "where the machine is not set up to answer by itself, as this hosted one is"
    if wait.asking.kind in _ENDLESS_KINDS:
        return "and holds the run until the time limit"
    if wait.outcome == "SILENT":
        return "and goes on without having done it"
    if wait.outcome == "FAIL":
        return "and fails, for nobody can answer"
    hanging = [mode for mode in wait.modes if wait.asking.outcome.get(mode) == "HANG"]
    if len(hanging) == len(wait.modes):
        return "and hangs until the time limit"
    where = " or ".join(
        {"pipe": "an open pipe", "pty": "an idle terminal"}.get(mode, "empty input") for mode in hanging
    )
    otherwise = {"FAIL": "fails on empty input", "SILENT": "does nothing on empty input"}.get(
        wait.asking.outcome.get("null", ""), ""
    )
    return f"and hangs on {where}" + (f" ({otherwise})" if otherwise else "")


def _fix(command: Command, asking: Asking, repository: Repository) -> Fix | None:
    if not asking.insert:
        return None
    return insertion(command, asking.insert, asking.when.subcommands, repository, safe=asking.insert_safe)
