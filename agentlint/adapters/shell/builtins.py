"""Builtins that change the shell's own state."""

from __future__ import annotations

from collections.abc import Callable

from agentlint.adapters.shell.machine import UNKNOWN, Machine
from agentlint.documents.shell import Simple
from agentlint.facts.command import Word


def _set(words: list[Word], statement: Simple, machine: Machine) -> None:
    """`set -e`, `set -euo pipefail`, `set +e`, `set -a`."""
    apply_options([word.text for word in words[1:]], machine)


def apply_options(words: list[str], machine: Machine) -> None:
    """Apply the options of `set` or of a shebang."""
    at = 0
    while at < len(words):
        word = words[at]
        if len(word) < 2 or word[0] not in "-+" or word == "--":
            break
        on = word[0] == "-"
        letters = word[1:]
        if "e" in letters:
            machine.errexit = on
        if "a" in letters:
            machine.all_exported = on
        if letters.endswith("o") and at + 1 < len(words):
            at += 1
            _named_option(words[at], on, machine)
        at += 1


def _named_option(name: str, on: bool, machine: Machine) -> None:
    name = name.replace("_", "").lower()
    if name == "pipefail":
        machine.pipefail = on
    elif name == "errexit":
        machine.errexit = on
    elif name == "allexport":
        machine.all_exported = on


def _setopt(words: list[Word], statement: Simple, machine: Machine) -> None:
    """zsh's `setopt`."""
    for word in words[1:]:
        _named_option(word.text, words[0].text == "setopt", machine)


def _cd(words: list[Word], statement: Simple, machine: Machine) -> None:
    operands = [word for word in words[1:] if word.text not in {"--", "-P", "-L", "-q"}]
    if operands:
        raw = operands[0]
        machine.change_directory(raw.text, raw.literal)
    else:
        machine.lose_directory()


def _pushd(words: list[Word], statement: Simple, machine: Machine) -> None:
    """`pushd DIRECTORY`; without one it swaps the two topmost, and `+1` or `-n` turn the stack, which is not followed.

    Source: www.gnu.org/software/bash/manual/html_node/Directory-Stack-Builtins.html.
    """
    operands = [word for word in words[1:] if word.text not in {"--", "-q"}]
    if operands and not operands[0].text.startswith(("+", "-")):
        machine.push_directory(operands[0].text, operands[0].literal)
    elif operands:
        machine.left.clear()
        machine.lose_directory()
    else:
        machine.swap_directories()


def _popd(words: list[Word], statement: Simple, machine: Machine) -> None:
    if any(word.text.startswith(("+", "-")) and word.text != "-q" for word in words[1:]):
        machine.left.clear()
    machine.pop_directory()


def _unset(words: list[Word], statement: Simple, machine: Machine) -> None:
    for word in words[1:]:
        if not word.text.startswith("-"):
            machine.unset(word.text)


def _getopts(words: list[Word], statement: Simple, machine: Machine) -> None:
    if len(words) > 2:
        machine.assign(words[2].text, UNKNOWN)


def _source(words: list[Word], statement: Simple, machine: Machine) -> None:
    """Another script may assign anything, but seldom takes back what this one has set as a constant."""


BUILTINS: dict[str, Callable[[list[Word], Simple, Machine], None]] = {
    "set": _set,
    "setopt": _setopt,
    "unsetopt": _setopt,
    "cd": _cd,
    "pushd": _pushd,
    "popd": _popd,
    "unset": _unset,
    "getopts": _getopts,
    ".": _source,
    "source": _source,
}
