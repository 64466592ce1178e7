"""The lines of a text: where the one begins and ends on which a place stands."""

from __future__ import annotations


def line_start(text: str, at: int) -> int:
    """Where the line begins on which the character at `at` stands; one that is at a line's end belongs to it."""
    return text.rfind("\n", 0, at) + 1


def line_end(text: str, at: int) -> int:
    """Where the line ends on which `at` stands: its newline, or the text's end."""
    end = text.find("\n", at)
    return end if end >= 0 else len(text)


def line_of(text: str, start: int, end: int | None = None) -> str:
    """The line on which `start` stands, without its newline; up to the end of that of `end` for a stretch of several."""
    return text[line_start(text, start) : line_end(text, start if end is None else end)]


def line_around(text: str, start: int, end: int, characters: int = 160) -> str:
    """What stands on the line of a stretch within so many characters of it: lines of prose may be paragraphs."""
    return text[max(line_start(text, start), start - characters) : min(line_end(text, end), end + characters)]
