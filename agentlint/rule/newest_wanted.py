"""Where a person or a job wants the newest on purpose."""

from __future__ import annotations

import re

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.facts.unit import UnitKind
from agentlint.rule.cloned_heads import in_an_image
from agentlint.rule.lazily import lazily
from agentlint.rule.moving_addresses import UPDATES
from agentlint.rule.own_project import is_own
from agentlint.rule.versions import TRIES_HEADS, runs_unattended

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
    return not in_an_image(command, repository) and any(is_own(word.text, repository) for word in command.arguments)


def is_a_leg(command: Command, repository: Repository) -> bool:
    """True in a step that only some legs of a matrix take: they try the head beside the release."""
    job = repository.job_of(command)
    at = command.step
    return job is not None and at is not None and at < len(job.steps) and "matrix." in job.steps[at].condition


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
