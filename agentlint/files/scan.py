"""The listing where git has none: a directory scan that follows no link and honours nested .gitignore files."""

from __future__ import annotations

import os

from agentlint.files.gitignore import Specs, is_ignored, spec_of

_VERSION_CONTROL = frozenset({".git", ".hg", ".svn", ".jj", "CVS"})


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
                if entry.name not in _VERSION_CONTROL and not is_ignored(path + "/", specs):
                    waiting.append((path, specs))
            elif not is_ignored(path, specs):
                files.append(path)
    return sorted(files), sorted(unreadable)


def _with_own(root: str, folder: str, outer: Specs, entries: list[os.DirEntry[str]]) -> Specs:
    if not any(entry.name == ".gitignore" and entry.is_file(follow_symlinks=False) for entry in entries):
        return outer
    try:
        with open(os.path.join(root, folder, ".gitignore"), encoding="utf-8", errors="replace") as stream:
            spec = spec_of(stream.read(1 << 20))
    except OSError:
        return outer
    return (*outer, (f"{folder}/" if folder else "", spec))
