"""What .gitignore files say of a path, by pathspec: for the scan of a folder without git, and for paths that are not there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

Specs = tuple[tuple[str, "GitIgnoreSpec"], ...]
"""The .gitignore files in force in a folder, innermost last, each with its own folder's path (empty or ending in `/`)."""


def spec_of(text: str) -> GitIgnoreSpec:
    """The patterns of one .gitignore; a line that the library refuses does not cost the others."""
    from pathspec import GitIgnoreSpec

    lines = text.splitlines()
    try:
        return GitIgnoreSpec.from_lines(lines)
    except ValueError:
        return GitIgnoreSpec.from_lines(_readable(lines))


def is_ignored(path: str, specs: Specs) -> bool:
    """The innermost .gitignore that says anything about a path decides; a folder's path ends in `/`."""
    for folder, spec in reversed(specs):
        include = spec.check_file(path[len(folder) :]).include
        if include is not None:
            return include
    return False


def _readable(lines: Iterable[str]) -> Iterator[str]:
    from pathspec import GitIgnoreSpec

    for line in lines:
        try:
            GitIgnoreSpec.from_lines([line])
        except ValueError:
            continue
        yield line
