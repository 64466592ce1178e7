"""The lines of one element in a text whose depth is told by its indents."""

from __future__ import annotations

from agentlint.files.lines import line_end, line_start


def part_around(text: str, at: int, indent: int) -> tuple[int, int]:
    """The lines around a place that stand no less deep than it."""
    start = at
    while start > 0:
        before = line_start(text, start - 1)
        line = text[before : start - 1]
        if line.strip() and len(line) - len(line.lstrip()) < indent:
            break
        start = before
    return start, end_of_element(text, at, indent - 1)


def end_of_element(text: str, start: int, indent: int) -> int:
    """Where the lines of a list element end: at the first that stands no deeper than its dash."""
    at = text.find("\n", start)
    while at >= 0:
        line = text[at + 1 : line_end(text, at + 1)]
        if line.strip() and len(line) - len(line.lstrip()) <= indent:
            return at
        at = text.find("\n", at + 1)
    return len(text)
