"""Facts kept between runs: what a file gave, as long as its bytes, and those its reader looked at, are the same.

One file for each audited root in the user's own cache folder. It holds nothing that the reader did not make from the bytes
it is kept under, and is thrown away whole when any file of agentlint itself changes. A cache that cannot be read or written
costs time and nothing else; one that somebody forged can make facts, and no code runs from it.
"""

from __future__ import annotations

import copyreg
import os
import pickle
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from hashlib import blake2b
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import Any

from agentlint.adapters.context import TreeContext
from agentlint.engine.reading import Made
from agentlint.facts.command import EMPTY
from agentlint.facts.filefacts import FileFacts
from agentlint.files.source import SourceFile

MOST_DEPENDENCIES = 100
"""A reader that looked at more files than this is as quickly asked again."""
KEPT_SECONDS = 30 * 24 * 3600
"""A root that was not audited for so long is forgotten."""

Entry = tuple[bytes, tuple[tuple[str, bytes], ...], bytes, bytes]
"""Digest of the file, digests of the files its reader looked at, that of all paths if it asked for them, pickled facts."""


def cache_folder() -> Path:
    """Where the user's caches are kept."""
    named = os.environ.get("AGENTLINT_CACHE_DIR")
    if named:
        return Path(named)
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or os.path.expanduser("~")
    else:
        base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return Path(base) / "agentlint"


class Watched(TreeContext):
    """A reader's view of the tree that remembers what it was asked for."""

    def __init__(self, context: TreeContext) -> None:
        object.__setattr__(self, "_context", context)
        object.__setattr__(self, "looked_at", {})
        object.__setattr__(self, "asked_paths", False)

    def __getattribute__(self, name: str) -> Any:
        if name == "paths":
            object.__setattr__(self, "asked_paths", True)
            return object.__getattribute__(self, "_context").paths
        if name == "read":
            return object.__getattribute__(self, "_read")
        return object.__getattribute__(self, name)

    def _read(self, path: str) -> SourceFile | None:
        file: SourceFile | None = object.__getattribute__(self, "_context").read(path)
        object.__getattribute__(self, "looked_at")[path] = digest_of(file)
        return file


def digest_of(file: SourceFile | None) -> bytes:
    """A short name of a file's bytes; empty for a file that is not there."""
    return blake2b(file.data, digest_size=16).digest() if file is not None else b""


@dataclass
class FactsCache:
    """The entries of one root."""

    file: Path
    paths_digest: bytes
    entries: dict[str, Entry] = field(default_factory=dict)
    fresh: dict[str, Entry] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    @classmethod
    def open(cls, root: str, paths: frozenset[str]) -> FactsCache:
        """The cache of a root; empty where there is none that holds."""
        name = blake2b(os.fsencode(os.path.realpath(root)), digest_size=12).hexdigest()
        names = "\0".join(sorted(paths)).encode("utf-8", "surrogateescape")
        cache = cls(cache_folder() / f"{name}.pickle", blake2b(names, digest_size=16).digest())
        try:
            stamp, entries = _unpickled(cache.file.read_bytes())
            if stamp == _own_stamp():
                cache.entries = entries
        except Exception:  # whatever is wrong with it, it is only a cache
            cache.entries = {}
        return cache

    def facts(self, file: SourceFile, context: TreeContext) -> FileFacts | None:
        """What this file gave last time, if nothing that bears on it has changed."""
        entry = self.entries.get(_key(file))
        if entry is None or entry[0] != digest_of(file):
            return None
        if entry[2] and entry[2] != self.paths_digest:
            return None
        if any(digest_of(context.read(path)) != digest for path, digest in entry[1]):
            return None
        try:
            found = _unpickled(entry[3])
        except Exception:
            return None
        self.used.add(_key(file))
        return found if isinstance(found, FileFacts) else None

    def keep(self, made: Made) -> None:
        """Remember what a file gave."""
        if len(made.looked_at) <= MOST_DEPENDENCIES:
            asked = self.paths_digest if made.asked_paths else b""
            facts = pickle.dumps(made.facts, pickle.HIGHEST_PROTOCOL)
            self.fresh[_key(made.file)] = (digest_of(made.file), made.looked_at, asked, facts)

    def save(self, whole: bool) -> None:
        """Write what is new; after a `whole` run, what was not met again is forgotten."""
        if not self.fresh and not (whole and len(self.used) < len(self.entries)):
            return
        kept = {key: entry for key, entry in self.entries.items() if not whole or key in self.used}
        data = pickle.dumps((_own_stamp(), {**kept, **self.fresh}), pickle.HIGHEST_PROTOCOL)
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            temporary = self.file.with_suffix(f".{os.getpid()}")
            temporary.write_bytes(data)
            os.replace(temporary, self.file)
            _forget_old(self.file.parent)
        except OSError:
            return


def _key(file: SourceFile) -> str:
    return f"{file.kind}:{file.path}"


def _forget_old(folder: Path) -> None:
    limit = time.time() - KEPT_SECONDS
    for other in folder.glob("*.*"):
        if other.stat().st_mtime < limit:
            other.unlink()


def _own_stamp() -> bytes:
    """Changes whenever a file of agentlint does, or the Python that runs it."""
    stamp = blake2b(sys.version.encode(), digest_size=16)
    for path, size, changed in sorted(_own_files(str(Path(__file__).resolve().parent.parent))):
        stamp.update(f"{path}\0{size}\0{changed}\0".encode())
    return stamp.digest()


def _own_files(folder: str) -> Iterator[tuple[str, int, int]]:
    for entry in os.scandir(folder):
        if entry.is_dir(follow_symlinks=False):
            if entry.name not in {"__pycache__", "_rules"}:
                yield from _own_files(entry.path)
        elif entry.name.endswith((".py", ".toml")):
            status = entry.stat()
            yield entry.path, status.st_size, status.st_mtime_ns


class _FactsOnly(pickle.Unpickler):
    """Makes facts and their parts, and nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == (__name__, "read_only"):
            return read_only
        if (module, name) == ("builtins", "getattr"):
            return _member  # so the first releases of Python 3.11 write a member of an enumeration
        if module.startswith("agentlint.facts.") or module == "agentlint.files.source":
            found = super().find_class(module, name)
            if isinstance(found, type) and found.__module__ == module:
                return found
        raise pickle.UnpicklingError(f"{module}.{name} is no fact")


def _member(owner: object, name: str) -> Enum:
    """A member of an enumeration of facts; no other attribute of anything."""
    if isinstance(owner, type) and issubclass(owner, Enum):
        return owner[name]
    raise pickle.UnpicklingError(f"{name} is no member of an enumeration")


def _unpickled(data: bytes) -> Any:
    return _FactsOnly(BytesIO(data)).load()


def read_only(items: dict[str, str]) -> Mapping[str, str]:
    """A read-only mapping again; the empty one is everybody's."""
    return MappingProxyType(items) if items else EMPTY


copyreg.pickle(MappingProxyType, lambda items: (read_only, (dict(items),)))  # type: ignore[arg-type, return-value]
