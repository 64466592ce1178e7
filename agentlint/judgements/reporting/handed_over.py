"""Scripts that run what they are handed (`./script/fail_if_warnings rspec spec`, where the script says `bundle exec "$@"`)."""

from __future__ import annotations

import posixpath
from dataclasses import replace

from agentlint.facts.calls import called_units
from agentlint.facts.calls_of_files import SHELLS
from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.facts.unit import UnitKind
from agentlint.files.lazily import lazily

_ALL = frozenset({"$@", "${@}", "$*", "${*}"})
_TAKES_SOME = lazily(r"(?:^|[\s;&|])(?:shift|getopts|set --)(?:\s|;|$)")
"""A script that takes words for itself first: which are handed on is not known."""
_PLAIN = lazily(r"[A-Za-z][\w./+-]*\Z")


def handed_over(command: Command, repository: Repository) -> Command | None:
    """The command that a script of the repository's own is handed in its words, and runs; None where it runs none."""
    words = command.arguments
    if command.program in SHELLS:
        words = words[1:] if words and not words[0].text.startswith("-") else ()
    if not words or not _PLAIN.match(words[0].text):
        return None
    runs = _what_runs_them(command, repository)
    if runs is None:
        return None
    if runs.arguments:
        return replace(runs, place=command.place, unit=command.unit, arguments=(*runs.arguments[:-1], *words))
    first = words[0]
    return replace(
        command,
        program=posixpath.basename(first.text),
        program_path=first.text,
        program_span=first.span,
        arguments=words[1:],
        wrappers=runs.wrappers,
        environment={**command.environment, **runs.environment},
        output=runs.output,
        output_to=runs.output_to,
    )


def _what_runs_them(command: Command, repository: Repository) -> Command | None:
    """The line of the called script that runs all its words, or hands them to one program (`go "$@"`, with the flags set)."""
    for unit in called_units(command, repository.unit_index):
        known = repository.units.get(unit)
        if known is None or known.kind is not UnitKind.SCRIPT:
            continue
        for one in repository.commands_by_unit.get(unit, ()):
            if (one.program_path in _ALL and not one.arguments) or _awaits_words(one):
                return None if _TAKES_SOME.search(repository.text(one.place.path)) else one
    return None


def _awaits_words(command: Command) -> bool:
    """True for a program that is told by the caller's words alone what it is to do; of others its own words tell it."""
    return command.program in _MANY_VERBS and tuple(one.text for one in command.arguments) in _ONLY_ALL


_MANY_VERBS = frozenset("go cargo dotnet mvn gradle swift zig deno bun npm yarn pnpm nx bazel bazelisk".split())
"""Programs whose first word says whether they build, test or look."""
_ONLY_ALL = frozenset((one,) for one in _ALL)
