"""Python newer than the interpreter that reads it: the same places, with what an older grammar does not know taken out.

A file may be written for a later Python than the one that runs agentlint. Each rewriting keeps every line and column, so that
spans hold; what it takes away (type parameters, a list of exceptions without parentheses) bears on nothing that is looked for.
What still does not parse is blanked line by line, up to a bound; a file that is no Python 3 at all stays an error.
"""

from __future__ import annotations

import ast
import re

MAX_BLANKED = 12
"""Lines that may be taken out; a file with more broken lines than this is not Python as we know it."""

_TYPE_PARAMETERS = re.compile(
    r"^([ \t]*(?:async[ \t]+)?(?:def|class)[ \t]+\w+)(\[[^\]\n]*(?:\[[^\]\n]*\][^\]\n]*)*\])", re.MULTILINE
)
_TYPE_ALIAS = re.compile(r"^([ \t]*)type([ \t]+\w+)(\[[^\]\n]*\])?([ \t]*=)", re.MULTILINE)
_BARE_EXCEPTIONS = re.compile(r"^([ \t]*except\*?[ \t]+[\w.]+)((?:[ \t]*,[ \t]*[\w.]+)+)([ \t]*:)", re.MULTILINE)


def parse_tolerantly(text: str) -> ast.Module:
    """The tree of a module. Raises SyntaxError for text that is not Python 3."""
    try:
        return ast.parse(text)
    except SyntaxError as error:
        first = error
    older = _older(text)
    for _ in range(MAX_BLANKED):
        try:
            return ast.parse(older)
        except SyntaxError as error:
            shorter = _without_line(older, error.lineno or 0)
            if shorter is None:
                break
            older = shorter
    raise first


def _older(text: str) -> str:
    text = _TYPE_PARAMETERS.sub(lambda m: m[1] + " " * len(m[2]), text)
    text = _TYPE_ALIAS.sub(lambda m: m[1] + m[2].strip().ljust(len(m[0]) - len(m[1]) - len(m[4])) + m[4], text)
    return _BARE_EXCEPTIONS.sub(lambda m: m[1] + " " * len(m[2]) + m[3], text)


def _without_line(text: str, number: int) -> str | None:
    """The text with one simple statement's line made `pass`; None where that line opens a block or there is none."""
    lines = text.split("\n")
    if not 1 <= number <= len(lines):
        return None
    line = lines[number - 1]
    indent = line[: len(line) - len(line.lstrip())]
    room = len(line) - len(indent)
    if room < 4 or line.rstrip().endswith(":") or _PYTHON_2.match(line):
        return None
    lines[number - 1] = indent + "pass" + " " * (room - 4)
    return "\n".join(lines)


_PYTHON_2 = re.compile(r"\s*(print\s+[^(=\s]|exec\s+[^(=\s]|raise\s+\w+\s*,)")
