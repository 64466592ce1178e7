"""What the parser gets wrong is parsed again with help.

When one unknown form spoils a whole script, the line it stands in is left out. Where that does not help, the top-level
pieces are parsed one by one instead: a piece ends where a compound command at the left margin does (`}`, `fi`, `done`,
`esac`), so that only the piece with the unknown form suffers. And behind a pipeline of three the parser may take the next line for more words of the last
command, without an error: such line ends are marked, and the script is parsed again.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

MAX_PIECES = 2000
MAX_LINES = 8
"""Lines that are left out of one script."""
_WORTH = 200
"""Characters in broken stretches from which on a script is read again."""
_FEWEST_LINES = 3
"""A text of one line (a recipe's, a step's) has none to leave out."""
_TRIED = 4
"""Broken stretches whose line may be the one that spoils the script."""
MAX_TRIES = 1200
MAX_TRIES_OF_PIECE = 300
_LARGEST_PIECE = 20_000
_LARGEST = 400_000
"""Characters of a script that is read again and again."""

_KEYWORD = re.compile(r"(?<![\w-])(?:then|else|do|in|\{)\Z")

_END = re.compile(rb"(?m)^(?:\}|fi|done|esac|\))[ \t;]*(?:#[^\n]*)?\n")


def recovered(data: bytes, root: Node, parser: Parser) -> tuple[list[Node], list[int]]:
    """Roots whose children together are the script, and where lines begin that were left out of them."""
    if _lost(root) < _WORTH or data.count(b"\n") < _FEWEST_LINES:
        return [root], []
    whole, left_out = _without_spoilers(data, root, (0, len(data)), parser, MAX_LINES * _TRIED)
    lost = _lost(whole)
    pieces = _pieces(data) if lost >= _WORTH else []
    if len(pieces) < 2:
        return [whole], left_out
    roots: list[Node] = []
    gone: list[int] = []
    tries = MAX_TRIES
    for start, end in pieces:
        part = _parsed(data, start, end, parser)
        if tries > 0 and _lost(part) >= _WORTH and end - start <= _LARGEST_PIECE:
            part, lines = _without_spoilers(
                data, part, (start, end), parser, min(tries, MAX_TRIES_OF_PIECE), every=True
            )
            tries -= MAX_TRIES_OF_PIECE
            gone.extend(lines)
        roots.append(part)
    return (roots, gone) if sum(map(_lost, roots)) < lost else ([whole], left_out)


def _without_spoilers(
    data: bytes, root: Node, piece: tuple[int, int], parser: Parser, tries: int, *, every: bool = False
) -> tuple[Node, list[int]]:
    """A piece without the few lines that spoil most of it, and where these begin; `every` line with signs may be one."""
    left_out: list[int] = []
    while len(left_out) < MAX_LINES and len(data) <= _LARGEST and (lost := _lost(root)) >= _WORTH:
        suspects = _suspects(data, root)
        if every:
            suspects += [line for line in _lines_with_signs(data, *piece) if line not in suspects]
        for start, end in suspects[: max(tries, 0)]:
            tries -= 1
            tried = _without_line(data, start, end)
            again = _parsed(tried, *piece, parser)
            if _lost(again) * 2 < lost:
                data, root = tried, again
                left_out.append(start)
                break
        else:
            break
    return root, left_out


_HEAD = re.compile(
    rb"([ \t]*(?:(?:if|elif|while|until)\b|for[ \t]+\w+[ \t]+in\b)[ \t])(.*?)((?:;[ \t]*(?:then|do)[ \t]*)?)\Z",
    re.DOTALL,
)
_HERE = re.compile(rb"<<-?[ \t]*[\"']?(\w+)")
_HOLDS_TOGETHER = re.compile(
    rb"[ \t]*(?:(?:function[ \t]+)?[\w:.-]+[ \t]*\(\)[ \t]*[{(]?|function[ \t]+[\w:.-]+[ \t]*\{?|[{}()]+|fi|done|esac|else|then|do|case\b.*|;;)[ \t]*(?:#.*)?"
)
"""Lines without which what follows would belong to something else."""


def _without_line(data: bytes, start: int, end: int) -> bytes:
    """The script with a line blotted out, and the here-document it opens; a condition is still one, of which nothing is known."""
    line = data[start:end]
    head = _HEAD.match(line)
    kept = line and b" " * len(line)
    if head is not None and head[2]:
        kept = head[1] + b"X" + b" " * (len(head[2]) - 1) + head[3]
    here = _HERE.search(line)
    last = re.compile(rb"(?m)^\t*" + here[1] + rb"[ \t]*$").search(data, end) if here is not None else None
    if last is None:
        return data[:start] + kept + data[end:]
    body = re.sub(rb"[^\n]", b" ", data[end : last.end()])
    return data[:start] + kept + body + data[last.end() :]


def _may_go(line: bytes) -> bool:
    """False for a line that holds others together, or within which a text over several lines begins or ends."""
    odd = any((line.count(quote) - line.count(b"\\" + quote)) % 2 for quote in (b'"', b"`"))
    return bool(line.strip()) and not odd and not line.endswith(b"\\") and _HOLDS_TOGETHER.fullmatch(line) is None


_SIGNS = re.compile(rb"(?m)^.*(?:[`({<]|\"'|'\"|\\[\"']|\[\[).*$")


def _lines_with_signs(data: bytes, start: int, end: int) -> list[tuple[int, int]]:
    return [match.span() for match in _SIGNS.finditer(data, start, end) if _may_go(match[0])]


def _suspects(data: bytes, root: Node) -> list[tuple[int, int]]:
    """The lines in which the innermost of the first broken stretches begin."""
    found: dict[tuple[int, int], None] = {}
    waiting = [root]
    while waiting and len(found) < _TRIED:
        node = waiting.pop()
        inner = [child for child in node.children if child.has_error or child.is_missing]
        if node.is_missing or (node.is_error and not any(child.is_error or child.has_error for child in node.children)):
            start = data.rfind(b"\n", 0, node.start_byte) + 1
            end = data.find(b"\n", node.start_byte)
            found.setdefault((start, len(data) if end < 0 else end))
        waiting.extend(reversed(inner))
    return [line for line in found if _may_go(data[line[0] : line[1]])]


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
    lost = 0
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.is_error:
            lost += node.end_byte - node.start_byte
        elif node.has_error:
            waiting.extend(node.children)
    return lost
