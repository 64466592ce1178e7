"""Whether an address that a command is given brings another file tomorrow, and what says so."""

from __future__ import annotations

import re

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.facts.unit import UnitKind
from agentlint.files.lazily import lazily
from agentlint.files.source import Place, Span
from agentlint.judgements.pinning.fetched_scripts import (
    EVALUATES,
    evaluates_what_comes,
    is_bare_address,
    is_built_with,
    is_run_at_once,
)
from agentlint.judgements.pinning.moving_addresses import (
    BRANCH,
    LATEST,
    MANAGED,
    VERSIONED,
    VERSIONED_ARCHIVE,
    is_head_of_vcs,
    is_pinned_by_name,
    takes_kustomize_head,
)
from agentlint.judgements.pinning.newest_wanted import is_a_leg
from agentlint.judgements.pinning.releases import takes_the_first_listed
from agentlint.judgements.pinning.versions import runs_in_an_image

_FETCHES_FOR_WORK = lazily(
    r"(?:^|/)(?:\.?ci|\.github|scripts?|hack|tools?|build)/(?:[\w.-]+/)*(?!\w*[_-]?(?:install|up|upgrade|check|release|note|setup|version))[\w.-]+$",
    re.IGNORECASE,
)
"""Scripts that bring what the work here needs, and no installer or updater of the product."""
FETCHERS = frozenset({"curl", "wget", "irm", "iwr", "Invoke-RestMethod", "Invoke-WebRequest"})
_HEADS = frozenset({"main", "master", "HEAD", "latest", "nightly"})
_NAMED = lazily(r"\$\{?(\w+)\b")


def where_it_moves(text: str, command: Command, repository: Repository) -> Place:
    """The line that gives a part of the address the name of a branch (`ENV TOOL_VERSION=master`); else the command."""
    source = repository.read(command.place.path)
    span = command.place.span
    if source is None or text in source.text[span.start : span.end]:
        return command.place
    for name in dict.fromkeys(_NAMED.findall(source.text[span.start : span.end])):
        value = command.environment.get(name, "")
        if value not in _HEADS:
            continue
        given = re.compile(
            rf"^[ \t]*(?:(?:ENV|ARG|export|local|readonly)[ \t]+)?{name}[=: \t]+[\"']?{value}\b", re.MULTILINE
        )
        found = given.search(source.text, 0, span.start)
        if found is not None:
            return Place(command.place.path, Span(found.end() - len(found[0].lstrip()), found.end()))
    return command.place


def of_script(command: Command, repository: Repository) -> bool:
    unit = repository.units.get(command.unit)
    return unit is not None and unit.kind in {UnitKind.SCRIPT, UnitKind.FUNCTION, UnitKind.TARGET}


def floats(text: str, command: Command, repository: Repository, in_run: bool) -> bool:
    if command.program not in FETCHERS | EVALUATES:
        if command.program == "kubectl" and takes_kustomize_head(text, command):
            return True
        return in_run and (
            (is_head_of_vcs(text) and not is_a_leg(command, repository))
            or (text.startswith("http") and LATEST.search(text) is not None)
        )
    if command.program in EVALUATES:
        return in_run and evaluates_what_comes(text)
    if takes_the_first_listed(text, command, repository):
        return in_run and not of_script(command, repository)
    latest = LATEST.search(text)
    if latest is not None and not VERSIONED_ARCHIVE.search(text):
        if BRANCH.search(text) is not None and is_pinned_by_name(text, repository.text(command.place.path)):
            return False
        asks_for_newest = (
            "api.github.com" in text
            and of_script(command, repository)
            and not runs_in_an_image(command, repository)
            and not _FETCHES_FOR_WORK.search(command.place.path)
        )
        return (
            (in_run and not asks_for_newest)
            or BRANCH.search(text) is not None
            or is_built_with(text, command, repository)
        )
    if (
        not (text.startswith("http") or is_bare_address(text, command))
        or "$" in text
        or VERSIONED.search(text)
        or MANAGED.search(text)
    ):
        return False
    return is_run_at_once(text, command, repository)
