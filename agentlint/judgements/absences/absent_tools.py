"""Checkers and runners that a page for developers tells to run, and that nothing in the repository installs, sets up or calls."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from agentlint.facts.command import Command
from agentlint.facts.remembered import remembered
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.judgements.pages.mentions import documents, text_of

TOOLS = frozenset(
    "ruff black isort flake8 pylint mypy pyright basedpyright yapf autopep8 bandit pydocstyle pycodestyle nosetests"
    " eslint prettier standard xo tslint biome jshint stylelint dtslint karma mocha jest vitest ava jasmine cypress playwright lerna gulp grunt"
    " rubocop standardrb rspec phpcs phpcbf php-cs-fixer phpstan psalm pest golangci-lint golint staticcheck gometalinter revive"
    " clang-format clang-tidy astyle uncrustify shellcheck shfmt hadolint ktlint detekt scalafmt".split()
)
"""Tools that somebody must choose: a repository that uses one names it in a manifest, a configuration or its pipeline."""
_SETTINGS = lazily(
    r"(?:^|/)(?:[^/]*\.(?:toml|cfg|ini|ya?ml|json|jsonc|json5|mk|nix|gradle|kts|sh|bash|ps1|gemspec|cmake|txt|in|lock|rake|xml|mjs|cjs|bat|cmd|config)|[^/]*rc(?:\.\w+)?|\.[\w-]+|noxfile\.py|tasks\.py"
    r"|setup\.py|Makefile[^/]*|makefile|GNUmakefile|[Jj]ustfile|Rakefile|Gemfile[^/]*|Dockerfile[^/]*|go\.mod|tools\.go|[^/]*\.config\.[jt]s|gulpfile[^/]*|Gruntfile[^/]*|configure\.ac|pre-commit[^/]*|Brewfile"
    r"|magefile\.go|(?:bin|scripts?|tools|hack|dev|ci)/[^/.]+)$"
)
_NO_SETTINGS = lazily(
    r"(?:^|/)(?:\.vscode|\.idea|node_modules|vendor|testdata|fixtures?|third_party|examples?|docs?|CHANGE[^/]*|.*\.min\.\w+)(?:/|$)"
)
MOST_FILES = 1500
LARGEST = 400_000


_TO_PASS = lazily(
    r"\b(?:pass(?:es|ing)?|runn?(?:ing|s)?|(?:formatted|linted|checked|styled|tested) (?:with|by|using)|(?:linting|formatting|style checks?) (?:with|by|using)|conforms? to|must satisfy)[ \t\r\n]+(?:the |our )?[`*_\[]+$",
    re.IGNORECASE,
)


def absent_tool(command: Command, repository: Repository, before: str = "") -> str | None:
    """The tool that this command runs, where the repository has no trace of it; None where it is known or no such tool.

    A bare name counts where the words before it say that the work is run through it ("expected to pass `flake8`").
    """
    name = command.program
    told = bool(command.arguments) or _TO_PASS.search(before) is not None
    if name not in TOOLS or not told or tool_is_known(name, repository):
        return None
    return f"a set-up of `{name}`"


_IN_ENVIRONMENT = lazily(r"(?:\./)?\.?v?env/(?:bin|Scripts)/([\w-]+)")
_STANDALONE = frozenset(
    "pre-commit ruff black isort flake8 pylint mypy pyright yapf bandit tox nox twine invoke bumpversion bump2version towncrier commitizen".split()
)
"""Programs that no other package brings along: whoever has them in an environment has asked for them by name."""
_REQUIREMENTS = lazily(
    r"(?:^|/)(?:[^/]*requirements?[^/]*\.(?:txt|in)|requirements?/[^/]*|pyproject\.toml|setup\.(?:py|cfg)|Pipfile|environment[^/]*\.ya?ml|[^/]*constraints?[^/]*\.txt"
    r"|(?:uv|poetry|pdm)\.lock)$"
)


def absent_from_environment(command: Command, repository: Repository) -> str | None:
    """The tool that a page runs from the environment (`.venv/bin/pre-commit`), where no requirement and no page installs it."""
    found = _IN_ENVIRONMENT.fullmatch(command.program_path)
    name = found[1] if found is not None else ""
    if name not in _STANDALONE:
        return None
    told = re.compile(
        rf"\b(?:pip3?|uv|pipx|poetry|pdm|conda)\b[^\n`]{{0,40}}\b(?:install|add)\b[^\n`]{{0,80}}\b{re.escape(name)}\b"
    )
    if any(told.search(text_of(path, repository)) for path in documents(repository)[:40]):
        return None
    texts = [
        source.text
        for path in repository.ordered_paths
        if _REQUIREMENTS.search(path) and (source := repository.read(path)) is not None
    ]
    named = re.compile(rf"^(?![ \t]*#).*(?<![\w-]){re.escape(name)}(?![\w-]|\.yaml)", re.MULTILINE | re.IGNORECASE)
    if not texts or any(name in text and named.search(text) for text in texts):
        return None
    return f"a requirement that installs `{name}`"


@remembered
def tool_is_known(name: str, repository: Repository) -> bool:
    """True where some manifest, configuration, script, pipeline or path names the tool, or a page tells to install it."""
    return (
        any(name in path for path in repository.project.paths)
        or any(
            name in text and re.search(rf"(?<![a-z]){re.escape(name)}", _without_ruffs_rules(text))
            for text in _settings(repository)
        )
        or _is_installed_by_page(name, repository)
    )


_RUFFS_RULES = lazily(
    r"^\[(?:tool\.ruff\.)?lint\.[\w.-]+\]|^(?:lint\.)?(?:flake8-[\w-]+|isort|pydocstyle|pylint)(?:\.[\w-]+)? *=|#[^\n]*",
    re.MULTILINE,
)


def _without_ruffs_rules(text: str) -> str:
    """The text without what names ruff's own rules after the tools they come from."""
    return _RUFFS_RULES.sub("", text) if re.search(r"^\[(?:tool\.ruff|lint)", text, re.MULTILINE) else text


def _settings(repository: Repository) -> Iterator[str]:
    """The texts of what may choose a tool, those near the root first."""
    paths = (path for path in repository.paths_from_root if _SETTINGS.search(path) and not _NO_SETTINGS.search(path))
    for path in islice(paths, MOST_FILES):
        source = repository.read(path)
        if source is not None and len(source.data) <= LARGEST:
            yield source.text


def _is_installed_by_page(name: str, repository: Repository) -> bool:
    """True where a page tells to install it: then the page is whole without the repository."""
    told = re.compile(rf"\b(?:install|add|get|tap|i|uvx|pipx|npx|dlx|x)\b[^\n`]{{0,80}}\b{re.escape(name)}\b")
    return any(told.search(text_of(path, repository)) for path in documents(repository)[:40])
