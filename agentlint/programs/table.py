"""The table of programs: which subcommand prompts, which flag quiets it, what it fetches, how it reports.

The data stands in `data/*.toml`, one entry `[[program]]` for each program, files by family. A program may have entries in
several files; they are merged. Each entry names its `source`. Loaded once, on first use.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from agentlint.facts.command import Command


@dataclass(frozen=True, slots=True)
class When:
    """Which invocations an aspect speaks of.

    `subcommands`: leading operands, words joined by spaces ("install", "auth login"); empty: every invocation;
    "" (the empty word) stands for an invocation with no operand at all. `any_option`: at least one of these options or
    literal operands is present. `all_options`: each of them is. `exact_option`: one argument is exactly one of these (so
    that `-p` is not `-psecret`). `no_option`: none of them is. `no_environment`: "NAME" or "NAME=value" in effect silences it.
    `listed`: one of these is among the words of an argument, which commas part (`-t lint,test`).
    `open_value`: one of these options has a name for its value, and no password behind it (`-u NAME`, not `-u NAME:WORD`).
    `operand_like`: at least one operand holds one of these substrings; `no_operand_like`: none does. `operands_at_most`, `operands_at_least`: how many
    operands there are, the subcommand's words included; -1: any number.
    """

    subcommands: tuple[str, ...] = ()
    any_option: tuple[str, ...] = ()
    all_options: tuple[str, ...] = ()
    exact_option: tuple[str, ...] = ()
    no_option: tuple[str, ...] = ()
    no_environment: tuple[str, ...] = ()
    operand_like: tuple[str, ...] = ()
    no_operand_like: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()
    open_value: tuple[str, ...] = ()
    operands_at_most: int = -1
    operands_at_least: int = -1

    def matches(self, command: Command, operands: tuple[str, ...]) -> bool:
        """True when `command`, whose operands (options and their values left out) are given, is meant."""
        if self.subcommands and not any(_leads(operands, wanted) for wanted in self.subcommands):
            return False
        if self.any_option and not has_any(command, self.any_option):
            return False
        if self.no_option and has_any(command, self.no_option, attached=True):
            return False
        if not self._options_fit(command) or not self._count_fits(len(operands)):
            return False
        if self.operand_like and not any(part in word for word in operands for part in self.operand_like):
            return False
        if any(part in word for word in operands for part in self.no_operand_like):
            return False
        if self.listed and not any(name in self.listed for text in command.texts() for name in text.split(",")):
            return False
        return not any(in_environment(command.environment, item) for item in self.no_environment)

    def _options_fit(self, command: Command) -> bool:
        if self.exact_option and not set(self.exact_option) & set(command.texts()):
            return False
        if self.open_value and not _is_open(command.value_of(*self.open_value)):
            return False
        return all(has_any(command, (option,)) for option in self.all_options)

    def _count_fits(self, count: int) -> bool:
        return count >= self.operands_at_least and (self.operands_at_most < 0 or count <= self.operands_at_most)


_OF_A_NAME = re.compile(r"\$\{?\w*(?:user|login|name|reply)\w*\}?", re.IGNORECASE)


def _is_open(value: str | None) -> bool:
    """True for the value of an option that holds a name alone; a variable counts by what it is called."""
    if not value or set(":%") & set(value):
        return False
    return "$" not in value or _OF_A_NAME.fullmatch(value) is not None


@dataclass(frozen=True, slots=True)
class Asking:
    """One way in which a program waits for a person.

    `kind`: "confirm", "wizard", "secret", "editor", "pager", "repl", "debugger", "menu", "terminal" (needs a TTY),
    "follow" (never returns by design), "watch", "dialog", "license", "login" (browser or device code), "password-login"
    (asks user name and password), "key" (passphrase or password for a key), "browser" (opens one), "elevate" (sudo).
    `outcome` gives, for "null", "pipe" and "pty": "HANG", "FAIL", "DEFAULT", "SILENT" or "none"; the data writes it as a
    list in this order.
    `stdin_answers`: a pipe or here-document answers it. `insert` is the flag an edit inserts after the subcommand ("" if
    there is none), `insert_safe` whether that edit is safe. `advice` completes "…; " in a message: how to run it unattended.
    `hosted_preset`: hosted CI machines ("github-ubuntu") already answer it. `pedantic`: reasonable people argue about it.
    `settled_by`: texts that, standing anywhere in the same file, show that it has been answered by configuration.
    """

    kind: str
    when: When
    outcome: Mapping[str, str]
    advice: str
    stdin_answers: bool = True
    insert: str = ""
    insert_safe: bool = False
    hosted_preset: str = ""
    pedantic: bool = False
    about: str = ""
    """What it asks, for the message ("asks “Do you want to continue?”")."""
    settled_by: tuple[str, ...] = ()
    root_is_spared: bool = False
    """Asks only who is not root (`chsh`)."""
    source: str = ""
    check: str = ""


@dataclass(frozen=True, slots=True)
class Role:
    """What an invocation does in the loop: "install", "build", "lint", "format", "typecheck", "test", "coverage", "docs",
    "deploy", "publish", "release", "run", "clean"."""

    role: str
    when: When


@dataclass(frozen=True, slots=True)
class Fetching:
    """An invocation that downloads or builds what a cache could keep.

    `what` names the cache ("npm", "pip", "cargo", "playwright", "docker", ...). `disabled_by` are options that turn an
    own cache off (`--no-cache-dir`). `covered_by` are other cache names that serve as well. `enabled_by` are options
    that turn a cache on. `trifles` are operands not worth a cache: a fetch of nothing else is small.
    `compiles`: it builds as well as fetches; `download`: it brings a tool or data and not the project's dependencies.
    """

    what: str
    when: When
    disabled_by: tuple[str, ...] = ()
    covered_by: tuple[str, ...] = ()
    enabled_by: tuple[str, ...] = ()
    seconds: float = 0.0
    heavy: bool = False
    advice: str = ""
    trifles: tuple[str, ...] = ()
    compiles: bool = False
    download: bool = False


@dataclass(frozen=True, slots=True)
class Parallelism:
    """Whether an invocation uses the machine's cores.

    `default`: "serial" or "parallel". `parallel_options` make it parallel; `serial_options` force it into single file
    ("--runInBand", "-p=1"), as do `serial_environment` and `serial_settings`; `environment` variables and `settings`
    ("pytest:addopts~-n", "gradle:org.gradle.parallel=true") make it parallel; `needs_dependency` names the plugin that
    brings the option (pytest-xdist). `test_suite`: it runs the test files of `language`, so that their number is the
    size of its work. `narrow_options` pick a part of the work, where single file does not matter.
    Patterns in all of these: "NAME", "NAME=value", "NAME~part of the value".
    """

    default: str
    when: When
    parallel_options: tuple[str, ...] = ()
    serial_options: tuple[str, ...] = ()
    environment: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    needs_dependency: str = ""
    advice: str = ""
    insert: str = ""
    serial_settings: tuple[str, ...] = ()
    serial_environment: tuple[str, ...] = ()
    narrow_options: tuple[str, ...] = ()
    language: str = ""
    test_suite: bool = False


@dataclass(frozen=True, slots=True)
class Reporting:
    """How an invocation can report to a machine.

    `kind`: "test", "lint", "typecheck", "coverage", "audit", "list". `options` (prefixes such as "--junitxml",
    "--format=json"), `environment` and `settings` that make it machine-readable; `always` when it writes a report anyway;
    `annotates_on`: CI systems on which its default output is read by the system ("github"). `annotated_by`: actions
    whose problem matchers read its default output. `plugins`: dependencies that make it report by being installed.
    `none`: it has no machine form. Patterns as for `Parallelism`.
    """

    kind: str
    when: When
    options: tuple[str, ...] = ()
    environment: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    always: bool = False
    none: bool = False
    annotates_on: tuple[str, ...] = ()
    advice: str = ""
    insert: str = ""
    annotated_by: tuple[str, ...] = ()
    plugins: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Program:
    """Everything known of one program. `value_options` take a following word as their value (to find the subcommand)."""

    name: str
    aliases: tuple[str, ...] = ()
    source: str = ""
    check: str = ""
    value_options: tuple[str, ...] = ()
    asks: tuple[Asking, ...] = ()
    roles: tuple[Role, ...] = ()
    fetches: tuple[Fetching, ...] = ()
    parallelism: tuple[Parallelism, ...] = ()
    reports: tuple[Reporting, ...] = ()

    def operands(self, command: Command) -> tuple[str, ...]:
        """The arguments that are neither options nor values of this program's value options."""
        found: list[str] = []
        skip = False
        for word in command.arguments:
            if skip:
                skip = False
            elif word.text == "--":
                continue
            elif word.text.startswith("-") and len(word.text) > 1:
                skip = word.text in self.value_options
            elif word.text.startswith("+") and not found:
                continue
            else:
                found.append(word.text)
        return tuple(found)


