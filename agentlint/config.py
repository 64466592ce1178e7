"""The settings of a run: what the configuration says, what the command line adds to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from agentlint.rule.model import Severity


class ConfigError(ValueError):
    """A mistake in the configuration or the command line: one line, with a hint, and exit status 2."""


@dataclass(frozen=True)
class Config:
    """All settings. `select` empty means every rule; `source` is the file they came from, if any.

    `strict` makes what production forgives (a crashing reader or rule) raise: for tests.
    """

    select: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    pedantic: bool = False
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    per_file_ignores: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fail_on: Severity = Severity.INFO
    fail_under: float | None = None
    rules: tuple[Path, ...] = ()
    """Declarative rule files."""
    jobs: int = 0
    """Processes for reading files; 0: as many as pay."""
    source: Path | None = None
    strict: bool = False
