"""Expansion: what a word becomes with the values known at that point."""

from __future__ import annotations

from collections.abc import Callable

from agentlint.adapters.shell.machine import Machine
from agentlint.documents.embedded import EmbeddedText
from agentlint.documents.shell import AndOr, Part, PartKind, ShellWord, Simple
from agentlint.facts.command import Word
from agentlint.files.source import Span

Outer = Callable[[Span], Span]


def outer_of(source: EmbeddedText) -> Outer:
    """The way from spans of a text to spans of its file; short where the text stands there letter for letter."""
    if len(source.segments) != 1:
        return source.outer_span
    inner, offset = source.segments[0]
    shift = offset - inner
    if not shift:
        return _same
    return lambda span: Span(span.start + shift, span.end + shift)


def _same(span: Span) -> Span:
    return span


def expand(word: ShellWord, machine: Machine, outer: Outer) -> list[Word]:
    """The words that a word becomes: none for an empty unquoted value, several where a value splits."""
    if len(word.parts) == 1 and (part := word.parts[0]).kind is PartKind.TEXT:
        return [Word(part.text, outer(word.span), True, part.quoted)]
    span = outer(word.span)
    quoted = word.quoted
    done: list[Word] = []
    current: str | None = None
    literal = True
    for part in word.parts:
        values = _values(part, machine)
        if values is None:
            current = (current or "") + part.text
            literal = literal and part.kind is PartKind.TEXT
            continue
        for index, value in enumerate(values):
            if index:
                if current is not None:
                    done.append(Word(current, span, literal, quoted))
                current, literal = None, True
            current = (current or "") + value
    if current is not None:
        done.append(Word(current, span, literal, quoted))
    return done


def text_of(word: ShellWord, machine: Machine) -> tuple[str, bool]:
    """The value of a word where it is not split (an assignment's), and whether it is fully known."""
    text = ""
    literal = True
    for part in word.parts:
        known = machine.lookup(part.name) if part.kind is PartKind.VARIABLE and part.operator in {"", "[@]"} else None
        if part.kind is PartKind.COMMAND:
            known = located(part)
        if isinstance(known, str):
            text += known
        elif isinstance(known, tuple):
            text += " ".join(known)
        else:
            text += part.text
            literal = literal and part.kind in {PartKind.TEXT, PartKind.PATTERN} and not part.text.startswith("$")
    return text, literal


def located(part: Part) -> str | None:
    """The program that `$(which program)` or `$(command -v program)` finds; of alternatives, the last."""
    if len(part.body) != 1:
        return None
    statement = part.body[0]
    if isinstance(statement, AndOr):
        if any(operator != "||" for operator, _ in statement.rest):
            return None
        statement = statement.rest[-1][1]
    if not isinstance(statement, Simple) or not 2 <= len(statement.words) <= 3:
        return None
    if any(
        redirect.operator in {">", ">>", "&>", ">|"} and redirect.descriptor in {-1, 1}
        for redirect in statement.redirects
    ):
        return None  # nothing is left of what it prints
    words = [word.text for word in statement.words]
    if words[0] == "which" or words[:2] in (["command", "-v"], ["type", "-p"], ["type", "-P"]):
        return words[-1] if statement.words[-1].literal and not words[-1].startswith("-") else None
    return None


def array_of(items: tuple[ShellWord, ...], machine: Machine) -> tuple[str, ...] | None:
    """The items of an array where all are known."""
    found: list[str] = []
    for item in items:
        for word in expand(item, machine, lambda span: span):
            if not word.literal:
                return None
            found.append(word.text)
    return tuple(found)


def words_of(items: tuple[ShellWord, ...], machine: Machine) -> tuple[Word, ...]:
    """The items of an array as the words they become, known or not."""
    return tuple(word for item in items for word in expand(item, machine, lambda span: span))


def embedded(word: ShellWord, source: EmbeddedText) -> EmbeddedText:
    """A word's text as a text to parse, each character still knowing where it stands in the file."""
    pieces: list[str] = []
    segments: list[tuple[int, int]] = []
    length = 0
    for part in word.parts:
        start = part.span.start
        raw = source.text[part.span.start : part.span.end]
        if part.kind is PartKind.TEXT and raw != part.text:
            at = raw.find(part.text)
            if at >= 0:
                start += at
            else:
                _escaped(part, raw, start, length, source, segments)
                pieces.append(part.text)
                length += len(part.text)
                continue
        sub = source.slice(start, start + len(part.text))
        segments.extend((inner + length, outer) for inner, outer in sub.segments)
        pieces.append(part.text)
        length += len(part.text)
    return EmbeddedText("".join(pieces), tuple(segments) or ((0, source.outer(word.span.start)),))


def _escaped(
    part: Part, raw: str, start: int, length: int, source: EmbeddedText, segments: list[tuple[int, int]]
) -> None:
    """Segments for text from which backslashes were taken out."""
    at = 0
    while at < len(raw) and part.quoted and raw[at] in "\"'$":
        at += 1
    if at and raw[:at].strip("$\"'"):
        at = 0
    for index, character in enumerate(part.text):
        while at < len(raw) and raw[at] != character:
            at += 1
        segments.append((length + index, source.outer(start + min(at, max(len(raw) - 1, 0)))))
        at += 1


def _values(part: Part, machine: Machine) -> list[str] | None:
    """The fields a part expands to; None where its text stays as it stands."""
    if part.kind is PartKind.COMMAND and (program := located(part)) is not None:
        return [program]
    if part.kind is not PartKind.VARIABLE or part.operator not in {"", "[@]"}:
        return None
    known = machine.lookup(part.name)
    if part.operator == "[@]":
        if isinstance(known, tuple):
            return list(known) if known else []
        return None
    if isinstance(known, tuple):
        known = known[0] if known else ""
    if not isinstance(known, str):
        return None
    if part.quoted:
        return [known]
    if "${{" in known or any(character in known for character in "*?["):
        return None  # what CI fills in is not known, and its blanks part no words
    return known.split()
