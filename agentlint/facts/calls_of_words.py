"""Calls that a script of the repository is handed in its words: `./retry.sh make test`, `./for-each-module.sh "make lint"`."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import replace

from agentlint.facts.calls_of_files import SHELLS
from agentlint.facts.command import Command, Word
from agentlint.facts.unit_index import UnitIndex
from agentlint.files.lazily import lazily

_TASK_RUNNERS = frozenset("make gmake npm yarn pnpm tox nox rake composer just task".split())
"""Programs that run what the project wrote for them; other words may be mere names to a script."""
_EACH = lazily(r"(?:\A|[-_.])(?:each|foreach|all|every|modules)(?:[-_.]|\Z)")
"""Scripts that run what they are handed in one folder after another, to go by their names."""
_MAKEFILES = frozenset({"Makefile", "GNUmakefile", "makefile"})
_TAKES_NAMES = lazily(r"install|deps|depend|require|need|packages|apt|brew|which|exists|has[-_]|tools")
"""Scripts to which `make` is a program that has to be there."""
_PLAIN = lazily(r"[\w./:@%+=,-]+\Z")
_MOST_FOLDERS = 200


def handed_calls(command: Command, index: UnitIndex) -> Iterator[Command]:
    """The calls of task runners in the words of a command that starts a script, in each folder where the script runs them."""
    words = command.arguments[1:] if command.program in SHELLS else command.arguments
    script = command.arguments[0].text if command.program in SHELLS and command.arguments else command.program_path
    call = _call_in(words)
    if len(call) < 2 or _TAKES_NAMES.search(posixpath.basename(script)):
        return
    folders = [command.directory]
    if call[0].text in _MAKERS and _EACH.search(posixpath.basename(script)):
        folders = [posixpath.dirname(path) for path in index.by_path if posixpath.basename(path) in _MAKEFILES]
        folders = [folder for folder in folders if folder != (command.directory or "")][:_MOST_FOLDERS]
    for folder in folders:
        yield replace(
            command,
            program=call[0].text,
            program_path=call[0].text,
            program_span=call[0].span,
            arguments=call[1:],
            wrappers=(),
            directory=folder,
        )


_MAKERS = frozenset({"make", "gmake"})


def _call_in(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """The words from a task runner's name on, written apart or all in one."""
    for at, word in enumerate(words):
        if word.text in _TASK_RUNNERS:
            return words[at:]
        parts = word.text.split()
        if len(parts) > 1 and parts[0] in _TASK_RUNNERS and all(_PLAIN.match(part) for part in parts):
            return tuple(replace(word, text=part) for part in parts)
    return ()
