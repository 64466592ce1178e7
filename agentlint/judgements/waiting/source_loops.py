"""Loops around a sleep in the text of a program, by how its lines are indented: the head, the lines in it, and how long it sleeps."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from agentlint.files.lazily import lazily
from agentlint.files.source import Span

LANGUAGES = {
    ".py": "py", ".rb": "rb", ".rake": "rb", ".php": "php", ".go": "go",
    ".js": "js", ".mjs": "js", ".cjs": "js", ".ts": "js", ".mts": "js",
}  # fmt: skip
_NUMBER = r"(?P<n>\d[\d_]*(?:\.\d+)?(?: ?\* ?\d[\d_]*)?|[A-Z][A-Z_]{3,40})"
_SLEEPS = {
    "py": lazily(rf"^[^#\n]*\b(?:time\.|asyncio\.|trio\.|anyio\.)?sleep\({_NUMBER}\)", re.MULTILINE),
    "rb": lazily(rf"^[^#\n]*(?<![\w.])sleep[ (]{_NUMBER}\)?[ \t\r]*$", re.MULTILINE),
    "php": lazily(rf"^[^#/\n]*(?<![\w>:$])sleep\({_NUMBER}\)", re.MULTILINE),
    "go": lazily(
        r"^[^/\n]*\btime\.Sleep\((?:(?P<n>\d+) ?\* ?time\.Second|time\.Second ?\* ?(?P<m>\d+)|time\.(?:Second|Minute))\)",
        re.MULTILINE,
    ),
    "js": lazily(
        rf"^[^/\n]*\bawait\b[^\n]*?(?:\b(?:sleep|delay|wait|setTimeout)\(|\bsetTimeout\([^\n,()]*(?:\(\))?[^\n,()]*, ?){_NUMBER}\)",
        re.MULTILINE,
    ),
}
_HEADS = {
    "py": lazily(r"while\s*\(?(?P<while>.+?)\)?\s*:\s*(?:#.*)?$"),
    "rb": lazily(r"(?P<ever>loop do|begin)\s*(?:#.*)?$|while\s+(?P<while>.+?)(?: do)?\s*$|until\s+(?P<until>.+?)(?: do)?\s*$"),
    "php": lazily(r"while\s*\((?P<while>.+)\)\s*:?\s*\{?\s*$|for\s*\(\s*;\s*;\s*\)(?P<ever>)|do\s*\{(?P<do>)\s*$"),
    "js": lazily(r"while\s*\((?P<while>.+)\)\s*\{?\s*$|for\s*\(\s*;\s*;\s*\)(?P<ever>)|do\s*\{(?P<do>)\s*$"),
    "go": lazily(r"for\s*(?P<ever>)\{\s*$|for (?P<while>[^;=]*(?:[=!<>]=[^;=]*)?) \{\s*$"),
}  # fmt: skip
_OTHER_HEADS = lazily(
    r"(?:async )?(?:def|function|func|for|foreach|while|until|class|namespace|task|describe|it|test)\b|\w[\w.]*\.(?:each|times|map|upto)\b|.*=> \{$|.*\bfunc\("
)
"""A function, or a loop over something, between a sleep and what stands further out."""
_FOR_EVER = lazily(r"\(?\s*(?:true|True|1|!0|not False)\s*\)?")
_CLOSERS = {"py": "", "rb": "end", "php": "}", "js": "}", "go": "}"}
_MOST_LINES = 40
_MILLISECONDS = 1000.0


@dataclass(frozen=True)
class SourceLoop:
    """A loop that sleeps: what it is tried for, "" for one that goes on for ever, and its lines without the head."""

    span: Span
    condition: str
    negated: bool
    """True for `until x`."""
    lines: tuple[str, ...]


def sleeping_loops(text: str, language: str) -> Iterator[SourceLoop]:
    """The loops on a condition, or for ever, that stand right around a sleep of a second or more."""
    seen: set[int] = set()
    for match in _SLEEPS[language].finditer(text):
        if _is_long(match, text, language):
            loop = _around(text, match.start(), match.end(), language)
            if loop is not None and loop.span.start not in seen:
                seen.add(loop.span.start)
                yield loop


def _is_long(match: re.Match[str], text: str, language: str) -> bool:
    """True for a sleep of at least a second by its own number, or by a constant of the file."""
    groups = match.groupdict()
    written = groups.get("n") or groups.get("m") or ("1" if language == "go" else "")
    if written and written[0].isupper():
        found = re.search(rf"\b{written}\b(?:: \w+)? = (\d[\d_]*(?:\.\d+)?)\b", text)
        written = found[1] if found is not None else ""
    total = 1.0
    for factor in written.replace("_", "").split("*") if written else ("0",):
        total *= float(factor)
    return total >= (_MILLISECONDS if language == "js" else 1.0)


def _around(text: str, start: int, end: int, language: str) -> SourceLoop | None:
    """The loop whose body a line stands in; None where a function or another loop stands between them."""
    depth, at = _indent(text[start:end]), start
    for _ in range(_MOST_LINES):
        if at <= 0:
            return None
        line_end = at - 1
        at = text.rfind("\n", 0, line_end) + 1
        line = text[at:line_end]
        if not line.strip() or _indent(line) >= depth:
            continue
        depth = _indent(line)
        head = _HEADS[language].match(line.strip().removeprefix("} "))
        if head is not None:
            return _loop(text, at, end, head, language)
        if _OTHER_HEADS.match(line.strip()):
            return None
    return None


def _loop(text: str, start: int, end: int, head: re.Match[str], language: str) -> SourceLoop | None:
    """The loop that opens on a line, with its lines; None where the layout does not show its end."""
    first, *rest = text[start:].split("\n", _MOST_LINES)
    depth, body, closer = _indent(first), [], ""
    for line in rest:
        if line.strip() and _indent(line) <= depth:
            closer = line.strip()
            break
        body.append(line)
    else:
        if language != "py" or len(rest) >= _MOST_LINES:
            return None
    if not closer.startswith(_CLOSERS[language]):
        return None
    groups = head.groupdict()
    condition, negated = groups.get("while") or groups.get("until") or "", groups.get("until") is not None
    if groups.get("do") is not None or head[0].startswith("begin"):
        after = re.match(r"(?:\}|end) ?(while|until)\b ?\(?(.+?)\)?;?$", closer)
        if after is None:
            return None
        condition, negated = after[2], after[1] == "until"
    if _FOR_EVER.fullmatch(condition):
        condition = ""
    return SourceLoop(Span(start + depth, end), condition, negated, tuple(body))


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))
