"""The report as Markdown: for a job summary or a comment on a pull request."""

from __future__ import annotations

from agentlint.engine.audit import Audit
from agentlint.report.view import View, clean, counted

MOST = 200
"""Rows of the table; a comment that nobody can read is none."""


def render(audit: Audit, view: View) -> str:
    """The report as Markdown text."""
    lines = ["# agentlint", "", *_score(audit), counted(audit.findings) + ".", ""]
    if audit.findings:
        lines += ["| severity | rule | place | finding | station | gain |", "| --- | --- | --- | --- | --- | ---: |"]
        for finding in audit.findings[:MOST]:
            place = f"`{_cell(finding.path)}:{finding.line}`"
            gain = f"+{finding.gain:g}" if finding.gain else ""
            lines.append(
                f"| {finding.severity.value} | {finding.rule} {finding.name} | {place} | {_cell(finding.message)}"
                f" | {finding.station.value} | {gain} |"
            )
        if len(audit.findings) > MOST:
            lines += ["", f"{len(audit.findings) - MOST} more are not shown."]
        lines.append("")
    if audit.errors:
        lines += ["## Not read", ""]
        lines += [f"- `{_cell(error.path)}:{error.line}`: {_cell(error.message)}" for error in audit.errors]
        lines.append("")
    return "\n".join(lines)


def _score(audit: Audit) -> list[str]:
    score = audit.score
    if score is None or score.value is None:
        return []
    lines = [f"**Score {score.value:g} of 100, level {score.level}: {score.level_name}.**"]
    if score.bottleneck is not None:
        lines[0] += f" Bottleneck: {score.bottleneck.value}."
    lines += ["", "| station | passes | worst |", "| --- | ---: | --- |"]
    for station in score.stations:
        if station.assessed and station.pass_through is not None:
            worst = ", ".join(fault.rule for fault in station.faults[:3])
            lines.append(f"| {station.station.value} | {100 * station.pass_through:.0f} % | {worst} |")
    best = [remedy for remedy in score.remedies if remedy.gain >= 0.05][:3]
    if best:
        lines += [
            "",
            "Worth most: "
            + ", ".join(f"{item.rule} at {item.station.value} (+{item.gain:.1f})" for item in best)
            + ".",
        ]
    return [*lines, ""]


def _cell(text: str) -> str:
    flat = " ".join(clean(text).split())
    return flat.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")
