"""The report for a terminal: findings by file with the source they speak of, then the score and what to do first.

Lines are made as styled pieces. Only where colour is wanted does `rich` turn them into colour, so that a plain run does
not import it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from agentlint.engine.audit import Audit
from agentlint.engine.finding import Finding
from agentlint.report.view import View, counted, plural, printable
from agentlint.rule.model import Severity
from agentlint.score import Remedy, ScoreReport, StationScore, score_of

Piece = tuple[str, str]
Line = list[Piece]
"""Pieces of (text, style); a style is rich's."""

EXCERPT_WIDTH = 110
STYLES = {Severity.BLOCKER: "bold red", Severity.MAJOR: "red", Severity.MINOR: "yellow", Severity.INFO: "cyan"}
BEST_EDITS = 3
WORTH_SAYING = 0.05
"""Points below which a remedy is not worth a line."""


def render(audit: Audit, view: View) -> str:
    """The whole report."""
    lines = list(_lines(audit, view))
    if not view.color:
        return "".join("".join(text for text, _ in line).rstrip() + "\n" for line in lines)
    return _colored(lines)


def _colored(lines: Iterable[Line]) -> str:
    import io

    from rich.console import Console
    from rich.text import Text

    stream = io.StringIO()
    console = Console(
        file=stream, force_terminal=True, color_system="standard", width=1000, highlight=False, markup=False
    )
    for line in lines:
        console.print(Text.assemble(*line), soft_wrap=True)
    return stream.getvalue()


def _lines(audit: Audit, view: View) -> Iterator[Line]:
    if view.quiet:
        for finding in audit.findings:
            yield _headline(finding, f"{view.prefix}{finding.path}:{finding.line}:{finding.start.column}: ")
        return
    if view.statistics:
        yield from _statistics(audit)
    else:
        yield from _findings(audit, view)
    yield from _troubles(audit, view)
    yield from _score(audit, view)
    yield from _summary(audit, view)


def _findings(audit: Audit, view: View) -> Iterator[Line]:
    helped: set[str] = set()
    path = ""
    for finding in audit.findings:
        if finding.path != path:
            path = finding.path
            yield [(f"{view.prefix}{printable(path)}", "bold")]
        yield _headline(finding, f"  {finding.line}:{finding.start.column}  ")
        yield from _excerpt(finding, audit)
        if finding.rule not in helped or view.verbose:
            helped.add(finding.rule)
            yield [("        help: ", "green"), (printable(finding.remediation), "")]
        if finding.fix is not None and finding.fix.edits:
            how = "--fix" if finding.fix.safe else "--unsafe-fixes"
            yield [("        fix: ", "green"), (f"{printable(finding.fix.title)} ({how})", "")]
        yield []


def _headline(finding: Finding, place: str) -> Line:
    return [
        (place, "dim"),
        (finding.severity.value, STYLES[finding.severity]),
        (f" {finding.rule} ", "bold"),
        (f"{finding.name}: ", "dim"),
        (printable(finding.message), ""),
    ]


def _excerpt(finding: Finding, audit: Audit) -> Iterator[Line]:
    """The first line of what a finding speaks of, underlined; the whole of a long block is the reader's to open."""
    file = audit.source(finding.path)
    if file is None or (finding.line == 1 and finding.end.line > 3):
        return
    span = file.line_span(finding.line)
    line = file.text[span.start : span.end]
    if not line.strip() or len(line) > EXCERPT_WIDTH * 4:
        return
    start = finding.start.column - 1
    end = finding.end.column - 1 if finding.end.line == finding.line else len(line)
    indent = len(line) - len(line.lstrip())
    cut = min(indent, start)
    shown = printable(line[cut:])
    before, marked = len(printable(line[cut:start])), max(1, len(printable(line[start:end].rstrip())))
    if len(shown) > EXCERPT_WIDTH:
        if before > EXCERPT_WIDTH - 20:
            shown, before = "…" + shown[before - 20 :], 21
        shown = shown[: EXCERPT_WIDTH - 1] + "…"
    number = str(finding.line)
    yield [(f"    {number:>5} | ", "dim"), (shown, "")]
    yield [
        ("          | ", "dim"),
        (" " * before + "^" * max(1, min(marked, len(shown) - before)), STYLES[finding.severity]),
    ]


def _statistics(audit: Audit) -> Iterator[Line]:
    counts = Counter((finding.rule, finding.name) for finding in audit.findings)
    fixable = Counter(finding.rule for finding in audit.findings if finding.fix and finding.fix.edits)
    width = max((len(str(count)) for count in counts.values()), default=1)
    for (rule, name), count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        mark = f"  ({fixable[rule]} fixable)" if fixable[rule] else ""
        yield [(f"{count:>{width}}  ", "bold"), (f"{rule}  ", ""), (name + mark, "dim")]
    if counts:
        yield []


def _troubles(audit: Audit, view: View) -> Iterator[Line]:
    for error in audit.errors:
        yield [
            (f"{view.prefix}{printable(error.path)}:{error.line}: ", "bold"),
            ("not read: ", "magenta"),
            (printable(error.message), ""),
        ]
    for note in audit.notes:
        yield [
            (f"{view.prefix}{printable(note.path)}:{note.line}: ", "bold"),
            ("note: ", "magenta"),
            (printable(note.message), ""),
        ]
    if view.verbose:
        for item in audit.skipped:
            count = f" ({plural(item.files, 'file')})" if item.files > 1 else ""
            yield [(f"{view.prefix}{printable(item.path)}: ", "bold"), (f"left out: {item.reason}{count}", "dim")]
    if audit.errors or audit.notes or (view.verbose and audit.skipped):
        yield []


