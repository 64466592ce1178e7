"""Edits applied to texts: from the end to the start, so that none moves another's target; purely, in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from agentlint.engine.finding import Finding
from agentlint.files.source import SourceFile, Span
from agentlint.rule.model import Edit, Fix


@dataclass(frozen=True)
class Applied:
    """`texts` are the changed files; `done` the findings mended; `skipped` those whose fix met another's, with the reason."""

    texts: Mapping[str, str]
    done: tuple[Finding, ...]
    skipped: tuple[tuple[Finding, str], ...]


def apply_fixes(
    findings: Iterable[Finding], read: Callable[[str], SourceFile | None], *, unsafe: bool = False
) -> Applied:
    """Apply every fix that is safe (or all, if `unsafe`). A fix goes in whole or not at all."""
    taken: dict[str, list[Edit]] = {}
    done: list[Finding] = []
    skipped: list[tuple[Finding, str]] = []
    for finding in findings:
        fix = finding.fix
        if fix is None or not fix.edits or not (fix.safe or unsafe):
            continue
        reason = _refused(fix, taken, read)
        if reason:
            skipped.append((finding, reason))
            continue
        for edit in fix.edits:
            if edit not in taken.setdefault(edit.path, []):
                taken[edit.path].append(edit)
        done.append(finding)
    texts: dict[str, str] = {}
    for path, edits in sorted(taken.items()):
        file = read(path)
        assert file is not None
        texts[path] = edited(file.text, edits)
    return Applied(texts, tuple(done), tuple(skipped))


def _refused(fix: Fix, taken: Mapping[str, Sequence[Edit]], read: Callable[[str], SourceFile | None]) -> str:
    for edit in fix.edits:
        file = read(edit.path)
        if file is None:
            return f"{edit.path} cannot be read"
        if not 0 <= edit.span.start <= edit.span.end <= len(file.text):
            return f"the edit does not lie within {edit.path}"
        for other in taken.get(edit.path, ()):
            if edit != other and overlaps(edit.span, other.span):
                return f"another fix changes {edit.path} at the same place; run again"
    return ""


def overlaps(first: Span, second: Span) -> bool:
    """True when two edits meet, be it only at their edges: which goes first would then be a guess."""
    return first.start <= second.end and second.start <= first.end


def edited(text: str, edits: Iterable[Edit]) -> str:
    """The text with all edits made; inserted lines take the file's own line endings."""
    crlf = "\r\n" in text and text.count("\r\n") == text.count("\n")
    for edit in sorted(edits, key=lambda edit: (edit.span.start, edit.span.end), reverse=True):
        new = edit.text.replace("\r\n", "\n").replace("\n", "\r\n") if crlf else edit.text
        text = text[: edit.span.start] + new + text[edit.span.end :]
    return text
