"""The SARIF 2.1.0 report, for code-scanning services and editors."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from agentlint import __version__
from agentlint.engine.audit import Audit
from agentlint.engine.finding import Finding
from agentlint.files.source import Position
from agentlint.report.view import View, clean
from agentlint.rule.loaded import LoadedRule
from agentlint.rule.model import Severity

LEVELS = {Severity.BLOCKER: "error", Severity.MAJOR: "error", Severity.MINOR: "warning", Severity.INFO: "note"}


def render(audit: Audit, view: View) -> str:
    """The report as SARIF text."""
    fired = {finding.rule for finding in audit.findings}
    rules = [loaded for loaded in audit.rules if loaded.rule.id in fired]
    index = {loaded.rule.id: at for at, loaded in enumerate(rules)}
    run = {
        "tool": {"driver": {"name": "agentlint", "version": __version__, "rules": [_rule(loaded) for loaded in rules]}},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": _notifications(audit)}],
        "results": [_result(finding, index, audit) for finding in audit.findings],
    }
    report = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(report, indent=2, ensure_ascii=False) + "\n"


def _rule(loaded: LoadedRule) -> dict[str, Any]:
    rule = loaded.rule
    return {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in rule.name.split("-")),
        "shortDescription": {"text": clean(rule.summary)},
        "fullDescription": {"text": clean(rule.why)},
        "help": {"text": clean(rule.remediation)},
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
        "properties": {"category": rule.category.value, "tags": [rule.category.value], "origin": loaded.origin},
    }


def _result(finding: Finding, index: dict[str, int], audit: Audit) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": index[finding.rule],
        "level": LEVELS[finding.severity],
        "message": {"text": clean(finding.message)},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": _uri(finding.path)},
                    "region": _region(finding.start, finding.end),
                }
            }
        ],
        "partialFingerprints": {"agentlint/v1": finding.fingerprint},
        "properties": {
            "severity": finding.severity.value,
            "station": finding.station.value,
            "reach": finding.reach,
            "gain": finding.gain,
            "confidence": finding.confidence.value,
        },
    }
    if finding.fix is not None and finding.fix.edits:
        result["fixes"] = [_fix(finding, audit)]
    return result


def _fix(finding: Finding, audit: Audit) -> dict[str, Any]:
    assert finding.fix is not None
    changes: dict[str, list[dict[str, Any]]] = {}
    for edit in finding.fix.edits:
        file = audit.source(edit.path)
        if file is None:
            continue
        region = _region(file.position(edit.span.start), file.position(edit.span.end))
        changes.setdefault(edit.path, []).append(
            {"deletedRegion": region, "insertedContent": {"text": clean(edit.text)}}
        )
    return {
        "description": {"text": clean(finding.fix.title)},
        "artifactChanges": [
            {"artifactLocation": {"uri": _uri(path)}, "replacements": replacements}
            for path, replacements in sorted(changes.items())
        ],
    }


def _notifications(audit: Audit) -> list[dict[str, Any]]:
    return [
        {
            "level": "warning",
            "message": {"text": clean(error.message)},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": _uri(error.path)},
                        "region": {"startLine": max(error.line, 1)},
                    }
                }
            ],
        }
        for error in audit.errors
    ]


def _region(start: Position, end: Position) -> dict[str, int]:
    return {"startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column}


def _uri(path: str) -> str:
    return quote(path.encode("utf-8", "surrogateescape"), safe="/")