INTERPRETERS = frozenset({"python", "php", "ruby", "node", "perl"})
"""Programs that run a script which the table may know by its own name."""
_SCRIPTS = frozenset({"artisan", "rails"})


@dataclass(frozen=True)
class Table:
    """All programs by name and alias."""

    programs: Mapping[str, Program]

    def of(self, command: Command) -> Program | None:
        """The entry of a command's program."""
        return self.programs.get(self.meant(command).program)

    def meant(self, command: Command) -> Command:
        """The command as the program it really runs: `python manage.py test` is `manage.py test`."""
        if command.program not in INTERPRETERS:
            return command
        for index, word in enumerate(command.arguments):
            if word.text.startswith("-"):
                continue
            name = word.text.rsplit("/", 1)[-1]
            if name not in self.programs or not ("." in name or name in _SCRIPTS):
                return command
            return replace(command, program=name, arguments=command.arguments[index + 1 :], program_span=word.span)
        return command

    def asking(self, command: Command) -> tuple[Asking, ...]:
        """The ways in which this invocation waits for a person; guards and fed input are the caller's to judge."""
        return self._matching(command, "asks")

    def roles(self, command: Command) -> frozenset[str]:
        """What this invocation does in the loop; empty when not known."""
        return frozenset(item.role for item in self._matching(command, "roles"))

    def fetching(self, command: Command) -> tuple[Fetching, ...]:
        """What this invocation downloads or builds anew."""
        if command.option("--package-lock-only", "--lockfile-only", "--dry-run") is not None:
            return ()
        return self._matching(command, "fetches")

    def parallelism(self, command: Command) -> Parallelism | None:
        """How this invocation uses the cores; the first entry that matches."""
        return next(iter(self._matching(command, "parallelism")), None)

    def reporting(self, command: Command) -> Reporting | None:
        """How this invocation could report to a machine; the first entry that matches."""
        return next(iter(self._matching(command, "reports")), None)

    def _matching(self, command: Command, aspect: str) -> tuple[Any, ...]:
        command = self.meant(command)
        program = self.programs.get(command.program)
        if program is None:
            return ()
        items = getattr(program, aspect)
        if not items or _asks_about_itself(command, items):
            return ()
        operands = program.operands(command)
        return tuple(item for item in items if item.when.matches(command, operands))


