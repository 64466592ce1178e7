"""The report as one self-contained page: no script, no outside resource."""

from __future__ import annotations

from html import escape
from itertools import groupby

from agentlint.engine.audit import Audit
from agentlint.engine.finding import Finding
from agentlint.report.view import View, clean, counted

STYLE = """
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
code, pre { font-family: ui-monospace, monospace; font-size: 13px; }
pre { background: #8881; padding: .4rem .6rem; overflow-x: auto; margin: .3rem 0; }
table { border-collapse: collapse; } td, th { padding: .2rem .8rem .2rem 0; text-align: left; }
.blocker, .major { color: #c0392b; } .minor { color: #b9770e; } .info { color: #2874a6; }
article { border-left: 3px solid #8884; padding-left: .8rem; margin: 1rem 0; }
meter { width: 12rem; } small { opacity: .7; } .help { display: block; margin-top: .2rem; }
"""


def render(audit: Audit, view: View) -> str:
    """The report as HTML text."""
    parts = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
        f"<title>agentlint</title><style>{STYLE}</style></head><body>",
        "<h1>agentlint</h1>",
        *_score(audit),
        f"<p>{_text(counted(audit.findings))}, {audit.read} of {audit.seen} files read.</p>",
    ]
    for path, findings in groupby(audit.findings, key=lambda finding: finding.path):
        parts.append(f"<h2><code>{_text(path)}</code></h2>")
        parts.extend(_article(finding, audit) for finding in findings)
    if audit.errors:
        parts.append("<h2>Not read</h2><ul>")
        parts.extend(f"<li><code>{_text(e.path)}:{e.line}</code> {_text(e.message)}</li>" for e in audit.errors)
        parts.append("</ul>")
    parts.append("</body></html>")
    return "\n".join(parts) + "\n"


def _score(audit: Audit) -> list[str]:
    score = audit.score
    if score is None or score.value is None:
        return []
    bottleneck = f", bottleneck: {score.bottleneck.value}" if score.bottleneck is not None else ""
    rows = [
        f"<tr><th>{station.station.value}</th><td><meter value='{station.pass_through or 0:.4f}'></meter></td>"
        f"<td>{100 * (station.pass_through or 0):.0f} %</td><td>{', '.join(fault.rule for fault in station.faults[:4])}</td></tr>"
        for station in score.stations
        if station.assessed
    ]
    title = f"<p><strong>Score {score.value:g} of 100, level {score.level}: {_text(score.level_name)}{bottleneck}</strong></p>"
    return [title, "<table>", *rows, "</table>"]


def _article(finding: Finding, audit: Audit) -> str:
    file = audit.source(finding.path)
    line = ""
    if file is not None and not (finding.line == 1 and finding.end.line > 3):
        span = file.line_span(finding.line)
        line = f"<pre>{finding.line:>5} | {_text(file.text[span.start : span.end][:300])}</pre>"
    return (
        f'<article><strong class="{finding.severity.value}">{finding.severity.value}</strong> '
        f"<strong>{finding.rule}</strong> {_text(finding.name)} <small>line {finding.line}, {finding.station.value}</small><br>"
        f'{_text(finding.message)}{line}<small class="help">{_text(finding.remediation)}</small></article>'
    )


def _text(text: str) -> str:
    return escape(clean(text))
