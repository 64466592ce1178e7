"""Output that stops at a pager where a terminal is there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.judgements.asking.asking import hits, programs_that_wait
from agentlint.rule import Bad, Category, Good, Hit, Rule, Severity, Tier

RULE = Rule(
    id="INT106",
    name="pager-waits",
    category=Category.INTERACTIVE,
    summary="A command shows its output in a pager or a full-screen view.",
    why=(
        "Many agents run commands on a pseudo-terminal. There `git log`, `journalctl` or `less` show one screen and wait for a "
        "key; without a terminal they print and end, which is why this stays unseen in CI."
    ),
    remediation="Turn the pager off (`git --no-pager`, `--no-pager`, `PAGER=cat`), or use the plain command.",
    severity=Severity.MINOR,
    tier=Tier.PEDANTIC,
    programs=programs_that_wait("pager"),
    references=("https://git-scm.com/docs/git#Documentation/git.txt---no-pager",),
    bad=(
        Bad(
            {"check.sh": '#!/bin/bash\nmain() {\n  ./report\n}\nmain "$@" | less -FRSX\n'},
            at=("check.sh:5",),
            title="leaves at once only where all fits on one screen",
        ),
        Bad({"check.sh": "#!/bin/sh\ngit diff\nmake\n"}, at=("check.sh:2",)),
        Bad(
            {"check.sh": "#!/bin/sh\nsystemctl status nginx\n"},
            at=("check.sh:2",),
            fixed={"check.sh": "#!/bin/sh\nsystemctl status --no-pager nginx\n"},
        ),
        Bad(
            {"lib/base.sh": "#!/bin/sh\nreport() {\n  less report.txt\n}\nreport\n", ".bashrc": "alias ll='ls -l'\n"},
            at=("lib/base.sh:3",),
            title="a function that the script calls itself",
        ),
        Bad({"Makefile": "report:\n\tless report.txt\n"}, at=("Makefile:2",)),
        Bad({"csv.sh": '#!/bin/sh\ncolumn -s, -t "$1" | less -N -S\n'}, at=("csv.sh:2",)),
        Bad(
            {
                ".circleci/config.yml": (
                    "version: 2.1\njobs:\n  a:\n    docker:\n      - image: cimg/base:2024.01\n    steps:\n      - run: git log\n"
                )
            },
            at=(".circleci/config.yml:7",),
            title="CircleCI's steps run on a terminal",
        ),
    ),
    good=(
        Good(
            {
                "show.sh": (
                    '#!/bin/bash\nif [[ -n "$PAGER" ]]; then\n  cat notes | eval "$PAGER"\nelif command -v less >/dev/null; then\n'
                    "  cat notes | less\nfi\n"
                )
            },
            because="PAGER=cat chooses another way",
        ),
        Good(
            {
                "lib/base.sh": 'mans() {\n  man "$1" | grep -i "$2" | less\n}\n',
                "plugins/git/git.plugin.sh": "alias gs='git status'\n",
            },
            because="a function for those who type in the shell that loads these files",
        ),
        Good(
            {"tests/described.fish": "# RUN: %fish %s\nfunction f -d 'line 1\nline 2 & more; way more'\nend\n"},
            because="a description over two lines",
        ),
        Good({"check.sh": "#!/bin/sh\ngit --no-pager diff\n"}, because="the pager is off"),
        Good({"check.sh": "#!/bin/sh\ngit diff | cat\n"}, because="a pipe is no terminal"),
        Good({"check.sh": "#!/bin/sh\nchanged=$(git diff)\n"}, because="the output is captured"),
        Good({"check.sh": "#!/bin/sh\ngit diff --exit-code\n"}, because="asked for its status"),
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: git log\n"
                )
            },
            because="a step on GitHub has no terminal",
        ),
        Good({"Makefile": "show-log:\n\tgit log\n"}, because="the target is there to show it to somebody"),
    ),
)

_PAGERS = frozenset({"less", "more", "most"})
_LEAVES_WHEN_SHORT = lazily(r"-[a-zA-Z]*F|--quit-if-one-screen")


def check(command: Command, repository: Repository) -> Iterator[Hit]:
    """Flag commands that page; a pager that the script itself names is sure to wait, a program's own is there by chance."""
    if any("PAGER" in guard.text for guard in command.guards):
        return  # a variable chooses
    for hit in hits(command, repository, "pager"):
        named = command.program in _PAGERS and not any(_LEAVES_WHEN_SHORT.match(text) for text in command.texts())
        yield replace(hit, tier=Tier.DEFAULT) if named else hit
