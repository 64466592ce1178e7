""".bazelrc: options by command, such as caches, jobs and test output."""

from __future__ import annotations

from agentlint.adapters.context import TreeContext
from agentlint.adapters.gather import Gathering
from agentlint.facts.filefacts import FileFacts
from agentlint.files.source import SourceFile, Span


def facts(file: SourceFile, tree: TreeContext) -> FileFacts:
    """The facts of a .bazelrc: ("bazel", "build:ci", "--remote_cache=...")."""
    found = Gathering(file)
    at = 0
    for line in file.text.split("\n"):
        stripped = line.strip()
        command, _, options = stripped.partition(" ")
        if stripped and not stripped.startswith("#"):
            start = at + line.index(stripped)
            found.setting("bazel", command, options.strip(), Span(start, start + len(stripped)))
        at += len(line) + 1
    return found.facts()
