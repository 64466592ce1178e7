"""What the parser gets wrong is parsed again with help.

When one unknown form spoils a whole script, its top-level pieces are parsed one by one instead.

A piece ends where a compound command at the left margin does (`}`, `fi`, `done`, `esac`), so that only the piece with
the unknown form suffers. And behind a pipeline of three the parser may take the next line for more words of the last
command, without an error: such line ends are marked, and the script is parsed again.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

MAX_PIECES = 2000

_KEYWORD = re.compile(r"(?<![\w-])(?:then|else|do|in|\{)\Z")

_END = re.compile(rb"(?m)^(?:\}|fi|done|esac|\))[ \t;]*(?:#[^\n]*)?\n")


def recovered(data: bytes, root: Node, parser: Parser) -> list[Node]:
    """Roots whose children together are the script: the one given, or one for each piece if that saves something."""
    lost = _lost(root)
    if lost < 200:
        return [root]
    pieces = _pieces(data)
    if len(pieces) < 2:
        return [root]
    roots = [_parsed(data, start, end, parser) for start, end in pieces]
    return roots if sum(_lost(part) for part in roots) < lost else [root]


def unescaped_line_end(text: str, start: int, end: int) -> list[int]:
    """The first line end between two words that no backslash takes back, unless it stands behind a keyword."""
    if _KEYWORD.search(text, max(0, start - 6), start):
        return []
    at = text.find("\n", start, end)
    while at > 0 and text[at - 1] == "\\":
        at = text.find("\n", at + 1, end)
    return [at] if at >= 0 else []


def ended(data: bytes, line_ends: list[int]) -> bytes:
    """The script with these line ends written as semicolons, which the parser does not run over."""
    changed = bytearray(data)
    for at in line_ends:
        changed[at] = ord(";")
    return bytes(changed)


def _parsed(data: bytes, start: int, end: int, parser: Parser) -> Node:
    from tree_sitter import Range

    parser.included_ranges = [Range((0, start), (0, end), start, end)]
    try:
        return parser.parse(data).root_node
    finally:
        parser.included_ranges = []


def _pieces(data: bytes) -> list[tuple[int, int]]:
    """The script cut behind the ends of compound commands at the left margin."""
    found = []
    start = 0
    for match in _END.finditer(data):
        found.append((start, match.end()))
        start = match.end()
        if len(found) >= MAX_PIECES:
            break
    if start < len(data):
        found.append((start, len(data)))
    return found


def _lost(root: Node) -> int:
    """Characters inside the outermost broken stretches."""
    if root.type == "ERROR":
        return root.end_byte - root.start_byte
    return sum(child.end_byte - child.start_byte for child in root.children if child.type == "ERROR")
