"""One tree for JSON and TOML: nodes with exact places, asked in the same words as YAML's.

`kind` is "map", "list" or "scalar"; scalars keep their text and are never converted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from agentlint.documents.embedded import EmbeddedText
from agentlint.files.source import NOWHERE, Span

N = TypeVar("N", bound="AnyNode")


class AnyNode:
    """What the nodes of all formats have in common: how one walks down a tree."""

    __slots__ = ()

    kind: str
    text: str
    span: Span
    key_span: Span

    @property
    def is_map(self) -> bool:
        """True for a map."""
        return self.kind == "map"

    @property
    def is_list(self) -> bool:
        """True for a list."""
        return self.kind == "list"

    @property
    def is_scalar(self) -> bool:
        """True for a scalar, null included."""
        return self.kind == "scalar"

    @property
    def is_null(self) -> bool:
        """True for what the format writes for nothing."""
        raise NotImplementedError

    @property
    def entry(self) -> Span:
        """From its key (or itself, without one) to its last character."""
        raise NotImplementedError

    def get(self: N, key: str) -> N | None:
        """A map's value by key; the last one where a key is written twice."""
        raise NotImplementedError

    def embedded(self) -> EmbeddedText:
        """A scalar's text with the way back to the file."""
        raise NotImplementedError

    def at(self: N, *keys: str) -> N | None:
        """The node at the end of a path of keys."""
        node: N | None = self
        for key in keys:
            if node is None:
                return None
            node = node.get(key)
        return node

    def value(self, key: str) -> str:
        """The text of a scalar value of this map; "" where it is null, absent or no scalar."""
        found = self.get(key)
        return "" if found is None or not found.is_scalar or found.is_null else found.text


@dataclass(frozen=True)
class Node(AnyNode):
    """One value. `span` is where it is written (a string with its quotes); `key_span` is its key's place in a map.

    `form` of a scalar is "string", "number", "boolean", "null" or "date".
    """

    kind: str
    span: Span
    text: str = ""
    form: str = ""
    items: tuple[tuple[Node, Node], ...] = ()
    children: tuple[Node, ...] = ()
    key_span: Span = NOWHERE
    content: EmbeddedText | None = field(default=None, repr=False, compare=False)

    @property
    def is_null(self) -> bool:
        """True for JSON's null."""
        return self.form == "null"

    @property
    def is_string(self) -> bool:
        """True for a string."""
        return self.form == "string"

    @property
    def truth(self) -> bool | None:
        """The value of a boolean, None for anything else."""
        return self.text == "true" if self.form == "boolean" else None

    @property
    def entry(self) -> Span:
        """From its key (or itself, without one) to its last character."""
        return self.key_span.cover(self.span) if self.key_span.end else self.span

    @cached_property
    def _by_key(self) -> Mapping[str, Node]:
        return {key.text: value for key, value in self.items}

    def get(self, key: str) -> Node | None:
        """A map's value by key; the last one where a key is written twice."""
        return self._by_key.get(key)

    def pairs(self) -> Iterator[tuple[str, Node]]:
        """A map's keys with their values."""
        for key, value in self.items:
            yield key.text, value

    def texts(self) -> tuple[str, ...]:
        """The texts of a list's scalars."""
        return tuple(child.text for child in self.children if child.is_scalar)

    def embedded(self) -> EmbeddedText:
        """A scalar's text with the way back to the file: unquoted and unescaped."""
        return self.content if self.content is not None else EmbeddedText.at(self.text, self.span.start)


@dataclass(frozen=True)
class SyntaxFault:
    """What a reader could not read; `offset` into the text."""

    offset: int
    message: str


@dataclass(frozen=True)
class Tree:
    """A read document: its root (an empty map for an unreadable one) and what could not be read."""

    root: Node
    errors: tuple[SyntaxFault, ...] = ()
