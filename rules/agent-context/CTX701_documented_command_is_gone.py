"""The documentation tells the reader to run something that is not there."""

from __future__ import annotations

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
    """True shortly behind a command of the same document that goes into another project."""
    start = command.place.span.start
    for other in repository.facts[command.place.path].commands:
        if not start - NEAR_CHARACTERS < other.place.span.start < start:
            continue
        texts = other.texts()
        if (
            other.program == "git"
            and "clone" in texts[:3]
            and not any(t.rstrip("/").endswith(_own_names(repository)) for t in texts)
        ):
            return True
        if other.program in {"npm", "npx", "yarn", "pnpm", "bun", "cargo", "dotnet", "rails"} and {
            "init",
            "create",
            "new",
        } & set(texts[:2]):
            return True
        if other.program == "npx" and texts[:1] and texts[0].startswith("create-"):
            return True
    return False


def _own_names(repository: Repository) -> tuple[str, ...]:
    names = {manifest.name.rsplit("/", 1)[-1] for manifest in repository.project.manifests if manifest.name}
    return tuple(name + end for name in names for end in ("", ".git")) or ("\0",)
