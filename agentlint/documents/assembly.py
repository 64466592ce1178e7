"""Putting an embedded text together piece by piece: joined lines, expanded variables, unescaped strings."""

from __future__ import annotations

from bisect import bisect_right

from agentlint.documents.embedded import EmbeddedText
from agentlint.files.source import Span


class Assembly:
    """Grows an `EmbeddedText` from left to right, remembering where each piece stands in the file."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._segments: list[tuple[int, int]] = []
        self._length = 0
        self._next = -1

    def __len__(self) -> int:
        return self._length

    def verbatim(self, text: str, outer: int) -> None:
        """A piece that stands letter for letter at `outer`."""
        if not text:
            return
        if outer != self._next:
            self._segments.append((self._length, outer))
        self._pieces.append(text)
        self._length += len(text)
        self._next = outer + len(text)

    def instead(self, text: str, span: Span) -> None:
        """A piece that stands for `span` of the file: its ends are the span's ends, its middle lies inside."""
        if len(text) == span.end - span.start:
            self.verbatim(text, span.start)
            return
        if not text:
            return
        last = max(span.start, span.end - 1)
        plain = max(1, min(len(text) - 1, span.end - span.start))
        self._segments.append((self._length, span.start if len(text) > 1 else last))
        if len(text) > 1:
            self._segments.extend((self._length + at, last) for at in range(plain, len(text)))
        self._pieces.append(text)
        self._length += len(text)
        self._next = -1

    def copy(self, text: EmbeddedText, start: int = 0, end: int | None = None) -> None:
        """Another embedded text, or a part of it, as it is."""
        end = len(text.text) if end is None else end
        index = bisect_right(text.segments, (start, 1 << 62))
        while start < end:
            stop = min(end, text.segments[index][0]) if index < len(text.segments) else end
            self._next = -1
            self.verbatim(text.text[start:stop], text.outer(start))
            start = stop
            index += 1

    def finish(self) -> EmbeddedText:
        """The text so far."""
        return EmbeddedText("".join(self._pieces), tuple(self._segments) or ((0, 0),))
