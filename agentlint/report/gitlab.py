"""The code-quality report of GitLab."""

from __future__ import annotations

import json

from agentlint.engine.audit import Audit
from agentlint.report.view import View, clean
from agentlint.rule.model import Severity

SEVERITIES = {
    Severity.BLOCKER: "blocker",
    Severity.MAJOR: "major",
    Severity.MINOR: "minor",
    Severity.INFO: "info",
}


def render(audit: Audit, view: View) -> str:
    """The report as JSON text."""
    issues = [
        {
            "type": "issue",
            "description": clean(finding.message),
            "check_name": finding.rule,
            "categories": [finding.category.value],
            "fingerprint": finding.fingerprint,
            "severity": SEVERITIES[finding.severity],
            "location": {
                "path": clean(finding.path),
                "lines": {"begin": finding.start.line, "end": finding.end.line},
            },
            "content": {"body": clean(finding.remediation)},
        }
        for finding in audit.findings
    ]
    return json.dumps(issues, indent=2, ensure_ascii=False) + "\n"
