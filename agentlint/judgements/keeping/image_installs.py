"""What the instructions of an image install, and what an instruction finds installed by those before it and by other stages."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.image import Instruction, Stage
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.judgements.keeping.caching import Fetch, worth_keeping
from agentlint.judgements.keeping.copied_scripts import run_by_script
from agentlint.judgements.running.scope import carried_out
from agentlint.programs import Fetching, When, table

_SYSTEM = frozenset({"apt-get", "apt", "apk", "dnf", "microdnf", "yum", "zypper", "pkg"})
_OTHER_THINGS = frozenset({"docker", "pre-commit", "ccache", "gem"})
PACKAGES = Fetching("packages", When(), heavy=True, seconds=20)
"""The packages of the system."""
_MODULES = Fetching("go", When(), heavy=True, compiles=True, seconds=40)
_GO_BUILD = lazily(r"(?:\bgo|\$[({]GO[)}]) (?:build|install)\b")
_TASKS = frozenset({"make", "gmake", "just", "task"})


def installs(
    instruction: Instruction, before: set[str], stage: Stage, repository: Repository
) -> Iterator[tuple[Command, Fetching]]:
    """The installs of the instruction whose downloads no earlier instruction brought, one command after the other."""
    for command in instruction.commands:
        if command.program in _SYSTEM and {"install", "add"} & set(command.texts()) and not _local(command):
            if "packages" not in before:
                yield command, PACKAGES
        if command.program == "make" and "go" not in before and _makes_with_go(repository):
            yield command, _MODULES
        for reached in _behind(command, stage, repository):
            for how in table().fetching(reached):
                if _is_first(how, reached, before) and not (how.what == "go" and _vendored(repository)):
                    yield reached, how


def brought(instruction: Instruction, before: set[str], stage: Stage, repository: Repository) -> set[str]:
    """What the instruction leaves behind for those after it. A tool that Go installs brings nothing of the project's modules."""
    return {
        how.what
        for command, how in installs(instruction, before, stage, repository)
        if how.heavy and not (how.what == "go" and any("@" in text for text in command.texts()))
    }


_PACKAGE_FOLDERS = lazily(
    r"site-packages|dist-packages|\.local\b|\bvenv\b|node_modules|/usr/local(?:/lib)?/?$|/go(?:/|$)|\bvendor\b|\.cargo|\.m2\b|bundle|wheels"
)
"""Folders that packages are installed in: who copies one has them."""


def inherited(stage: Stage, repository: Repository) -> frozenset[str]:
    """What the stage that this one goes on from has installed."""
    return _left_by(stage.base, stage, repository) if stage.base_is_stage else frozenset()


def taken_over(instruction: Instruction, stage: Stage, repository: Repository) -> frozenset[str]:
    """What comes with a copy of another stage's folder of packages; those of the system lie all over the place."""
    name = next((flag.removeprefix("--from=") for flag in instruction.flags if flag.startswith("--from=")), "")
    if not name or not any(_PACKAGE_FOLDERS.search(source) for source in instruction.arguments[:-1]):
        return frozenset()
    return _left_by(name, stage, repository) - {"packages"}


def _left_by(name: str, stage: Stage, repository: Repository) -> frozenset[str]:
    """All that an earlier stage of the same file, and those it goes on from, have installed."""
    found: set[str] = set()
    image = next((one for one in repository.images if one.path == stage.place.path), None)
    for other in reversed(image.stages[: stage.index] if image is not None else ()):
        if name not in {other.name, str(other.index)}:
            continue
        for instruction in other.instructions:
            if instruction.keyword == "RUN":
                found |= brought(instruction, found, other, repository)
        if not other.base_is_stage:
            break
        name = other.base
    return frozenset(found)


def _behind(command: Command, stage: Stage, repository: Repository) -> Iterator[Command]:
    """The command, and what a target or script of this repository runs in any case."""
    yield command
    yield from run_by_script(command, stage, repository)
    if command.program in _TASKS:
        for reached in carried_out(command, repository):
            if reached is not command and not reached.guards:
                yield reached


def _is_first(how: Fetching, command: Command, before: set[str]) -> bool:
    """True for an install worth a layer of its own, of which no earlier instruction has brought the downloads."""
    own = how.heavy or bool(how.trifles) or how.what == "galaxy"
    return (
        own
        and not (before - {"packages"} and (how.compiles or own_package(command, how)))
        and how.what not in before
        and how.what not in _OTHER_THINGS
        and not how.download
        and worth_keeping(Fetch(how, command, command))
    )


LEAVES_PROJECT = {"uv": "--no-install-project", "poetry": "--no-root", "pdm": "--no-self"}
"""What has an install from a lock file leave the project itself for later (docs.astral.sh/uv: Docker; python-poetry.org, pdm-project.org)."""
_LOCKS = {"uv": ("uv.lock", "sync"), "poetry": ("poetry.lock", "install"), "pdm": ("pdm.lock", "install sync")}


def installs_from_lock(command: Command, repository: Repository) -> bool:
    """True for an install of all that a lock file of this tree names, which can go before the project's own code is there."""
    lock, verbs = _LOCKS.get(command.program, ("", ""))
    verb = next((text for text in command.texts() if not text.startswith("-")), "")
    return bool(lock) and verb in verbs.split() and lock in repository.paths_by_name


def own_package(command: Command, how: Fetching) -> bool:
    """True for the install of the project itself."""
    return how.what in {"pip", "uv"} and any(text in {".", "./", "-e"} or ".[" in text for text in command.texts())


def _local(command: Command) -> bool:
    """True for the install of a file that was copied in, or of a package that a variable names."""
    return any(
        "./" in text or text.endswith((".deb", ".rpm", ".apk", ".txt")) or "$" in text for text in command.texts()
    )


def _vendored(repository: Repository) -> bool:
    """True where the root's module of Go lies there with all that it needs (go.dev/ref/mod: vendoring)."""
    return "vendor/modules.txt" in repository.project.paths


def _makes_with_go(repository: Repository) -> bool:
    """True when the root's Makefile builds a Go module, whose dependencies its first build downloads."""
    makefile = repository.read("Makefile") if "go.mod" in repository.project.paths else None
    return makefile is not None and _GO_BUILD.search(makefile.text) is not None and not _vendored(repository)
