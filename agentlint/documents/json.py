"""JSON and JSONC with exact places. Comments and trailing commas pass; a broken end keeps what came before it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from agentlint.documents.assembly import Assembly
from agentlint.documents.embedded import EmbeddedText
from agentlint.documents.node import Node, SyntaxFault, Tree
from agentlint.files.lazily import lazily
from agentlint.files.source import Span

MAX_DEPTH = 200
"""Nesting beyond this is given up; no file of this trade comes near."""

_BLANK = lazily(r"(?:[ \t\r\n\ufeff]+|//[^\n]*|/\*(?:[^*]|\*(?!/))*(?:\*/|\Z))*")
_STRING = lazily(r'"(?:[^"\\\n]|\\.)*("?)', re.DOTALL)
_WORD = lazily(r"[^\s,\]}\[{:\"/]+")
_ESCAPE = lazily(
    r"\\(?:u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))",
    re.DOTALL,
)
_SHORT = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
_FORMS = {"true": "boolean", "false": "boolean", "null": "null"}


def read_json(text: str) -> Tree:
    """The tree of a JSON or JSONC text. Never raises."""
    reader = _Reader(text)
    root = reader.value(0)
    if root is None:
        root = Node("map", Span(0, 0))
    elif reader.skip() < len(text):
        reader.fault("text after the end")
    return Tree(root, tuple(reader.errors))


def unescaped(text: str, start: int, end: int) -> EmbeddedText:
    """The content of a string between its quotes, JSON's escapes (TOML's basic ones too) resolved."""
    if "\\" not in text[start:end]:
        return EmbeddedText.at(text[start:end], start)
    built = Assembly()
    at = start
    for match in _ESCAPE.finditer(text, start, end):
        built.verbatim(text[at : match.start()], at)
        built.instead(_character(match), Span(match.start(), match.end()))
        at = match.end()
    built.verbatim(text[at:end], at)
    return built.finish()


def _character(match: re.Match[str]) -> str:
    high, low, short, long, letter = match.groups()
    if letter is not None:
        return _SHORT.get(letter, letter)
    if high:
        return chr(0x10000 + ((int(high, 16) & 0x3FF) << 10) + (int(low, 16) & 0x3FF))
    code = int(short or long, 16)
    return chr(code) if code < 0xD800 or 0xE000 <= code < 0x110000 else "\ufffd"


@dataclass
class _Reader:
    text: str
    at: int = 0
    errors: list[SyntaxFault] = field(default_factory=list)
    dead: bool = False

    def fault(self, message: str) -> None:
        """Note the first thing that could not be read, and stop there."""
        if not self.errors:
            self.errors.append(SyntaxFault(self.at, message))
        self.dead = True

    def skip(self) -> int:
        """Go past blanks and comments."""
        match = _BLANK.match(self.text, self.at)
        self.at = match.end() if match else self.at
        return self.at

    def value(self, depth: int) -> Node | None:
        """The value that starts here, None where none does."""
        start = self.skip()
        opening = self.text[start : start + 1]
        if opening == '"':
            return self.string()
        if opening in ("{", "[") and opening:
            if depth >= MAX_DEPTH:
                self.fault("nested too deeply")
                return None
            self.at += 1
            return self.map(start, depth) if opening == "{" else self.list(start, depth)
        match = _WORD.match(self.text, start)
        if match is None:
            self.fault("a value was expected")
            return None
        self.at = match.end()
        return Node("scalar", Span(start, self.at), match.group(), _FORMS.get(match.group(), "number"))

    def string(self) -> Node:
        """The string that starts here."""
        start = self.at
        match = _STRING.match(self.text, start)
        end = match.end() if match else start + 1
        closed = bool(match and match.group(1))
        content = unescaped(self.text, start + 1, end - 1 if closed else end)
        self.at = end
        if not closed:
            self.fault("a string has no end")
        return Node("scalar", Span(start, end), content.text, "string", content=content)

    def map(self, start: int, depth: int) -> Node:
        """The rest of an object."""
        items: list[tuple[Node, Node]] = []
        while not self.closed("}"):
            key = self.value(MAX_DEPTH)
            if key is None or self.dead:
                break
            self.skip()
            if self.text[self.at : self.at + 1] != ":":
                self.fault("a colon was expected")
                break
            self.at += 1
            value = self.value(depth + 1)
            if value is None:
                break
            items.append((key, _keyed(value, key.span)))
            if self.dead or not self.comma("}"):
                break
        return Node("map", Span(start, self.at), items=tuple(items))

    def list(self, start: int, depth: int) -> Node:
        """The rest of an array."""
        children: list[Node] = []
        while not self.closed("]"):
            child = self.value(depth + 1)
            if child is None:
                break
            children.append(child)
            if self.dead or not self.comma("]"):
                break
        return Node("list", Span(start, self.at), children=tuple(children))

    def closed(self, bracket: str) -> bool:
        """Go past the closing bracket if it stands here; True too at the end of the text."""
        self.skip()
        if self.text[self.at : self.at + 1] == bracket:
            self.at += 1
            return True
        if self.at >= len(self.text):
            self.fault(f"{bracket} is missing")
        return self.dead

    def comma(self, bracket: str) -> bool:
        """Go past a comma; False where the collection ends here or is broken."""
        self.skip()
        following = self.text[self.at : self.at + 1]
        if following == ",":
            self.at += 1
            return True
        if following == bracket:
            self.at += 1
        else:
            self.fault(f"a comma or {bracket} was expected")
        return False


def _keyed(node: Node, key: Span) -> Node:
    return Node(node.kind, node.span, node.text, node.form, node.items, node.children, key, node.content)
