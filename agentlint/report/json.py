"""The JSON report: a contract, described by the published schema (`agentlint schema`)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from agentlint import __version__
from agentlint.engine.audit import Audit
from agentlint.engine.finding import Finding
from agentlint.report.view import View, clean
from agentlint.rule.model import Fix
from agentlint.score import ScoreReport, StationScore

SCHEMA_VERSION = 1


def render(audit: Audit, view: View) -> str:
    """The report as text: the same audit gives the same bytes."""
    return json.dumps(document(audit), indent=2, ensure_ascii=False) + "\n"


def document(audit: Audit) -> dict[str, Any]:
    """The report as plain data."""
    return {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "agentlint", "version": __version__},
        "root": ".",
        "score": _score(audit.score),
        "findings": [_finding(finding, audit) for finding in audit.findings],
        "errors": [
            {"path": clean(error.path), "line": error.line, "message": clean(error.message)} for error in audit.errors
        ],
        "notes": [
            {"path": clean(note.path), "line": note.line, "message": clean(note.message)} for note in audit.notes
        ],
        "files": {
            "seen": audit.seen,
            "read": audit.read,
            "skipped": [
                {"path": clean(item.path), "reason": item.reason, "files": item.files} for item in audit.skipped
            ],
        },
        "suppressed": audit.suppressed,
        "baselined": audit.baselined,
    }


def _score(score: ScoreReport | None) -> dict[str, Any]:
    if score is None:
        return {
            "value": None,
            "level": None,
            "level_name": None,
            "bottleneck": None,
            "unattended_chance": None,
            "stations": [],
            "remedies": [],
        }
    return {
        "value": score.value,
        "level": score.level,
        "level_name": score.level_name,
        "bottleneck": score.bottleneck.value if score.bottleneck else None,
        "unattended_chance": score.unattended_chance,
        "stations": [_station(station) for station in score.stations],
        "remedies": [
            {"rule": item.rule, "station": item.station.value, "instances": item.instances, "gain": item.gain}
            for item in score.remedies
        ],
    }


def _station(station: StationScore) -> dict[str, Any]:
    return {
        "station": station.station.value,
        "assessed": station.assessed,
        "weight": station.weight if station.assessed else None,
        "seconds": station.seconds if station.assessed else None,
        "added_seconds": station.added_seconds if station.assessed else None,
        "open": station.open,
        "flow": station.flow,
        "pass": station.pass_through,
        "share": station.share,
        "faults": [
            {"rule": fault.rule, "closes": fault.closes, "adds": fault.adds, "instances": fault.instances}
            for fault in station.faults
        ],
    }


def _finding(finding: Finding, audit: Audit) -> dict[str, Any]:
    cost = finding.cost
    return {
        "rule": finding.rule,
        "name": finding.name,
        "category": finding.category.value,
        "severity": finding.severity.value,
        "path": clean(finding.path),
        "line": finding.start.line,
        "column": finding.start.column,
        "end_line": finding.end.line,
        "end_column": finding.end.column,
        "message": clean(finding.message),
        "remediation": clean(finding.remediation),
        "station": finding.station.value,
        "reach": finding.reach,
        "cost": {"seconds": cost.seconds, "blocks": cost.blocks, "basis": cost.basis, "source": cost.source},
        "gain": finding.gain,
        "confidence": finding.confidence.value,
        "tier": finding.tier.value,
        "fingerprint": finding.fingerprint,
        "verify": clean(finding.verify),
        "fix": fix_document(finding.fix, audit) if finding.fix and finding.fix.edits else None,
    }


def fix_document(fix: Fix, audit: Audit) -> Mapping[str, Any]:
    """A fix as plain data: each edit replaces the text between two positions."""
    edits = []
    for edit in fix.edits:
        file = audit.source(edit.path)
        if file is None:
            continue
        start, end = file.position(edit.span.start), file.position(edit.span.end)
        edits.append(
            {
                "path": clean(edit.path),
                "line": start.line,
                "column": start.column,
                "end_line": end.line,
                "end_column": end.column,
                "text": clean(edit.text),
            }
        )
    return {"title": clean(fix.title), "safe": fix.safe, "edits": edits}
