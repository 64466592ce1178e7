"""A rule ready to run: its declaration, its check, what it subscribes to, and where it came from."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agentlint.facts.repository import Repository
from agentlint.rule.model import Hit, Rule

Check = Callable[[Any, Repository], Iterable[Hit]]


class RuleError(ValueError):
    """A rule that is declared wrongly: one line that names file and line."""


@dataclass(frozen=True)
class LoadedRule:
    """`subject` is the type of fact `check` asks for; `origin` is "builtin", a plugin's package or a file's name."""

    rule: Rule
    check: Check
    subject: type
    origin: str
    path: Path

    @property
    def fixable(self) -> bool:
        """True when an example shows its fix: derived, never claimed."""
        return any(example.fixed for example in self.rule.bad)

    @property
    def page(self) -> str:
        """The slug of its documentation page."""
        return self.rule.name
