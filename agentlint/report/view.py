"""How a report should look; what all reporters share."""

from __future__ import annotations

from dataclasses import dataclass

from agentlint.engine.finding import SEVERITIES, Finding


@dataclass(frozen=True, slots=True)
class View:
    """`prefix` stands before a path so that it can be opened from where the user is."""

    prefix: str = ""
    quiet: bool = False
    verbose: bool = False
    statistics: bool = False
    color: bool = False


def clean(text: str) -> str:
    """Text that any reader takes: bytes that were no UTF-8 become U+FFFD."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return text


def plural(count: int, word: str) -> str:
    """ "1 finding", "2 findings"."""
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def counted(findings: tuple[Finding, ...]) -> str:
    """ "12 findings (1 blocker, 3 major, 8 minor)"."""
    parts = [
        f"{number} {severity.value}"
        for severity in SEVERITIES
        if (number := sum(finding.severity is severity for finding in findings))
    ]
    return plural(len(findings), "finding") + (f" ({', '.join(parts)})" if parts else "")


def printable(text: str) -> str:
    """One line of somebody's source, safe for a terminal: control characters shown and not sent."""
    return "".join(
        char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in clean(text).replace("\t", "    ")
    )
