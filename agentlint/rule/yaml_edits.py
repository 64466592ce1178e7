"""Edits of YAML mappings, line by line: they touch block style only, and leave alone what they do not know."""

from __future__ import annotations

import re

from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.lines import line_end, line_start
from agentlint.files.source import Place, Span
from agentlint.rule.model import Edit, Fix

_HEADER = lazily(
    r"(?P<indent> *)(?:[\w.-]+|\"[^\"\n]*\"|'[^'\n]*'|[^\s\"'#&*!{\[-][^\n:{}]*):[ \t]*(?:&[\w.-]+[ \t]*)?(?:#[^\n]*)?\r?"
)
"""A key whose value stands below it."""
_ITEM = lazily(r"(?P<indent> *- +)[\w-]+:[ \t]+(?P<value>[^\s#&*!|>{\[][^\n]*)")
"""A list's entry that begins with a key and a value of one line."""
_KEY = lazily(r"(?P<indent> +)(?:[\w.-]+|\"[^\"\n]*\"|'[^'\n]*'|<<)[ \t]*:(?=\s)")
_NO_CONTENT = lazily(r"[ \t]*(?:#[^\n]*)?\r?(?:\n|\Z)")


def with_key(place: Place, entry: str, title: str, repository: Repository) -> Fix | None:
    """Give the mapping that begins at a place one more entry (`timeout-minutes: 30`); None where its form is not plain.

    The place is that of a key with its mapping below, or of an entry of a list.
    """
    source = repository.read(place.path)
    if source is None:
        return None
    text = source.text
    start = line_start(text, place.span.start)
    newline = "\r\n" if "\r\n" in text else "\n"
    header, item = _HEADER.fullmatch(text, start, line_end(text, start)), _ITEM.match(text, start)
    following = _next_line(text, line_end(text, start) + 1)
    child = _KEY.match(text, following)
    if header is not None and child is not None and len(child["indent"]) > len(header["indent"]):
        at, insert = following, f"{child['indent']}{entry}{newline}"
    elif (
        item is not None and _is_whole(item["value"]) and (child is None or len(child["indent"]) <= len(item["indent"]))
    ):
        at = min(line_end(text, start) + 1, len(text))
        insert = f"{' ' * len(item['indent'])}{entry}{newline}"
    else:
        return None
    return Fix(title, (Edit(place.path, Span(at, at), insert),)) if text[at - 1 : at] == "\n" else None


def without_line(place: Place, title: str, repository: Repository) -> Fix | None:
    """Take out the whole line of an entry (`fetch-depth: 0`), and its `with:` or `env:` where nothing else stands below it."""
    source = repository.read(place.path)
    if source is None:
        return None
    text = source.text
    start, end = line_start(text, place.span.start), min(line_end(text, place.span.start) + 1, len(text))
    entry = _KEY.match(text, start)
    if entry is None or "{" in text[start:end] or place.span.end > end:
        return None
    depth = len(entry["indent"])
    above, below = line_start(text, max(0, start - 1)), _depth(text, _next_line(text, end))
    owner = re.compile(r"(?P<indent> *)(?:with|env|inputs):[ \t]*\r?").fullmatch(text, above, max(above, start - 1))
    alone = owner is not None and len(owner["indent"]) < depth and below < depth
    if not alone and below < depth and _depth(text, above) < depth:
        return None  # the only entry of a mapping that would be left empty
    return Fix(title, (Edit(place.path, Span(above if alone else start, end), ""),))


def without_key(place: Place, names: tuple[str, ...], title: str, repository: Repository) -> Fix | None:
    """Take out the line by which one of these keys is set to `true` at the outermost level within a place."""
    source = repository.read(place.path)
    if source is None:
        return None
    written = re.compile(
        rf"^(?P<indent> +)(?:{'|'.join(map(re.escape, names))})[ \t]*:[ \t]*[\"']?true[\"']?[ \t]*(?:#[^\n]*)?$",
        re.MULTILINE,
    )
    lines = list(written.finditer(source.text, line_start(source.text, place.span.start), place.span.end))
    outermost = min(lines, key=lambda one: len(one["indent"]), default=None)
    if outermost is None:
        return None
    at = outermost.end("indent")
    return without_line(Place(place.path, Span(at, at)), title, repository)


def _next_line(text: str, at: int) -> int:
    """Where the next line begins that holds more than a remark."""
    while at < len(text) and (match := _NO_CONTENT.match(text, at)) is not None and match.end() > at:
        at = match.end()
    return at


def _depth(text: str, at: int) -> int:
    """How far a line is indented; -1 behind the text's end."""
    line = text[at : line_end(text, at)]
    return len(line) - len(line.lstrip(" ")) if line.strip() else -1


def _is_whole(value: str) -> bool:
    """True for a value that ends on its line: plain, or with its closing quote."""
    quote = value[0]
    return quote not in "\"'" or value.rstrip().count(quote) % 2 == 0
