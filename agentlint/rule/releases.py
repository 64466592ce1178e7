"""Which project's newest release a command of GitHub's program takes."""

from __future__ import annotations

import re

from agentlint.facts.command import Command

_SWITCHES = frozenset({"--clobber", "--skip-existing", "--help"})
"""The options of `gh release download` that take no value. Source: cli.github.com/manual/gh_release_download."""


def newest_release_of(command: Command) -> str:
    """The `owner/name` of `gh release download --repo owner/name` without a tag, or ""."""
    if command.texts()[:2] != ("release", "download"):
        return ""
    skip = False
    for word in command.arguments[2:]:
        if skip:
            skip = False
        elif word.text.startswith("-"):
            skip = "=" not in word.text and word.text not in _SWITCHES
        else:
            return ""  # the tag, be it known or not
    named = command.value_of("-R", "--repo") or command.environment.get("GH_REPO", "")
    found = re.fullmatch(r"(?:https://)?(?:github\.com/)?([\w.-]+/[\w.-]+)", named)
    return found[1] if found is not None else ""
