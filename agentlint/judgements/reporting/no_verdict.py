"""Runs of a test runner that judge nothing: they list or compile the tests, clean up after them, or measure."""

from __future__ import annotations

import posixpath
import re

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily

_LISTS = frozenset({"--list", "--list-tests", "--dry-run", "--no-run", "--setup-plan", "--show-only"})
"""Options by which test runners tell or build what they would run, whichever of them has it."""


def judges_nothing(command: Command, through: Command, repository: Repository) -> bool:
    """True for a runner that is started for another end than a verdict; `through` is the call by which it is reached."""
    texts = command.texts()
    if not _LISTS.isdisjoint(texts) or (command.program == "swift" and texts[:2] == ("test", "list")):
        return True
    if command.program == "go" and _go_judges_nothing(command, through, repository):
        return True
    return _cleans(command, through, repository)


_CLEANING_FILE = lazily(r"(?:clean[-_]?up|tear[-_]?down|purge|sweep(?:er)?s?)(?:[-_]\w+)?\.\w+\Z", re.IGNORECASE)
_CLEANING_TASK = lazily(
    r"(?:clean[-_]?up|tear[-_]?down|purge|sweep)(?![a-z])|.*[:-](?:clean[-_]?up|tear[-_]?down|sweep)\Z", re.IGNORECASE
)
_FILE = lazily(r"[\w./\\-]+\.(?:py|rb|js|cjs|mjs|ts|php|exs|go)\Z")


def _cleans(command: Command, through: Command, repository: Repository) -> bool:
    """True where the runner is used for its fixtures alone: its files, or the task that starts it, are named for cleaning up."""
    files = [text for text in command.texts() if _FILE.match(text)]
    if files:
        return all(_CLEANING_FILE.match(posixpath.basename(one)) for one in files)
    return _in_task(_CLEANING_TASK, command, through, repository)


_MEASURING_TASK = lazily(r".*(?<![a-z])bench(?:marks?|es)?(?![a-z])", re.IGNORECASE)
_NO_TEST = lazily(
    r"[\^$]+\Z|\^?[xX]{1,5}\$*\Z|\^?no(?:ne|thing|[-_]?tests?)?\$*\Z|\^?do_?not_?run\$*\Z|\^?bench\w*\$*\Z|[-#~_^]+\Z|\w\^\Z",
    re.IGNORECASE,
)
"""Patterns for `-run` that no test's name is expected to match."""


def _go_judges_nothing(command: Command, through: Command, repository: Repository) -> bool:
    """True for `go test` that only compiles, sweeps or measures.

    The text of a benchmark is a format of its own, which benchstat reads. Without `-run` the tests go with it, so that
    only a task named for the benchmark is taken to mean nothing else. Source: go help testflag, pkg.go.dev/golang.org/x/perf;
    developer.hashicorp.com/terraform/plugin/testing/acceptance-tests/sweepers (`-sweep`).
    """
    if any(text == "-c" or text == "-sweep" or text.startswith("-sweep=") for text in command.texts()):
        return True
    run = command.value_of("-run", "--run", "-test.run")
    if run is not None:
        return bool(_NO_TEST.match(run.strip("'\"")))
    measures = command.value_of("-bench", "--bench", "-test.bench") is not None
    return measures and _in_task(_MEASURING_TASK, command, through, repository)


def _in_task(name: re.Pattern[str], command: Command, through: Command, repository: Repository) -> bool:
    """True where the unit of the runner, or that of the call which reaches it, bears such a name."""
    units = (repository.units.get(one.unit) for one in (command, through))
    return any(unit is not None and name.match(unit.name) for unit in units)
