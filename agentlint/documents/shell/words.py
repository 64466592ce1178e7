"""Words: quote removal and expansions, from the parser's nodes and the text they stand in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from agentlint.documents.shell.tree import Part, PartKind, ShellWord, Statement
from agentlint.files.lazily import lazily
from agentlint.files.source import Span

if TYPE_CHECKING:
    from tree_sitter import Node

_EXPANSION = lazily(
    r"\$\{(?P<prefix>[!#])?(?P<name>[A-Za-z_]\w*|\d+|[@*#?$!-])(?P<index>\[[^\]]*\])?"
    r"(?P<operator>:?[-=?+]|[#%/^,:@]+)?(?P<operand>.*)\}\Z",
    re.DOTALL,
)
_BACKSLASH = lazily(r"\\(.|\n)", re.DOTALL)
_BACKSLASH_IN_QUOTES = lazily(r'\\([$`"\\\n])')
_ANSI = lazily(r"\\(n|t|r|\\|'|\"|e|a|b|0)")
_ANSI_VALUE = {
    "n": "\n",
    "t": "\t",
    "r": "\r",
    "\\": "\\",
    "'": "'",
    '"': '"',
    "e": "\x1b",
    "a": "\a",
    "b": "\b",
    "0": "\0",
}
_GLOB = lazily(r"(?<!\\)[*?\[]")
_BRACES = lazily(r"(?<![\\$])\{[^{}\s]*(?:,|\.\.)[^{}\s]*\}")

Body = Callable[["Node", int], "tuple[Statement, ...]"]


class WordReader:
    """Reads words of one text. `body` reads the statements of a substitution's node at a depth."""

    def __init__(self, text: str, opaque: tuple[Span, ...], body: Body) -> None:
        self.text = text
        self.opaque = opaque
        self.body = body

    def word(self, node: Node, depth: int) -> ShellWord:
        """The word of a node."""
        parts: list[Part] = []
        self._parts(node, depth, parts)
        span = Span(node.start_byte, node.end_byte)
        return ShellWord(self._templated(tuple(parts), span), span)

    def assignment_word(self, node: Node, depth: int) -> ShellWord:
        """A word such as `A=b` that stands where an argument does although it parsed as an assignment."""
        parts: list[Part] = []
        for child in node.children:
            self._parts(child, depth, parts)
        span = Span(node.start_byte, node.end_byte)
        return ShellWord(self._templated(tuple(parts), span), span)

    def _templated(self, parts: tuple[Part, ...], span: Span) -> tuple[Part, ...]:
        """Turn text in which a template stands into a part that says so."""
        if not self.opaque or not any(start < span.end and span.start < end for start, end in self.opaque):
            return parts
        return tuple(
            part._replace(kind=PartKind.TEMPLATE)
            if part.kind is PartKind.TEXT and any(s < part.span.end and part.span.start < e for s, e in self.opaque)
            else part
            for part in parts
        )

    def _parts(self, node: Node, depth: int, into: list[Part]) -> None:
        kind = node.type
        start, end = node.start_byte, node.end_byte
        if kind in _QUOTED_EXPANSION:
            into.append(self._expansion(node, kind, depth, quoted=False))
        elif kind in {"string", "translated_string"}:
            self._string(node, depth, into)
        elif kind == "raw_string":
            into.append(Part(PartKind.TEXT, self.text[start + 1 : end - 1], Span(start, end), quoted=True))
        elif kind == "ansi_c_string":
            text = _ANSI.sub(lambda match: _ANSI_VALUE[match[1]], self.text[start + 2 : end - 1])
            into.append(Part(PartKind.TEXT, text, Span(start, end), quoted=True))
        elif kind == "concatenation" and self._is_torn(node):
            into.append(plain_part(self.text[start:end], start))
        elif kind in {"concatenation", "command_name"}:
            for child in node.children:
                self._parts(child, depth, into)
        else:
            into.extend(_parts_of_text(self.text[start:end], start, quoted=False))

    def _is_torn(self, node: Node) -> bool:
        """True where the parser, past what it did not understand, took words on both sides of a blank for one."""
        if not node.has_error:
            return False
        ends = [child.end_byte for child in node.children[:-1]]
        gaps = (self.text[end : child.start_byte] for end, child in zip(ends, node.children[1:], strict=True))
        return any(gap.replace("\\\n", "") for gap in gaps)

    def _string(self, node: Node, depth: int, into: list[Part]) -> None:
        start, end = node.start_byte, node.end_byte
        if node.type == "translated_string" or self.text[start : start + 1] == "$":
            start += 1
        first, last = start + 1, end - 1 if self.text[end - 1 : end] == '"' and end - 1 > start else end
        pieces = [child for child in _string_children(node) if child.type in _QUOTED_EXPANSION]
        if not pieces:
            whole = tuple(_parts_of_text(self.text[first:last], first, quoted=True))
            into.extend(whole if len(whole) > 1 else [_quoted_text(self.text[first:last], Span(node.start_byte, end))])
            return
        at = first
        for child in pieces:
            if child.start_byte > at:
                into.extend(_parts_of_text(self.text[at : child.start_byte], at, quoted=True))
            into.append(self._expansion(child, child.type, depth, quoted=True))
            at = child.end_byte
        if at < last:
            into.extend(_parts_of_text(self.text[at:last], at, quoted=True))

    def _expansion(self, node: Node, kind: str, depth: int, quoted: bool) -> Part:
        start, end = node.start_byte, node.end_byte
        text = self.text[start:end]
        span = Span(start, end)
        if kind == "simple_expansion":
            return Part(PartKind.VARIABLE, text, span, quoted, name=text[1:])
        if kind == "command_substitution":
            return Part(PartKind.COMMAND, text, span, quoted, body=self.body(node, depth))
        if kind == "process_substitution":
            return Part(PartKind.PROCESS, text, span, quoted, body=self.body(node, depth))
        inner = self._inner(node, depth) if "$(" in text[2:] or "`" in text else ()
        match = _EXPANSION.match(text) if kind == "expansion" else None
        if match is None:
            return Part(PartKind.PATTERN, text, span, quoted, body=inner)
        name, operator, operand = match["name"], match["operator"] or "", match["operand"]
        if match["prefix"]:
            return Part(PartKind.VARIABLE, text, span, quoted, name=name, operator=match["prefix"], body=inner)
        if match["index"] in {"[@]", "[*]"} and not operator:
            operator = "[@]"
        elif match["index"]:
            operator = "[]"
        return Part(PartKind.VARIABLE, text, span, quoted, name, operator, operand, inner)

    def _inner(self, node: Node, depth: int) -> tuple[Statement, ...]:
        """Commands substituted somewhere inside an expansion."""
        return tuple(statement for found in substitutions(node) for statement in self.body(found, depth))


