"""Source code of a programming language as a syntax tree, and the way from a place in the text to the nodes around it.

Nothing walks whole trees: a regular expression finds candidates in the text, and the tree says what stands there. So the
work grows with what is found, and comments and strings rule themselves out.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from agentlint.files.source import Span

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

MAX_TEXT = 1_000_000
"""Characters; longer sources are generated or bundled."""
MAX_LINE = 20_000
"""A longer line means minified or generated code, of which nobody mends anything."""
MAX_DEPTH = 300
"""Levels of nesting followed; code that people write stays far below."""

_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_LONG_LINE = re.compile(rf"[^\n]{{{MAX_LINE}}}")

_GRAMMARS = {
    "javascript": ("tree_sitter_typescript", "language_tsx"),
    "typescript": ("tree_sitter_typescript", "language_typescript"),
    "go": ("tree_sitter_go", "language"),
    "ruby": ("tree_sitter_ruby", "language"),
    "java": ("tree_sitter_java", "language"),
    "php": ("tree_sitter_php", "language_php"),
    "csharp": ("tree_sitter_c_sharp", "language"),
    "rust": ("tree_sitter_rust", "language"),
}
"""Grammar package and function by dialect. JavaScript, JSX and TSX are read by one grammar; plain TypeScript by another,
since `<T>x` is a cast in the one and an element in the other."""


@dataclass(frozen=True)
class CodeTree:
    """A parsed source text. Offsets in nodes are character offsets of `text`."""

    text: str
    root: Node
    memory: dict[object, Any] = field(default_factory=dict, repr=False, compare=False)
    """Answers about this text that are asked for again and again."""

    def of(self, node: Node) -> str:
        """The text of a node."""
        return self.text[node.start_byte : node.end_byte]

    def compact(self, node: Node) -> str:
        """The text of a node without blanks."""
        return "".join(self.of(node).split())

    def leaf(self, offset: int) -> Node:
        """The smallest node that holds the character at `offset`."""
        return self.root.descendant_for_byte_range(offset, offset + 1) or self.root

    def above(self, node: Node) -> tuple[Node, ...]:
        """The nodes around `node`, innermost first; empty where the nesting is beyond reason."""
        chain: list[Node] = []
        current: Node | None = self.root
        while current is not None and current != node:
            chain.append(current)
            if len(chain) > MAX_DEPTH:
                return ()
            current = current.child_with_descendant(node)
        return tuple(reversed(chain))


def span_of(node: Node) -> Span:
    """The range of a node."""
    return Span(node.start_byte, node.end_byte)


def named(node: Node) -> Iterator[Node]:
    """The node's children without punctuation and comments."""
    return (child for child in node.named_children if "comment" not in child.type)


def read_code(dialect: str, text: str) -> CodeTree | None:
    """Parse a source text; None for generated code, and where the grammar is not installed."""
    if len(text) > MAX_TEXT or _LONG_LINE.search(text):
        return None
    parser = _parser(dialect)
    if parser is None:
        return None
    plain = text if text.isascii() else _NOT_ASCII.sub("X", text)
    return CodeTree(text, parser.parse(plain.encode("ascii")).root_node)


@cache
def _parser(dialect: str) -> Parser | None:
    from tree_sitter import Language, Parser

    module, function = _GRAMMARS[dialect]
    try:
        return Parser(Language(getattr(importlib.import_module(module), function)()))
    except ImportError:
        return None
