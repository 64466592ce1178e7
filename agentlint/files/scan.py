"""The listing where git has none: a directory scan that follows no link and honours nested .gitignore files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

_VERSION_CONTROL = frozenset({".git", ".hg", ".svn", ".jj", "CVS"})

Specs = tuple[tuple[str, "GitIgnoreSpec"], ...]
"""The .gitignore files in force in a folder, innermost last, each with its own folder's path."""


def scan(root: str) -> tuple[list[str], list[tuple[str, str]]]:
    """Files below `root`, relative to it and sorted, and the folders that could not be read with the reason."""
    files: list[str] = []
    unreadable: list[tuple[str, str]] = []
    waiting: list[tuple[str, Specs]] = [("", ())]
    while waiting:
        folder, outer = waiting.pop()
        try:
            entries = sorted(os.scandir(os.path.join(root, folder)), key=lambda entry: entry.name)
        except OSError as error:
            unreadable.append((folder or ".", error.strerror or str(error)))
            continue
        specs = _with_own(root, folder, outer, entries)
        for entry in entries:
            path = f"{folder}/{entry.name}" if folder else entry.name
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in _VERSION_CONTROL and not _ignored(path + "/", specs):
                    waiting.append((path, specs))
            elif not _ignored(path, specs):
                files.append(path)
    return sorted(files), sorted(unreadable)


def _with_own(root: str, folder: str, outer: Specs, entries: list[os.DirEntry[str]]) -> Specs:
    if not any(entry.name == ".gitignore" and entry.is_file(follow_symlinks=False) for entry in entries):
        return outer
    from pathspec import GitIgnoreSpec

    try:
        with open(os.path.join(root, folder, ".gitignore"), encoding="utf-8", errors="replace") as stream:
            spec = GitIgnoreSpec.from_lines(_readable(stream.read(1 << 20)))
    except (OSError, ValueError):
        return outer
    return (*outer, (f"{folder}/" if folder else "", spec))


def _readable(text: str) -> Iterator[str]:
    """The lines that the library takes; one bad pattern must not cost the file."""
    from pathspec import GitIgnoreSpec

    for line in text.splitlines():
        try:
            GitIgnoreSpec.from_lines([line])
        except ValueError:
            continue
        yield line


def _ignored(path: str, specs: Specs) -> bool:
    """The innermost .gitignore that says anything about a path decides."""
    for folder, spec in reversed(specs):
        include = spec.check_file(path[len(folder) :]).include
        if include is not None:
            return include
    return False
