"""The evidence that rules name: one table of claims with their sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Evidence:
    """One claim as its source prints it. `confidence`: "high" (read in the source), "medium" (reported), "low" (a single case)."""

    id: str
    claim: str
    source: str
    read_at: str
    confidence: str


@cache
def evidence() -> Mapping[str, Evidence]:
    """All entries by id."""
    import tomli

    data = tomli.loads((Path(__file__).parent / "evidence.toml").read_text(encoding="utf-8"))
    return {name: Evidence(name, **entry) for name, entry in data.items()}
