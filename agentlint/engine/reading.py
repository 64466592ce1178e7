"""From files to facts: each file through its kind's adapter, each adapter guarded.

An adapter module is imported when the first file of its kind comes by, and only if the kind's prefilter finds something.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from agentlint.adapters.context import TreeContext
from agentlint.facts.filefacts import FileError, FileFacts
from agentlint.files.kinds import Kind
from agentlint.files.source import SourceFile, UndecodableFile
from agentlint.files.walk import NotRead, Skipped

NOTHING = FileFacts()
MOST_COMMANDS = 10_000
"""More commands than a person writes into one file: what lies beyond is generated or hostile, and not judged."""

ReadBytes = Callable[[str], bytes]
"""Gives a listed path's bytes; raises NotRead."""


@dataclass
class Reading:
    """What reading the files gave. Files without any fact are not kept."""

    facts: dict[str, FileFacts] = field(default_factory=dict)
    files: dict[str, SourceFile] = field(default_factory=dict)
    errors: list[FileError] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    marked: list[str] = field(default_factory=list)
    """Paths whose bytes speak of suppressions."""
    count: int = 0


@dataclass
class Tree:
    """Access to the tree's files, each read from disk once."""

    read_bytes: ReadBytes
    kinds: Mapping[str, Kind]
    paths: frozenset[str]
    _files: dict[str, SourceFile | None] = field(default_factory=dict)

    def file(self, path: str) -> SourceFile | None:
        """A file of the tree for adapters, rules and reports; None where there is none that can be read as text."""
        if path not in self._files:
            try:
                self._files[path] = self.load(path)
            except (NotRead, UndecodableFile):
                self._files[path] = None
        return self._files[path]

    def load(self, path: str) -> SourceFile:
        """Read a file afresh. Raises NotRead or UndecodableFile."""
        kind = self.kinds.get(path)
        file = SourceFile(path, kind.name if kind else "", self.read_bytes(path))
        _check_text(file.data)
        return file

    def keep(self, file: SourceFile) -> None:
        """Remember a file that was read."""
        self._files[file.path] = file

    @property
    def context(self) -> TreeContext:
        """The adapters' view."""
        return TreeContext(self.file, self.paths)


def _check_text(data: bytes) -> None:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UndecodableFile("UTF-16 text; save it as UTF-8 to have it audited")
    if b"\0" in data:
        raise UndecodableFile("binary file (NUL bytes)")


def read_files(tree: Tree, paths: Iterable[str], *, strict: bool, tick: Callable[[], None] | None = None) -> Reading:
    """Facts of all these paths, in their order. `tick` is called for each file (a progress bar)."""
    from agentlint.engine.suppression import MARK

    reading = Reading()
    context = tree.context
    for path in paths:
        if tick is not None:
            tick()
        kind = tree.kinds[path]
        if not kind.adapter:
            continue
        file = _load(tree, path, kind, reading)
        if file is None:
            continue
        reading.count += 1
        if MARK in file.data:
            reading.marked.append(path)
        if kind.prefilter is not None and not kind.prefilter.search(file.data):
            continue
        facts = adapt(file, kind, context, strict=strict)
        if facts != NOTHING:
            tree.keep(file)
            reading.facts[path] = facts
            reading.errors.extend(facts.errors)
    return reading


def _load(tree: Tree, path: str, kind: Kind, reading: Reading) -> SourceFile | None:
    try:
        return tree.load(path)
    except NotRead as error:
        if error.fault:
            reading.errors.append(FileError(path, 1, f"cannot be read: {error.reason}"))
        elif error.reason != "no longer there":
            reading.skipped.append(Skipped(path, error.reason))
    except UndecodableFile as error:
        if kind.context:
            reading.errors.append(FileError(path, 1, str(error)))
        else:
            reading.skipped.append(Skipped(path, str(error)))
    return None


def adapt(file: SourceFile, kind: Kind, context: TreeContext, *, strict: bool) -> FileFacts:
    """The facts of one file; a crash of the adapter costs this file and is said."""
    try:
        read = _adapter(kind.adapter)
        return _bounded(read(file, context), file.path) if read is not None else NOTHING
    except (Exception, RecursionError) as error:
        if strict:
            raise
        return FileFacts(errors=(FileError(file.path, 1, crash_message(f"the reader of {kind.name} files", error)),))


def _bounded(facts: FileFacts, path: str) -> FileFacts:
    if len(facts.commands) <= MOST_COMMANDS:
        return facts
    error = FileError(path, 1, f"{len(facts.commands):,} commands; only the first {MOST_COMMANDS:,} are judged")
    return replace(facts, commands=facts.commands[:MOST_COMMANDS], errors=(*facts.errors, error))


def crash_message(who: str, error: BaseException, silence: str = "") -> str:
    """What is said of a crash: whose, what, how to go on, how to report it."""
    what = f"{type(error).__name__}: {error}".splitlines()[0][:200]
    hint = f" {silence};" if silence else ""
    return f"{who} crashed ({what}); the rest is audited.{hint} This is a bug: report it with this line and this file"


_ADAPTERS: dict[str, Callable[[SourceFile, TreeContext], FileFacts] | None] = {}


def _adapter(module: str) -> Callable[[SourceFile, TreeContext], FileFacts] | None:
    if module not in _ADAPTERS:
        try:
            _ADAPTERS[module] = importlib.import_module(module).facts
        except ModuleNotFoundError as error:
            if not (error.name or "").startswith("agentlint.adapters"):
                raise
            _ADAPTERS[module] = None
    return _ADAPTERS[module]
