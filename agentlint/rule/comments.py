"""What the comments beside a place say: a reason that is given there is the author's decision, not an oversight."""

from __future__ import annotations

import re

from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.lines import line_of, line_start
from agentlint.files.source import Place

_MARK = lazily(r"(?:^|\s)(?:#|//|REM\s|::\s)\s*(.*)$", re.IGNORECASE)
_MAY_FAIL_KEY = lazily(
    r"^\s*-?\s*(?:continue-on-error|continueOnError|allow_failures?|soft_fail|failFast|on-fail)\s*:", re.MULTILINE
)
_REASON = lazily(
    r"\b(?:may|can|might|will|could|would|sometimes|often) (?:also |still |well )?(?:fail|be |exit|return|not |break|error)|\bflak|\bknown\b|\bbecause\b"
    r"|\bsince\b|\buntil\b|\bas (?:it|they|this|the)\b|ignor\w+.{0,30}(?:exit|status|fail|error|result)|\bexit (?:code|status)|best[- ]effort|\boptional"
    r"|\bnot? (?:be )?(?:fatal|critical|required|block|an error|a failure)|non-?(?:fatal|blocking|critical|zero)|\binformational|\binformative|\badvisory"
    r"|\bexpected\b|unsupported|\bnot (?:yet )?(?:support|work|available|stable|ready)|\bunstable|\bbroken|\bupstream|\brac[ey]\b|\bdo(?: not|n'?t) (?:fail|block|care|want|let|stop)"
    r"|\bwon'?t (?:fail|block|work)|\bnever (?:fail|block)|\bnot (?:fail|stop|break)\w*|\bwithout failing|\bregardless\b|\beven if\b|\bso that\b|\balways upload|\bissues?/\d+|#\d{2,}",
    re.IGNORECASE,
)
_WORDS_OF_A_REASON = 4


def reason_at(place: Place, repository: Repository) -> bool:
    """True where a comment on the place's own line, or right above it, says why a failure is let pass."""
    text = repository.text(place.path)
    start = line_start(text, place.span.start)
    lines = [*_above(text, start), *line_of(text, start, max(place.span.end - 1, start)).splitlines()]
    return any(_REASON.search(said) for said in map(_comment, lines))


def reason_for_tolerance(place: Place, repository: Repository) -> bool:
    """True where a CI job or step is allowed to fail and a comment above it, or at the key that allows it, says why."""
    text = repository.text(place.path)
    start = line_start(text, place.span.start)
    if any(_REASON.search(_comment(line)) for line in _above(text, start)):
        return True
    for key in _MAY_FAIL_KEY.finditer(text, start, place.span.end):
        at = line_start(text, key.end())
        lines = [*_above(text, at), line_of(text, at, key.end())]
        if any(len(_comment(line).split()) >= _WORDS_OF_A_REASON for line in lines):
            return True
    return False


def _above(text: str, start: int) -> list[str]:
    """The comment lines that stand right above a line."""
    found = []
    for line in reversed(text[:start].splitlines()[-8:]):
        if not line.lstrip().startswith(("#", "//")):
            break
        found.append(line)
    return found


def _comment(line: str) -> str:
    found = _MARK.search(line)
    return found[1] if found else ""
