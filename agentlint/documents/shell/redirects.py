"""Redirections and here-documents; the grammar lets both swallow words and commands that only follow them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from agentlint.documents.shell.tree import Part, Redirect, ShellWord
from agentlint.documents.shell.words import WordReader
from agentlint.files.source import Span

if TYPE_CHECKING:
    from tree_sitter import Node

_OPERATOR = re.compile(r"&>>|&>|>>|>&|>\||<&|<>|<<<|<|>")


class Heredoc(NamedTuple):
    """A here-document's redirections, further words of its command, and the statements that follow it."""

    redirects: tuple[Redirect, ...]
    words: tuple[ShellWord, ...]
    following: tuple[tuple[str, Node], ...]


class RedirectReader:
    """Reads redirections of one text."""

    def __init__(self, text: str, words: WordReader) -> None:
        self.text = text
        self.words = words

    def file(self, node: Node, depth: int) -> tuple[Redirect, tuple[ShellWord, ...]]:
        """A redirection to or from a file, and the words behind its target, which are the command's."""
        span = Span(node.start_byte, node.end_byte)
        descriptor = -1
        operator = "<<<" if node.type == "herestring_redirect" else ""
        words: list[ShellWord] = []
        for child in node.children:
            if child.type == "file_descriptor":
                digits = self.text[child.start_byte : child.end_byte]
                descriptor = int(digits) if digits.isdecimal() and len(digits) < 4 else -1
            elif child.is_named:
                words.append(self.words.word(child, depth + 1))
            elif _OPERATOR.fullmatch(child.type):
                operator = child.type
                if self.text.startswith("<<<", child.start_byte):
                    operator = "<<<"
        target = words[0] if words else None
        end = target.span.end if target else span.end
        return Redirect(operator or ">", descriptor, target, Span(span.start, end)), tuple(words[1:])

    def heredoc(self, node: Node, depth: int) -> Heredoc:
        """A here-document with all that stands on its first line behind it."""
        redirects: list[Redirect] = []
        words: list[ShellWord] = []
        following: list[tuple[str, Node]] = []
        body = Span(node.end_byte, node.end_byte)
        parts: tuple[Part, ...] = ()
        delimiter: ShellWord | None = None
        operator = "&&"
        for child in node.children:
            kind = child.type
            if kind == "heredoc_start":
                delimiter = self.words.word(child, depth)
            elif kind == "heredoc_body":
                body = Span(child.start_byte, child.end_byte)
                parts = self._body_parts(child, depth)
            elif kind in {"file_redirect", "herestring_redirect"}:
                redirect, more = self.file(child, depth)
                redirects.append(redirect)
                words.extend(more)
            elif kind in {"&&", "||", "|", "|&"}:
                operator = "|" if kind == "|&" else kind
            elif kind == "pipeline":
                following.append(("|", child))
            elif kind in _WORDS:
                words.append(self.words.word(child, depth + 1))
            elif child.is_named and kind not in {"heredoc_end", "comment", "file_descriptor", "ERROR"}:
                following.append((operator, child))
        start = Span(node.start_byte, delimiter.span.end if delimiter else node.start_byte + 2)
        redirects.insert(0, Redirect("<<", -1, delimiter, start, body, parts))
        return Heredoc(tuple(redirects), tuple(words), tuple(following))

    def _body_parts(self, node: Node, depth: int) -> tuple[Part, ...]:
        return tuple(
            part
            for child in node.children
            if child.is_named and child.type != "heredoc_content"
            for part in self.words.word(child, depth + 1).parts
        )


_WORDS = frozenset(
    {
        "word",
        "string",
        "raw_string",
        "ansi_c_string",
        "concatenation",
        "number",
        "simple_expansion",
        "expansion",
        "command_substitution",
        "process_substitution",
        "arithmetic_expansion",
    }
)
