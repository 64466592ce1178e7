"""Where a program of PHP dies with words: `die('...')` and `exit('...')` print them and end with success."""

from __future__ import annotations

import re

from agentlint.files.lazily import lazily
from agentlint.files.source import Span
from agentlint.judgements.printing.failure_words import FINE, LACKING, WRONG
from agentlint.judgements.printing.program_texts import ProgramText

_DIES = lazily(
    r"^[ \t]*(?:[^\n/#*]{0,120}\bor[ \t]+)?(?P<set>(?:die|exit)\(\s*(?:\"(?P<said>[^\"\n]*)|'(?P<said2>[^'\n]*)))",
    re.MULTILINE,
)
_PROGRAM = lazily(r"\A#!|\bPHP_SAPI\b|php_sapi_name|\$argv\b|\$_SERVER\[['\"]arg[vc]|\bgetopt\(")
_OF_TOOLS = lazily(r"(?:^|/)(?:bin|\.?ci|scripts?|tools?|build|\.github|hack)/[^.]*\.php$")
"""Programs by their place, though nothing in them says so."""
_GUARDS_A_PAGE = lazily(r"\bdefined\s*\(|\$_(?:GET|POST|REQUEST|COOKIE|SESSION)\b|^\s*<(?:!DOCTYPE|html)", re.MULTILINE)
_WEB = lazily(r"(?:^|/)(?:web|www|public|htdocs|public_html)/")


def is_page(program: ProgramText) -> bool:
    """True for a text of PHP that a server runs, as far as can be seen: nobody looks at its status."""
    if _WEB.search(program.path):
        return True
    by_place = _OF_TOOLS.search(program.path) and not _GUARDS_A_PAGE.search(program.text)
    return not by_place and not _PROGRAM.search(program.text)


def died(text: str) -> list[Span]:
    """The places where it dies with words that tell of a failure."""
    found = []
    for match in _DIES.finditer(text):
        said = match["said"] or match["said2"] or ""
        if (WRONG.search(said) or LACKING.search(said)) and not FINE.search(said):
            found.append(Span(*match.span("set")))
    return found
