"""What a PowerShell script runs only for some values of a variable that its caller gives: `if ($env:TASK -eq "lint") { ... }`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.documents.powershell import Block, PowerStatement
from agentlint.facts.command import Choice

_ASSIGNED = re.compile(r"\$\{?env:(\w+)\}?\s*=", re.IGNORECASE)
_ASKS = re.compile(
    r"""(?:else)?if\s*\(\s*\$\{?env:(\w+)\}?\s+-[ci]?(eq|ne)\s+["']([\w./-]*)["']\s*\)?\s*\Z""", re.IGNORECASE
)


class PowerChoices:
    """The choices that hold where a statement stands, kept up while the statements are read in order."""

    def __init__(self, text: str) -> None:
        self.assigned = frozenset(name.lower() for name in _ASSIGNED.findall(text))
        self.after: dict[Block | None, tuple[Choice, ...]] = {}

    def of(self, statement: PowerStatement) -> tuple[Choice, ...]:
        """All that the blocks around the statement, and those that left before it, ask of the caller's values."""
        found = list(self.after.get(None, ()))
        for block in statement.blocks:
            found.extend(self._of_block(block))
            found.extend(self.after.get(block, ()))
        return tuple(found)

    def leave(self, block: Block, parent: Block | None) -> None:
        """`if (...) { ...; exit }`: what follows is met by the other values only."""
        self.after[parent] = (*self.after.get(parent, ()), *self._asked(block.header, False))

    def _of_block(self, block: Block) -> Iterator[Choice]:
        header = block.header.lower()
        if header.startswith("else") and not header.startswith("elseif"):
            if block.previous is not None:
                yield from self._asked(block.previous.header, False)
        else:
            yield from self._asked(block.header, True)

    def _asked(self, header: str, holds: bool) -> Iterator[Choice]:
        asked = _ASKS.match(header.strip())
        if asked and asked[1].lower() not in self.assigned:
            yield Choice(asked[1], (asked[3],), holds is (asked[2].lower() == "eq"))
