"""Whether a version is pinned: image tags, package arguments, tool versions."""

from __future__ import annotations

import re

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.facts.unit import UnitKind

_PINNED_ARGUMENT = re.compile(r"===?|~=|<|@ ")
_MOVING_TAGS = frozenset(
    {
        "latest",
        "stable",
        "edge",
        "nightly",
        "master",
        "main",
        "dev",
        "rolling",
        "current",
        "lts",
        "testing",
        "unstable",
        "sid",
    }
)
_DOCKER_VALUES = (
    "-v", "--volume", "-e", "--env", "-w", "--workdir", "--name", "-p", "--publish", "--network", "--net", "-u", "--user",
    "--entrypoint", "--env-file", "--platform", "--mount", "-h", "--hostname", "--add-host", "--label", "-l", "--cpus", "-m",
    "--memory", "--ulimit", "--shm-size", "--cap-add", "--device", "--restart", "--gpus", "--tmpfs", "--volumes-from", "--link",
)  # fmt: skip
_BOOTSTRAP = frozenset({"pip", "npm", "corepack", "bundler"})
"""Installers themselves: their newest version is what set-up asks for."""


def image_floats(image: str) -> bool | None:
    """True for an image with no tag, `latest` or another moving word; None where it cannot be told (a variable)."""
    name = image.strip().strip("'\"")
    if not name or name == "scratch" or "$" in name or "{{" in name or "<<" in name:
        return None
    if "@sha256:" in name:
        return False
    tag = name.rsplit("/", 1)[-1].partition(":")[2]
    return not tag or tag.split("-")[0] in _MOVING_TAGS


def has_no_upper_bound(constraint: str) -> bool:
    """True for a requirement that takes the newest release: no version at all, or a lower bound alone."""
    return not any(mark in constraint for mark in ("==", "~=", "<", "@"))


def unpinned_packages(command: Command) -> tuple[str, ...]:
    """Package arguments of an install command with no version at all; empty when constraints or a lock decide."""
    if command.program_path.startswith("./"):
        return ()  # a program that the repository has just built is being tried
    if command.program in {"pip", "pip3", "pipx"} or (
        command.program == "uv" and command.texts()[:2] == ("pip", "install")
    ):
        return _pip_packages(command)
    if command.program == "npm" and command.option("-g", "--global", "--location") is not None:
        return _npm_packages(command, ("install", "i", "add"))
    if command.program == "gem" and command.texts()[:1] == ("install",):
        return () if command.option("-v", "--version") is not None else _gems(command)
    if command.program == "cargo" and command.texts()[:1] == ("install",):
        pinned = command.option("--version", "--vers", "--path", "--git", "--locked") is not None
        return () if pinned else tuple(name for name in _plain(command, 1, ("--root", "--features")) if "@" not in name)
    if command.program == "go" and command.texts()[:1] == ("install",):
        return tuple(name for name in _plain(command, 1, ()) if name.endswith(("@latest", "@master", "@main")))
    if command.program in {"docker", "podman"} and command.texts()[:1] == ("run",):
        return _run_image(command)
    if command.program == "dotnet" and command.texts()[:2] == ("tool", "install"):
        return () if command.option("--version") is not None else _plain(command, 2, ("--tool-path", "--add-source"))
    return ()


def _run_image(command: Command) -> tuple[str, ...]:
    """The image of `docker run`: the first operand. Images without a registry or owner may be built here, so they are left out."""
    operands = _plain(command, 1, _DOCKER_VALUES)
    image = operands[0] if operands else ""
    return (image,) if "/" in image and image_floats(image) else ()


def _gems(command: Command) -> tuple[str, ...]:
    return tuple(n for n in _plain(command, 1, ("--source", "-i")) if ":" not in n and not n.endswith(".gem"))


def _pip_packages(command: Command) -> tuple[str, ...]:
    texts = command.texts()
    if "install" not in texts[:3] or command.option("-c", "--constraint", "--require-hashes", "--no-index") is not None:
        return ()
    if "PIP_CONSTRAINT" in command.environment:
        return ()
    start = texts.index("install") + 1
    options = (
        "-r",
        "--requirement",
        "-e",
        "--editable",
        "-i",
        "--index-url",
        "--extra-index-url",
        "-t",
        "--target",
        "--prefix",
        "-f",
        "--find-links",
        "--python",
        "--group",
    )
    return tuple(name for name in _plain(command, start, options) if _is_bare_python_package(name))


def _is_bare_python_package(name: str) -> bool:
    base = re.split(r"[\[;>!=~<]", name)[0].strip()
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", base) or base.lower() in _BOOTSTRAP:
        return False
    if base.endswith((".whl", ".gz", ".txt", ".zip")) or "/" in name:
        return False
    return not _PINNED_ARGUMENT.search(name)


def _npm_packages(command: Command, verbs: tuple[str, ...]) -> tuple[str, ...]:
    texts = command.texts()
    if not any(verb in texts[:2] for verb in verbs):
        return ()
    found = []
    for name in _plain(command, 0, ("--prefix", "--registry", "--location")):
        version = name.rpartition("@")[2] if "@" in name[1:] else ""
        if name in verbs or name.startswith((".", "/", "git", "http")) or name in _BOOTSTRAP:
            continue
        if version in {"", "latest", "next"} and name.split("@")[0] not in _BOOTSTRAP:
            found.append(name)
    return tuple(found)


def _plain(command: Command, start: int, value_options: tuple[str, ...]) -> tuple[str, ...]:
    found: list[str] = []
    skip = False
    for word in command.arguments[start:]:
        if skip:
            skip = False
        elif word.text.startswith("-"):
            skip = word.text in value_options
        elif word.literal and "$" not in word.text and "{" not in word.text:
            found.append(word.text)
    return tuple(found)


_CALLED_BY_JOBS = frozenset({UnitKind.PACKAGE_SCRIPT, UnitKind.TARGET, UnitKind.ENVIRONMENT, UnitKind.FUNCTION})


def runs_unattended(command: Command, repository: Repository) -> bool:
    """True for commands of CI jobs, images and what jobs call: where a floating version changes the result of a run.

    A script counts only where it stands in a CI folder: one that users run to install something wants the newest.
    """
    unit = repository.units.get(command.unit)
    if unit is None:
        return False
    if unit.kind in {UnitKind.JOB, UnitKind.IMAGE_STAGE}:
        return True
    if unit.kind in _CALLED_BY_JOBS or (unit.kind is UnitKind.SCRIPT and _CI_FOLDER.search(command.place.path)):
        return command.unit in _called_by_jobs(repository)
    return False


_CI_FOLDER = re.compile(
    r"(^|/)\.?(ci|github|gitlab|circleci|buildkite|travis|azure-pipelines|jenkins)(/|$)", re.IGNORECASE
)


def _called_by_jobs(repository: Repository) -> frozenset[str]:
    known = repository.memory("called by jobs")
    if known is None:
        found: set[str] = set()
        for pipeline in repository.pipelines:
            for job in pipeline.jobs:
                found.update(repository.graph.closure(job.unit))
        known = repository.remember("called by jobs", frozenset(found))
    assert isinstance(known, frozenset)
    return known