_ABOUT_ITSELF = frozenset({"--version", "--help", "-h", "-V", "-version", "-help", "version", "help"})


_CAPITAL_V_IS_VERBOSE = frozenset({"ctest"})
"""Programs of which `-V` asks for more words, not for the version (cmake.org, ctest(1): --verbose)."""


def _asks_about_itself(command: Command, items: Iterable[Any]) -> bool:
    """True for an invocation that only prints the program's version or help, and not for a subcommand of that name."""
    if len(command.arguments) != 1 or command.arguments[0].text not in _ABOUT_ITSELF:
        return False
    if command.program in _CAPITAL_V_IS_VERBOSE and command.arguments[0].text == "-V":
        return False
    return not any(command.arguments[0].text in item.when.subcommands for item in items)


def has_any(command: Command, options: Iterable[str], *, attached: bool = False) -> bool:
    """True when one of these options (or literal operands) is among the arguments.

    With `attached` a short option counts with its value behind it too (`-m"A message"`).
    """
    texts = command.texts()
    for option in options:
        if not option.startswith("-") or option == "--":
            if option in texts:
                return True
        elif command.option(option) is not None or (
            attached and len(option) == 2 and any(text.startswith(option) for text in texts)
        ):
            return True
    return False


def in_environment(environment: Mapping[str, str], item: str) -> bool:
    """True when "NAME" is set (not empty, not 0/false) or "NAME=value" holds."""
    name, equals, value = item.partition("=")
    if name not in environment:
        return False
    if equals:
        return environment[name] == value
    return environment[name].lower() not in {"", "0", "false", "no"}


