"""Tokens of Groovy: names, numbers, strings of all quotes with the way back to the file, everything else one by one."""

from __future__ import annotations

import re
from dataclasses import dataclass

from agentlint.documents.embedded import EmbeddedText
from agentlint.files.source import Span

_TOKEN = re.compile(
    r"""
    (?P<blank>[ \t\f\r]+|\\\r?\n)
  | (?P<comment>//[^\n]*|\#![^\n]*|/\*(?:[^*]|\*(?!/))*(?:\*/|\Z))
  | (?P<newline>\n)
  | (?P<name>[A-Za-z_$][\w$]*)
  | (?P<number>\d[\w.]*)
  | (?P<quote>'''|\"\"\"|'|"|\$/)
  | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_SLASHY = re.compile(r"/(?:[^/\\\n]|\\.)*/")
_CLOSERS = {
    "'''": re.compile(r"(?:[^'\\]|\\.|'(?!''))*(?P<end>''')?", re.DOTALL),
    '"""': re.compile(r'(?:[^"\\]|\\.|"(?!""))*(?P<end>""")?', re.DOTALL),
    "'": re.compile(r"(?:[^'\\\n]|\\.)*(?P<end>')?", re.DOTALL),
    '"': re.compile(r'(?:[^"\\\n]|\\.)*(?P<end>")?', re.DOTALL),
    "$/": re.compile(r"(?:[^/]|/(?!\$))*(?P<end>/\$)?", re.DOTALL),
}
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "s": " "}


@dataclass(frozen=True, slots=True)
class Token:
    """One token; a string's `value` is its text with the way back."""

    kind: str
    text: str
    span: Span
    value: EmbeddedText | None = None


def read_tokens(text: str) -> tuple[list[Token], list[tuple[int, str]]]:
    found: list[Token] = []
    errors: list[tuple[int, str]] = []
    unclosed: set[str] = set()
    at = 1 if text.startswith("\ufeff") else 0
    while at < len(text):
        if text[at] == "/" and _slashy_may_stand(found) and (slashy := _SLASHY.match(text, at)):
            value = EmbeddedText.at(slashy.group()[1:-1], at + 1)
            found.append(Token("string", slashy.group(), Span(at, slashy.end()), value))
            at = slashy.end()
            continue
        match = _TOKEN.match(text, at)
        assert match is not None
        kind = match.lastgroup or "other"
        if kind == "quote":
            at = _string(text, match.group(), at, found, errors, unclosed)
            continue
        if kind not in ("blank", "comment"):
            found.append(Token(kind, match.group(), Span(at, match.end())))
        at = match.end()
    return found, errors


def _slashy_may_stand(found: list[Token]) -> bool:
    """A slash begins a string only where a value may begin."""
    return bool(found) and found[-1].kind == "other" and found[-1].text in "=(,[:~"


def _string(
    text: str, quote: str, at: int, found: list[Token], errors: list[tuple[int, str]], unclosed: set[str]
) -> int:
    """Take the string that begins here. A long quote once found without its end is looked for no more."""
    match = None if quote in unclosed else _CLOSERS[quote].match(text, at + len(quote))
    if match is None or match.group("end") is None:
        if len(errors) < 100:
            errors.append((text.count("\n", 0, at) + 1, "a string is not closed"))
        if match is None or len(quote) > 1:
            unclosed.add(quote)
            found.append(Token("other", quote, Span(at, at + len(quote))))
            return at + len(quote)
    end = match.end()
    inner = Span(at + len(quote), match.start("end") if match.group("end") else end)
    value = EmbeddedText.at(text[inner.start : inner.end], inner.start)
    if "\\" in value.text and quote != "$/":
        value = _unescaped(text, inner)
    found.append(Token("string", text[at:end], Span(at, end), value))
    return max(end, at + len(quote))


def _unescaped(text: str, span: Span) -> EmbeddedText:
    pieces: list[str] = []
    segments = [(0, span.start)]
    at, inner = span.start, 0
    while at < span.end:
        back = text.find("\\", at, span.end)
        if back == -1 or back + 1 >= span.end:
            pieces.append(text[at : span.end])
            break
        pieces.append(text[at:back])
        inner += back - at
        char = text[back + 1]
        if char != "\n":
            pieces.append(_ESCAPES.get(char, char))
            inner += 1
        at = back + 2
        segments.append((inner, at))
    return EmbeddedText("".join(pieces), tuple(segments))
