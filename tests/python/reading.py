"""Reading a piece of Python for a test."""

from __future__ import annotations

from agentlint.adapters.context import TreeContext
from agentlint.adapters.python import facts
from agentlint.facts.filefacts import FileFacts
from agentlint.files.source import SourceFile


def read(text: str, path: str = "app/cli.py") -> FileFacts:
    """The facts of a module."""
    return facts(SourceFile(path, "python", text.encode("utf-8", "surrogateescape")), TreeContext(lambda _: None))
