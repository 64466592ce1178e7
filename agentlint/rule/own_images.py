"""Which image names are only labels of what this repository builds itself."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.repository import Repository
from agentlint.rule.own_project import own_slug

_BUILDERS = frozenset({"docker", "podman", "buildah", "nerdctl", "buildctl", "kaniko", "img"})
_TAG_OPTIONS = ("-t", "--tag")
_NAMING_INPUTS = ("tags", "images", "image", "repository", "imagename")


def built_here(image: str, repository: Repository) -> bool:
    """True for an image that a command, a compose service or a CI step of this repository builds under that name."""
    known = repository.memory("images built here")
    if known is None:
        known = repository.remember("images built here", frozenset(_names(repository)))
    assert isinstance(known, frozenset)
    return _bare(image) in known or _of_this_project(_bare(image).lower(), repository)


def _of_this_project(bare: str, repository: Repository) -> bool:
    """True for an image that bears the name of this project or of one of its programs (`ghcr.io/team/shop` of team/shop)."""
    parts = [part for part in bare.split("/") if "." not in part and ":" not in part and part != "localhost"]
    owner, _, name = own_slug(repository).partition("/")
    if parts and name and parts[-1] == name:
        return True
    if parts and name and parts[-1] == name.removeprefix("docker-"):
        return len(parts) == 1 or _plain(parts[-2]) == _plain(owner)
    programs = {program for manifest in repository.project.manifests for program in manifest.entry_points}
    return len(parts) > 1 and parts[-1] == parts[-2] and parts[-1] in programs


def _plain(name: str) -> str:
    return name.replace("-", "").replace("_", "")


def _bare(image: str) -> str:
    name = image.strip().strip("'\"").partition("@")[0]
    head, slash, last = name.rpartition("/")
    return (head + slash + last.partition(":")[0]).removeprefix("docker.io/").removeprefix("library/")


def _builds(action: str) -> bool:
    """True for a ready-made step that builds or hands out images, and does not only run one."""
    return ("docker" in action or "image" in action) and "run" not in action and action != "plugin:docker"


def _names(repository: Repository) -> Iterator[str]:
    for command in repository.commands:
        if command.program in _BUILDERS and {"build", "bud", "tag"} & set(command.texts()[:2]):
            for index, text in enumerate(command.texts()):
                name, equals, value = text.partition("=")
                if name in _TAG_OPTIONS:
                    yield _bare(value if equals else "".join(command.texts()[index + 1 : index + 2]))
            if command.texts()[:1] == ("tag",):
                yield _bare(command.texts()[-1])
    for setting in repository.project.settings:
        if setting.tool == "compose" and setting.key.endswith(".image"):
            service = setting.key.removesuffix(".image")
            path = setting.place.path
            if any(
                s.tool == "compose" and s.key == f"{service}.build" and s.place.path == path
                for s in repository.project.settings
            ):
                yield _bare(setting.value)
    for pipeline in repository.pipelines:
        for job in pipeline.jobs:
            for step in job.steps:
                if step.action is not None and _builds(step.action.name):
                    for name in _NAMING_INPUTS:
                        written = step.action.inputs.get(name)
                        for line in (written.value if written is not None else "").replace(",", "\n").splitlines():
                            yield _bare(line.strip())
