"""Whether a block always leaves: `exit`, `return`, `break`, `die`."""

from __future__ import annotations

from typing import NamedTuple

from agentlint.adapters.shell.names import FAILING
from agentlint.adapters.shell.status import program_of
from agentlint.adapters.shell.summary import Summary
from agentlint.documents.shell import AndOr, Group, If, Simple, Statement


class Leave(NamedTuple):
    """How a block leaves. `failing` when it reports failure."""

    how: str
    failing: bool


class Leaving:
    """Judges blocks of one script."""

    def __init__(self, summary: Summary) -> None:
        self.summary = summary
        self._functions: dict[str, Leave | None] = {}
        self.failing = frozenset(
            name for name in summary.functions if (leave := self.function(name)) is not None and leave.failing
        )

    def of(self, statements: tuple[Statement, ...], depth: int = 0) -> Leave | None:
        """How a list of statements always ends, or None when it may go on."""
        if depth > 12:
            return None
        for statement in statements[-1:]:
            if isinstance(statement, Simple) and not statement.background:
                return self._simple(statement)
            if isinstance(statement, Group) and not statement.subshell:
                return self.of(statement.body, depth + 1)
            if isinstance(statement, AndOr):
                operators = {operator for operator, _ in statement.rest}
                last = self.of((statement.rest[-1][1],), depth + 1)
                prints = operators == {"&&"} and program_of(statement.first) in {"echo", "printf", "usage", "cat", "cd"}
                return last if prints else None
            if isinstance(statement, If) and statement.otherwise is not None:
                leaves = [self.of(body, depth + 1) for _, body in statement.branches]
                leaves.append(self.of(statement.otherwise, depth + 1))
                return leaves[0] if all(leaves) else None
        return None

    def function(self, name: str) -> Leave | None:
        """How a call of this script's function always ends the script."""
        if name not in self._functions:
            self._functions[name] = None
            body = self.summary.functions[name].statement.body
            leave = self.of((body,))
            self._functions[name] = leave if leave is not None and leave.how == "exit" else None
        return self._functions[name]

    def _simple(self, statement: Simple) -> Leave | None:
        name = program_of(statement)
        if name in {"exit", "return", "break", "continue"}:
            value = statement.words[1].text if len(statement.words) > 1 else ""
            return Leave(name, value not in {"", "0", "$?"} and name in {"exit", "return"})
        if name == "exec" and len(statement.words) > 1:
            return Leave("exit", False)
        if name in self.summary.functions:
            return self.function(name)
        return Leave("exit", True) if name in FAILING else None
