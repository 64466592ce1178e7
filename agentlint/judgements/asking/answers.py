"""Which conditions around a command can spare the question it asks."""

from __future__ import annotations

import itertools
import re

from agentlint.facts.command import ANSWERING, Command, Guard, GuardKind
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.judgements.asking.attendance import only_at_build
from agentlint.programs import table

CHOOSE_PARTS = frozenset({GuardKind.OPTION, GuardKind.VARIABLE})
"""Conditions on the arguments of an image's build: they choose what goes into it, and answer nothing."""
_EDITORS = ("GIT_SEQUENCE_EDITOR", "GIT_EDITOR", "KUBE_EDITOR", "VISUAL", "EDITOR")
_BY_A_VALUE = CHOOSE_PARTS | {GuardKind.INTERACTIVE_CALLER}
_NOBODY_THERE = lazily(r"-t +[012]\b|tty|\bCI\b")
_A_PASSWORD = lazily(r"^\$\{?\w*(?:PASS|PASSWD|PWD|SECRET)\w*\}?$", re.IGNORECASE)


def guards_that_answer(command: Command, repository: Repository) -> list[Guard]:
    """The guards of a command that a caller can answer its question by."""
    guards = [guard for guard in command.guards if guard.kind in ANSWERING]
    if _loses_its_password(command):
        return [guard for guard in guards if guard.kind not in _BY_A_VALUE or _NOBODY_THERE.search(guard.text)]
    if only_at_build(command, repository):
        return [guard for guard in guards if guard.kind not in CHOOSE_PARTS]
    return guards


def edited_by_program(command: Command) -> bool:
    """True where the command's environment names an editor that is none (`EDITOR=cat kubectl edit`): it ends by itself."""
    value = next((command.environment[name] for name in _EDITORS if command.environment.get(name)), "")
    words = value.split()
    if not words or "$" in words[0]:
        return False
    known = table().programs.get(words[0].rsplit("/", 1)[-1])
    return known is None or not any(asking.kind == "editor" for asking in known.asks)


def _loses_its_password(command: Command) -> bool:
    """True for `mysql -p $PASSWORD`: `-p` alone asks, and the password goes for another word, whatever led to the command."""
    if not command.program.startswith(("mysql", "mariadb")):
        return False
    return any(
        before.text in {"-p", "--password"} and _A_PASSWORD.search(after.text)
        for before, after in itertools.pairwise(command.arguments)
    )
