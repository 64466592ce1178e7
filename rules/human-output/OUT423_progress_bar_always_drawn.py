"""A program of this repository draws a progress bar over itself, whoever reads it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.source import Place, Span
from agentlint.judgements.printing.program_texts import heads_above, program_texts
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity, Station

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
        Bad(
            {
                "count.py": "def run(files):\n    for n, one in enumerate(files):\n        print(f'{n}/{len(files)}', end='\\r')\n",
                "bin/export.sh": "#!/usr/bin/env php\n<?php\nfunction update($pos, $max) {\n  say(sprintf(\"%3d%% %d/%d\\033[K\\r\", 100 * $pos / $max, $pos, $max));\n}\n",
                "lib/sync.rb": "def sync(all)\n  all.each_with_index { |one, n| print \"#{n} of #{all.size}\\r\" }\nend\n",
            },
            at=("bin/export.sh:4", "count.py:3", "lib/sync.rb:2"),
            title="back to the start of the line behind the text",
        ),
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
        Good({"net.go": 'package net\n\nfunc send(w io.Writer, n int) {\n\tfmt.Fprintf(w, "%d\\r\\n", n)\n}\n'}, because="a line end too"),
        Good({"lib/app/formatter/fun_formatter.rb": "def step\n  printf(\"%<line>s\\r\", line: @line)\nend\n"}, because="a form that was asked for by name"),
        Good({"clear.py": "def clear():\n    print('\\r', end='')\n"}, because="no bar"),
    ),
)  # fmt: skip

_RETURN = r"[fFbur]{0,2}[\"'`](?:\\x1b\[2?K|\\033\[2?K)?\\r(?!\\n)"
_NUMBERED = r"[fFbur]{0,2}([\"'`])(?:(?!\1)[^\n]){0,120}?(?:%|\{)(?:(?!\1)[^\n]){0,160}?\\r\1"
"""A text with a number in it that ends by going back to the start of its line."""
_TURNS = {
    "py": lazily(
        rf"print\([^\n]*[%{{][^\n]*,\s*end\s*=\s*[\"']\\r[\"'][^\n]*|(?:sys\.)?std(?:out|err)\.write\(\s*{_NUMBERED}[^\n]*"
    ),
    "js": lazily(rf"process\.std(?:out|err)\.write\(\s*{_NUMBERED}[^\n]*"),
    "go": lazily(rf"fmt\.(?:Printf|Fprintf)\((?:os\.Std(?:out|err), )?{_NUMBERED}[^\n]*"),
    "rb": lazily(
        rf"(?:print|printf|\$std(?:out|err)\.(?:print|write)|STD(?:OUT|ERR)\.(?:print|write))[ (]{_NUMBERED}[^\n]*"
    ),
    "rs": lazily(rf"e?print!\(\s*{_NUMBERED}[^\n]*"),
    "pl": lazily(rf"\bs?printf?[ (](?:STD(?:OUT|ERR) )?{_NUMBERED}[^\n]*"),
    "php": lazily(rf"\b(?:echo|s?printf?)[ (]{_NUMBERED}[^\n]*"),
}
"""What only a line that is written over and over looks like, whatever it tells."""
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
_ONE_OF_SEVERAL = lazily(r"(?:formatters?|reporters?)/|[_-](?:formatter|reporter)\.\w+$")
"""Forms of a result that somebody asked for by name."""
_LOOKS = lazily(
    r"isatty|isTTY|is_terminal|IsTerminal|IsTTY|tty\?|-t STD|posix_isatty|stream_isatty|no[-_]?progress|show[-_]?progress|\b(?-i:quiet|silent)\b"
    r"|(?<!prompt)[-_](?:quiet|silent|no_bar|batch)\b|hide_?progress|disable_?progress|\bcurses\b|NO_COLOR|dumb|interactive|if[ (](?:\w+\.)*(?:verbose|progress)\b",
    re.IGNORECASE,
)


def check(whole: Repository, repository: Repository) -> Iterator[Hit]:
    """Flag the statement that draws, once a function, in files that never ask who looks."""
    for program in program_texts(whole):
        pattern = _DRAWS.get(program.language)
        if program.tested or pattern is None or "\\r" not in program.text or _ONE_OF_SEVERAL.search(program.path):
            continue
        told: set[str] = set()
        turning = _TURNS[program.language]
        for found in (*pattern.finditer(program.text), *turning.finditer(program.text)):
            heads = list(heads_above(program.text, found.start()))
            of_bar = (
                found.re.pattern == turning.pattern
                or _OF_A_BAR.search(found[0])
                or any(_OF_A_BAR.search(head) for head in heads[:2])
            )
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
