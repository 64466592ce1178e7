"""The built-in rules' own entry point: where their folder stands, installed or in a work tree."""

from __future__ import annotations

from pathlib import Path


def rules_folder() -> Path:
    """The folder of built-in rules: inside the installed package, else beside it in the work tree."""
    package = Path(__file__).resolve().parent.parent
    shipped = package / "_rules"
    return shipped if shipped.is_dir() else package.parent / "rules"
