"""A build is told to put up with a silent command."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity, Station

RULE = Rule(
    id="WAI509",
    name="no-output-wait",
    category=Category.WAIT,
    summary="The build is told to wait longer for silence (`travis_wait`) instead of making the command speak.",
    why="A silent command is given up to an hour; a hang is found that much later.",
    remediation="Let the command print its progress, or bound it with `timeout`.",
    severity=Severity.MINOR,
    cost=Cost(seconds=20, source="E8"),
    station=Station.CI,
    evidence=("E8",),
    references=(
        "https://docs.travis-ci.com/user/common-build-problems/#build-times-out-because-no-output-was-received",
    ),
    programs=frozenset({"travis_wait"}),
    bad=(
        Bad({".travis.yml": "language: python\nscript:\n  - travis_wait 50 make test\n"}, at=(".travis.yml:3",)),
        Bad(
            {".travis.yml": "language: c\ninstall: travis_wait 30 ./build-deps.sh\nscript: make\n"},
            at=(".travis.yml:2",),
        ),
    ),
    good=(
        Good({".travis.yml": "language: python\nscript:\n  - make test\n"}, because="no such wait"),
        Good({".travis.yml": "language: python\nscript:\n  - timeout 600 make test\n"}, because="bounded instead"),
        Good({".travis.yml": "language: python\nscript:\n  - echo travis_wait\n"}, because="only a word"),
    ),
)


def check(command: Command, repository: Repository) -> Iterator[Hit]:
    """Flag every travis_wait."""
    yield Hit(
        place=command.place,
        message="`travis_wait` lets a silent command run on; make it print progress or bound it with `timeout`",
        unit=command.unit,
    )
