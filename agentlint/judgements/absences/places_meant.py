"""Where a documented command is run: the folders that its author may mean."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate

from agentlint.facts.remembered import remembered
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily

DYNAMIC = lazily(r"[$<>{}*?|…%]|\.\.\.|^\[|^[A-Z_]{3,}$|[A-Z]{3,}_[A-Z]{2,}")
"""What stands for something that the reader fills in."""


@dataclass(frozen=True, slots=True)
class Meant:
    """The folders in which a command may run, most likely first; empty where it runs in another project."""

    folders: tuple[str, ...]
    nested: bool = False
    """The document stands in a folder of its own, and so speaks of that folder."""
    for_developers: bool = False
    """The document is written for who works on the repository, not for its users."""

    def candidates(self, written: str) -> list[str]:
        """The paths that a written path may mean."""
        return [posixpath.normpath(posixpath.join(folder, written)) for folder in self.folders]

    def any_named(self, names: Iterable[str], repository: Repository) -> bool:
        """True when one of the folders has a file by one of these names."""
        return any(path in repository.project.paths for name in names for path in self.candidates(name))


_CHANGES = lazily(
    r"(?:^|[\s`;&(])(?:cd|pushd|Set-Location)\s+([^\s`;&|)]+)"
    r"|\b(?:in|inside|from|within|into|of|to) (?:the |your )?`(?:\./)?([\w./-]+)`|`([\w./-]+)/?` (?:directory|folder)\b",
    re.MULTILINE,
)
"""A document that goes into a folder, or says that something is done in one."""


def folders_of(path: str, text: str, directory: str | None, repository: Repository) -> tuple[str, ...]:
    """The command's own directory, the root, the document's folder and those above it, and what the document changes into."""
    known = all_folders(repository)
    found = [directory] if directory is not None and (not directory or directory in known) else []
    here = posixpath.dirname(path)
    above = accumulate(here.split("/"), posixpath.join)
    return tuple(dict.fromkeys((*found, "", here, *above, *_changed_into(path, text, repository))))


def _changed_into(path: str, text: str, repository: Repository) -> tuple[str, ...]:
    """The folders that a document goes into, or names as the place of something."""
    kept = repository.memory(("changed into", path))
    if kept is None:
        kept = repository.remember(("changed into", path), tuple(_changes(path, text, repository)))
    assert isinstance(kept, tuple)
    return kept


def _changes(path: str, text: str, repository: Repository) -> Iterator[str]:
    known = all_folders(repository)
    here = posixpath.dirname(path)
    name = posixpath.basename(here)
    if name and f"{name}/" in text and re.search(rf"(?<![\w/-]){re.escape(name)}/(?=[\s`]|$)", text):
        yield posixpath.dirname(here)  # it names its own folder as one who stands above does
    for match in _CHANGES.finditer(text):
        written = match[1] or match[2] or match[3]
        for base in ("", posixpath.dirname(path)):
            folder = posixpath.normpath(posixpath.join(base, written.strip("/'\"")))
            if folder in known:
                yield folder
            parts = folder.split("/", 1)
            if len(parts) == 2 and parts[1] in known:  # `cd name-of-the-clone/sub`
                yield parts[1]


@remembered
def all_folders(repository: Repository) -> frozenset[str]:
    """Every folder of the tree."""
    found: set[str] = set()
    for path in repository.project.paths:
        folder = posixpath.dirname(path)
        while folder and folder not in found:
            found.add(folder)
            folder = posixpath.dirname(folder)
    return frozenset(found)
