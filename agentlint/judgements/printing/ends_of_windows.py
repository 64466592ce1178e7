"""Where scripts of PowerShell and batch files tell of a failure and leave with success."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.adapters.code.source import is_test_code
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.source import Place, Span
from agentlint.judgements.printing.failure_words import FINE, LACKING, WRONG
from agentlint.judgements.running.scope import aside

_CAUGHT = lazily(
    r"^(?P<set>\}?[ \t]*catch[ \t]*(?:\[[\w.]+\][ \t]*)?\{[ \t\r]*\n(?:[ \t]+(?:Write-(?:Host|Output|Warning|Verbose)|echo)\b[^\n]*\n|[ \t\r]*\n|[ \t]+#[^\n]*\n)+\})\s*\Z",
    re.MULTILINE | re.IGNORECASE,
)
"""The last statement of a script: PowerShell ends with 0 behind it."""
_LEFT = lazily(
    r"^(?P<said>(?:[ \t]+echo\b[^\n]*\n)+)(?:[ \t]*(?:pause\b[^\n]*)?\n)*[ \t]*(?P<set>exit[ \t]+/b(?:[ \t]+0)?|exit[ \t]+0)[ \t\r]*$",
    re.MULTILINE | re.IGNORECASE,
)
"""`echo` leaves the error level as it was, which behind `if not exist` is that of the last program: 0 in the usual case."""
_TELLS_LEVEL = lazily(
    r"^[ \t)]*if (?:not )?(?:errorlevel|\"?%errorlevel%)|\|\|[ \t]*\([ \t\r]*$", re.MULTILINE | re.IGNORECASE
)


def told_on_windows(repository: Repository) -> Iterator[tuple[Place, str]]:
    """Each such end in a script of PowerShell or a batch file, with its text."""
    for path in repository.judged:
        ending = path[path.rfind(".") :].lower()
        if ending not in {".ps1", ".bat", ".cmd"} or aside(path) or is_test_code(path, ""):
            continue
        text = repository.text(path)
        for span in _of_powershell(text) if ending == ".ps1" else _of_batch(text):
            yield Place(path, span), " ".join(text[span.start : span.end].split())[:60]


def _of_powershell(text: str) -> Iterator[Span]:
    found = _CAUGHT.search(text) if "catch" in text.lower() else None
    if found is not None and (WRONG.search(found["set"]) or "$_" in found["set"]) and not FINE.search(found["set"]):
        yield Span(found.start("set"), found.start("set") + len(found["set"].rstrip()))


def _of_batch(text: str) -> Iterator[Span]:
    for found in _LEFT.finditer(text):
        said, left = found["said"], found["set"]
        if FINE.search(said) or not (WRONG.search(said) or LACKING.search(said)):
            continue
        above = text[max(0, found.start() - 200) : found.start()]
        if left.lower().split()[-1] == "/b" and _TELLS_LEVEL.search(above):
            continue  # the error level is that of what failed
        yield Span(*found.span("set"))
