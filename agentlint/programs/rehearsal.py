"""Deliveries that are only tried out: what delivers nothing need not wait for anything."""

from __future__ import annotations

import re

from agentlint.facts.command import Command

_OPTIONS = frozenset(
    {
        "--dry-run",
        "--dryrun",
        "--dry_run",
        "--snapshot",
        "--skip-publish",
        "--skip=publish",
        "--no-publish",
        "--no-push",
    }
)
"""`--snapshot` is goreleaser's and of the scripts around it: everything is built and nothing published."""
_NAME = re.compile(r"(?<![a-z])(?:dry[-_ ]?run|rehears\w*)(?![a-z])", re.IGNORECASE)


def is_rehearsed(command: Command) -> bool:
    """True when an option of the call says that nothing is to leave the machine."""
    return any(_says_so(text) for text in command.texts())


def _says_so(text: str) -> bool:
    name, _, value = text.partition("=")
    if value.strip("\"'").lower() in {"false", "none", "no", "0"}:
        return False
    return text in _OPTIONS or name in {"--dry-run", "--dryrun", "--snapshot"} or text.startswith("--skip=publish,")


def named_rehearsal(name: str) -> bool:
    """True for the name of a job or step that says it is a dry run."""
    return bool(_NAME.search(name))
