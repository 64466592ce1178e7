"""Which Dockerfile an image build reads, and whether its layers cost enough to be kept."""

from __future__ import annotations

import itertools
import posixpath
import re

from agentlint.facts.calls import called_units
from agentlint.facts.calls_of_images import COMPOSE_FILES
from agentlint.facts.command import Command
from agentlint.facts.image import Image
from agentlint.facts.pipeline import Action, Step
from agentlint.facts.repository import Repository
from agentlint.facts.unit import UnitKind
from agentlint.files.lazily import lazily
from agentlint.programs import table

_FILE_INPUTS = ("file", "dockerfile")
_CONTEXT_INPUTS = ("context", "path", "build-context")
_NAMES = ("Dockerfile", "Containerfile")
_WORK = frozenset({"build", "install", "test"})
_DOWNLOADS = frozenset({"curl", "wget", "git", "make", "cmake", "gcc", "g++", "meson", "ninja", "configure"})
_FEW = 2
"""Layers of an image that is put together in a moment."""
_SMALL = 3
"""Packages that one `apk add` brings in a second or two."""


def image_of_step(step: Step, repository: Repository) -> Image | None:
    """The Dockerfile that a ready-made build step names, where it is one of this repository."""
    if step.action is None:
        return None
    inputs = step.action.inputs
    context = next((inputs[name].value for name in _CONTEXT_INPUTS if name in inputs), "")
    written = next((inputs[name].value for name in _FILE_INPUTS if name in inputs), "")
    if any("://" in text for text in (context, written)) or "$" in written or ("$" in context and not written):
        return None
    candidates = (
        [written, posixpath.join(context, written)] if written else [posixpath.join(context, n) for n in _NAMES]
    )
    return _at({posixpath.normpath(path) for path in candidates if path}, repository)


def bare_task(step: Step, repository: Repository) -> bool:
    """True for Azure's task for Docker that builds and imports no layers, and for a dev container that is built anew.

    By default the task builds and pushes.
    """
    name = step.action.name if step.action is not None else ""
    if step.action is None or name not in {"task:docker", "devcontainers/ci"}:
        return False
    if name == "devcontainers/ci":
        return not {"cacheFrom", "imageName"} & set(step.action.inputs) and _builds_container(step.action, repository)
    given = {name.lower(): setting.value.lower() for name, setting in step.action.inputs.items()}
    return given.get("command", "") in {"", "build", "buildandpush"} and "cache-from" not in given.get("arguments", "")


_DEV_CONTAINERS = (".devcontainer/devcontainer.json", ".devcontainer.json")
_BUILT = lazily(r'"(?:build|dockerFile|features)"\s*:')


def _builds_container(action: Action, repository: Repository) -> bool:
    """True where the dev container is more than an image that is pulled."""
    inputs = action.inputs
    folder = inputs["subFolder"].value.strip() if "subFolder" in inputs else ""
    named = [inputs["configFile"].value.strip()] if "configFile" in inputs else list(_DEV_CONTAINERS)
    texts = (repository.text(posixpath.normpath(posixpath.join(folder, name))) for name in named)
    return any(_BUILT.search(text) for text in texts)


_BAKE_FILES = ("docker-bake.hcl", "docker-bake.override.hcl", "docker-bake.json", *COMPOSE_FILES)
"""Files that bake reads where none is named (docs.docker.com/build/bake: file lookup)."""


def baked_with_cache(step: Step, repository: Repository) -> bool:
    """True for a bake whose files name the cache of their targets, or whose files are not to be seen from here."""
    if step.action is None or step.action.name.lower() != "docker/bake-action":
        return False
    inputs = step.action.inputs
    folder = inputs["workdir"].value.strip() if "workdir" in inputs else ""
    written = [one for one in re.split(r"[\n,]", inputs["files"].value) if one.strip()] if "files" in inputs else []
    names = [posixpath.normpath(posixpath.join(folder, one.strip())) for one in written or _BAKE_FILES]
    texts = [source.text for name in names if (source := repository.read(name)) is not None]
    return any("cache-from" in text or "cache_from" in text for text in texts) or any("$" in name for name in names)


_MAKE_THE_LAYERS = ("builder", "context", "file", "target", "build-args", "build-contexts", "no-cache")


def built_again(step: Step, built: set[tuple[str, ...]]) -> bool:
    """True where an earlier step has filled the same builder with these layers: to load, scan and push takes them from there."""
    if step.action is None or step.action.name.lower() != "docker/build-push-action":
        return False
    inputs = {name: setting.value.strip() for name, setting in step.action.inputs.items()}
    same = tuple(inputs.get(name, "") for name in _MAKE_THE_LAYERS)
    platforms = [name.strip() for name in inputs.get("platforms", "").split(",")]
    known = all((*same, platform) in built for platform in platforms)
    built.update((*same, platform) for platform in platforms)
    return known


def image_of_command(command: Command, repository: Repository) -> Image | None:
    """The Dockerfile that a build command reads, where it can be told."""
    units = [
        repository.units[name] for name in called_units(command, repository.unit_index) if name in repository.units
    ]
    paths = {unit.place.path for unit in units if unit.kind is UnitKind.IMAGE_STAGE}
    return _at(paths, repository) if len(paths) == 1 else None


def base_asked_for(command: Command, image: Image) -> str:
    """The build arguments that choose the base of the image: builds on different bases share no layer."""
    words = command.texts()
    given = [after for before, after in itertools.pairwise(words) if before == "--build-arg"]
    given += [word.removeprefix("--build-arg=") for word in words if word.startswith("--build-arg=")]
    bases = " ".join(stage.base for stage in image.stages)
    return " ".join(sorted(one for one in given if re.search(rf"\$\{{?{re.escape(one.partition('=')[0])}\b", bases)))


def _at(paths: set[str], repository: Repository) -> Image | None:
    return next((image for image in repository.images if image.path in paths), None)


def worth_layers(image: Image | None) -> bool:
    """False for an image that only copies files, or adds a few small packages: it is built as fast as a cache is fetched."""
    if image is None:
        return True
    if _clones_a_branch(image):
        return False
    instructions = [one for stage in image.stages for one in stage.instructions]
    runs = [one for one in instructions if one.keyword == "RUN"]
    if len(runs) + len([one for one in instructions if one.keyword in {"COPY", "ADD"}]) > _FEW:
        return bool(runs)
    return any(not one.commands or any(_costs(command) for command in one.commands) for one in runs)


def _clones_a_branch(image: Image) -> bool:
    """True where the first thing that is run clones a branch: its layer, kept, would hold the sources of an older day."""
    for stage in image.stages[:1]:
        for one in stage.instructions:
            if one.keyword not in {"RUN", "COPY", "ADD"}:
                continue
            words = [command.texts() for command in one.commands if command.program == "git"]
            cloned = any("clone" in texts for texts in words)
            pinned = any({"checkout", "reset"} & set(texts) for texts in words) or _TAG.search(one.value)
            return cloned and not pinned
    return False


_TAG = lazily(r"(?:--branch|-b)[= ]?[\"']?v?\d+\.\d|\b[0-9a-f]{40}\b")


def _costs(command: Command) -> bool:
    if command.program == "apk":
        names = [text for text in command.texts() if not text.startswith("-")]
        return "add" in names and (len(names) - 1 > _SMALL or any("$" in name for name in names))
    return bool(
        _DOWNLOADS & {command.program}
        or next(iter(table().fetching(command)), None)
        or _WORK & set(table().roles(command))
        or command.program_path.startswith("./")
    )