def _score(audit: Audit, view: View) -> Iterator[Line]:
    score = audit.score
    if score is None:
        return
    if score.value is None:
        yield [("Score: not assessed", "bold"), (" (nothing of the loop could be judged here)", "dim")]
        return
    yield [
        ("Score ", "bold"),
        (f"{score.value:g} of 100", "bold cyan"),
        (f", level {score.level}: {score.level_name}", "bold"),
    ]
    yield from _stations(score, view)
    if score.bottleneck is not None:
        yield [("Bottleneck: ", "bold"), (score.bottleneck.value, "bold red"), (_taken(score), "")]
    if score.unattended_chance is not None and score.unattended_chance < 1:
        chance = f"{100 * score.unattended_chance:.0f} %"
        yield [("Chance that a change finishes unattended: ", "bold"), (chance, "bold")]
    yield from _best(audit, view)
    yield []


def _stations(score: ScoreReport, view: View) -> Iterator[Line]:
    for station in score.stations:
        if not station.assessed:
            if view.verbose:
                yield [(f"  {station.station.value:<8} not assessed", "dim")]
            continue
        passed = station.pass_through if station.pass_through is not None else 1.0
        bar = "█" * round(passed * 20)
        yield [
            (f"  {station.station.value:<8} ", ""),
            (f"{bar:<20}", "green"),
            (f" {100 * passed:>3.0f} % ", "bold"),
            (_worst(station), "dim"),
        ]
        for fault in station.faults if view.verbose else ():
            cost = f"closes it with {100 * fault.closes:.0f} %" if fault.closes else f"adds {fault.adds:.0f} s"
            yield [(f"             {fault.rule}: {cost}, {plural(fault.instances, 'place')}", "dim")]


def _worst(station: StationScore) -> str:
    if not station.faults:
        return ""
    named = ", ".join(fault.rule for fault in station.faults[:3] if fault.closes or fault.adds)
    seconds = f"+{station.added_seconds:.0f} s " if station.added_seconds else ""
    return f"{seconds}{named}".strip()


def _taken(score: ScoreReport) -> str:
    station = next(item for item in score.stations if item.station is score.bottleneck)
    return f" takes {100 * station.share:.0f} % of what is lost" if station.share else ""


def _best(audit: Audit, view: View) -> Iterator[Line]:
    """The remedies worth most: first what opens a station that several blockers close together, for one alone gives nothing."""
    score = audit.score
    assert score is not None
    remedies = [item for item in score.remedies if item.gain >= WORTH_SAYING]
    together = _closed_together(audit, score)
    if not remedies and together is None:
        return
    yield [("Worth most:", "bold")]
    if together is not None:
        yield together
    for remedy in remedies[: BEST_EDITS - (together is not None)]:
        places = [item for item in audit.findings if item.rule == remedy.rule]
        if places:
            yield _remedy(remedy, max(places, key=lambda item: (item.station is remedy.station, item.reach)), view)


def _remedy(remedy: Remedy, first: Finding, view: View) -> Line:
    more = f" and {plural(remedy.instances - 1, 'other place')}" if remedy.instances > 1 else ""
    return [
        (f"  +{remedy.gain:.1f} ", "bold green"),
        (f"{first.rule} {first.name} ", "bold"),
        (f"{view.prefix}{printable(first.path)}:{first.line}{more}: {printable(first.remediation)}", ""),
    ]


def _closed_together(audit: Audit, score: ScoreReport) -> Line | None:
    """What mending all blockers of the bottleneck gives, where there are several."""
    station = next((item for item in score.stations if item.station is score.bottleneck), None)
    blockers = {fault.rule for fault in station.faults if fault.closes >= 0.5} if station is not None else set()
    if station is None or len(blockers) < 2:
        return None
    kept = [item for item in audit.findings if item.station is not station.station or item.rule not in blockers]
    gain = (score_of(kept, audit.repository).value or 0.0) - (score.value or 0.0)
    if gain < WORTH_SAYING:
        return None
    return [
        (f"  +{gain:.1f} ", "bold green"),
        (" and ".join(sorted(blockers)), "bold"),
        (f" together: each of them closes {station.station.value}, so that mending one alone gives little", ""),
    ]


def _summary(audit: Audit, view: View) -> Iterator[Line]:
    parts = [counted(audit.findings) if audit.findings else "No findings"]
    if audit.suppressed:
        parts.append(f"{audit.suppressed} suppressed")
    if audit.baselined:
        parts.append(f"{audit.baselined} known from the baseline")
    if audit.errors:
        parts.append(f"{plural(len(audit.errors), 'file')} not or partly read")
    parts.append(f"{audit.read} of {plural(audit.seen, 'file')} read")
    yield [(", ".join(parts) + ".", "bold" if audit.findings else "bold green")]
    fixable = sum(bool(finding.fix and finding.fix.edits and finding.fix.safe) for finding in audit.findings)
    unsafe = sum(bool(finding.fix and finding.fix.edits and not finding.fix.safe) for finding in audit.findings)
    if fixable or unsafe:
        yield [(f"{fixable} fixable with --fix, {unsafe} more with --unsafe-fixes.", "dim")]
