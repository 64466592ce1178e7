"""Clones and submodules that take the head of somebody else's branch."""

from __future__ import annotations

import re

from agentlint.facts.command import EARTHLY, Command
from agentlint.facts.repository import Repository
from agentlint.facts.unit import UnitKind
from agentlint.files.lazily import lazily
from agentlint.judgements.pinning.own_project import is_own, own_slug

_HEADS = frozenset({"main", "master", "develop", "trunk", "HEAD"})


def moves_submodules(command: Command) -> bool:
    """`git submodule update --remote`: past the commits that the repository records."""
    return _behind_options(command)[:2] == ("submodule", "update") and command.option("--remote") is not None


_TAKES_A_VALUE = frozenset({"-C", "-c", "--git-dir", "--work-tree"})


def _behind_options(command: Command) -> tuple[str, ...]:
    """The words from the verb on: `git -C DIR clone ADDRESS`."""
    words = command.texts()
    at = 0
    while at < len(words) and words[at].startswith("-"):
        at += 2 if words[at] in _TAKES_A_VALUE else 1
    return words[at:]


def clones_head(command: Command, repository: Repository) -> bool:
    """A clone of somebody else's default branch, with no commit checked out after it."""
    if _behind_options(command)[:1] != ("clone",):
        return False
    if command.option("--revision", "--mirror", "--reference") is not None:
        return False
    if command.option("-b", "--branch") is not None and command.value_of("-b", "--branch") not in _HEADS:
        return False
    addresses = [_looked_up(text, command) for text in command.texts()]
    if not any(text.startswith(("https://", "http://", "git://", "git@")) for text in addresses):
        return False
    if any(is_own(text, repository) for text in addresses) or _TIP.search(command.texts()[-1]):
        return False
    if any(_is_of_the_same_owner(text, repository) for text in addresses) and not in_an_image(command, repository):
        return False
    return not any(
        later.program == "git" and later.place.span.start > command.place.span.start and _chooses_a_commit(later)
        for later in repository.commands_by_unit.get(command.unit, ())
    )


_MAKE_VARIABLE = lazily(r"\$[({](\w+)[)}]\Z")


def _chooses_a_commit(command: Command) -> bool:
    """True for a checkout behind a clone; not for one of a branch's head, which a variable may hold. What is pushed to the branch
    must begin at its head."""
    words = command.texts()
    if {"reset", "fetch", "push"} & set(words):
        return True
    verb = next((word for word in words if word in {"checkout", "switch"}), "")
    target = words[-1] if verb and words[-1] != verb else ""
    variable = _MAKE_VARIABLE.match(target)
    named = command.environment.get(variable[1], "") if variable is not None else target
    return bool(verb) and named.removeprefix("origin/") not in _HEADS


def _is_of_the_same_owner(address: str, repository: Repository) -> bool:
    """True for another repository of this one's owner: jobs try the two together, and the same hands move both."""
    owner = own_slug(repository).partition("/")[0]
    return bool(owner) and re.search(rf"[/:]{re.escape(owner)}/[\w.-]+/?$", address, re.IGNORECASE) is not None


def in_an_image(command: Command, repository: Repository) -> bool:
    unit = repository.units.get(command.unit)
    return EARTHLY in command.wrappers or (unit is not None and unit.kind is UnitKind.IMAGE_STAGE)


_TIP = lazily(r"(?:^|[-_/\\.])(?:go)?(?:tip|head|nightly|trunk|bleeding|canary)[\"']?$", re.IGNORECASE)
"""A folder whose name says that the head is wanted."""
_VARIABLE = lazily(r"\$\{?(\w+)\}?\Z")


def _looked_up(text: str, command: Command) -> str:
    """A word, or the value of the variable that it is; "" where host and owner of the address are not known."""
    variable = _VARIABLE.match(text)
    value = command.environment.get(variable[1], "") if variable is not None else text
    owner = "/".join(value.partition("://")[2].split("/")[:2]) or value
    return "" if "$" in owner else value
