"""Which project's newest release a command of GitHub's program takes."""

from __future__ import annotations

import re

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily

_SWITCHES = frozenset({"--clobber", "--skip-existing", "--help"})
"""The options that take no value. Sources: cli.github.com/manual/gh_release_download, cli.github.com/manual/gh_release_view."""


def newest_release_of(command: Command) -> str:
    """The `owner/name` of `gh release download --repo owner/name` without a tag, or of `view` that asks for the newest's; or ""."""
    verbs = command.texts()[:2]
    if verbs != ("release", "download") and (
        verbs != ("release", "view") or "tagName" not in (command.value_of("--json") or "")
    ):
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


_ASKED_FOR = lazily(r"/(?:VERSION|version)(?:\.txt)?(?:[?\"'][^/ ]*)?$")
_COMPARES = lazily(r"(?:^|[-_./ ])(?:lint|check|verify|compare|outdated|assert)(?=$|[-_./ ])", re.IGNORECASE)


def only_compares(address: str, command: Command) -> bool:
    """True where a check asks another project for its present version: what it says today is what the check is about."""
    return _ASKED_FOR.search(address) is not None and _COMPARES.search(command.place.path) is not None


_LIST = lazily(r"//api\.github\.com/repos/[^/ ]+/[^/ ?]+/(?:tags|releases)(?:\?[^ ]*)?[\"']?$")
_FIRST = lazily(
    r"grep [^|\n]*-m ?1\b|head (?:-n ?|-)1\b|\.?\[0\]|sed (?:-n )?['\"]?1[qp]|NR==1|\bfirst\b|sort [^|\n]*-[rV]*V|tail (?:-n ?|-)1\b"
)


def takes_the_first_listed(address: str, command: Command, repository: Repository) -> bool:
    """True where the tags of a project are asked for, and the first of them, today's newest, is then downloaded.

    Source: docs.github.com/en/rest/repos/repos#list-repository-tags.
    """
    if "api.github.com" not in address or not _LIST.search(address):
        return False
    end = command.place.span.end
    behind = repository.text(command.place.path)[end : end + 400]
    return bool(_FIRST.search(behind.split("\n", 1)[0])) and any(
        later.program in {"curl", "wget", "git"}
        and later.place.span.start > end
        and any("$" in text and "://" in text for text in later.texts())
        for later in repository.commands_by_unit.get(command.unit, ())
    )
