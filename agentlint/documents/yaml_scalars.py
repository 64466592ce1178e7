"""The way from a YAML scalar's text back to the file: block, folded, plain and quoted forms."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agentlint.documents.embedded import EmbeddedText

if TYPE_CHECKING:
    from agentlint.documents.yaml import YamlNode

_ESCAPES = {"x": 2, "u": 4, "U": 8}
_BREAK = re.compile(r"\r\n|\r|\n|\x85|\u2028|\u2029")
_FOLD = re.compile(r"[ \t]*(?:(?:\r\n|\r|\n)[ \t]*)+")


def embed(node: YamlNode) -> EmbeddedText:
    """The text of a scalar node and where each stretch of it stands."""
    raw = node.source[node.span.start : node.span.end]
    if not node.text or node.kind != "scalar":
        return EmbeddedText.at(node.text, node.span.start)
    if node.style in ("|", ">"):
        return EmbeddedText(node.text, _block(node.text, raw, node.span.start, literal=node.style == "|"))
    if node.style == "'":
        return EmbeddedText(node.text, _single_quoted(node.text, raw, node.span.start))
    if node.style == '"':
        return EmbeddedText(node.text, _double_quoted(node.text, raw, node.span.start))
    if raw == node.text:
        return EmbeddedText.at(node.text, node.span.start)
    return EmbeddedText(node.text, _aligned(node.text, _lines(raw, 0), node.span.start, strip=True))


def _lines(raw: str, start: int) -> list[tuple[int, str]]:
    """The lines of `raw` from `start` with their offsets, line endings left out."""
    found: list[tuple[int, str]] = []
    at = start
    for match in _BREAK.finditer(raw, start):
        found.append((at, raw[at : match.start()]))
        at = match.end()
    found.append((at, raw[at:]))
    return found


def _block(text: str, raw: str, offset: int, *, literal: bool) -> tuple[tuple[int, int], ...]:
    """Segments of a block scalar. `raw` begins at its `|` or `>`; header comments and tags are passed over."""
    header = _BREAK.search(raw)
    if header is None:
        return ((0, offset),)
    lines = _lines(raw, header.end())
    indent = _indent(text, lines)
    dedented = [(at + min(indent, _blanks(line)), line[min(indent, _blanks(line)) :]) for at, line in lines]
    if not literal:
        return _aligned(text, dedented, offset, strip=False)
    segments: list[tuple[int, int]] = []
    inner = 0
    for at, line in dedented:
        segments.append((inner, offset + at))
        inner += len(line) + 1
    return tuple(segments) or ((0, offset),)


def _blanks(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _indent(text: str, lines: list[tuple[int, str]]) -> int:
    """How far the block was indented: told by its first written line, there and in the text."""
    outer = next((line for _, line in lines if line.strip()), "")
    inner = next((line for line in text.split("\n") if line.strip()), "")
    return max(0, _blanks(outer) - _blanks(inner))


def _aligned(text: str, lines: list[tuple[int, str]], offset: int, *, strip: bool) -> tuple[tuple[int, int], ...]:
    """Segments where line breaks became spaces or fewer breaks: each written line is found again in the text."""
    segments: list[tuple[int, int]] = []
    position = 0
    for at, line in lines:
        content = line
        if strip:
            content = line.strip(" \t")
            at += len(line) - len(line.lstrip(" \t"))
        if not content.strip():
            continue
        found = text.find(content, position, position + len(content) + len(lines) + 1)
        if found == -1:
            continue
        segments.append((found if segments else 0, offset + at - (0 if segments else found)))
        position = found + len(content)
    return tuple(segments) or ((0, offset),)


def _single_quoted(text: str, raw: str, offset: int) -> tuple[tuple[int, int], ...]:
    body = raw[1:]
    segments = [(0, offset + 1)]
    inner = at = 0
    while at < len(body) and inner < len(text):
        if body.startswith("''", at):
            at, inner = at + 2, inner + 1
            segments.append((inner, offset + 1 + at))
            continue
        fold = _FOLD.match(body, at) if body[at] in " \t\r\n" else None
        if fold:
            at, inner = fold.end(), inner + _folded(fold.group())
            segments.append((inner, offset + 1 + at))
            continue
        at, inner = at + 1, inner + 1
    return tuple(segments)


def _folded(blank: str) -> int:
    """How many characters a folded stretch of blanks and breaks became: one space, or a break fewer."""
    breaks = len(_BREAK.findall(blank))
    return 1 if breaks <= 1 else breaks - 1


def _double_quoted(text: str, raw: str, offset: int) -> tuple[tuple[int, int], ...]:
    body = raw[1:]
    segments = [(0, offset + 1)]
    inner = at = 0
    while at < len(body) and inner < len(text):
        char = body[at]
        if char == "\\":
            at, inner = _escape(body, at, inner)
            segments.append((inner, offset + 1 + at))
            continue
        fold = _FOLD.match(body, at) if char in " \t\r\n" else None
        if fold:
            at, inner = fold.end(), inner + _folded(fold.group())
            segments.append((inner, offset + 1 + at))
            continue
        at, inner = at + 1, inner + 1
    return tuple(segments)


def _escape(body: str, at: int, inner: int) -> tuple[int, int]:
    """Past one escape: an escaped line break joins lines, any other gives one character."""
    following = body[at + 1 : at + 2]
    if following in ("\r", "\n"):
        fold = _FOLD.match(body, at + 1)
        assert fold is not None
        breaks = len(_BREAK.findall(fold.group()))
        return fold.end(), inner + breaks - 1
    return at + 2 + _ESCAPES.get(following, 0), inner + 1
