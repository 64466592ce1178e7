"""What is known about programs and ready-made CI steps: one table of data that all rules share."""

from agentlint.programs.table import (
    Asking,
    Fetching,
    Parallelism,
    Program,
    Reporting,
    Role,
    Table,
    When,
    table,
)

__all__ = ["Asking", "Fetching", "Parallelism", "Program", "Reporting", "Role", "Table", "When", "table"]
