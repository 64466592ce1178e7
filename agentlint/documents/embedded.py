"""Text that stands inside another text: a `run:` block in YAML, a recipe in a Makefile, a string in JSON.

The inner text has been dedented, unfolded or unescaped, so its offsets are not the file's. `EmbeddedText`
keeps both: the inner text to parse, and the way back to the file.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from agentlint.files.source import Span


@dataclass(frozen=True)
class EmbeddedText:
    """`text` and where each stretch of it comes from.

    `segments` is sorted: each `(inner, outer)` says that inner offset `inner` stands at outer offset `outer`,
    and that the characters up to the next segment follow one for one.
    """

    text: str
    segments: tuple[tuple[int, int], ...]

    @classmethod
    def whole_file(cls, text: str) -> EmbeddedText:
        """A text that is its own file."""
        return cls(text, ((0, 0),))

    @classmethod
    def at(cls, text: str, offset: int) -> EmbeddedText:
        """A text that stands letter for letter at `offset` of the file."""
        return cls(text, ((0, offset),))

    def outer(self, offset: int) -> int:
        """The file's offset of an inner offset."""
        index = bisect_right(self.segments, (offset, 1 << 62)) - 1
        inner, outer = self.segments[max(index, 0)]
        return outer + max(0, offset - inner)

    def outer_span(self, span: Span) -> Span:
        """The file's span of an inner span; its end is the end of the last character, not the next segment."""
        if span.end <= span.start:
            at = self.outer(span.start)
            return Span(at, at)
        return Span(self.outer(span.start), self.outer(span.end - 1) + 1)

    def slice(self, start: int, end: int) -> EmbeddedText:
        """The part from `start` to `end` as an embedded text of its own."""
        first = (0, self.outer(start))
        begin = bisect_right(self.segments, (start, 1 << 62))
        stop = bisect_left(self.segments, (end, -1))
        rest = tuple((inner - start, outer) for inner, outer in self.segments[begin:stop])
        return EmbeddedText(self.text[start:end], (first, *rest))
