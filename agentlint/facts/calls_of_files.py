"""Calls of scripts by their path."""

from __future__ import annotations

import re

from agentlint.facts.command import Command
from agentlint.facts.script_paths import paths_meant
from agentlint.facts.unit import UnitKind
from agentlint.facts.unit_index import UnitIndex


def by_path(command: Command, index: UnitIndex) -> tuple[str, ...]:
    """The script that the command's own path names, and the function that its first argument picks."""
    written = command.program_path or command.program
    if "/" not in written and "." not in written:
        return ()
    for path in paths_meant(written, command):
        found = index.entry(path)
        if found:
            return (*found, *_dispatched(path, command.texts(), index))
    return ()


_HANDLER = re.compile(r"_*(?:run|cmd|command|do|task|ci|action|handle|sub|target|job|step)_", re.IGNORECASE)


def _dispatched(path: str, words: tuple[str, ...], index: UnitIndex) -> tuple[str, ...]:
    """The function of a script that its first argument names (`ci.sh lint` and `_run_lint`), as such scripts dispatch."""
    wanted = words[0].replace("-", "_") if words and words[0][:1].isalpha() else ""
    if not wanted:
        return ()
    return tuple(
        unit
        for unit in index.of_kind(path, UnitKind.FUNCTION)
        if _HANDLER.sub("", index.units[unit].name.replace("-", "_"), count=1) == wanted
        or index.units[unit].name.replace("-", "_") == wanted
    )


def interpreter(command: Command, index: UnitIndex) -> tuple[str, ...]:
    """The script that an interpreter is given (`bash ci/run.sh lint`)."""
    for word in command.arguments:
        if word.text.startswith("-"):
            if word.text in {"-c", "-m", "-e"}:
                return ()
            continue
        for path in paths_meant(word.text, command):
            found = index.entry(path)
            if found:
                rest = command.arguments[command.arguments.index(word) + 1 :]
                return (*found, *_dispatched(path, tuple(one.text for one in rest), index))
        return ()
    return ()
