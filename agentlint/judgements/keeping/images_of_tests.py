"""Images of tests: who builds them, and whether an edit makes them anew."""

from __future__ import annotations

import posixpath
import re

from agentlint.facts.calls_of_images import COMPOSE_FILES
from agentlint.facts.command import Command
from agentlint.facts.image import Stage
from agentlint.facts.remembered import remembered
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.judgements.keeping.layers import image_of_command
from agentlint.judgements.running.scope import in_prose
from agentlint.programs import Fetching

_TEST_IMAGES = lazily(r"(^|/)(tests?|e2e|integration|ci)/", re.IGNORECASE)


def of_tests(stage: Stage, command: Command, how: Fetching, repository: Repository) -> bool:
    """True for a test's image, unless the tests build it again after each edit and it brings packages of others."""
    path = stage.place.path
    if not _TEST_IMAGES.search(path):
        return False
    if how.what in {"pip", "uv"} and _only_local(command) and _needs_few(repository):
        return True
    return not _composed(path, repository) and path not in _built_by_commands(repository)


def _composed(path: str, repository: Repository) -> bool:
    """True where a compose file stands beside the Dockerfile or above it, the root left out."""
    folder = posixpath.dirname(path)
    while folder:
        if any(posixpath.join(folder, name) in repository.project.paths for name in COMPOSE_FILES):
            return True
        folder = posixpath.dirname(folder)
    return False


@remembered
def _built_by_commands(repository: Repository) -> frozenset[str]:
    """The Dockerfiles that a job, a script or a target of this repository builds."""
    building = (
        command for command in repository.commands if command.program == "docker" and "build" in command.texts()
    )
    images = (image_of_command(command, repository) for command in building if not in_prose(command, repository))
    return frozenset(one.path for one in images if one is not None)


FEW = 2
"""Dependencies of a package whose own install is nothing to keep."""


def _needs_few(repository: Repository) -> bool:
    """True for a Python package with next to no dependencies of its own, as far as its manifests tell."""
    needed = {
        dependency.name
        for manifest in repository.project.manifests
        if manifest.path in {"pyproject.toml", "setup.py", "setup.cfg"}
        for dependency in manifest.dependencies
        if dependency.group == "runtime"
    }
    return len(needed) <= FEW


def _only_local(command: Command) -> bool:
    """True for an install of folders alone, without extras."""
    names = [text for text in command.texts() if not text.startswith("-") and text not in {"install", "pip"}]
    return all(name.startswith((".", "/")) and "[" not in name for name in names)
