"""Finding: what a rule found, with everything the reports say about it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from agentlint.files.source import Position, Span
from agentlint.rule.model import Category, Confidence, Cost, Fix, Severity, Station, Tier


@dataclass(frozen=True, slots=True)
class Finding:
    """One place where an agent has to wait. Paths are relative to the root, lines and columns 1-based.

    `severity` is the rule's own, made milder where a run hardly comes by; `reach` says how sure it does.
    `gain` is how many points the score gains by mending this one alone.
    """

    rule: str
    name: str
    category: Category
    severity: Severity
    path: str
    span: Span
    start: Position
    end: Position
    message: str
    remediation: str
    station: Station
    reach: float
    cost: Cost
    confidence: Confidence
    tier: Tier
    unit: str = ""
    gain: float = 0.0
    fingerprint: str = ""
    fix: Fix | None = None

    @property
    def line(self) -> int:
        """The line it begins on."""
        return self.start.line

    @property
    def order(self) -> tuple[str, int, int, str, int, str]:
        """The order of every report: path, line, column, rule."""
        return (self.path, self.start.line, self.start.column, self.rule, self.span.end, self.message)

    @property
    def verify(self) -> str:
        """The command that tells whether it is mended."""
        import shlex

        return f"agentlint check {shlex.quote(self.path)} --select {self.rule}"


SEVERITIES = (Severity.BLOCKER, Severity.MAJOR, Severity.MINOR, Severity.INFO)
"""Worst first."""


def at_least(severity: Severity, threshold: Severity) -> bool:
    """True for a severity as bad as the threshold or worse."""
    return SEVERITIES.index(severity) <= SEVERITIES.index(threshold)


_SPACE = re.compile(r"\s+")


def with_fingerprints(findings: Sequence[Finding], lines: Sequence[str]) -> tuple[Finding, ...]:
    """Name each finding by its rule, its path and the text of its first line, so that a finding keeps its name when
    lines move; equal ones are numbered in order."""
    seen: dict[str, int] = {}
    named = []
    for finding, line in zip(findings, lines, strict=True):
        own = "\0".join((finding.rule, finding.path, _SPACE.sub(" ", line.strip())))
        number = seen[own] = seen.get(own, 0) + 1
        digest = hashlib.sha256(f"{own}\0{number}".encode("utf-8", "surrogateescape")).hexdigest()
        named.append(replace(finding, fingerprint=digest[:16]))
    return tuple(named)
