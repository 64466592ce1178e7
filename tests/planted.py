"""Faults planted in small trees: marks at the ends of lines, and what an audit finds there."""

from __future__ import annotations

import re
from dataclasses import dataclass

from agentlint.engine.audit import audit_files
from agentlint.engine.finding import Finding

_MARK = re.compile(r" *«([a-z-]+\??)»(?=\n| *«|\Z)")


@dataclass(frozen=True, order=True)
class Fault:
    """One planted fault: its category, and the line it stands on."""

    path: str
    line: int
    category: str


def without_marks(path: str, text: str) -> tuple[str, set[Fault]]:
    """The text as a repository would have it, and the faults that its marks plant."""
    faults = {
        Fault(path, number, category)
        for number, line in enumerate(text.splitlines(keepends=True), 1)
        for category in _MARK.findall(line)
    }
    return _MARK.sub("", text), faults


def findings_of(files: dict[str, bytes]) -> tuple[Finding, ...]:
    """The findings of the default tier; the trees are to be read without any error."""
    audit = audit_files(files)
    assert not audit.errors, audit.errors
    return tuple(audit.findings)


def told(findings: list[Finding]) -> str:
    """Findings as lines for a failure's message."""
    return "\n".join(f"{one.path}:{one.line}-{one.end.line} {one.rule} {one.message}" for one in findings)
