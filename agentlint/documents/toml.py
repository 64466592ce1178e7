"""TOML with exact places: the library says whether the file is right, a scanner of our own says where each value stands.

The scanner is lenient: a line it cannot read costs that line, so a broken file still gives the rest.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from agentlint.documents.assembly import Assembly
from agentlint.documents.embedded import EmbeddedText
from agentlint.documents.json import unescaped
from agentlint.documents.node import Node, SyntaxFault, Tree
from agentlint.files.lazily import lazily
from agentlint.files.source import NOWHERE, Span

MAX_DEPTH = 100
"""Nesting of arrays and inline tables beyond this is given up."""

_BLANK = lazily(r"(?:[ \t\r\n\ufeff]+|#[^\n]*)*")
_INLINE_BLANK = lazily(r"[ \t]*")
_BARE_KEY = lazily(r"[A-Za-z0-9_-]+")
_BARE_VALUE = lazily(r"\d{4}-\d\d-\d\d \d\d:[^\s,\]}#]+|[^\s,\]}#\[{\"']+")
_DELIMITED = {
    '"""': re.compile(r'"""(?:[^"\\]|\\.|"(?!""))*("{3,5}|\Z)', re.DOTALL),
    "'''": re.compile(r"'''(?:[^']|'(?!''))*('{3,5}|\Z)", re.DOTALL),
    '"': re.compile(r'"(?:[^"\\\n]|\\[^\n])*("?)'),
    "'": re.compile(r"'[^'\n]*('?)"),
}
_LINE_JOIN = lazily(r"\\[ \t]*\r?\n\s*")
_AT_LINE = lazily(r"\(at line (\d+)")


def read_toml(text: str) -> Tree:
    """The tree of a TOML text. Never raises."""
    reader = _Reader(text)
    reader.run()
    return Tree(_frozen(reader.root), tuple(_verdict(text)))


def _verdict(text: str) -> list[SyntaxFault]:
    """What the library has to say against the file."""
    import tomli

    try:
        tomli.loads(text.removeprefix("\ufeff"))
    except (tomli.TOMLDecodeError, RecursionError, ValueError) as error:
        found = _AT_LINE.search(str(error))
        offset = 0
        for _ in range(int(found.group(1)) - 1 if found else 0):
            offset = text.find("\n", offset) + 1
        return [SyntaxFault(offset, str(error) or "nested too deeply")]
    return []


@dataclass
class _Table:
    """A table while it grows."""

    span: Span
    key: Span = NOWHERE
    entries: dict[str, tuple[Node, Node | _Table | _Tables]] = field(default_factory=dict)

    def grow(self, end: int) -> None:
        """Its text reaches to `end`."""
        self.span = Span(self.span.start, max(self.span.end, end))

    def child(self, key: Node, span: Span) -> _Table:
        """The table under this key (the newest one of an array of tables), made where there is none."""
        found = self.entries.get(key.text)
        if found is None or isinstance(found[1], Node):
            table = _Table(span, key.span)
            if found is None:
                self.entries[key.text] = (key, table)
            return table
        return found[1].tables[-1] if isinstance(found[1], _Tables) else found[1]

    def append(self, key: Node, span: Span) -> _Table:
        """A new table of the array of tables under this key."""
        found = self.entries.get(key.text)
        table = _Table(span)
        if found is not None and isinstance(found[1], _Tables):
            found[1].tables.append(table)
        elif found is None:
            self.entries[key.text] = (key, _Tables([table], key.span))
        return table


@dataclass
class _Tables:
    """An array of tables while it grows."""

    tables: list[_Table]
    key: Span


def _frozen(table: _Table) -> Node:
    return Node(
        "map", table.span, items=tuple((k, _frozen_value(v)) for k, v in table.entries.values()), key_span=table.key
    )


def _frozen_value(value: Node | _Table | _Tables) -> Node:
    if isinstance(value, _Table):
        return _frozen(value)
    if isinstance(value, _Tables):
        children = tuple(_frozen(table) for table in value.tables)
        return Node("list", children[0].span.cover(children[-1].span), children=children, key_span=value.key)
    return value


class _Broken(Exception):
    """This line cannot be read."""


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.root = _Table(Span(0, len(text)))
        self.current = self.root

    def peek(self, length: int = 1) -> str:
        """The next characters."""
        return self.text[self.at : self.at + length]

    def skip(self, pattern: re.Pattern[str] = _BLANK) -> None:
        """Go past what the pattern takes."""
        match = pattern.match(self.text, self.at)
        self.at = match.end() if match else self.at

    def expect(self, token: str) -> None:
        """Go past this token, or give the line up."""
        if self.peek(len(token)) != token:
            raise _Broken
        self.at += len(token)

    def run(self) -> None:
        """Read all lines."""
        self.skip()
        while self.at < len(self.text):
            start = self.at
            try:
                if self.peek() == "[":
                    self.header()
                else:
                    self.pair(self.current, 0)
            except _Broken:
                at = self.text.find("\n", max(self.at, start))
                self.at = len(self.text) if at == -1 else at
            self.skip()

    def header(self) -> None:
        """`[a.b]` or `[[a.b]]`: what follows belongs to that table."""
        start = self.at
        many = self.peek(2) == "[["
        self.at += 2 if many else 1
        keys = self.keys()
        self.expect("]]" if many else "]")
        span = Span(start, self.at)
        table = self.root
        for key in keys[:-1]:
            table = table.child(key, span)
        self.current = table.append(keys[-1], span) if many else table.child(keys[-1], span)
        self.current.grow(self.at)

    def keys(self) -> list[Node]:
        """A dotted key."""
        found = [self.key()]
        while self.peek() == ".":
            self.at += 1
            found.append(self.key())
        if len(found) > MAX_DEPTH:
            raise _Broken
        return found

    def key(self) -> Node:
        """One part of a key, with the blanks around it."""
        self.skip(_INLINE_BLANK)
        start = self.at
        if self.peek() in {'"', "'"}:
            node = self.string()
        else:
            match = _BARE_KEY.match(self.text, start)
            if match is None:
                raise _Broken
            self.at = match.end()
            node = Node("scalar", Span(start, self.at), match.group(), "string")
        self.skip(_INLINE_BLANK)
        return node

    def pair(self, table: _Table, depth: int) -> None:
        """`key = value` into a table."""
        keys = self.keys()
        self.expect("=")
        self.skip(_INLINE_BLANK)
        value = self.value(depth)
        for key in keys[:-1]:
            table.grow(self.at)
            table = table.child(key, keys[0].span.cover(value.span))
        last = keys[-1]
        table.entries.setdefault(last.text, (last, _keyed(value, last.span)))
        table.grow(self.at)

    def value(self, depth: int) -> Node:
        """The value that starts here."""
        opening = self.peek()
        if opening in {'"', "'"}:
            return self.string()
        if opening in {"[", "{"}:
            if depth >= MAX_DEPTH:
                raise _Broken
            return self.array(depth + 1) if opening == "[" else self.inline(depth + 1)
        match = _BARE_VALUE.match(self.text, self.at)
        if match is None:
            raise _Broken
        self.at = match.end()
        text = match.group()
        form = "boolean" if text in {"true", "false"} else "date" if re.match(r"\d{4}-|\d\d:", text) else "number"
        return Node("scalar", Span(match.start(), match.end()), text, form)

    def string(self) -> Node:
        """The string that starts here, in any of the four forms."""
        quote = self.peek(3) if self.peek(3) in _DELIMITED else self.peek()
        start = self.at
        match = _DELIMITED[quote].match(self.text, start)
        if match is None:
            raise _Broken
        self.at = match.end()
        end = max(start + len(quote), self.at - (len(quote) if match.group(1) else 0))
        inner = start + len(quote)
        if len(quote) == 3:
            inner += 2 if self.text.startswith("\r\n", inner) else 1 if self.text.startswith("\n", inner) else 0
        content = self.content(quote, inner, max(inner, end))
        return Node("scalar", Span(start, self.at), content.text, "string", content=content)

    def content(self, quote: str, start: int, end: int) -> EmbeddedText:
        """A string's text between its quotes."""
        if quote[0] == "'":
            return EmbeddedText.at(self.text[start:end], start)
        if len(quote) == 1 or "\\" not in self.text[start:end]:
            return unescaped(self.text, start, end)
        built = Assembly()
        at = start
        for match in _LINE_JOIN.finditer(self.text, start, end):
            built.copy(unescaped(self.text, at, match.start()))
            at = match.end()
        built.copy(unescaped(self.text, at, end))
        return built.finish()

    def array(self, depth: int) -> Node:
        """`[a, b]` over any number of lines."""
        start = self.at
        self.at += 1
        children: list[Node] = []
        self.skip()
        while self.peek() != "]":
            children.append(self.value(depth))
            self.skip()
            if self.peek() != "]":
                self.expect(",")
                self.skip()
        self.at += 1
        return Node("list", Span(start, self.at), children=tuple(children))

    def inline(self, depth: int) -> Node:
        """`{a = 1, b = 2}`."""
        start = self.at
        self.at += 1
        table = _Table(Span(start, self.at))
        self.skip()
        while self.peek() != "}":
            self.pair(table, depth)
            self.skip()
            if self.peek() != "}":
                self.expect(",")
                self.skip()
        self.expect("}")
        table.span = Span(start, self.at)
        return _frozen(table)


def _keyed(node: Node, key: Span) -> Node:
    return Node(node.kind, node.span, node.text, node.form, node.items, node.children, key, node.content)
