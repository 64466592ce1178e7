"""Annotations of GitHub Actions: one workflow command for each finding."""

from __future__ import annotations

from agentlint.engine.audit import Audit
from agentlint.report.view import View, clean, counted
from agentlint.rule.model import Severity

COMMANDS = {Severity.BLOCKER: "error", Severity.MAJOR: "error", Severity.MINOR: "warning", Severity.INFO: "notice"}


def render(audit: Audit, view: View) -> str:
    """The workflow commands, then one line for the log."""
    lines = []
    for finding in audit.findings:
        path = f"{view.prefix}{finding.path}"
        place = f"file={_value(path)},line={finding.start.line},endLine={finding.end.line}"
        if finding.start.line == finding.end.line:
            place += f",col={finding.start.column},endColumn={finding.end.column}"
        title = _value(f"{finding.rule} {finding.name}")
        text = _message(f"{finding.message}. {finding.remediation}")
        lines.append(f"::{COMMANDS[finding.severity]} {place},title={title}::{text}")
    for error in audit.errors:
        lines.append(
            f"::warning file={_value(view.prefix + error.path)},line={error.line},title=not read::{_message(error.message)}"
        )
    score = audit.score
    value = f", score {score.value:g}, level {score.level}" if score is not None and score.value is not None else ""
    lines.append(f"agentlint: {counted(audit.findings)}{value}")
    return "\n".join(lines) + "\n"


def _message(text: str) -> str:
    return clean(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _value(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
