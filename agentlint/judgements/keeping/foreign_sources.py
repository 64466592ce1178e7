"""What a job fetches of other projects: their archives and repositories, and where they come to lie."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass

from agentlint.facts.command import Command
from agentlint.facts.pipeline import Job
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.judgements.keeping.caching import inner_commands
from agentlint.judgements.running.scope import carried_out, from_hooks, in_container

_ARCHIVE = lazily(
    r"\.(?:tar\.(?:gz|xz|bz2|lz|zst)|tgz|tbz2?|txz|zip)\b|/(?:tarball|zipball|archive)/|codeload\.github\.com"
)
_CLONE_VALUES = (
    "-b",
    "--branch",
    "-c",
    "--config",
    "-o",
    "--origin",
    "-j",
    "--jobs",
    "--reference",
    "--depth",
    "--filter",
)
_REMOTE = lazily(r"^(?:https?|git|ssh)://|^git@")
_DOWNLOADS = frozenset({"curl", "wget", "aria2c", "axel", "fetch"})

LARGE = frozenset(
    "linux llvm-project gcc chromium rust nixpkgs homebrew-core homebrew-cask webkit gecko-dev freebsd-src kubernetes tensorflow"
    " pytorch cpython node php-src go binutils-gdb glibc boost qt5 odoo elasticsearch".split()
)
"""Repositories whose history alone is hundreds of megabytes."""


BUILT_AT_ONCE = frozenset({"lua", "luarocks"})
"""Projects whose build is a matter of seconds: thirty small files of C, and scripts alone (lua.org, luarocks.org: INSTALL)."""


@dataclass(frozen=True)
class Foreign:
    """One fetch of another project's sources: the command, the folder it makes ("" where not known), the project's name."""

    by: Command
    folder: str
    name: str

    @property
    def shallow(self) -> bool:
        """True for a clone that leaves history out, and for an archive, which has none."""
        return self.by.program != "git" or any(
            text.startswith(("--depth", "--shallow", "--filter")) for text in self.by.texts()
        )


def units_at_work(job: Job, repository: Repository) -> Iterator[tuple[Command, ...]]:
    """The commands of the job itself, then those of each unit of this repository that it sets going, on its own machine."""
    own = tuple(c for c in (*job.commands, *inner_commands(job, repository)) if not in_container(c))
    yield own
    seen = {command.unit for command in own}
    for command in own:
        for reached in carried_out(command, repository):
            if reached.unit not in seen and not in_container(reached) and not from_hooks(reached, repository):
                seen.add(reached.unit)
                yield tuple(c for c in repository.commands_by_unit.get(reached.unit, ()) if not in_container(c))


def foreign(command: Command) -> Foreign | None:
    """The fetch of another project that this command is, if it is one."""
    if command.program == "git" and "clone" in command.texts()[:3]:
        operands = _operands(command)
        if not operands or not _REMOTE.match(operands[0]):
            return None
        name = posixpath.basename(operands[0].rstrip("/")).removesuffix(".git")
        return Foreign(command, posixpath.basename(operands[1].rstrip("/")) if len(operands) > 1 else name, name)
    if command.program in _DOWNLOADS:
        for text in command.texts():
            if _REMOTE.match(text) and _ARCHIVE.search(text):
                return Foreign(command, "", _archived(text))
    return None


def built_at_once(command: Command, repository: Repository) -> bool:
    """True behind the fetch of a project that is built before workers or a cache would have started."""
    last = None
    for other in repository.commands_by_unit.get(command.unit, ()):
        if other.place == command.place:
            break
        last = foreign(other) or last
    return last is not None and last.name.lower() in BUILT_AT_ONCE


_OF_A_REPOSITORY = lazily(r"/([\w.-]+)/(?:-/)?(?:archive|tarball|zipball|tar\.gz|zip)/")


def _archived(address: str) -> str:
    """The project's name: that of the file up to its version, else the repository that a forge packs."""
    of_repository = _OF_A_REPOSITORY.search(address)
    if of_repository is not None:
        return of_repository[1]
    name = re.split(r"[-_.]?v?[\d$]|\.(?:tar|tgz|zip)", posixpath.basename(address))[0]
    return name or address.rstrip("/").split("/")[-2]


def _operands(command: Command) -> list[str]:
    found: list[str] = []
    skip = False
    for word in command.arguments:
        if skip:
            skip = False
        elif word.text.startswith("-"):
            skip = word.text in _CLONE_VALUES
        elif word.text != "clone" or found:
            found.append(word.text)
    return found