_QUOTED_EXPANSION = frozenset(
    {
        "simple_expansion",
        "expansion",
        "command_substitution",
        "process_substitution",
        "arithmetic_expansion",
    }
)


def substitutions(node: Node) -> list[Node]:
    """The outermost substitutions below a node, in order, found without recursion."""
    found = []
    waiting = [node]
    while waiting:
        current = waiting.pop()
        if current.type in {"command_substitution", "process_substitution"} and current is not node:
            found.append(current)
        else:
            waiting.extend(reversed(current.children))
    return found


_HIDDEN = lazily(r"(?<=[\w}./:@%+,~-])\$([A-Za-z_]\w*)(?=[./,+@%=~-])")
"""A variable within a word that the parser was not shown (see `dialects`)."""


def _parts_of_text(text: str, start: int, quoted: bool) -> Iterator[Part]:
    """The parts of what the parser took for mere text."""
    done = 0
    for match in _HIDDEN.finditer(text) if "$" in text else ():
        if match.start() > done:
            yield _text_part(text[done : match.start()], start + done, quoted)
        span = Span(start + match.start(), start + match.end())
        yield Part(PartKind.VARIABLE, match[0], span, quoted, name=match[1])
        done = match.end()
    if done < len(text) or not text:
        yield _text_part(text[done:], start + done, quoted)


def _text_part(text: str, start: int, quoted: bool) -> Part:
    return _quoted_text(text, Span(start, start + len(text))) if quoted else plain_part(text, start)


def plain_part(text: str, start: int) -> Part:
    """Text outside quotes: backslashes removed, globs and brace expansions marked."""
    span = Span(start, start + len(text))
    if "${" in text or _GLOB.search(text) or ("{" in text and _BRACES.search(text)):
        return Part(PartKind.PATTERN, text, span)
    if "\\" in text:
        text = _BACKSLASH.sub(lambda match: "" if match[1] == "\n" else match[1], text)
    return Part(PartKind.TEXT, text, span)


def _quoted_text(text: str, span: Span) -> Part:
    if "\\" in text:
        text = _BACKSLASH_IN_QUOTES.sub(lambda match: "" if match[1] == "\n" else match[1], text)
    return Part(PartKind.TEXT, text, span, quoted=True)


def _string_children(node: Node) -> list[Node]:
    if node.type == "string":
        return node.children
    return [inner for child in node.children for inner in child.children]
