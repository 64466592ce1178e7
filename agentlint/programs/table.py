"""The table of programs: which subcommand prompts, which flag quiets it, what it fetches, how it reports.

The data stands in `data/*.toml`, one entry `[[program]]` for each program, files by family. A program may have entries in
several files; they are merged. Each entry names its `source`. Read once, on first use.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from agentlint.facts.command import Command
from agentlint.programs.by_name import Programs
from agentlint.programs.entries import Asking, Fetching, Parallelism, Program, Reporting

INTERPRETERS = frozenset({"python", "php", "ruby", "node", "perl"})
"""Programs that run a script which the table may know by its own name."""
_SCRIPTS = frozenset({"artisan", "rails"})


@dataclass(frozen=True)
class Table:
    """What is known of programs, asked with a command at hand."""

    programs: Programs

    def of(self, command: Command) -> Program | None:
        """The entry of a command's program."""
        program = self.programs.get(self.meant(command).program)
        return None if program is not None and _is_namesake(program, command) else program

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
        if program is None or _is_namesake(program, command):
            return ()
        items = getattr(program, aspect)
        if not items or _asks_about_itself(command, items):
            return ()
        operands = program.operands(command)
        return tuple(item for item in items if item.when.matches(command, operands))


_LANGUAGES = (
    ("ruby", frozenset({"bundle exec"})),
    ("javascript", frozenset({"npx", "bunx", "pnpx", "pnpm exec", "pnpm dlx", "yarn dlx", "yarn exec", "npm exec"})),
    (
        "python",
        frozenset(
            {"python -m", "poetry run", "uv run", "uvx", "pipx run", "pipenv run", "pdm run", "hatch run", "rye run"}
        ),
    ),
)
"""Runners of the tools that a project of a language has declared."""


def _is_namesake(program: Program, command: Command) -> bool:
    """True for another program of the same name: `bundle exec bacon` is Ruby's test runner, not Rust's watcher."""
    if not program.of or not command.wrappers:
        return False
    return any(language != program.of and not runners.isdisjoint(command.wrappers) for language, runners in _LANGUAGES)


_ABOUT_ITSELF = frozenset({"--version", "--help", "-h", "-V", "-version", "-help", "version", "help"})


_ASKED_LAST = (("--help",), ("--version",))
"""What a program answers behind any other words: `cargo clippy --version`."""
_RUNS_ANOTHER = frozenset({"--", "run", "exec", "x", "dlx", "create", "start"})
_RUNNERS = frozenset({"npx", "bunx", "pnpx", "uvx", "pipx", "dlx"})
"""Words and programs behind which `--help` is for the program that they fetch or build, and start."""
_CAPITAL_V_IS_VERBOSE = frozenset({"ctest"})
"""Programs of which `-V` asks for more words, not for the version (cmake.org, ctest(1): --verbose)."""
_SMALL_V_IS_VERSION = frozenset(
    "eslint stylelint tslint jshint tsc prettier jest vitest tap jasmine cucumber-js cypress newman rubocop rspec haml-lint slim-lint reek"
    " bats shellspec hadolint tflint tfsec trivy checkov conftest vale luacheck yamllint mvn gradle mix".split()
)
"""Programs of which `-v` as the only word asks for the version. Of most others (pytest, flake8, go test, prove, golangci-lint,
gitleaks, bandit, phpcs) it asks for more words. Source: the --help of each."""


def _asks_about_itself(command: Command, items: Iterable[Any]) -> bool:
    """True for an invocation that only prints the program's version or help, and not for a subcommand of that name."""
    words = command.texts()
    if words[-1:] in _ASKED_LAST and not _RUNS_ANOTHER.intersection(words) and command.program not in _RUNNERS:
        return True
    if words == ("-v",) and command.program in _SMALL_V_IS_VERSION:
        return True
    if len(command.arguments) != 1 or command.arguments[0].text not in _ABOUT_ITSELF:
        return False
    if command.program in _CAPITAL_V_IS_VERBOSE and command.arguments[0].text == "-V":
        return False
    return not any(command.arguments[0].text in item.when.subcommands for item in items)


@cache
def table() -> Table:
    """The table as shipped."""
    import tomli

    files = sorted((Path(__file__).parent / "data").glob("*.toml"))
    entries = (entry for path in files for entry in tomli.loads(path.read_text(encoding="utf-8")).get("program", ()))
    return Table(Programs(entries))
