"""reStructuredText and AsciiDoc: blocks of code in the same form as Markdown's fences."""

from __future__ import annotations

import re

from agentlint.documents.assembly import Assembly
from agentlint.documents.markdown import Fence, MarkdownDocument
from agentlint.files.lazily import lazily
from agentlint.files.source import Span

_LINE = lazily(r"[^\n]*\n?")
_RST_CODE = lazily(r"([ \t]*)\.\.[ \t]+(?:code-block|code|sourcecode|prompt|parsed-literal)::[ \t]*(\S*)")
_RST_LITERAL = lazily(r"([ \t]*)(?!\.\. )(.*)::[ \t]*$")
_RST_UNDERLINE = lazily(r"([=\-~^\"'`#*+.:_])\1{2,}[ \t]*$")
_ADOC_HEADING = lazily(r"(={1,6})[ \t]+(.*\S)")
_ADOC_SOURCE = lazily(r"\[(?:source|,)?[ \t]*,?[ \t]*([\w-]*)")
_ADOC_FENCE = lazily(r"(-{4,}|\.{4,}|```)([\w-]*)[ \t]*$")


def read_rst(text: str) -> MarkdownDocument:
    """The code blocks of a reStructuredText document. Never raises."""
    lines = _lines(text)
    fences: list[Fence] = []
    headings: list[tuple[str, str]] = []
    index = 0
    while index < len(lines):
        start, line = lines[index]
        index += 1
        above = lines[index - 2][1].strip() if index > 1 else ""
        underline = _RST_UNDERLINE.match(line)
        if underline and above and not _RST_UNDERLINE.match(above):
            _head(headings, underline.group(1), above)
            continue
        code = _RST_CODE.match(line)
        literal = None if code else _RST_LITERAL.match(line)
        opening = code or literal
        if opening is None:
            continue
        language = code.group(2).lower() if code else ""
        content, index, end = _indented(lines, index, len(opening.group(1).expandtabs()))
        if len(content):
            titles = tuple(title for _, title in headings)
            fences.append(Fence(language, content.finish(), Span(start, end), titles, above))
    return MarkdownDocument(tuple(fences))


def _lines(text: str) -> list[tuple[int, str]]:
    return [(m.start(), m.group().rstrip("\r\n")) for m in _LINE.finditer(text) if m.group()]


def _head(headings: list[tuple[str, str]], mark: str, title: str) -> None:
    """A heading; its level is told by the order in which the marks first come."""
    marks = [known for known, _ in headings]
    if mark in marks:
        del headings[marks.index(mark) :]
    headings.append((mark, title))


def _indented(lines: list[tuple[int, str]], index: int, outside: int) -> tuple[Assembly, int, int]:
    """The block of lines that stand deeper than `outside`, its options left out; and where it ends."""
    content = Assembly()
    indent = 0
    end = 0
    while index < len(lines):
        start, line = lines[index]
        stripped = line.strip()
        depth = len(line) - len(line.lstrip())
        if stripped and depth <= outside:
            break
        index += 1
        if not stripped or (not len(content) and re.match(r":[\w-]+:", stripped)):
            continue
        indent = indent or depth
        cut = min(indent, depth)
        content.verbatim(line[cut:], start + cut)
        content.instead("\n", Span(start + len(line), start + len(line) + 1))
        end = start + len(line)
    return content, index, end


def read_asciidoc(text: str) -> MarkdownDocument:
    """The listing blocks of an AsciiDoc document. Never raises."""
    fences: list[Fence] = []
    headings: list[tuple[int, str]] = []
    language, mark, begin = "", "", 0
    content = Assembly()
    for start, line in _lines(text):
        fence, heading, source = _ADOC_FENCE.match(line), _ADOC_HEADING.match(line), _ADOC_SOURCE.match(line)
        if mark:
            if line.rstrip() == mark:
                titles = tuple(title for _, title in headings)
                fences.append(Fence(language, content.finish(), Span(begin, start + len(line)), titles))
                language, mark, content = "", "", Assembly()
            else:
                content.verbatim(line, start)
                content.instead("\n", Span(start + len(line), start + len(line) + 1))
        elif fence:
            mark, begin, language = fence.group(1), start, fence.group(2) or language
        elif heading:
            level = len(heading.group(1))
            headings = [item for item in headings if item[0] < level] + [(level, heading.group(2))]
        elif source:
            language = source.group(1).lower()
    return MarkdownDocument(tuple(fences))
