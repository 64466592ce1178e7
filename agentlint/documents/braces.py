"""Blocks in braces, for languages read line by line (Gradle in both its dialects, sbt): `name(args) { ... }`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from agentlint.files.source import Span

MAX_DEPTH = 20

_TOKEN = re.compile(
    r"//[^\n]*|/\*(?:[^*]|\*(?!/))*(?:\*/|\Z)|\"\"\"(?:[^\"]|\"(?!\"\"))*(?:\"\"\"|\Z)|'''(?:[^']|'(?!''))*(?:'''|\Z)"
    r"|\"(?:[^\"\\\n]|\\.)*\"?|'(?:[^'\\\n]|\\.)*'?|[{}]|\n",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Statement:
    """One line of code with the blocks around it. `path` names them, outermost first ("tasks.test", "reports")."""

    text: str
    span: Span
    path: tuple[str, ...]


def statements(text: str) -> Iterator[Statement]:
    """The lines of a text, comments taken out, each with its surrounding blocks; a block's head counts as a line."""
    path: list[str] = []
    pieces: list[str] = []
    start = -1
    at = 0
    for match in _TOKEN.finditer(text):
        before = text[at : match.start()]
        if before.strip() and start < 0:
            start = at + len(before) - len(before.lstrip())
        pieces.append(before)
        at = match.end()
        token = match.group()
        if token in {"{", "}", "\n"}:
            line = "".join(pieces).strip()
            if line:
                yield Statement(line, Span(start, max(start, match.start())), tuple(path))
            pieces, start = [], -1
            if token == "{" and len(path) < MAX_DEPTH:
                path.append(line)
            elif token == "}" and path:
                path.pop()
        elif not token.startswith(("//", "/*")):
            start = match.start() if start < 0 else start
            pieces.append(token)
    rest = "".join([*pieces, text[at:]]).strip()
    if rest:
        yield Statement(rest, Span(max(0, start if start >= 0 else at), len(text.rstrip())), tuple(path))
