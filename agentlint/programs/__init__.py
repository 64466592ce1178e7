"""What is known about programs and ready-made CI steps: one table of data that all rules share."""

from agentlint.programs.entries import Asking, Fetching, Parallelism, Program, Reporting, Role, When
from agentlint.programs.table import Table, table

__all__ = ["Asking", "Fetching", "Parallelism", "Program", "Reporting", "Role", "Table", "When", "table"]
