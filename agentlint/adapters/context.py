"""What an adapter may ask of the tree beyond its own file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from agentlint.files.source import SourceFile


@dataclass(frozen=True)
class TreeContext:
    """Read-only view of the tree: `read` gives another file (None if absent or unreadable), `paths` all paths.

    For includes, composite actions and templates. Never leaves the tree, never runs anything.
    """

    read: Callable[[str], SourceFile | None]
    paths: frozenset[str] = frozenset()
