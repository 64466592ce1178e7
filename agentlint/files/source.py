"""One file of the tree under audit: its bytes, its text and its line index.

Everything downstream points into a file with a `Span` of character offsets into `SourceFile.text`;
lines and columns are counted here and nowhere else.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple


class Span(NamedTuple):
    """Half-open range of character offsets into a file's text."""

    start: int
    end: int

    def within(self, other: Span) -> bool:
        """True when this range lies inside `other`."""
        return other.start <= self.start and self.end <= other.end

    def cover(self, other: Span) -> Span:
        """The smallest range holding both."""
        return Span(min(self.start, other.start), max(self.end, other.end))


NOWHERE = Span(0, 0)
"""The empty range at the start: a fact whose own place is not known."""


class Place(NamedTuple):
    """Where a fact stands: a repository-relative POSIX path and a span of its text."""

    path: str
    span: Span


class Position(NamedTuple):
    """1-based line and column (columns count characters)."""

    line: int
    column: int


class UndecodableFile(ValueError):
    """The bytes are no text this project reads (binary, or UTF-16 without a byte-order mark)."""


@dataclass(frozen=True)
class SourceFile:
    """A file as it was read.

    `path` is relative to the audited root with forward slashes; `kind` is a name from the table in
    `agentlint.files.kinds` (for example "github-workflow", "shell", "makefile").
    """

    path: str
    kind: str
    data: bytes

    @cached_property
    def text(self) -> str:
        """The decoded text, line endings kept as they are; a UTF-8 byte-order mark is kept as U+FEFF.

        Invalid UTF-8 is replaced one byte for one character, so that a stray byte does not cost the file.
        """
        if b"\0" in self.data[:8192]:
            raise UndecodableFile("binary file (NUL bytes)")
        return self.data.decode("utf-8", errors="surrogateescape")

    @cached_property
    def _line_starts(self) -> list[int]:
        starts = [0]
        find = self.text.find
        at = find("\n")
        while at != -1:
            starts.append(at + 1)
            at = find("\n", at + 1)
        return starts

    def position(self, offset: int) -> Position:
        """Line and column of a character offset; offsets past the end count as the end."""
        offset = max(0, min(offset, len(self.text)))
        line = bisect_right(self._line_starts, offset)
        return Position(line, offset - self._line_starts[line - 1] + 1)

    def line_span(self, line: int) -> Span:
        """The range of a 1-based line, its line ending left out."""
        starts = self._line_starts
        line = max(1, min(line, len(starts)))
        start = starts[line - 1]
        end = starts[line] if line < len(starts) else len(self.text)
        return Span(start, start + len(self.text[start:end].rstrip("\r\n")))

    @property
    def line_count(self) -> int:
        """Number of lines; a final line ending starts no further line."""
        count = len(self._line_starts)
        return count - 1 if count > 1 and self._line_starts[-1] == len(self.text) else count

    @property
    def whole(self) -> Span:
        """The range of the whole file, from its first character to its last line's end."""
        return Span(0, len(self.text.rstrip("\r\n")))
