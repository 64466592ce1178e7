"""Installs that bring nothing, or as good as nothing: keeping what they fetch would cost more than it saves."""

from __future__ import annotations

import posixpath
import re

from agentlint.facts.command import Command
from agentlint.facts.remembered import remembered
from agentlint.facts.repository import Repository
from agentlint.facts.unit_index import joined_path
from agentlint.files.lazily import lazily
from agentlint.programs import Fetching


def brings_none(command: Command, how: Fetching, repository: Repository) -> bool:
    """True for an install that is told to bring no other package, or only files at hand, or of a package that needs none."""
    if "--no-index" in command.texts() or (how.what in _OF_NODE and _needs_nothing(command, repository)):
        return True
    if how.what == "yarn" and _comes_with_packages(command, repository):
        return True
    if how.what == "swift":
        return _needs_no_package(command, repository)
    return (
        how.what == "pip"
        and "--no-deps" in command.texts()
        and any(_AT_HAND.search(word.text) or _OF_A_FILE.search(word.text) for word in command.arguments if word.text)
    )


_OF_A_FILE = lazily(
    r"[$(].*(?:wheel|whl|sdist|dist|artifact|archive)|(?:wheel|whl|sdist|artifact|archive)\w*[.(]", re.IGNORECASE
)
"""What a variable or an expression holds that is called after a file: `str(wheel.resolve())`, `"$WHEEL"`."""
_OF_NODE = frozenset({"npm", "yarn", "pnpm"})
_WHOLE_INSTALLS = frozenset({"ci", "install", "i", "clean-install", "install-clean"})
_FOLDER_OPTIONS = ("--prefix", "-C", "--cwd", "--dir")
"""Options of npm, pnpm and yarn that name the folder of the package (npm's own `-C`; docs.npmjs.com, pnpm.io, yarnpkg.com)."""


def _needs_nothing(command: Command, repository: Repository) -> bool:
    """True for the install of a package.json that needs at most one package and has no workspace, or of an archive built here."""
    folder = command.value_of(*_FOLDER_OPTIONS)
    words = [text for text in command.texts() if not text.startswith("-") and text != folder]
    if words[:1] == ["install"] and len(words) > 1 and all(word.endswith(".tgz") for word in words[1:]):
        return not any("//" in word for word in words)
    if command.directory is None or len(words) > 1 or not set(words) <= _WHOLE_INSTALLS:
        return False
    if any(text.startswith(("-g", "--global", "-w")) for text in command.texts()):
        return False
    place = joined_path(command.directory, folder or "")
    return any(
        manifest.ecosystem == "node"
        and manifest.directory == place
        and (not manifest.dependencies or _locks_one_package(manifest.directory, repository))
        and not manifest.workspaces
        for manifest in repository.project.manifests
    ) and not any(repository.read(posixpath.join(place, name)) for name in ("pnpm-workspace.yaml", "lerna.json"))


def _comes_with_packages(command: Command, repository: Repository) -> bool:
    """True where the packages are committed: Yarn's zero-installs (yarnpkg.com/features/caching)."""
    return joined_path(command.directory or "", command.value_of(*_FOLDER_OPTIONS) or "") in _zero_installs(repository)


@remembered
def _zero_installs(repository: Repository) -> frozenset[str]:
    """The folders with a cache of Yarn among their files."""
    return frozenset(
        path.partition(".yarn/cache/")[0].rstrip("/")
        for path in repository.project.paths
        if ".yarn/cache/" in path and path.endswith(".zip")
    )


_NEEDED_BY_SWIFT = lazily(r"\.package\s*\(")


def _needs_no_package(command: Command, repository: Repository) -> bool:
    """True for a package of Swift that needs no other: what it compiled itself is older than a fresh checkout, and built anew.

    Files that a cache restores keep their times, and so do the packages fetched into .build; the checkout's own do not.
    """
    if command.directory is None:
        return False
    place = joined_path(command.directory, command.value_of("--package-path") or "")
    source = repository.read(posixpath.join(place, "Package.swift"))
    return source is not None and not _NEEDED_BY_SWIFT.search(source.text)


_LOCKED = lazily(r'^[ \t]*"node_modules/[^"]+":', re.MULTILINE)


def _locks_one_package(folder: str, repository: Repository) -> bool:
    """True where npm's lock file holds a single package: it is there sooner than a cache would be."""
    source = repository.read(posixpath.join(folder, "package-lock.json"))
    return source is not None and len(_LOCKED.findall(source.text)) == 1


_AT_HAND = lazily(r"^(?:-e|--editable|\.{1,2}|\.{0,2}/(?!/).*|\"?\$[\w{(]+.*|(?!.*://).*\.(?:whl|tar\.gz|zip))[\"']?$")
"""What pip is told to install where that is a folder, an archive, or something that the script has just made."""
