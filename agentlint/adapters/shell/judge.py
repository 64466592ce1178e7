"""Stand-in."""

from __future__ import annotations

from agentlint.adapters.shell.machine import Machine
from agentlint.adapters.shell.summary import Summary, everything
from agentlint.documents.embedded import EmbeddedText
from agentlint.documents.shell import CaseArm, ShellWord, Simple, Statement
from agentlint.facts.command import Guard, GuardKind

Guards = tuple[Guard, ...]


class Judge:
    def __init__(self, summary: Summary, source: EmbeddedText, script: bool) -> None:
        self.summary = summary
        self.source = source

    def guards(self, statement: Statement, holds: bool, machine: Machine) -> Guards:
        return ()

    def after_leaving(self, statement: Statement, holds: bool, machine: Machine, leave: object) -> Guards:
        return ()

    def after_call(self, name: str, machine: Machine) -> Guards:
        return ()

    def arm(self, word: ShellWord, arm: CaseArm, others: tuple[str, ...], machine: Machine) -> Guards:
        return ()

    def assigned_in(self, statements: tuple[Statement, ...]) -> set[str]:
        return {
            assignment.name
            for statement in everything(statements)
            if isinstance(statement, Simple)
            for assignment in (*statement.assignments, *statement.declared)
        }