def _leads(operands: tuple[str, ...], wanted: str) -> bool:
    if not wanted:
        return not operands
    words = tuple(wanted.split())
    return operands[: len(words)] == words


@cache
def table() -> Table:
    """The table as shipped. Raises ValueError for a broken data file (a bug of ours, caught by the tests)."""
    import tomli

    programs: dict[str, Program] = {}
    for path in sorted((Path(__file__).parent / "data").glob("*.toml")):
        for entry in tomli.loads(path.read_text(encoding="utf-8")).get("program", ()):
            try:
                program = _program(entry)
            except (KeyError, TypeError) as error:
                raise ValueError(f"{path.name}: program {entry.get('name')!r}: {error!r}") from error
            known = programs.get(program.name)
            programs[program.name] = _merged(known, program) if known else program
    by_name = dict(programs)
    for program in programs.values():
        for alias in program.aliases:
            by_name.setdefault(alias, program)
    return Table(by_name)


def _merged(first: Program, second: Program) -> Program:
    return replace(
        first,
        aliases=first.aliases + second.aliases,
        source=first.source or second.source,
        value_options=first.value_options + second.value_options,
        asks=first.asks + second.asks,
        roles=first.roles + second.roles,
        fetches=first.fetches + second.fetches,
        parallelism=first.parallelism + second.parallelism,
        reports=first.reports + second.reports,
    )


_WHEN_KEYS = frozenset(When.__dataclass_fields__)
_MODES = ("null", "pipe", "pty")


def _when(entry: dict[str, Any]) -> When:
    given: dict[str, Any] = {key: entry.pop(key) for key in list(entry) if key in _WHEN_KEYS}
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in given.items()}
    return When(**values)


def _asks(program: Mapping[str, Any]) -> tuple[Any, ...]:
    """The asks; source and check mark are the program's where they have none, the outcome a list in the order of `_MODES`."""
    shared = {key: program[key] for key in ("source", "check") if key in program}
    entries = [{**shared, **entry} for entry in program.get("asks", ())]
    for entry in entries:
        if isinstance(entry["outcome"], list):
            entry["outcome"] = dict(zip(_MODES, entry["outcome"], strict=True))
    return _aspect(Asking, entries)


def _aspect(kind: type[Any], entries: Iterable[Mapping[str, Any]]) -> tuple[Any, ...]:
    made = []
    for entry in entries:
        values: dict[str, Any] = dict(entry)
        when = _when(values)
        made.append(kind(when=when, **{k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}))
    return tuple(made)


def _program(entry: Mapping[str, Any]) -> Program:
    return Program(
        name=entry["name"],
        aliases=tuple(entry.get("aliases", ())),
        source=entry.get("source", ""),
        check=entry.get("check", ""),
        value_options=tuple(entry.get("value_options", ())),
        asks=_asks(entry),
        roles=_aspect(Role, entry.get("roles", ())),
        fetches=_aspect(Fetching, entry.get("fetches", ())),
        parallelism=_aspect(Parallelism, entry.get("parallelism", ())),
        reports=_aspect(Reporting, entry.get("reports", ())),
    )
