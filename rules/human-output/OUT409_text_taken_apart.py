"""A script takes apart the text of a program that would give data."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.command import Command, Output
from agentlint.facts.repository import Repository
from agentlint.judgements.running.aspects import programs_with
from agentlint.judgements.running.patterns import option_matching
from agentlint.judgements.running.scope import as_written, in_prose
from agentlint.programs import table
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity, Tier

_CUTTERS = frozenset({"grep", "egrep", "awk", "sed", "cut", "tr"})

RULE = Rule(
    id="OUT409",
    name="text-taken-apart",
    category=Category.HUMAN_OUTPUT,
    summary="grep, awk or cut takes a table apart though the program has a data format.",
    why="A table's columns and words change with version, width and locale; the script then fails far from its cause.",
    remediation="Ask for JSON (or a template) and read it with jq.",
    severity=Severity.INFO,
    confidence=Confidence.MEDIUM,
    tier=Tier.PEDANTIC,
    cost=Cost(seconds=5, source="E34"),
    programs=programs_with("reports"),
    evidence=("E34",),
    bad=(
        Bad({"wait.sh": "#!/bin/sh\nkubectl get pods | grep Running\n"}, at=("wait.sh:2",)),
        Bad({"Makefile": "clean:\n\tdocker images | awk '{print $$3}'\n"}, at=("Makefile:2",)),
        Bad({".gitlab-ci.yml": "t:\n  script:\n    - helm list | cut -f1\n"}, at=(".gitlab-ci.yml:3",)),
    ),
    good=(
        Good({"wait.sh": "#!/bin/sh\nkubectl get pods -o json | jq .items\n"}, because="data"),
        Good({"clean.sh": "#!/bin/sh\ndocker images -q | sort\n"}, because="identifiers only"),
        Good({"show.sh": "#!/bin/sh\nkubectl get pods\n"}, because="nothing takes it apart"),
        Good({"x.sh": "#!/bin/sh\ncat notes | grep x\n"}, because="a file has no data format"),
    ),
)


def check(command: Command, repository: Repository) -> Iterator[Hit]:
    """Flag listings in their human form that are piped into a text cutter."""
    if command.output is not Output.PIPE or command.output_to not in _CUTTERS or in_prose(command, repository):
        return
    entry = table().reporting(command)
    if entry is None or entry.kind != "list" or option_matching(command, entry.options):
        return
    yield Hit(
        place=command.place,
        message=f"`{command.output_to}` takes the table of `{as_written(command, repository)}` apart; {entry.advice}",
        unit=command.unit,
    )
