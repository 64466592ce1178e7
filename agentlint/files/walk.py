"""The walk: which files of a tree are looked at, of what kind they are, and their bytes. Only this package reads disk.

Nothing is read through a link, and nothing outside the root: the bytes of a path come from a regular file all of whose
folders are real folders below the root.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from agentlint.files.git_listing import git_listing
from agentlint.files.kind_of_file import SHEBANG_BYTES, kind_of_head, kind_of_name, may_have_shebang
from agentlint.files.kinds import Kind
from agentlint.files.left_out import LeftOut
from agentlint.files.scan import scan

MAX_BYTES = 2_000_000
"""A larger file is data or generated, whatever its name says."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """What was not looked at, and why: a folder (with a closing slash) or a file; `files` is how many it stands for."""

    path: str
    reason: str
    files: int = 1


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file or folder that should have been read and could not."""

    path: str
    message: str


@dataclass(frozen=True)
class Listing:
    """The tree as listed. `considered` are the paths not left out, `kinds` the kinds of those that have one;
    `paths` are all, so that others may ask whether something is there."""

    paths: frozenset[str]
    considered: tuple[str, ...]
    kinds: Mapping[str, Kind]
    skipped: tuple[Skipped, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()


def walk(root: str, include: Sequence[str] = (), exclude: Sequence[str] = (), named: Sequence[str] = ()) -> Listing:
    """List the tree at `root`. `include` brings back what is left out by default, `exclude` leaves out more;
    `named` are paths the user asked for by name, which are never left out."""
    listed = git_listing(root)
    unreadable: list[tuple[str, str]] = []
    if listed is None:
        listed, unreadable = scan(root)
    everything = frozenset((*listed, *named))
    reader = TreeReader(root, everything)
    left_out = LeftOut(include, exclude, reader.bytes_or_nothing(".gitattributes"))
    wanted = frozenset(named)
    paths: list[str] = []
    skipped: dict[tuple[str, str], int] = {}
    for path in sorted({*listed, *named}) if named else listed:
        verdict = left_out.verdict(path) if path not in wanted else None
        if verdict is None:
            paths.append(path)
        else:
            skipped[verdict] = skipped.get(verdict, 0) + 1
    return Listing(
        everything,
        tuple(paths),
        _kinds(paths, reader),
        tuple(Skipped(path, reason, count) for (path, reason), count in sorted(skipped.items())),
        tuple(Unreadable(path, message) for path, message in unreadable),
    )


def _kinds(paths: Sequence[str], reader: TreeReader) -> dict[str, Kind]:
    found: dict[str, Kind] = {}
    for path in paths:
        kind = kind_of_name(path)
        if kind is None and may_have_shebang(path):
            head = reader.head(path)
            kind = kind_of_head(head) if head.startswith(b"#!") else None
        if kind is not None:
            found[path] = kind
    return found


class NotRead(Exception):
    """Why a file was not read; `fault` is True when that is worth an entry in the errors."""

    def __init__(self, reason: str, *, fault: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.fault = fault


@dataclass
class TreeReader:
    """Reads listed files, and no others. Remembers which folders are real."""

    root: str
    paths: frozenset[str]
    _folders: dict[str, bool] = field(default_factory=dict)

    def head(self, path: str) -> bytes:
        """The first bytes of a file; empty where it cannot be read."""
        try:
            return self._read(path, SHEBANG_BYTES)
        except NotRead:
            return b""

    def bytes_or_nothing(self, path: str) -> bytes:
        """A listed file's bytes; empty where there are none to be had."""
        try:
            return self.bytes_of(path)
        except NotRead:
            return b""

    def bytes_of(self, path: str) -> bytes:
        """A listed file's bytes. Raises NotRead."""
        if path not in self.paths:
            raise NotRead("not part of the tree", fault=False)
        return self._read(path, None)

    def _read(self, path: str, limit: int | None) -> bytes:
        if not self._real_folder(path.rpartition("/")[0]):
            raise NotRead("stands behind a link", fault=False)
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        full = os.path.join(self.root, path)
        try:
            handle = os.open(full, flags)
        except FileNotFoundError:
            raise NotRead("no longer there", fault=False) from None
        except (OSError, ValueError) as error:
            if os.path.islink(full):
                raise NotRead("a link", fault=False) from None
            raise NotRead(getattr(error, "strerror", None) or str(error), fault=True) from None
        try:
            return _read_regular(handle, limit)
        except OSError as error:
            raise NotRead(error.strerror or str(error), fault=True) from None
        finally:
            os.close(handle)

    def _real_folder(self, folder: str) -> bool:
        """True when no part of the folder's path is a link."""
        if not folder:
            return True
        known = self._folders.get(folder)
        if known is None:
            try:
                mode = os.lstat(os.path.join(self.root, folder)).st_mode
                known = stat.S_ISDIR(mode) and self._real_folder(folder.rpartition("/")[0])
            except (OSError, ValueError):
                known = False
            self._folders[folder] = known
        return known


def _read_regular(handle: int, limit: int | None) -> bytes:
    status = os.fstat(handle)
    if stat.S_ISDIR(status.st_mode):
        raise NotRead("a folder", fault=False)
    if not stat.S_ISREG(status.st_mode):
        raise NotRead("no regular file (a pipe, a socket or a device)", fault=True)
    if limit is None and status.st_size > MAX_BYTES:
        raise NotRead(f"larger than {MAX_BYTES // 1_000_000} MB ({status.st_size:,} bytes)", fault=False)
    size = limit if limit is not None else MAX_BYTES + 1
    pieces: list[bytes] = []
    while size > 0:
        piece = os.read(handle, min(size, 1 << 20))
        if not piece:
            break
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)
