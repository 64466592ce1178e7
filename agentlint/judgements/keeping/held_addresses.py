"""Addresses that a variable holds which could not be worked out as a whole: `$url = "https://x.org/$archive"`, then a download of `$url`."""

from __future__ import annotations

import re
from dataclasses import replace

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily

DOWNLOADS = frozenset({"curl", "wget", "aria2c", "Invoke-WebRequest", "Start-BitsTransfer"})
_NAME = lazily(r"\$(?:env:|script:|global:)?\{?(\w+)\}?(/.*)?\Z", re.IGNORECASE)
_REACH = 6000
"""Characters above a download in which its variable is set."""


def with_address(command: Command, repository: Repository) -> Command:
    """The download with the address in the place of the variable that was set to it last above, as far as it is written."""
    if command.program not in DOWNLOADS:
        return command
    words = command.arguments
    for at, word in enumerate(words):
        name = _NAME.match(word.text)
        held = _held(name[1], command, repository) if name is not None else ""
        if name is not None and held:
            below = name[2] or ""
            whole = held + (below[1:] if held.endswith("/") else below)
            return replace(command, arguments=(*words[:at], replace(word, text=whole), *words[at + 1 :]))
    return command


def _held(name: str, command: Command, repository: Repository) -> str:
    """The last address that the text above the command gives the variable."""
    start = command.place.span.start
    above = repository.text(command.place.path)[max(0, start - _REACH) : start]
    setting = rf"""(?:^|[\s;{{])\$?(?:env:)?{name}[ \t]*=[ \t]*["']?(https?://[^\s"';]+)"""
    found = re.findall(setting, above, re.MULTILINE)
    return str(found[-1]) if found else ""
