"""Options that an expansion among a command's arguments may bring: `$OPTS`, `"$@"`, `$PACKAGES`, a variable left empty."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

from agentlint.facts.command import Command, Word
from agentlint.facts.remembered import remembered
from agentlint.facts.repository import Repository
from agentlint.facts.unit import UnitKind
from agentlint.files.lazily import lazily

_NO_OPTIONS = lazily(
    r"pkg|package|dep|req|image|file|dir|path|name|version|url|host|user|branch|tag|key|repo|lib|build|tool|app|list|module"
    r"|target|dest|src|source|group|port|python|compiler|ref|commit|sha|device|disk|drive|partition|\$\(|`|^\$\{?\d"
    r"|^\$\{?(?:stem|docs?|document|paper|main|tex|thesis|master|report)\b",
    re.IGNORECASE,
)
"""Names of variables that hold things and not options (`$PACKAGES`, `$1`)."""


def may_bring_options(command: Command) -> bool:
    """True when an expansion among the arguments may hold the very option that we miss (`$OPTS`, `"$@"`, not `$PACKAGES`)."""
    return any(_may_be_option(word) for word in command.arguments)


def _may_be_option(word: Word) -> bool:
    if word.literal or not word.text.startswith("$"):
        return False
    if word.quoted and word.text not in {"$@", "${@}", "$*", "${*}"} and not word.text.startswith("${{"):
        return "[@]" in word.text and not _NO_OPTIONS.search(word.text)
    return not _NO_OPTIONS.search(word.text)


_SET = lazily(
    r"^[ \t]*(?:export[ \t]+|local[ \t]+|readonly[ \t]+)?(\w+)=(\"\"|'')?(?=[ \t]*(?:[;#\n]|$))", re.MULTILINE
)
_TOUCHED = (
    r"(?m)^[^#\n]*(?:\b{0}\+?=|\{{{0}:?[-=+?]|\b(?:read|getopts|mapfile|readarray|printf -v|eval)\b[^\n]*\b{0}\b)"
)


def without_empty(command: Command, repository: Repository) -> Command:
    """The command without variables that its script leaves empty on every way (`quiet=`, and `# quiet='--yes'` to edit)."""
    names = {match[1]: word for word in command.arguments if (match := re.fullmatch(r"\$\{?(\w+)\}?", word.text))}
    source = repository.read(command.place.path) if names else None
    if source is None or source.kind != "shell":
        return command
    emptied = Counter(match[1] for match in _SET.finditer(source.text) if match[1] in names)
    kept = [
        names[name] for name, count in emptied.items() if count == len(re.findall(_TOUCHED.format(name), source.text))
    ]
    return (
        replace(command, arguments=tuple(word for word in command.arguments if word not in kept)) if kept else command
    )


def option_in_a_variable(command: Command, options: tuple[str, ...], repository: Repository) -> bool:
    """True where an argument is a variable that the file gives the missing option on some way (`ARGS="--yes"`)."""
    names = [
        match[1] for word in command.arguments if (match := re.fullmatch(r"\$\{?(\w+)(?:\[[@*]\])?\}?", word.text))
    ]
    source = repository.read(command.place.path) if names else None
    if source is None:
        return False
    wanted = "|".join(re.escape(option.partition("~")[0]) for option in options)
    given = rf"\b(?:{'|'.join(names)})\+?=[^\n]*?(?<![\w-])(?:{wanted})(?![\w-])"
    return re.search(given, source.text) is not None


_TAKES_NAMES = lazily(
    r"(?:^|[_-])(?:libs?|packages?|pkgs?|deps|dependencies)[_-](?:install|add|remove)$|(?:^|[_-])(?:install|add|remove)[_-](?:libs?|packages?|pkgs?|deps)$"
)
_ALL_GIVEN = frozenset({"$@", "${@}", "$*", "${*}"})


def settled_by_callers(command: Command, repository: Repository) -> Command:
    """The command of a function without its `"$@"`, where the calls of that function are known and none brings an option.

    Where none is known the name may tell that packages are given (`requirements_void_libs_install`).
    """
    unit = repository.units.get(command.unit)
    if unit is None or unit.kind is not UnitKind.FUNCTION or not any(w.text in _ALL_GIVEN for w in command.arguments):
        return command
    calls = [call for call in _calls_of_functions(repository).get(unit.name, ()) if call.unit != unit.id]
    if not calls and not _TAKES_NAMES.search(unit.name):
        return command
    if any(not call.arguments or may_bring_options(call) or _has_option(call) for call in calls):
        return command
    return replace(command, arguments=tuple(word for word in command.arguments if word.text not in _ALL_GIVEN))


def _has_option(call: Command) -> bool:
    return any(word.text.startswith("-") for word in call.arguments)


@remembered
def _calls_of_functions(repository: Repository) -> dict[str, list[Command]]:
    names = {unit.name for unit in repository.units.values() if unit.kind is UnitKind.FUNCTION}
    found: dict[str, list[Command]] = {}
    for command in repository.commands if names else ():
        if command.program_path in names:
            found.setdefault(command.program_path, []).append(command)
    return found
