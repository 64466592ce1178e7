"""A command that opens a browser."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.judgements.asking.asking import hits, programs_that_wait
from agentlint.rule import Bad, Category, Good, Hit, Rule, Severity

RULE = Rule(
    id="INT118",
    name="browser-opened",
    category=Category.INTERACTIVE,
    summary="A script opens a browser to show its result.",
    why=(
        "No browser is there where an agent works: `xdg-open` fails, or starts a text browser that waits on the terminal, and the "
        "script that did all its work ends with an error."
    ),
    remediation="Print the path or address, and open it in a target of its own (`make open-report`).",
    severity=Severity.MINOR,
    programs=programs_that_wait("browser"),
    references=("https://manpages.debian.org/xdg-open",),
    bad=(
        Bad({"Makefile": "coverage:\n\tcoverage html\n\txdg-open htmlcov/index.html\n"}, at=("Makefile:3",)),
        Bad({"report.sh": "#!/bin/sh\nset -e\nmake report\npython -m webbrowser report.html\n"}, at=("report.sh:4",)),
        Bad({"package.json": '{"scripts": {"test": "npm docs demo"}}\n'}, at=("package.json:1",)),
    ),
    good=(
        Good({"Makefile": "open-report:\n\txdg-open htmlcov/index.html\n"}, because="the target is there to open it"),
        Good(
            {"Makefile": "coverage:\n\tcoverage html\n\txdg-open htmlcov/index.html || true\n"},
            because="a failure is allowed for",
        ),
        Good({"report.sh": "#!/bin/sh\n[ -t 1 ] && xdg-open report.html\n"}, because="only at a terminal"),
        Good({"shot.sh": "#!/bin/sh\nchromium-browser --headless --screenshot page.html\n"}, because="headless"),
    ),
)


def check(command: Command, repository: Repository) -> Iterator[Hit]:
    """Flag browsers that are opened."""
    if command.status.value != "swallowed":
        yield from hits(command, repository, "browser")
