"""What happens to the text before the parser sees it: one byte for each character, bounded, templates blotted out.

Every step keeps offsets: a character is replaced by exactly one other.
"""

from __future__ import annotations

from agentlint.documents.embedded import EmbeddedText
from agentlint.documents.shell.dialects import rewritten
from agentlint.files.lazily import lazily
from agentlint.files.source import Span

MAX_TEXT = 1_000_000
"""Characters read of one script; what lies behind is data in every real one (self-extracting archives)."""
MAX_LINE = 20_000

_NOT_ASCII = lazily(r"[^\x00-\x7f]")
_CONTROL = lazily(r"[\x00-\x08\x0b-\x1f\x7f]")
_TEMPLATE = lazily(
    r"\$\{\{[^}]{0,2000}(?:\}(?!\})[^}]{0,2000}){0,8}\}\}"
    r"|\{\{[^{}\n]{0,500}\}\}"
    r"|<<\s{0,8}!?\s{0,8}(?:parameters|pipeline|matrix|arguments|include)[\w.()\- /@]{0,200}>>"
    r"|\{%[^%{}\n]{0,300}%\}"
)


def templates(text: str) -> tuple[Span, ...]:
    """Where another tool fills text in before the shell reads it."""
    if "{{" not in text and "<<" not in text and "{%" not in text:
        return ()
    return tuple(Span(*match.span()) for match in _TEMPLATE.finditer(text))


def parser_text(text: str, opaque: tuple[Span, ...]) -> bytes:
    """The bytes to parse: offsets in them are character offsets of `text`."""
    plain = text if text.isascii() else _NOT_ASCII.sub("X", text)
    if text.startswith("\ufeff"):
        plain = " " + plain[1:]
    if _CONTROL.search(plain):
        plain = _CONTROL.sub(" ", plain)
    if opaque:
        plain = _blotted(plain, opaque)
    if len(plain) > MAX_TEXT:
        plain = plain[: plain.rfind("\n", 0, MAX_TEXT) + 1 or MAX_TEXT]
    return rewritten(_short_lines(plain)).encode("ascii", "replace")


def without_carriage_returns(text: EmbeddedText) -> EmbeddedText:
    """The same text with Unix line endings, still knowing where each character came from."""
    if "\r\n" not in text.text:
        return text
    pieces: list[str] = []
    segments: list[tuple[int, int]] = []
    start = length = 0
    for line in text.text.split("\r\n"):
        end = start + len(line)
        part = text.slice(start, end + 2)
        segments.extend((inner + length, outer) for inner, outer in part.segments if inner <= len(line))
        if end + 2 <= len(text.text):
            segments.append((length + len(line), text.outer(end + 1)))
            line += "\n"
        pieces.append(line)
        length += len(line)
        start = end + 2
    return EmbeddedText("".join(pieces), tuple(sorted(dict(sorted(segments)).items())))


def _blotted(text: str, opaque: tuple[Span, ...]) -> str:
    pieces = []
    done = 0
    for start, end in sorted(opaque):
        if start < done:
            continue
        pieces.append(text[done:start])
        pieces.append("X" * (min(end, len(text)) - start))
        done = end
    pieces.append(text[done:])
    return "".join(pieces)


def _short_lines(text: str) -> str:
    if len(text) <= MAX_LINE or max(map(len, text.split("\n"))) <= MAX_LINE:
        return text
    return "\n".join(
        line if len(line) <= MAX_LINE else line[:MAX_LINE] + " " * (len(line) - MAX_LINE) for line in text.split("\n")
    )
