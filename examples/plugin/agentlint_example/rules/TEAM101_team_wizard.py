"""The team's own wizard asks questions unless it is told the answers."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.files.source import Span
from agentlint.rule import Bad, Category, Edit, Fix, Good, Hit, Rule, Severity

RULE = Rule(
    id="TEAM101",
    name="team-wizard",
    category=Category.INTERACTIVE,
    summary="The team's wizard is run without its answers.",
    why="`team-wizard` asks six questions at the terminal, and with nobody there it waits for ever.",
    remediation="Give it `--defaults`, or the answers in a file with `--answers`.",
    severity=Severity.BLOCKER,
    since="0.1.0",
    programs=frozenset({"team-wizard"}),
    bad=(
        Bad(
            {"set-up.sh": "#!/bin/sh\nteam-wizard new service\n"},
            at=("set-up.sh:2",),
            fixed={"set-up.sh": "#!/bin/sh\nteam-wizard --defaults new service\n"},
        ),
    ),
    good=(
        Good(
            {"set-up.sh": "#!/bin/sh\nteam-wizard --answers answers.toml new\n"}, because="the answers stand in a file"
        ),
        Good({"set-up.sh": "#!/bin/sh\n[ -t 0 ] && team-wizard new\n"}, because="asked only at a terminal"),
    ),
)


def check(command: Command, repository: Repository) -> Iterator[Hit]:
    """Flag the wizard where nothing answers it."""
    if command.option("--defaults", "--answers") or command.fed or command.answering_guard is not None:
        return
    at = command.program_span.end
    yield Hit(
        command.place,
        "`team-wizard` asks six questions; give it `--defaults` or `--answers FILE`",
        unit=command.unit,
        fix=Fix("add --defaults", (Edit(command.place.path, Span(at, at), " --defaults"),), safe=True),
    )
