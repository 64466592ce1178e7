"""A loop that looks only every so often."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.facts.unit import UnitKind
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity
from agentlint.rule.waiting import is_documentation, is_long_running_service, paces_requests, shell_sleep_seconds

SLOWEST_SECONDS = 10.0

RULE = Rule(
    id="WAI503",
    name="slow-polling",
    category=Category.WAIT,
    summary="A loop polls more slowly than every ten seconds.",
    why="On average half the interval is lost after the condition has come true; an agent repeats that at every visit.",
    remediation="Poll every second or two, and bound the loop by a deadline instead of a count of long waits.",
    severity=Severity.MINOR,
    confidence=Confidence.MEDIUM,
    evidence=("E25",),
    programs=frozenset({"sleep", "Start-Sleep"}),
    bad=(
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 10\n    steps:\n      - run: |\n"
                    "          for i in 1 2 3; do\n            curl -fsS localhost:80 && break\n            sleep 30\n          done\n"
                )
            },
            at=(".github/workflows/ci.yml:10",),
        ),
        Bad(
            {"Makefile": "test:\n\tuntil curl -fs localhost; do sleep 20; done\n\tpytest\n"},
            at=("Makefile:2",),
        ),
        Bad(
            {
                "ci/test.sh": "#!/bin/bash\nuntil nc -z db 5432; do\n  sleep 15\ndone\n./run\n",
                "Makefile": "test:\n\tci/test.sh\n",
            },
            at=("ci/test.sh:3",),
        ),
    ),
    good=(
        Good({"test.sh": "#!/bin/sh\nuntil pg_isready; do sleep 1; done\n"}, because="it looks every second"),
        Good({"test.sh": "#!/bin/sh\nuntil pg_isready; do sleep 10; done\n"}, because="ten seconds is the bound"),
        Good(
            {"daemon.sh": "#!/bin/sh\nwhile true; do\n  backup\n  sleep 3600\ndone\n"},
            because="a daemon's pace, no wait for an answer",
        ),
        Good({"once.sh": "#!/bin/sh\nsleep 1\n"}, because="no loop"),
    ),
)


def check(command: Command, repository: Repository) -> Iterator[Hit]:
    """Flag sleeps over ten seconds in loops that a run reaches."""
    seconds = shell_sleep_seconds(command)
    if seconds is None or seconds <= SLOWEST_SECONDS or not command.in_loop or command.background or seconds > 600:
        return
    if is_documentation(command, repository) or is_long_running_service(command, repository):
        return
    if paces_requests(command, repository):
        return
    unit = repository.units.get(command.unit)
    if unit is not None and unit.kind is UnitKind.SCRIPT and repository.graph.reach(command.unit) < 0.45:
        return
    yield Hit(
        place=command.place,
        message=f"the loop looks only every {seconds:g} s; poll every second or two under a deadline",
        unit=command.unit,
        cost=Cost(seconds=seconds / 2, source="half the interval"),
    )
