"""Putting a missing flag into a command, in whatever dress the command stands there."""

from __future__ import annotations

from collections.abc import Sequence

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.files.source import Span
from agentlint.rule.model import Edit, Fix


def insertion(
    command: Command, flags: str, subcommands: Sequence[str], repository: Repository, *, safe: bool
) -> Fix | None:
    """An edit that puts `flags` behind the subcommand (or the program); None where the place is not plain."""
    source = repository.read(command.place.path)
    span = _anchor(command, subcommands)
    if source is None or span is None or span.end <= span.start:
        return None
    text = source.text
    if not _plain(command, text, span):
        return None
    if _is_list(command, text):
        quote = text[span.end : span.end + 1]
        if quote not in {'"', "'"}:
            return None
        pieces = "".join(f", {quote}{flag}{quote}" for flag in flags.split() if flag != "''")
        return Fix(f"add {flags}", (Edit(command.place.path, Span(span.end + 1, span.end + 1), pieces),), safe)
    if "'" in flags and source.kind != "shell":
        return None
    return Fix(f"add {flags}", (Edit(command.place.path, Span(span.end, span.end), f" {flags}"),), safe)


def is_written(word: str, span: Span, text: str) -> bool:
    """True when the file really has the word at its span: one out of a variable (`pytest="pytest --color=yes"`) stands there only
    by the variable's name, which an edit would destroy."""
    return text[span.start : span.end].strip("\"'") == word


def _anchor(command: Command, subcommands: Sequence[str]) -> Span | None:
    """The word after which a flag belongs: the last word of the longest subcommand that leads, else the program."""
    best: Span | None = None
    length = 0
    for subcommand in subcommands:
        words = subcommand.split()
        if len(words) > length and (found := _last_of(command, words)) is not None:
            best, length = found, len(words)
    return best or command.program_span


def _last_of(command: Command, wanted: Sequence[str]) -> Span | None:
    left = list(wanted)
    for word in command.arguments:
        if left and word.text == left[0]:
            left.pop(0)
            if not left:
                return word.span
    return None


def _plain(command: Command, text: str, span: Span) -> bool:
    """True when the file really has the word at its span (no alias, no text put together from pieces)."""
    word = text[span.start : span.end].strip("\"'")
    return bool(word) and (word == command.program or word.endswith(command.program) or word in command.texts())


def _is_list(command: Command, text: str) -> bool:
    """True for an argument list (`["apt-get", "install"]`): a comma stands between the first two words."""
    if not command.arguments:
        return False
    between = text[command.program_span.end : command.arguments[0].span.start]
    return "," in between
