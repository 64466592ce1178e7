"""A program of this repository draws a progress bar over itself, whoever reads it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.facts.repository import Repository
from agentlint.files.source import Place, Span
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity, Station
from agentlint.rule.lazily import lazily
from agentlint.rule.program_texts import heads_above, program_texts

_DRAW = "def progress(done, total):\n    percent = 100 * done // total\n{draw}\n"

RULE = Rule(
    id="OUT423",
    name="progress-bar-always-drawn",
    category=Category.HUMAN_OUTPUT,
    summary="A program draws a progress bar with carriage returns, and never looks whether a terminal shows it.",
    why=(
        "In a pipe or a log nothing is drawn over: each step of the bar stays, on one line of many thousand characters between the "
        "words that an agent looks for."
    ),
    remediation="Draw it only where the stream is a terminal (isatty), or offer --quiet.",
    severity=Severity.INFO,
    confidence=Confidence.MEDIUM,
    cost=Cost(seconds=2, source="E34"),
    station=Station.CHECK,
    evidence=("E34",),
    bad=(
        Bad({"tool/upload.py": _DRAW.format(draw="    print(f'\\r |{bar}| {percent}%', end='')")}, at=("tool/upload.py:3",)),
        Bad({"tool/upload.py": _DRAW.format(draw="    sys.stdout.write('\\r%d%%' % percent)")}, at=("tool/upload.py:3",)),
        Bad({"lib/fetch.js": "function show(n) {\n  process.stdout.write(`\\r${n}% done`);\n}\n"}, at=("lib/fetch.js:2",)),
        Bad({"fetch.go": 'package main\n\nfunc show(n int) {\n\tfmt.Printf("\\r%3d%%", n)\n}\n'}, at=("fetch.go:4",)),
    ),
    good=(
        Good(
            {"tool/upload.py": _DRAW.format(draw="    if sys.stdout.isatty():\n        print(f'\\r{percent}%', end='')")},
            because="only at a terminal",
        ),
        Good(
            {"tool/upload.py": _DRAW.format(draw="    if not args.quiet:\n        print(f'\\r{percent}%', end='')")},
            because="an option takes it away",
        ),
        Good({"tests/test_upload.py": _DRAW.format(draw="    print(f'\\r{percent}%', end='')")}, because="test code"),
        Good({"net.py": "def send(s):\n    s.write(f'HTTP/1.1 {code}\\r\\n')\n"}, because="a line end"),
        Good({"clear.py": "def clear():\n    print('\\r', end='')\n"}, because="no bar"),
    ),
)  # fmt: skip

_RETURN = r"[fFbur]{0,2}[\"'`](?:\\x1b\[2?K|\\033\[2?K)?\\r(?!\\n)"
_DRAWS = {
    "py": lazily(rf"(?:print|sys\.std(?:out|err)\.write|std(?:out|err)\.write)\(\s*{_RETURN}[^\n]*"),
    "js": lazily(rf"process\.std(?:out|err)\.write\(\s*{_RETURN}[^\n]*"),
    "go": lazily(rf"fmt\.(?:Printf?|Fprintf?)\((?:os\.Std(?:out|err), )?{_RETURN}[^\n]*"),
    "rb": lazily(rf"(?:print|\$std(?:out|err)\.(?:print|write)|STD(?:OUT|ERR)\.(?:print|write))[ (]{_RETURN}[^\n]*"),
    "rs": lazily(rf"e?print!\(\s*{_RETURN}[^\n]*"),
    "pl": lazily(rf"(?:print|printf)[ (](?:STD(?:OUT|ERR) )?{_RETURN}[^\n]*"),
    "php": lazily(rf"(?:echo|print|printf)[ (]{_RETURN}[^\n]*"),
}
_OF_A_BAR = lazily(r"%|percent|progress|\bbar\b|_bar\b|[#=█]{1,3}[\"'] ?\*|\btotal\b|\beta\b", re.IGNORECASE)
_LOOKS = lazily(
    r"isatty|isTTY|is_terminal|IsTerminal|IsTTY|tty\?|-t STD|posix_isatty|stream_isatty|no[-_]?progress|show[-_]?progress|\b(?-i:quiet|silent)\b"
    r"|[-_](?:quiet|silent|no_bar|batch)\b|hide_?progress|disable_?progress|\bcurses\b|NO_COLOR|dumb|interactive|if[ (](?:\w+\.)*(?:verbose|progress)\b",
    re.IGNORECASE,
)


def check(whole: Repository, repository: Repository) -> Iterator[Hit]:
    """Flag the statement that draws, once a function, in files that never ask who looks."""
    for program in program_texts(whole):
        pattern = _DRAWS.get(program.language)
        if program.tested or pattern is None or "\\r" not in program.text:
            continue
        told: set[str] = set()
        for found in pattern.finditer(program.text):
            heads = list(heads_above(program.text, found.start()))
            of_bar = _OF_A_BAR.search(found[0]) or any(_OF_A_BAR.search(head) for head in heads[:2])
            if found[0].startswith("print(") and "end=" not in program.text[found.start() : found.end() + 200]:
                continue  # each on a line of its own
            if not of_bar or _LOOKS.search(program.text) or (key := "".join(heads[-2:])) in told:
                continue
            told.add(key)
            yield Hit(
                place=Place(program.path, Span(found.start(), found.start() + len(found[0].rstrip()))),
                message=f"`{' '.join(found[0].split())[:60]}` draws its bar in pipes and logs too; ask for a terminal first",
                unit="",
            )
