"""Names of the programs that the table knows something of, for rules that ask only about these."""

from __future__ import annotations

from agentlint.programs import table
from agentlint.programs.table import INTERPRETERS


def programs_with(aspect: str) -> frozenset[str]:
    """Every program and alias with an entry of this aspect ("fetches", "parallelism", "reports"), interpreters included."""
    return table().programs.with_aspect(aspect) | INTERPRETERS
