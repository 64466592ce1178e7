"""Suppressions: a comment `agentlint: ignore[ID, ID] reason` on the line of a finding or on the one above.

A reason is required: without one the comment does nothing but be reported. One that suppresses nothing is reported too.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from agentlint.engine.finding import Finding
from agentlint.engine.reading import MARK
from agentlint.files.lazily import lazily
from agentlint.files.source import SourceFile
from agentlint.rule.model import Rule

_COMMENT = lazily(
    r"(?P<before>^[ \t]*|[ \t])(?:#+|//+|<!--|/\*|--|;+|::|@?REM\b|dnl\b|%)[ \t]*agentlint: ignore(?P<rules>\[[^\]\n]*\])?(?P<reason>[^\n]*)",
    re.IGNORECASE,
)
_PYTHON = frozenset({"python", "setup-py", "noxfile"})
_COMMENT_LINE = lazily(r"[ \t]*(?:#|//|<!--|/\*|--|;|::|@?REM\b|dnl\b|%|\*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Note:
    """Something to say about a place that is no finding of a rule."""

    path: str
    line: int
    message: str


@dataclass
class Suppression:
    """One comment. `lines` are those it speaks for; `used` once it held something back."""

    path: str
    line: int
    rules: tuple[str, ...]
    reason: str
    lines: frozenset[int]
    used: set[str] = field(default_factory=set)

    def holds(self, finding: Finding, rule: Rule) -> bool:
        """True when it holds this finding back; remembers that it did."""
        if not self.reason or finding.line not in self.lines:
            return False
        own = {rule.id.lower(), rule.name, *(alias.lower() for alias in rule.aliases)}
        for word in self.rules:
            if word.lower() in own:
                self.used.add(word)
                return True
        return False


def suppressions_of(file: SourceFile) -> list[Suppression]:
    """The suppression comments of a file."""
    if MARK not in file.data.lower():
        return []
    lines = file.text.split("\n")
    real = _python_comments(file) if file.kind in _PYTHON else None
    found = []
    for number, line in enumerate(lines, 1):
        match = _COMMENT.search(line)
        if match is None or (real is not None and number not in real):
            continue
        rules = tuple(word.strip() for word in (match["rules"] or "[]")[1:-1].split(",") if word.strip())
        reason = match["reason"].strip().removesuffix("-->").removesuffix("*/").strip(" \t:-")
        alone = not match["before"].strip() and line[: match.start()].strip() == ""
        found.append(Suppression(file.path, number, rules, reason, _lines(lines, number, alone)))
    return found


def _python_comments(file: SourceFile) -> frozenset[int] | None:
    """The lines with a comment: in Python, a text that only looks like one is common (in tests). None: cannot be told."""
    import io
    import tokenize

    try:
        tokens = tokenize.generate_tokens(io.StringIO(file.text).readline)
        return frozenset(token.start[0] for token in tokens if token.type == tokenize.COMMENT)
    except (tokenize.TokenError, SyntaxError, ValueError, RecursionError):
        return None


def _lines(lines: Sequence[str], number: int, alone: bool) -> frozenset[int]:
    """A comment behind code speaks for its own line; one that stands alone for the next line that is no comment, and at the
    head of a file for its first line too, where findings about the whole file are."""
    if not alone:
        return frozenset({number})
    following = number + 1
    while following <= len(lines) and _COMMENT_LINE.match(lines[following - 1]):
        following += 1
    own = {number, following}
    if all(not line.strip() or _COMMENT_LINE.match(line) for line in lines[: number - 1]):
        own.add(1)
    return frozenset(own)


def problems(suppressions: Iterable[Suppression], active: Collection[str]) -> tuple[Note, ...]:
    """Comments without a rule, without a reason, or that held nothing back although their rule ran."""
    notes = []
    for item in suppressions:
        if not item.rules:
            message = "a suppression names its rules: `agentlint: ignore[ID] reason`"
        elif not item.reason:
            message = (
                f"a suppression of {', '.join(item.rules)} needs a reason behind it; until then it suppresses nothing"
            )
        else:
            unused = [word for word in item.rules if word not in item.used and word.lower() in active]
            if not unused:
                continue
            message = f"unused suppression of {', '.join(unused)}; remove it"
        notes.append(Note(item.path, item.line, message))
    return tuple(sorted(notes, key=lambda note: (note.path, note.line, note.message)))
