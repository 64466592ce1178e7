"""What a linter's own options say of its run: whether it mends what it finds, and for whom it lays its findings out."""

from __future__ import annotations

from agentlint.facts.command import Command
from agentlint.judgements.running.patterns import option_matching


def mends(command: Command) -> bool:
    """True for a linter's run that mends what it finds: its result is the changed files, unless it fails for having found any."""
    if command.option("--exit-non-zero-on-fix") is not None:
        return False
    return option_matching(command, ("--fix", "--fix-only", "--write", "--autocorrect", "--apply")) != ""


def asks_for_eyes(command: Command) -> bool:
    """True for a linter told to draw its findings for people, which a commit hook's run in CI then does as well."""
    return option_matching(command, _FOR_EYES) != ""


_FOR_EYES = (
    "--pretty",
    "--show-source",
    "--output-format=full",
    "--output-format=grouped",
    "--output-format=colorized",
    "--format=stylish",
    "--format=codeframe",
)
"""Options of mypy, flake8, ruff, pylint and ESLint that lay findings out over several lines, with the source beneath."""
