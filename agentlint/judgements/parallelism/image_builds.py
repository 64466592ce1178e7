"""Builds of images by commands and by ready-made steps: of which Dockerfile, and made from which other."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass

from agentlint.facts.command import Command
from agentlint.facts.pipeline import Step
from agentlint.facts.repository import Repository

_ENGINES = frozenset({"docker", "podman", "nerdctl", "buildah", "finch"})
_VERBS = (("build",), ("buildx", "build"), ("image", "build"), ("bud",), ("builder", "build"))
_TAKES_VALUE = frozenset(
    "-t --tag -f --file --build-arg --target --platform --cache-from --cache-to --label --secret --ssh --output -o --network --progress"
    " --iidfile --builder --build-context --metadata-file --add-host --shm-size --memory -m --ulimit --attest --provenance --sbom".split()
)


@dataclass(frozen=True, slots=True)
class ImageBuild:
    """One build: the Dockerfile it reads, and the last parts of the names that its image gets."""

    dockerfile: str
    names: frozenset[str]

    def is_base_of(self, other: ImageBuild, repository: Repository) -> bool:
        """True where the other's Dockerfile starts from the image that this build makes."""
        return not self.names.isdisjoint(
            _last_part(stage.base)
            for image in repository.images
            if image.path == other.dockerfile
            for stage in image.stages
        )


def builds_of(step: Step) -> Iterator[ImageBuild]:
    """The images that a step builds by name, one after another."""
    if step.action is not None and step.action.name == "docker/build-push-action":
        given = {key: setting.value for key, setting in step.action.inputs.items()}
        yield _build(given.get("context", "."), given.get("file", ""), given.get("tags", "").split())
    for command in step.commands:
        build = by_command(command) if not command.in_loop and not command.background else None
        if build is not None:
            yield build


def by_command(command: Command) -> ImageBuild | None:
    """The build that a command asks for; None for any other command, and where variables hide which it is."""
    words = command.texts()
    verb = next((verb for verb in _VERBS if words[: len(verb)] == verb), None)
    if command.program not in _ENGINES or verb is None:
        return None
    rest = words[len(verb) :]
    values: dict[str, list[str]] = {}
    operands: list[str] = []
    index = 0
    while index < len(rest):
        name, sign, value = rest[index].partition("=")
        if name in _TAKES_VALUE and not sign and index + 1 < len(rest):
            value, index = rest[index + 1], index + 1
        if name.startswith("-"):
            values.setdefault(name, []).append(value)
        else:
            operands.append(rest[index])
        index += 1
    folder = posixpath.join(command.directory or "", operands[-1]) if operands else "."
    named = [*values.get("-t", ()), *values.get("--tag", ())]
    file = next(iter([*values.get("-f", ()), *values.get("--file", ())]), "")
    return (
        _build(folder, posixpath.join(command.directory or "", file) if file else "", named)
        if command.in_loop or operands
        else None
    )


def _build(context: str, file: str, tags: list[str]) -> ImageBuild:
    dockerfile = posixpath.normpath(file or posixpath.join(context or ".", "Dockerfile"))
    return ImageBuild(dockerfile, frozenset(_last_part(tag) for tag in tags))


def _last_part(name: str) -> str:
    return name.rsplit("/", 1)[-1].partition("@")[0].partition(":")[0]
