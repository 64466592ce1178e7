"""A menu from which somebody has to pick."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.judgements.asking.asking import HANGS, hits, programs_that_wait
from agentlint.judgements.asking.reading import asks_here
from agentlint.rule import Bad, Category, Confidence, Good, Hit, Rule, Severity

RULE = Rule(
    id="INT103",
    name="menu",
    category=Category.INTERACTIVE,
    summary="A script opens a menu and waits for a choice.",
    why=(
        "`select`, `fzf`, `git add -p` and their like show choices and wait. A program cannot see which one is meant, and with "
        "empty input most of them end without having done anything, often with exit status 0."
    ),
    remediation="Take the choice as an argument or a variable, and keep the menu for the case that it is missing at a terminal.",
    severity=Severity.BLOCKER,
    programs=programs_that_wait("menu") | {"select"},
    references=("https://www.gnu.org/software/bash/manual/bash.html#index-select",),
    bad=(
        Bad(
            {"pick.sh": '#!/bin/bash\nselect env in dev prod; do\n  break\ndone\necho "$env"\n'},
            at=("pick.sh:2",),
        ),
        Bad({"stage.sh": "#!/bin/sh\ngit add -p\ngit commit -m wip\n"}, at=("stage.sh:2",)),
        Bad(
            {"Makefile": "pick:\n\tkubectl config use-context $$(kubectl config get-contexts -o name | fzf)\n"},
            at=("Makefile:2",),
        ),
        Bad(
            {"Dockerfile": "FROM debian:12\nRUN update-alternatives --config java\n"},
            at=("Dockerfile:2",),
            title="exits 0 and changes nothing",
        ),
        Bad(
            {"examples/pick.sh": '#!/bin/sh\nkind=$(gum choose fix feat)\ngit commit -m "$kind"\n'},
            at=("examples/pick.sh:2",),
            title="an example is run by who reads it",
        ),
    ),
    good=(
        Good(
            {"tests/examples/pick.sh": '#!/bin/sh\nkind=$(gum choose fix feat)\necho "$kind"\n'},
            because="the input of a test, which nobody runs",
        ),
        Good(
            {"pick.sh": '#!/bin/bash\nenv=$1\nif [ -z "$env" ]; then\n  select env in dev prod; do break; done\nfi\n'},
            because="an argument answers",
        ),
        Good(
            {"pick.sh": "#!/bin/bash\nif [ -t 0 ]; then select e in a b; do break; done; fi\n"},
            because="only at a terminal",
        ),
        Good(
            {
                "keys.zsh": "function pick_history() {\n  BUFFER=$(fc -l -n -1 1 | percol)\n}\nzle -N pick_history\nbindkey '^R' pick_history\n"
            },
            because="the line editor calls it when somebody presses a key",
        ),
        Good({"pick.sh": "#!/bin/sh\nls | fzf --filter main\n"}, because="a filter needs nobody"),
        Good(
            {"Dockerfile": "FROM debian:12\nRUN update-alternatives --set java /opt/java/bin/java\n"},
            because="sets by name",
        ),
        Good({"query.sh": "#!/bin/sh\npsql -c 'select 1'\n"}, because="that is SQL"),
    ),
)


def check(command: Command, repository: Repository) -> Iterator[Hit]:
    """Flag `select` and the programs that show a menu."""
    if command.program == "select":
        if asks_here(command, repository):
            yield Hit(
                place=command.place,
                message="`select` shows a menu and waits for a number; take the choice from an argument or a variable",
                unit=command.unit,
                cost=HANGS,
                confidence=Confidence.HIGH,
            )
        return
    yield from hits(command, repository, "menu")
