"""What a step does that calls an action of its own repository: a composite one, or one that builds an image to run in."""

from __future__ import annotations

import posixpath
import re

from agentlint.facts.command import Command
from agentlint.facts.image import Image
from agentlint.facts.pipeline import Step
from agentlint.facts.repository import Repository
from agentlint.facts.unit import UnitKind
from agentlint.files.lazily import lazily
from agentlint.files.source import UndecodableFile

_IN_DOCKER = lazily(r"""^\s*using:\s*['"]?docker['"]?\s*$""", re.MULTILINE)
_IMAGE = lazily(r"""^\s*image:\s*['"]?([^'"\s#]+)""", re.MULTILINE)


def commands_behind(step: Step, repository: Repository) -> tuple[Command, ...]:
    """The commands that stand in a local action, those of its entry point included; empty for other steps."""
    if step.action is None or not step.action.local:
        return ()
    found: dict[int, Command] = {}
    for path in _declarations(step):
        for unit in repository.unit_index.of_kind(path, UnitKind.FUNCTION):
            found.update((id(command), command) for command in repository.commands_by_unit.get(unit, ()))
    image = built_image(step, repository)
    for script in _entry_points(image) if image is not None else ():
        for unit in repository.unit_index.entry(posixpath.join(step.action.local, script)):
            found.update((id(command), command) for command in repository.commands_by_unit.get(unit, ()))
    return tuple(found.values())


def built_image(step: Step, repository: Repository) -> Image | None:
    """The image that the runner builds, each time, before it runs a local action of the docker kind."""
    if step.action is None or not step.action.local:
        return None
    name = "Dockerfile"
    for path in _declarations(step):
        text = _text(path, repository)
        if text is None:
            continue
        written = _IMAGE.search(text)
        if _IN_DOCKER.search(text) is None or written is None or written[1].startswith("docker://"):
            return None
        name = written[1]
    path = posixpath.normpath(posixpath.join(step.action.local, name))
    return next((image for image in repository.images if image.path == path), None)


def _declarations(step: Step) -> tuple[str, ...]:
    folder = step.action.local if step.action is not None else ""
    return tuple(posixpath.join(folder, name) for name in ("action.yml", "action.yaml"))


def _entry_points(image: Image) -> tuple[str, ...]:
    """The names of the scripts that the image starts with."""
    instructions = image.stages[-1].instructions if image.stages else ()
    started = [one for one in instructions if one.keyword in {"ENTRYPOINT", "CMD"}]
    return tuple(
        posixpath.basename(word.strip("'\"[],")) for one in started for word in one.arguments if word.endswith(".sh")
    )


def declared(step: Step, repository: Repository) -> tuple[str, ...]:
    """The text of the local action that a step calls; empty for other steps."""
    if step.action is None or not step.action.local:
        return ()
    return tuple(text for path in _declarations(step) if (text := _text(path, repository)) is not None)


def _text(path: str, repository: Repository) -> str | None:
    source = repository.read(path) if path in repository.project.paths else None
    try:
        return source.text if source is not None else None
    except UndecodableFile:
        return None
