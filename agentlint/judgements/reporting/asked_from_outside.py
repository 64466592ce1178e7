"""Reports that are asked for from outside: by a file of settings that the runner is handed, by a variable of the call."""

from __future__ import annotations

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.facts.unit_index import joined_path
from agentlint.files.lazily import lazily
from agentlint.programs import Reporting

_RUNNERS = frozenset({"dotnet", "vstest.console"})
_OPTIONS = ("--settings", "-s", "/Settings")
_LOGGER = lazily(r"<Logger\b[^>]*friendlyName=[\"'](?!console)\w")
"""A logger that writes. Source: learn.microsoft.com/visualstudio/test: .runsettings, LoggerRunSettings."""


def told_by_file(command: Command, repository: Repository) -> bool:
    """True for .NET's tests under a `.runsettings` that names a logger other than the console's."""
    if command.program not in _RUNNERS:
        return False
    named = command.value_of(*_OPTIONS) or ""
    source = repository.read(joined_path(command.directory, named)) if named.endswith(".runsettings") else None
    return source is not None and _LOGGER.search(source.text) is not None


def told_by_variable(command: Command, how: Reporting) -> bool:
    """True for a call whose environment, or variable (`make test ARGS=--junitxml=x`), holds the option for a report."""
    options = tuple(one for one in how.options if one.startswith("--") and "~" not in one)
    given = (text.partition("=")[2] for text in command.texts() if "=" in text and text[:1] != "-")
    words = [word for value in (*command.environment.values(), *given) for word in value.split()]
    return any(word.startswith(options) for word in words if word[:2] == "--")
