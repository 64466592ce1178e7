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
    each = call[0].text in _MAKERS and _EACH.search(posixpath.basename(script)) is not None
    for folder in _other_folders(command, index) if each else [command.directory]:
        yield replace(
            command,
            program=call[0].text,
            program_path=call[0].text,
            program_span=call[0].span,
            arguments=call[1:],
            wrappers=(),
            directory=folder,
        )


def spread_calls(command: Command, index: UnitIndex) -> Iterator[Command]:
    """What `make for-all-modules TARGET=lint` has make do in each folder: the target that a variable hands on, or a command's.

    Source: the Makefiles of OpenTelemetry's repositories and those made after them (`for-all-target`, `for-all CMD=…`).
    """
    texts = command.texts()
    if not any(_EACH.search(text) for text in texts if "=" not in text and not text.startswith("-")):
        return
    targets: list[str] = []
    for name, _, value in (text.partition("=") for text in texts):
        words = value.split()
        if name in _TARGET_GIVEN:
            targets += words
        elif name in _COMMAND_GIVEN and words[:1] == ["make"]:
            targets += words[1:]
    given = tuple(Word(target, command.program_span) for target in targets if _PLAIN.match(target))
    if given:
        yield from (replace(command, arguments=given, directory=folder) for folder in _other_folders(command, index))


_TARGET_GIVEN = frozenset({"TARGET", "TARGETS"})
_COMMAND_GIVEN = frozenset({"CMD", "COMMAND"})


def _other_folders(command: Command, index: UnitIndex) -> list[str]:
    """The folders with a Makefile besides the command's own."""
    found = [posixpath.dirname(path) for path in index.by_path if posixpath.basename(path) in _MAKEFILES]
    return [folder for folder in found if folder != (command.directory or "")][:_MOST_FOLDERS]


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
