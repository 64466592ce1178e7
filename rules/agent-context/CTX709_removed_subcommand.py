"""A script or page calls a subcommand that the declared version of its tool no longer has."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity, Station

REMOVED_IN = {
    "nx": {
        "workspace-lint": (16, "https://github.com/nrwl/nx/pull/16212"),
        "workspace-generator": (17, "https://github.com/nrwl/nx/pull/19541"),
        "workspace-schematic": (17, "https://github.com/nrwl/nx/pull/19541"),
    },
}
"""Subcommands that are gone: the first major version without them, and the change that removed them."""

RULE = Rule(
    id="CTX709",
    name="removed-subcommand",
    category=Category.AGENT_CONTEXT,
    summary="A script or page calls a subcommand that the declared version of its tool no longer has.",
    why="An agent runs the script that the repository offers, and it fails whatever the agent changed.",
    remediation="Remove the script, or call what took the subcommand's place.",
    severity=Severity.MAJOR,
    cost=Cost(seconds=60),
    station=Station.CHECK,
    programs=frozenset(REMOVED_IN),
    bad=(
        Bad(
            {
                "package.json": '{\n  "scripts": {\n    "lint": "nx workspace-lint && nx lint"\n  },\n  "devDependencies": {"nx": "^19.1.0"}\n}\n'
            },
            at=("package.json:3",),
        ),
        Bad(
            {
                "package.json": '{\n  "scripts": {\n    "generate": "nx workspace-generator library"\n  },\n  "devDependencies": {"nx": "17.0.2"}\n}\n'
            },
            at=("package.json:3",),
        ),
    ),
    good=(
        Good(
            {"package.json": '{"scripts": {"lint": "nx workspace-lint"}, "devDependencies": {"nx": "15.9.0"}}\n'},
            because="that version still has it",
        ),
        Good(
            {"package.json": '{"scripts": {"lint": "nx workspace-lint"}}\n'},
            because="no version is declared, and an older one may be meant",
        ),
        Good(
            {"package.json": '{"scripts": {"lint": "nx run-many -t lint"}, "devDependencies": {"nx": "19.1.0"}}\n'},
            because="a subcommand that is there",
        ),
    ),
)


def check(command: Command, repository: Repository) -> Iterator[Hit]:
    """Flag a call of a subcommand where every declared version of the tool is one without it."""
    word = next((word for word in command.texts() if not word.startswith("-")), "")
    known = REMOVED_IN[command.program].get(word)
    versions = _declared(command.program, repository)
    if known is None or not versions or min(versions) < known[0]:
        return
    message = f"`{command.program} {word}` was removed in version {known[0]}; remove it or call what took its place"
    yield Hit(place=command.place, message=message, unit=command.unit)


def _declared(program: str, repository: Repository) -> list[int]:
    """The major versions of the tool that the manifests declare."""
    found = []
    for manifest in repository.project.manifests:
        for dependency in manifest.dependencies:
            match = re.match(r"[\^~=v>]*\s*(\d+)\.", dependency.constraint) if dependency.name == program else None
            if match:
                found.append(int(match[1]))
    return found
