"""There are tests, and no document says how to run them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.facts.repository import Repository
from agentlint.facts.unit import UnitKind
from agentlint.files.source import Place
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity, Station
from agentlint.rule.project_documents import developer_page, documented

RULE = Rule(
    id="CTX702",
    name="no-documented-test-command",
    category=Category.AGENT_CONTEXT,
    summary="The repository has tests, and none of its documents shows the command that runs them.",
    why="An agent guesses the runner and its arguments, and takes the failures of a wrong guess for failures of its change.",
    remediation="Put one command that runs the tests into AGENTS.md, CONTRIBUTING.md or the README.",
    severity=Severity.MINOR,
    confidence=Confidence.MEDIUM,
    cost=Cost(seconds=40),
    station=Station.TEST,
    bad=(
        Bad(
            {"README.md": "# x\n\nA library.\n", "tests/test_x.py": "def test_x():\n    assert True\n"},
            at=("README.md:1",),
        ),
        Bad(
            {
                "README.md": "# x\n\n## Install\n\n```sh\npip install x\n```\n",
                "tests/test_a.py": "def test_a():\n    pass\n",
                "tests/test_b.py": "def test_b():\n    pass\n",
            },
            at=("README.md:1",),
        ),
    ),
    good=(
        Good(
            {"README.md": "# x\n\n## Tests\n\n```sh\npytest\n```\n", "tests/test_x.py": "def test_x():\n    pass\n"},
            because="the README says it",
        ),
        Good({"README.md": "# x\n\nA list of links.\n"}, because="there are no tests"),
        Good(
            {
                "README.md": "# x\n\nRun `make test` before you push.\n",
                "Makefile": "test:\n\tpytest\n",
                "tests/test_x.py": "def test_x():\n    pass\n",
            },
            because="said in the running text",
        ),
        Good(
            {"README.md": "# x\n\nTo run the tests:\n\n    pytest\n", "tests/test_x.py": "def test_x():\n    pass\n"},
            because="an indented block shows it",
        ),
        Good(
            {
                "README.rst": "x\n=\n\nA library.\n",
                "docs/devel.rst": "Tests\n=====\n\n.. code:: console\n\n    pdm run pytest\n",
                "tests/test_x.py": "def test_x():\n    pass\n",
            },
            because="a page of another markup shows it",
        ),
        Good(
            {
                "README.md": "# x\n\nRun `nx test my-app` for the unit tests.\n",
                "tests/test_x.py": "def test_x():\n    pass\n",
            },
            because="the runner of the workspace is named",
        ),
    ),
)

_INLINE_RUN = re.compile(
    r"`[^`\n]{0,40}\b(?:mvnw?|meson|gradlew?|dotnet|cargo|go|make|sbt|bazel|mix|swift|flutter)\b[^`\n]{0,60}\b(?:verify|test|tests|check)\b[^`\n]{0,60}`"
)
_COMMAND_LINE = re.compile(  # in an indented block or after a prompt; at the margin it may be a line of requirements
    r"^(?: {2,8}|\t|[ \t]*\$ )(?:\$ )?(?:\./)?(?:python3?\s+-m\s+|uv run\s+|poetry run\s+|pdm run\s+|hatch run\s+|bundle exec\s+|npx\s+|vendor/bin/|bin/)?"
    r"(?:pytest|meson test|mvn\b[^\n]*\b(?:verify|test)|py\.test|tox|nox|ctest|phpunit|rspec|vitest|jest|bats|prove|unittest|rake (?:test|spec)|\S*(?:run_?tests?|test|tests)\.(?:sh|py|pl|bat|ps1))\b",
    re.MULTILINE,
)
_SENTENCE = re.compile(r"\btests?\b[^.\n]{0,80}`[^`\n]{3,80}`|`[^`\n]{3,80}`[^.\n]{0,60}\btests?\b", re.IGNORECASE)
_WORDS = ("test", "check", "tox", "nox", "pytest", "ctest", "rspec", "phpunit")


def check(repository: Repository, _: Repository) -> Iterator[Hit]:
    """Flag the first developer page where nothing documented runs tests."""
    if not any(repository.project.test_files.values()) or documented(repository, "test"):
        return
    page = developer_page(repository)
    if page is None or _tests_are_shown(repository):
        return
    source = repository.read(page)
    if source is not None:
        yield Hit(
            place=Place(page, source.whole), message="no document shows the command that runs the tests; name it here"
        )


def _tests_are_shown(repository: Repository) -> bool:
    from agentlint.rule.project_documents import all_documents_text
    from agentlint.rule.roles import command_roles

    for unit in repository.units.values():
        if unit.kind is UnitKind.DOCUMENTED:
            if any("test" in command_roles(c, repository) for c in repository.commands_by_unit.get(unit.id, ())):
                return True
    text = all_documents_text(repository)
    if _COMMAND_LINE.search(text) or _INLINE_RUN.search(text):
        return True
    names = (
        "make",
        "npm",
        "npm run",
        "yarn",
        "pnpm",
        "just",
        "task",
        "cargo",
        "go",
        "mvn",
        "gradle",
        "gradlew",
        "rake",
        "composer",
        "mix",
        "dotnet",
        "bundle exec rake",
        "nx",
        "./mvnw",
        "./gradlew",
    )
    if any(f"{name} {word}" in text for name in names for word in _WORDS):
        return True
    return any(
        f"`{runner}" in text for runner in ("pytest", "tox", "nox", "ctest", "phpunit", "rspec", "vitest", "jest")
    )


def _developer_text(repository: Repository) -> str:
    """The text of the page in question alone: a sentence elsewhere that names tests and some code tells nothing."""
    page = developer_page(repository)
    source = repository.read(page) if page else None
    return source.data.decode("utf-8", "replace") if source is not None else ""
