"""The documentation tells the reader to run something that is not there."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity
from agentlint.rule.documented import is_for_developers, missing_target, purpose_of

NEAR_CHARACTERS = 800

RULE = Rule(
    id="CTX701",
    name="documented-command-is-gone",
    category=Category.AGENT_CONTEXT,
    summary="A documented command names a target, script or file that does not exist.",
    why="An agent does what the document says, fails, and spends its steps finding out what the command is called today.",
    remediation="Correct the command in the document, or bring the target back.",
    severity=Severity.MAJOR,
    cost=Cost(seconds=60),
    bad=(
        Bad(
            {
                "CONTRIBUTING.md": "# Contributing\n\n## Testing\n\n```sh\nmake check-all\n```\n",
                "Makefile": "test:\n\tpytest\n",
            },
            at=("CONTRIBUTING.md:6",),
        ),
        Bad(
            {
                "AGENTS.md": "# Agents\n\nRun the tests:\n\n```bash\nnpm run test:unit\n```\n",
                "package.json": '{"name": "x", "scripts": {"test": "vitest run"}}\n',
            },
            at=("AGENTS.md:6",),
        ),
        Bad(
            {
                "CONTRIBUTING.md": "# Development set-up\n\n```console\n$ ./scripts/bootstrap.sh\n```\n",
                "README.md": "# x\n",
            },
            at=("CONTRIBUTING.md:4",),
        ),
        Bad(
            {"CONTRIBUTING.md": "# Set-up\n\n```\npip install -r requirements-dev.txt\n```\n"},
            at=("CONTRIBUTING.md:4",),
        ),
        Bad(
            {
                "AGENTS.md": "# Set-up\n\n```\npip install -e '.[test]'\n```\n",
                "pyproject.toml": '[project]\nname = "x"\n[dependency-groups]\ndev = ["pytest"]\n',
            },
            at=("AGENTS.md:4",),
            title="an extra that has become a dependency group",
        ),
    ),
    good=(
        Good(
            {
                "CONTRIBUTING.md": "# Set-up\n\n```\npip install -e '.[test]'\n```\n",
                "pyproject.toml": '[project]\nname = "x"\n[project.optional-dependencies]\ntest = ["pytest"]\n',
            },
            because="the extra is declared",
        ),
        Good(
            {"CONTRIBUTING.md": "# Testing\n\n```sh\nmake test\n```\n", "Makefile": "test:\n\tpytest\n"},
            because="the target exists",
        ),
        Good(
            {
                "CONTRIBUTING.md": "# Testing\n\n```sh\nmake test-foo\n```\n",
                "Makefile": "test-%:\n\tpytest tests/$*\n",
            },
            because="a pattern rule makes it",
        ),
        Good(
            {
                "CONTRIBUTING.md": "# Testing\n\n```sh\nmake <target>\nnpm run $SCRIPT\n```\n",
                "Makefile": "test:\n\tpytest\n",
            },
            because="placeholders name nothing in particular",
        ),
        Good(
            {
                "README.md": "# x\n\n## Test your app\n\n```sh\nnpm init x my-app\nnpm run dev\n```\n",
                "package.json": '{"name": "x", "scripts": {"test": "node t.js"}}\n',
            },
            because="the script is of the project that the line before makes",
        ),
        Good(
            {"CONTRIBUTING.md": "# Build\n\n```sh\n./build/bin/tool --version\n```\n", "Makefile": "test:\n\tpytest\n"},
            because="the build makes it",
        ),
    ),
)


def check(command: Command, repository: Repository) -> Iterator[Hit]:
    """Flag documented commands of the development loop that name what is not there."""
    purpose = purpose_of(command, repository)
    if purpose is None or (not purpose and not is_for_developers(command.place.path)):
        return
    if _elsewhere(command, repository):
        return
    missing = missing_target(command, repository)
    if missing is not None:
        yield Hit(
            place=command.place, message=f"{missing} does not exist; correct the documented command", unit=command.unit
        )


def _elsewhere(command: Command, repository: Repository) -> bool:
    """True shortly behind a line of the same document that goes into another project."""
    source = repository.read(command.place.path)
    if source is None:
        return False
    start = command.place.span.start
    for match in _OTHER_PROJECT.finditer(source.text, max(0, start - NEAR_CHARACTERS), start):
        if match[1] is None or not match[1].rstrip("/").endswith(_own_names(repository)):
            return True
    return False


_OTHER_PROJECT = re.compile(
    r"git clone (?:-\S+ (?:\d+ )?)*(\S+)|\b(?:npm|yarn|pnpm|bun) (?:init|create) (?!-y)\S|\bnpx create-|\b(?:cargo|rails|dotnet|django-admin) (?:new|startproject)"
)


def _own_names(repository: Repository) -> tuple[str, ...]:
    names = {manifest.name.rsplit("/", 1)[-1] for manifest in repository.project.manifests if manifest.name}
    return tuple(name + end for name in names for end in ("", ".git")) or ("\0",)
