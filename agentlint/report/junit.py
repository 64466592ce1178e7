"""The JUnit report: one suite for each file, one failed case for each finding; a clean tree is one passed case."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

from agentlint.engine.audit import Audit
from agentlint.engine.finding import Finding
from agentlint.report.view import View, clean

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(audit: Audit, view: View) -> str:
    """The report as XML text."""
    by_path: dict[str, list[Finding]] = {}
    for finding in audit.findings:
        by_path.setdefault(finding.path, []).append(finding)
    total, broken = len(audit.findings), len(audit.errors)
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<testsuites name="agentlint" tests="{max(total + broken, 1)}" failures="{total}" errors="{broken}">',
    ]
    for path, findings in by_path.items():
        lines.append(
            f'  <testsuite name={_attribute(path)} tests="{len(findings)}" failures="{len(findings)}" errors="0">'
        )
        for finding in findings:
            lines.extend(_case(finding))
        lines.append("  </testsuite>")
    for error in audit.errors:
        lines.append(f'  <testsuite name={_attribute(error.path)} tests="1" failures="0" errors="1">')
        lines.append(f'    <testcase name="reading" classname={_attribute(error.path)}>')
        lines.append(f"      <error message={_attribute(error.message)}/>")
        lines.extend(["    </testcase>", "  </testsuite>"])
    if not total and not broken:
        lines.append('  <testsuite name="agentlint" tests="1" failures="0" errors="0">')
        lines.append('    <testcase name="audit" classname="agentlint"/>')
        lines.append("  </testsuite>")
    lines.append("</testsuites>")
    return "\n".join(lines) + "\n"


def _case(finding: Finding) -> list[str]:
    name = f"{finding.rule} {finding.name}:{finding.line}"
    body = f"{finding.path}:{finding.line}:{finding.start.column}: {finding.message}\n{finding.remediation}"
    return [
        f"    <testcase name={_attribute(name)} classname={_attribute(finding.path)}"
        f' file={_attribute(finding.path)} line="{finding.line}">',
        f'      <failure type="{finding.severity.value}" message={_attribute(finding.message)}>{_text(body)}</failure>',
        "    </testcase>",
    ]


def _text(text: str) -> str:
    return escape(_FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", clean(text)))


def _attribute(text: str) -> str:
    return quoteattr(_FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", clean(text)))
