"""Where a person or a job wants the newest on purpose."""

from __future__ import annotations

import re

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.facts.unit import UnitKind
from agentlint.files.lazily import lazily
from agentlint.files.lines import line_start
from agentlint.judgements.pinning.cloned_heads import in_an_image
from agentlint.judgements.pinning.moving_addresses import UPDATES
from agentlint.judgements.pinning.own_project import is_own
from agentlint.judgements.pinning.versions import TRIES_HEADS, runs_unattended

_INSTALLS = lazily(r"_*(?:install|setup|ensure|bootstrap)(?:_|-|\Z)", re.IGNORECASE)
"""Functions of an updating script that bring what was not there before."""


def wants_the_newest(command: Command, repository: Repository) -> bool:
    """True in an environment that tries the heads, and for this repository's own releases; its images should hold their commit."""
    unit = repository.units.get(command.unit)
    # A function `main` is where a script starts, and no branch.
    named = unit is not None and unit.kind not in {UnitKind.IMAGE_STAGE, UnitKind.FUNCTION}
    if unit is not None and named and TRIES_HEADS.search(unit.name):
        return True
    if not runs_unattended(command, repository) and UPDATES.search(command.place.path):
        return not (unit is not None and unit.kind is UnitKind.FUNCTION and _INSTALLS.match(unit.name))
    if any(takes_its_own_part_from_a_branch(word.text, command, repository) for word in command.arguments):
        return False
    return not in_an_image(command, repository) and any(is_own(word.text, repository) for word in command.arguments)


def is_a_leg(command: Command, repository: Repository) -> bool:
    """True in a step that only some legs of a matrix take: they try the head beside the release."""
    job = repository.job_of(command)
    at = command.step
    return job is not None and at is not None and at < len(job.steps) and "matrix." in job.steps[at].condition


_MEETS_RELEASES = lazily(r"(?<![a-z])(?:latest|newest|upstream|bleeding|unpinned)(?![a-z])", re.IGNORECASE)


def meets_releases(command: Command, repository: Repository) -> bool:
    """True for an upgrade in a job that by its name tries the newest, and that the clock starts and no change waits for."""
    job = repository.job_of(command)
    if job is None or command.option("-U", "--upgrade", "--pre") is None:
        return False
    pipeline = repository.pipeline_of(job)
    if pipeline.triggers.for_changes or "schedule" not in pipeline.triggers.events:
        return False
    names = f"{pipeline.path.rpartition('/')[2]} {pipeline.name} {job.id} {job.name}"
    return _MEETS_RELEASES.search(names) is not None


_NIGHTLY_INDEX = lazily(r"://\S*(?:nightl(?:y|ies)|/pre/|pre-?releases?)", re.IGNORECASE)
_INDEX_VARIABLES = (
    "PIP_INDEX_URL",
    "PIP_EXTRA_INDEX_URL",
    "UV_INDEX_URL",
    "UV_EXTRA_INDEX_URL",
    "UV_INDEX",
    "UV_DEFAULT_INDEX",
)


def tries_what_comes(command: Command) -> bool:
    """True for packages of a nightly index: what is to be released next is tried, and no release is meant."""
    told = [word.text for word in command.arguments if "://" in word.text]
    told += [command.environment.get(name, "") for name in _INDEX_VARIABLES]
    return any(_NIGHTLY_INDEX.search(text) for text in told)


_OWN_FILE = lazily(
    r"[\"']?https?://raw\.githubusercontent\.com/[^/\s]+/[^/\s]+/(?:refs/heads/)?(?:master|main|HEAD)/(?P<path>[^\s?#\"'$]+)[\"']?\Z"
    r"|[\"']?https?://(?:github|gitlab)\.com/[^/\s]+/[^/\s]+/(?:-/)?raw/(?:refs/heads/)?(?:master|main|HEAD)/(?P<page>[^\s?#\"'$]+)[\"']?\Z"
)


def takes_its_own_part_from_a_branch(text: str, command: Command, repository: Repository) -> bool:
    """True where a script fetches a file that lies beside it from the branch: of another release it gets today's part.

    A script that fetches itself, or whose function is there to update, is how a person has the newest.
    """
    found = _OWN_FILE.match(text) if "raw" in text else None
    if found is None or runs_unattended(command, repository) or UPDATES.search(command.place.path):
        return False
    unit = repository.units.get(command.unit)
    if unit is not None and unit.kind is UnitKind.FUNCTION and UPDATES.search(unit.name):
        return False
    path = found["path"] or found["page"]
    return path != command.place.path and path in repository.project.paths and is_own(text, repository)


def newest_is_wanted(command: Command, repository: Repository) -> bool:
    """True where an install takes the newest on purpose: by the index, by the job or by the environment."""
    return _tries_the_newest(command, repository) or tries_what_comes(command) or meets_releases(command, repository)


def _tries_the_newest(command: Command, repository: Repository) -> bool:
    """True for `piplatest: pip install -U pip`, and in an environment of such a name: the newest is what is tried."""
    unit = repository.units.get(command.unit)
    if unit is None or unit.kind is not UnitKind.ENVIRONMENT:
        return False
    source = repository.read(command.place.path)
    start = line_start(source.text, command.place.span.start) if source is not None else 0
    condition = source.text[start : command.place.span.start] if source is not None else ""
    return TRIES_HEADS.search(unit.name) is not None or TRIES_HEADS.search(condition.strip().rstrip(":")) is not None
