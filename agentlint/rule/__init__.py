"""What a rule is: its anatomy, what it reports, its examples. Everything a rule file imports stands here."""

from agentlint.rule.model import (
    Bad,
    Category,
    Confidence,
    Cost,
    Edit,
    Fix,
    Good,
    Hit,
    Rule,
    Severity,
    Station,
    Tier,
)

__all__ = [
    "Bad",
    "Category",
    "Confidence",
    "Cost",
    "Edit",
    "Fix",
    "Good",
    "Hit",
    "Rule",
    "Severity",
    "Station",
    "Tier",
]
