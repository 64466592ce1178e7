"""The loop graph: which unit calls which, and what a run with nobody there reaches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agentlint.facts.repository import Repository


@dataclass(frozen=True)
class LoopGraph:
    """Edges between unit ids."""

    edges: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, repository: Repository) -> LoopGraph:
        """Resolve every command that calls another unit of the repository."""
        return cls({unit.id: unit.calls for unit in repository.units.values()})

    def closure(self, unit: str) -> tuple[str, ...]:
        """The unit and all it calls, in order of first visit."""
        seen: dict[str, None] = {}
        waiting = [unit]
        while waiting:
            current = waiting.pop(0)
            if current not in seen:
                seen[current] = None
                waiting.extend(self.edges.get(current, ()))
        return tuple(seen)
