"""Which image names are only labels of what this repository builds itself."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.judgements.pinning.official_images import OFFICIAL_IMAGES
from agentlint.judgements.pinning.own_project import own_slug

_BUILDERS = frozenset({"docker", "podman", "buildah", "nerdctl", "buildctl", "kaniko", "img", "executor", "finch"})
_TAG_OPTIONS = ("-t", "--tag", "--destination")
_NAMING_INPUTS = ("tags", "images", "image", "repository", "imagename", "imageName")
_ALWAYS_BUILD = frozenset({"kaniko", "executor"})
_LAST_OPERAND = frozenset({"tag", "commit", "import"})
"""Verbs whose last operand is the name that an image gets."""
_LOADERS = frozenset({"kind", "minikube", "k3d", "pack", "s2i"})
"""Programs that bring an image of this machine into a cluster, or build one under a name."""
_LOCAL_REGISTRY = lazily(r"(?:localhost|127\.0\.0\.1|0\.0\.0\.0|host\.docker\.internal|[\w.-]+\.localhost)(?::\d+)?/")
_VARIABLE = lazily(r"\$\{\{[^{}]*\}\}|\$\{[^{}]*\}|\$\([^()]*\)|\$\w+|\{\{[^{}]*\}\}")
_OWN_SLUG = lazily(r"\$\{\{\s*github\.repository\s*\}\}|\$\{?(?:GITHUB_REPOSITORY|CI_PROJECT_PATH)\b\}?")
"""Owner and name in one: what a job calls the repository it runs for."""
_DEFAULT = lazily(r"\$\{\w+:?-([\w./:@-]+)\}")
_ANY = "*"
"""Stands for a variable in a name."""
_TOLD_BY_FILES = {
    "Earthfile": lazily(r"^[ \t]*SAVE IMAGE (?:--\S+ )*(\S+)", re.MULTILINE),
    "Tiltfile": lazily(r"\b(?:docker|custom|k8s_image)_build\(\s*['\"]([^'\"\n]+)"),
    "skaffold.yaml": lazily(r"^[ \t]*-?[ \t]*image:[ \t]*['\"]?([\w./:-]+)", re.MULTILINE),
    "Jenkinsfile": lazily(r"\bdocker\.build\(?\s*['\"]([^'\"\n]+)"),
    "docker-bake.hcl": lazily(r"[\[,]\s*\"([\w.${}-]+[/:][\w./:${}-]+)\""),
    "docker-bake.json": lazily(r"[\[,]\s*\"([\w.${}-]+[/:][\w./:${}-]+)\""),
}
"""Files that tell a build which names its images get, and where the names stand in them.
Sources: docs.earthly.dev/docs/earthfile, docs.tilt.dev/api, skaffold.dev/docs/references/yaml, docs.docker.com/build/bake/reference."""


def built_here(image: str, repository: Repository) -> bool:
    """True for an image that a command, a compose service or a CI step of this repository builds under that name, and for a
    bare name that no registry knows."""
    bare = _bare(image)
    if _LOCAL_REGISTRY.match(image.strip().strip("'\"")) or _is_nobody_elses(bare):
        return True
    known = repository.memory("images built here")
    if known is None:
        known = repository.remember("images built here", _known(repository))
    assert isinstance(known, tuple)
    names, patterns = known
    return bare in names or any(p.fullmatch(bare) for p in patterns) or _of_this_project(bare.lower(), repository)


def _is_nobody_elses(bare: str) -> bool:
    """True for a name without owner and registry that is none of the official images: only a build can have made it."""
    return "/" not in bare and re.fullmatch(r"[a-z0-9._-]+", bare) is not None and bare not in OFFICIAL_IMAGES


def _known(repository: Repository) -> tuple[frozenset[str], tuple[re.Pattern[str], ...]]:
    """Names that are given here, and patterns of those that a variable completes (`base-$target`)."""
    written = {_bare(_VARIABLE.sub(_ANY, _OWN_SLUG.sub(f"{_ANY}/{_ANY}", name))) for name in _names(repository)}
    patterns = (_pattern(name) for name in sorted(written) if _ANY in name)
    return frozenset(written), tuple(pattern for pattern in patterns if pattern is not None)


def _pattern(name: str) -> re.Pattern[str] | None:
    """What a name with variables may become; None where too little of it is known."""
    if re.search(r"[a-z]{3}", name.rpartition("/")[2]) is None:
        return None
    begins, rest = (r".*", name.lstrip(_ANY)) if name.startswith(_ANY) else ("", name)
    return re.compile(begins + "[^/]*".join(re.escape(part) for part in re.split(r"\*+", rest)))


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
    if action == "devcontainers/ci":
        return True
    return ("docker" in action or "image" in action) and "run" not in action and action != "plugin:docker"


def _names(repository: Repository) -> Iterator[str]:
    pulled = _pulled(repository)
    for command in repository.commands:
        if command.program in _LOADERS and not pulled.isdisjoint(command.texts()):
            continue  # a registry has it: the cluster is only spared the way there
        if command.program in _BUILDERS or command.program in _LOADERS:
            for name in _given(command):
                yield name
                yield from _DEFAULT.findall(name)
    yield from _of_services(repository)
    for path in repository.judged:
        pattern = _TOLD_BY_FILES.get(posixpath.basename(path))
        source = repository.read(path) if pattern is not None else None
        if pattern is not None and source is not None:
            yield from pattern.findall(source.text)
    for pipeline in repository.pipelines:
        for job in pipeline.jobs:
            for step in job.steps:
                if step.action is not None and _builds(step.action.name):
                    for name in _NAMING_INPUTS:
                        written = step.action.inputs.get(name)
                        for line in (written.value if written is not None else "").replace(",", "\n").splitlines():
                            yield line.strip()


def _pulled(repository: Repository) -> frozenset[str]:
    """The names, as they are written, of images that commands pull."""
    return frozenset(
        word
        for command in repository.commands
        if "pull" in (words := command.texts())[:2]
        for word in words
        if "/" in word or ":" in word
    )


def _given(command: Command) -> Iterator[str]:
    """The names that a command gives to what it builds, tags or loads."""
    words = command.texts()
    operands = [word for word in words if not word.startswith("-")]
    if command.program in _LOADERS:
        if {"load", "import", "build"} & set(words[:2]):
            yield from (word for word in operands[1:] if _bare(word) not in OFFICIAL_IMAGES)
        return
    if command.program not in _ALWAYS_BUILD and not (
        {"build", "bud", "buildx", "builder", "tag"} & set(words[:2]) or _LAST_OPERAND & set(words[:2])
    ):
        return
    for index, text in enumerate(words):
        name, equals, value = text.partition("=")
        if name in _TAG_OPTIONS:
            yield value if equals else "".join(words[index + 1 : index + 2])
    if _LAST_OPERAND & set(words[:2]) and len(operands) > 2:
        yield operands[-1]


def _of_services(repository: Repository) -> Iterator[str]:
    """The names of compose services that are built."""
    built = {
        (setting.place.path, setting.key.removesuffix(".build"))
        for setting in repository.project.settings
        if setting.tool == "compose" and setting.key.endswith(".build")
    }
    for setting in repository.project.settings:
        if setting.tool == "compose" and setting.key.endswith(".image"):
            if (setting.place.path, setting.key.removesuffix(".image")) in built:
                yield setting.value
