"""From the places of the standard library's Python parser to characters of the text."""

from __future__ import annotations

import ast

from agentlint.files.source import Span


class Offsets:
    """Lines and UTF-8 columns, as the parser gives them, turned into character offsets."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = [0]
        at = text.find("\n")
        while at != -1:
            self._starts.append(at + 1)
            at = text.find("\n", at + 1)

    def at(self, line: int, column: int) -> int:
        """The character at a line (1-based) and a UTF-8 column."""
        index = max(0, min(line, len(self._starts)) - 1)
        start = self._starts[index]
        end = self._starts[index + 1] if index + 1 < len(self._starts) else len(self.text)
        raw = self.text[start:end]
        if raw.isascii():
            return min(start + column, len(self.text))
        return min(start + len(raw.encode("utf-8", "replace")[:column].decode("utf-8", "ignore")), len(self.text))

    def span(self, node: ast.AST) -> Span:
        """A node's range."""
        start = self.at(getattr(node, "lineno", 1), getattr(node, "col_offset", 0))
        end = self.at(getattr(node, "end_lineno", 1) or 1, getattr(node, "end_col_offset", 0) or 0)
        return Span(start, max(start, end))
