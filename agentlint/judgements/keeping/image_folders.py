"""Which folder of the repository a command of an image works in, where the sources were copied in as a whole."""

from __future__ import annotations

import posixpath

from agentlint.facts.command import Command
from agentlint.facts.image import Stage
from agentlint.facts.remembered import remembered
from agentlint.facts.repository import Repository
from agentlint.judgements.keeping.copied_sources import copies_all


def folder_in_image(command: Command, repository: Repository) -> str | None:
    """The folder, "" for the root; None where the stage has copied no whole tree, or the command works beside it.

    What is copied as a whole is the build's folder: the root for a Dockerfile that stands there; of any other nobody can tell.
    """
    stage = _stages(repository).get(command.unit)
    if stage is None or "/" in command.place.path:
        return None
    here, sources = "/", ""
    for instruction in stage.instructions:
        if instruction.keyword == "WORKDIR":
            here = posixpath.join(here, instruction.value.strip().strip("\"'"))
        elif instruction.keyword in {"COPY", "ADD"} and copies_all(instruction):
            sources = posixpath.normpath(posixpath.join(here, instruction.arguments[-1]))
        elif instruction.place.span.start <= command.place.span.start < instruction.place.span.end:
            return _below(_entered(here, command, instruction.commands), sources)
    return None


def _entered(here: str, command: Command, beside: tuple[Command, ...]) -> str:
    """The folder after each `cd` that stands before the command in its instruction."""
    for other in beside:
        if other.place.span.start >= command.place.span.start:
            break
        if other.program in {"cd", "pushd"} and other.texts():
            here = posixpath.join(here, other.texts()[0])
    return posixpath.normpath(here)


def _below(folder: str, sources: str) -> str | None:
    if not sources or "$" in folder + sources:
        return None
    if folder == sources:
        return ""
    return folder[len(sources) + 1 :] if folder.startswith(sources.rstrip("/") + "/") and sources != "/" else None


@remembered
def _stages(repository: Repository) -> dict[str, Stage]:
    """The stages of all images by their unit."""
    return {stage.unit: stage for image in repository.images for stage in image.stages}
