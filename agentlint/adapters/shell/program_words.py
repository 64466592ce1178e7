"""Which program the first word of a command line names: behind a path, a version, a variable or an expression."""

from __future__ import annotations

import re
from functools import lru_cache

from agentlint.facts.command import Word
from agentlint.files.lazily import lazily

_VERSIONED = lazily(r"(python|pip)(?:3|2)?(?:\.\d+)?t?\Z")
_SUFFIX = lazily(r"\.(?:exe|cmd|bat)\Z", re.IGNORECASE)


@lru_cache(maxsize=4096)
def program_name(text: str) -> str:
    """The bare program name of a path: `./gradlew` is gradlew, `/usr/bin/python3.11` python."""
    name = re.split(r"[/\\]", text)[-1]
    if "$" in name or "`" in name or not name:
        return ""
    name = _SUFFIX.sub("", name)
    match = _VERSIONED.match(name)
    return match[1] if match else name


def program_of_word(word: Word) -> str:
    """The bare program of a command's first word; a default in `${PYTHON:-python3}` counts."""
    text = word.text
    if not word.literal and text.startswith("$"):
        known = _behind_variable(text)
        if known:
            return known
    return program_name(text) if "{{" not in text else _behind_expression(text)


_PREFIXED = lazily(r"\$\{?\w*(?:PREFIX|BIN|PATH|DIR|VENV|prefix|bin|path|dir|venv)\w*\}([a-z][\w.-]*)\Z")
"""`${PREFIX}mypy`: a folder that may be empty stands before the program."""
_TOOL_VARIABLE = lazily(
    r"\$\{?(PIP3?|PYTHON3?|NPM|YARN|PNPM|GO|CARGO|CROSS|POETRY|PYTEST|RUBY|BUNDLE|COMPOSER|MVN|TOX|NOX|RUFF|MYPY|UV"
    r"|PHPUNIT|SHELLCHECK|STATICCHECK|GOTESTSUM|GINKGO|BATS|PROVE|FLAKE8|PYLINT|ESLINT|GOSEC|YAMLLINT|CTEST)\}?\Z"
)
"""`"$PIP" install`: by custom such a variable holds the tool that it is named after."""
_CONTAINER_VARIABLE = lazily(
    r"\$[{(]?(?:DOCKER|PODMAN|(?:CONTAINER|DOCKER|OCI)_(?:RUNTIME|ENGINE|CMD|CLI|BIN|TOOL|EXECUTABLE|COMMAND))[})]?\Z",
    re.IGNORECASE,
)
"""`$CONTAINER_ENGINE run`: docker or a program that takes the same words."""


_EDITOR_VARIABLE = lazily(r"\$\{?EDITOR\}?\Z")
"""`"$EDITOR" notes`: an editor, vi where a person has chosen none."""

_OF_EXPRESSION = lazily(
    r"\$\{\{\s*[\w.]*\.(?:cargo|cross)(?:[-_](?:cmd|command|bin|tool))?\s*\}\}\Z|\$\{\{[^}]*'(cargo|cross)'\s*\}\}\Z",
    re.IGNORECASE,
)
"""`${{ env.CARGO }} test`, `${{ matrix.cross && 'cross' || 'cargo' }} test`: either takes cargo's words."""


def _behind_expression(text: str) -> str:
    return "cargo" if _OF_EXPRESSION.match(text) else ""


def _behind_variable(text: str) -> str:
    if text.startswith("${") and text.endswith("}"):
        _, found, default = text[2:-1].partition(":-")
        if found and default and "$" not in default:
            return program_name(default.strip("\"'"))
        if found and default.startswith("$"):
            return _behind_variable(default)
    prefixed = _PREFIXED.match(text)
    if prefixed is not None:
        return program_name(prefixed[1])
    if _CONTAINER_VARIABLE.match(text) is not None:
        return "docker"
    if _EDITOR_VARIABLE.match(text) is not None:
        return "vi"
    tool = _TOOL_VARIABLE.match(text)
    return program_name(tool[1].lower()) if tool is not None else ""
