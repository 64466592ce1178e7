"""A CI job or image downloads whatever release is newest."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity, Station
from agentlint.rule.versions import runs_unattended

_LATEST = re.compile(
    r"/releases/latest(/download)?(/|$)|/latest/[^ ]*\.(tar|tgz|zip|gz|xz|bz2|deb|rpm|sh|exe|msi)"
    r"|[-_/]latest[-_.][^/]*\.(tar|tgz|zip|gz|xz|deb|rpm)|(raw\.githubusercontent\.com/[^ ]+|raw|blob)/(refs/heads/)?(master|main|HEAD)/[^ ]+"
    r"|/archive/(refs/heads/)?(master|main)\.(tar|zip)"
)
_VCS = re.compile(r"^git\+(https?|ssh)://[^@\s]+(?:@[^@/\s]+/[^@\s]*)?$")

RULE = Rule(
    id="REP808",
    name="latest-download",
    category=Category.REPRODUCIBILITY,
    summary="A CI job or image downloads the newest release, or the head of a branch, of somebody else's project.",
    why="The same commit runs with another tool tomorrow, and no cache key can name what was fetched.",
    remediation="Name the release in the address, and keep its checksum beside it.",
    severity=Severity.MINOR,
    confidence=Confidence.MEDIUM,
    cost=Cost(seconds=10),
    station=Station.SET_UP,
    programs=frozenset({"curl", "wget", "pip", "pip3", "uv"}),
    bad=(
        Bad(
            {
                "Dockerfile": "FROM ubuntu:24.04\nRUN curl -fsSL https://github.com/x/y/releases/latest/download/y.tar.gz -o y.tar.gz\n"
            },
            at=("Dockerfile:2",),
        ),
        Bad(
            {".gitlab-ci.yml": "test:\n  timeout: 5m\n  script:\n    - pip install git+https://github.com/x/y.git\n"},
            at=(".gitlab-ci.yml:4",),
        ),
    ),
    good=(
        Good(
            {
                "Dockerfile": "FROM ubuntu:24.04\nRUN curl -fsSL https://github.com/x/y/releases/download/v1.2/y.tar.gz -o y.tar.gz\n"
            },
            because="a release by name",
        ),
        Good(
            {
                ".gitlab-ci.yml": "test:\n  timeout: 5m\n  script:\n    - pip install git+https://github.com/x/y.git@v1.2\n"
            },
            because="a tag",
        ),
        Good(
            {"install.sh": "#!/bin/sh\ncurl -fsSLO https://github.com/x/y/releases/latest/download/y\n"},
            because="an installer for users wants the newest",
        ),
    ),
)


def check(command: Command, repository: Repository) -> Iterator[Hit]:
    """Flag floating addresses where a run's result depends on them."""
    if not runs_unattended(command, repository):
        return
    for word in command.arguments:
        floating = _LATEST.search(word.text) if command.program in {"curl", "wget"} else _VCS.match(word.text)
        if floating:
            yield Hit(
                place=command.place,
                message=f"`{word.text[:80]}` is another file tomorrow; name a release",
                unit=command.unit,
            )
            return
