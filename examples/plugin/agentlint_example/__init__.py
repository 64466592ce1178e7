"""The rules of a team, found by agentlint through the entry point in pyproject.toml."""

from __future__ import annotations

from pathlib import Path


def rules_folder() -> Path:
    """The folder whose files are rules."""
    return Path(__file__).parent / "rules"
