"""Deliveries and installations whose failure is let pass, and why the next one to look is misled."""

from __future__ import annotations

import re

from agentlint.facts.command import Command, Status
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.judgements.reporting.hidden_by_builtin import hidden_by_builtin
from agentlint.judgements.reporting.verdicts import swallowed_by_step
from agentlint.judgements.running.scope import as_written
from agentlint.rule.comments import reason_at


def let_pass(command: Command, repository: Repository) -> str:
    """What to say of a push, or of CI's installation of the project's own dependencies, that ends in `|| true`; "" for none."""
    if command.status is not Status.SWALLOWED or swallowed_by_step(command, repository):
        return hidden_by_builtin(command, repository)
    if command.program == "git" and _pushes(command, repository):
        outcome = "lets a refused push pass, and nothing is delivered"
    elif command.program == "git" and _compares(command, repository):
        outcome = "finds changes, and the script only says so; leave with `exit 1` behind the message"
        return "" if reason_at(command.place, repository) else f"`{as_written(command, repository)}` {outcome}"
    elif _installs_own(command) and _in_job_alone(command, repository):
        outcome = "lets a failed installation pass, and what comes next fails for another reason"
    else:
        return ""
    if reason_at(command.place, repository):
        return ""
    return f"`{as_written(command, repository)}` {outcome}; let the exit status count"


def _pushes(command: Command, repository: Repository) -> bool:
    """`git push || true`: with nothing to push it succeeds, so that only a refused delivery is let pass."""
    if command.texts()[:1] != ("push",):
        return False
    deletes = command.option("--delete", "-d", "--prune", "--dry-run", "-n") or any(
        one[:1] == ":" for one in command.texts()
    )
    before = repository.text(command.place.path)[: command.place.span.start].rstrip(" \t\n\\")
    return not deletes and not before.endswith("&&")


_OR_SAYS = lazily(r"[^\n&|;]*\|\|[ \t]*(?:echo|printf)\b[^\n&|;>]*$", re.MULTILINE)


def _compares(command: Command, repository: Repository) -> bool:
    """`git diff --exit-code || echo "run the generator"`: the change is only told."""
    if command.texts()[:1] != ("diff",) or command.option("--exit-code", "--quiet") is None or command.in_loop:
        return False
    return _OR_SAYS.match(repository.text(command.place.path), command.place.span.end) is not None


_OR_ELSE = lazily(r"[^\n&|;]*(?:2>&1[^\n&|;]*|&>[^\n&|;]*)?\|\|")


def _in_job_alone(command: Command, repository: Repository) -> bool:
    """True in a CI job, once, right before its `||`: behind `&&` a second branch may say that it was to fail."""
    if repository.job_of(command) is None or command.in_loop:
        return False
    return _OR_ELSE.match(repository.text(command.place.path), command.place.span.end) is not None


_WHOLE = {
    "npm": frozenset({"ci", "install", "i", "clean-install"}),
    "yarn": frozenset({"install"}),
    "pnpm": frozenset({"install", "i"}),
    "bun": frozenset({"install", "i"}),
    "composer": frozenset({"install"}),
    "poetry": frozenset({"install"}),
    "uv": frozenset({"sync"}),
    "pdm": frozenset({"install", "sync"}),
    "pipenv": frozenset({"install", "sync"}),
    "bundle": frozenset({"install"}),
}
"""What a package manager installs, without an operand, is what the project's own manifest lists; each by its own --help."""
_LISTED = lazily(r"(?:-r|--requirement=?|-e|--editable=?)(?:\S*)|\.{1,2}(?:/\S*)?(?:\[[\w,-]+\])?$")


def _installs_own(command: Command) -> bool:
    """True for an installation of all that the project says it needs."""
    words = command.texts()
    if command.program in {"pip", "pip3"}:
        return words[:1] == ("install",) and any(_LISTED.match(word) for word in words[1:])
    if words[:1] and words[0] in _WHOLE.get(command.program, ()):
        optional = command.option("-g", "--global", "--dry-run", "--package-lock-only")
        return optional is None and not any(word[:1] not in "-" for word in words[1:])
    return False
