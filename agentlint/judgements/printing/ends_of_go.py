"""Where a program of Go ends without telling that it failed: by a bare return of main, or behind its last message."""

from __future__ import annotations

import re

from agentlint.files.lazily import lazily
from agentlint.files.source import Span
from agentlint.judgements.printing.failure_words import FINE

_WITHOUT_A_WORD = lazily(r"^\tif [^\n]*\berr != nil \{[ ]?\n\t\t(?P<set>return)[ ]?\n\t\}[ ]?$", re.MULTILINE)
_AT_THE_END = lazily(
    r"^\tif [^\n]*\berr != nil \{[ ]?\n\t\t(?P<set>(?:fmt\.F?[pP]rint\w*|log(?:rus|ger)?\.(?:Print\w*|Error\w*|Warn\w*)|slog\.(?:Error|Warn)\w*)\([^\n]*\))[ ]?\n\t\}[ ]?\n\}",
    re.MULTILINE,
)
_GO_MAIN = lazily(r"^func main\(\) \{[ ]?\n(?:(?!\}).*\n|\n)*\}", re.MULTILINE)
_GO_RUNNER = lazily(
    r"^func (?P<name>(?:[rR]un|Main|Execute)[A-Z]\w*|Execute|Run)\([^\n]*\) \{[ ]?\n(?:(?!\}).*\n|\n)*\}", re.MULTILINE
)


def quiet_ends(text: str) -> list[Span]:
    """Where main, or what a program runs in its place, ends without a status: by a bare return, or behind its last message."""
    if "err != nil {" not in text:
        return []
    found = []
    for main in _GO_MAIN.finditer(text):
        found += [Span(*one.span("set")) for one in _WITHOUT_A_WORD.finditer(text, main.start(), main.end())]
        found += [Span(*one.span("set")) for one in _AT_THE_END.finditer(text, main.start(), main.end())]
    for runner in (
        _GO_RUNNER.finditer(text) if "package main" in text or "os.Args" in text or "os.Getenv" in text else ()
    ):
        if not re.search(rf"\bgo {runner['name']}\(", text):
            found += [Span(*one.span("set")) for one in _AT_THE_END.finditer(text, runner.start(), runner.end())]
    return [one for one in found if not FINE.search(text, one.start, one.end) and not never_comes(text, one.start)]


_PARSED = lazily(r"\b(\w+)\.Parse\([^\n]*\n(?:[ \t]*if err != nil \{[ ]?\n)?(?:[ \t]*\w+\.\w+\([^\n]*\n)?[ \t]*\Z")


def never_comes(text: str, at: int) -> bool:
    """True behind the error of a Go flag set that ends the program itself, with status 2: its Parse gives none back."""
    parsed = _PARSED.search(text, max(0, at - 300), at)
    return parsed is not None and bool(
        re.search(rf"\b{parsed[1]}\s*:?=\s*p?flag\.NewFlagSet\([^\n]*\bp?flag\.ExitOnError\)", text)
    )
