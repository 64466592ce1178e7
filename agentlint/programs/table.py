"""The table of programs: which subcommand prompts, which flag quiets it, what it fetches, how it reports.

The data stands in `data/*.toml`, one entry `[[program]]` for each program, files by family. A program may have entries in
several files; they are merged. Each entry names its `source`. Loaded once, on first use.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from agentlint.facts.command import Command
from agentlint.programs.entries import Asking, Fetching, Parallelism, Program, Reporting, Role, When

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


_RUNS_ANOTHER = frozenset({"--", "run", "exec", "x", "dlx", "create", "start"})
_RUNNERS = frozenset({"npx", "bunx", "pnpx", "uvx", "pipx", "dlx"})
"""Words and programs behind which `--help` is for the program that they fetch or build, and start."""
_CAPITAL_V_IS_VERBOSE = frozenset({"ctest"})
"""Programs of which `-V` asks for more words, not for the version (cmake.org, ctest(1): --verbose)."""


def _asks_about_itself(command: Command, items: Iterable[Any]) -> bool:
    """True for an invocation that only prints the program's version or help, and not for a subcommand of that name."""
    words = command.texts()
    if words[-1:] == ("--help",) and not _RUNS_ANOTHER.intersection(words) and command.program not in _RUNNERS:
        return True
    if len(command.arguments) != 1 or command.arguments[0].text not in _ABOUT_ITSELF:
        return False
    if command.program in _CAPITAL_V_IS_VERBOSE and command.arguments[0].text == "-V":
        return False
    return not any(command.arguments[0].text in item.when.subcommands for item in items)


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
