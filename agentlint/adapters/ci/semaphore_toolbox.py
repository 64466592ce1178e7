"""What Semaphore's own commands keep, hand on and report: `cache`, `artifact`, `test-results`.

Source: docs.semaphoreci.com/reference/toolbox and using-semaphore/optimization/cache.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator

from agentlint.adapters.ci.common import written_cache
from agentlint.adapters.ci.edges import OPAQUE
from agentlint.facts.command import Command
from agentlint.facts.pipeline import Cache

_FOUND_BY_ITSELF = (
    "vendor/bundle", "node_modules", "~/.cache/yarn", "~/.nvm", ".pip_cache", "vendor", "deps", "_build", ".m2", "~/go/pkg/mod",
)  # fmt: skip
"""What `cache restore` and `cache store` look for where no key is given."""


def caches(commands: Iterable[Command]) -> tuple[Cache, ...]:
    """What is restored or stored, each told by its key and, where it is stored, its folder."""
    found: list[Cache] = []
    for command in commands:
        words = _words(command)
        if command.program != "cache" or not words or words[0] not in {"restore", "store"}:
            if command.program == "checkout" and command.option("--use-cache"):
                found.append(written_cache((".git",), "checkout", command.place.span))
            continue
        key = words[1] if len(words) > 1 else ""
        paths = tuple(words[2:3]) if key else _FOUND_BY_ITSELF
        found.append(written_cache(paths, key, command.place.span))
    return tuple(found)


def handed_out(commands: Iterable[Command]) -> tuple[str, ...]:
    """Names of what is pushed to the store of the workflow or the project, and of what is told to later jobs."""
    return tuple(_stored(commands, {"push"}, {"put"}))


def taken_in(commands: Iterable[Command]) -> tuple[str, ...]:
    """Names of what is pulled from there."""
    return tuple(_stored(commands, {"pull", "yank"}, {"get"}))


def hands_reports(commands: Iterable[Command]) -> bool:
    """True where JUnit files are published."""
    return any(command.program == "test-results" and "publish" in command.texts() for command in commands)


def _stored(commands: Iterable[Command], verbs: set[str], spoken: set[str]) -> Iterator[str]:
    for command in commands:
        words = _words(command)
        if command.program == "artifact" and len(words) > 2 and words[0] in verbs:
            name = command.value_of("-d", "--destination") or words[2]
            yield posixpath.basename(name.rstrip("/")) or OPAQUE
        elif command.program == "sem-context" and words and words[0] in spoken:
            yield OPAQUE


def _words(command: Command) -> list[str]:
    return [text for text in command.texts() if not text.startswith("-")]
