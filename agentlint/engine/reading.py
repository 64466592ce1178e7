"""From files to facts: each file through its kind's adapter, each adapter guarded.

An adapter module is imported for the first file of its kind in which the kind's prefilter finds something.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from agentlint.adapters.context import TreeContext
from agentlint.engine.limit import PIECE
from agentlint.engine.parallel import processes, shared
from agentlint.facts.filefacts import FileError, FileFacts
from agentlint.files.kinds import Kind
from agentlint.files.source import SourceFile, UndecodableFile
from agentlint.files.walk import NotRead, Skipped

if TYPE_CHECKING:
    from agentlint.engine.cache import FactsCache

NOTHING = FileFacts()
MOST_COMMANDS = 10_000
"""More commands than a person writes into one file: what lies beyond is generated or hostile, and not judged."""

WORTH_BYTES = 400_000
"""Fewer bytes than this are read before other processes have begun."""
MOST_HELD = 64_000_000
"""Bytes of files that are held whether or not facts can come of them; those beyond are looked at on arrival."""
TOGETHER_BYTES = 40_000
"""Files are given out by so many bytes, since most files of source languages are done in no time."""
_TRIED = 5
"""Of so many files of a kind that has a prefilter, one has to pass for its reader to be made ready."""
_NO_FILE = SourceFile("", "", b"")

Reader = Callable[[SourceFile, TreeContext], FileFacts]
ReadBytes = Callable[[str], bytes]
"""Gives a listed path's bytes; raises NotRead."""

CRASHED = "crashed"
MARK = b"agentlint: ignore"
"""What a suppression comment holds."""


class Made(NamedTuple):
    """What a reader made of a file. `looked_at` are the other files it read, with digests, where that was watched."""

    file: SourceFile
    facts: FileFacts
    looked_at: tuple[tuple[str, bytes], ...] = ()
    asked_paths: bool = False


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


def read_files(
    tree: Tree,
    paths: Iterable[str],
    *,
    strict: bool = False,
    tick: Callable[[], None] | None = None,
    kept: FactsCache | None = None,
    jobs: int = 1,
    meanwhile: Callable[[], object] | None = None,
) -> Reading:
    """Facts of all these paths, in their order. `tick` is called for each file (a progress bar); `jobs` 0 is as many
    processes as pay, and `meanwhile` is done while others read."""
    reading = Reading()
    context = tree.context
    found: dict[str, FileFacts] = {}
    asked: list[SourceFile] = []
    held = 0
    for path in paths:
        file = _loaded(tree, path, reading)
        known = kept.facts(file, context) if kept is not None and file is not None else None
        if known is not None:
            found[path] = known
        elif file is not None and (held < MOST_HELD or _can_bear(file, tree)):
            asked.append(file)
            tree.keep(file)
            held += len(file.data)
        if tick is not None and (not asked or asked[-1] is not file):
            tick()
    for made in _ask_all(asked, tree, strict, jobs, kept is not None, meanwhile):
        found[made.file.path] = made.facts
        if kept is not None and not any(CRASHED in error.message for error in made.facts.errors):
            kept.keep(made)
        if tick is not None:
            tick()
    for path in sorted(found):
        if found[path] != NOTHING:
            reading.facts[path] = found[path]
            reading.errors.extend(found[path].errors)
    return reading


def _loaded(tree: Tree, path: str, reading: Reading) -> SourceFile | None:
    """The file, if its kind has a reader and nothing speaks against asking it."""
    kind = tree.kinds[path]
    file = _load(tree, path, kind, reading) if kind.adapter else None
    if file is None:
        return None
    reading.count += 1
    if MARK in file.data:
        reading.marked.append(path)
    return file


def _can_bear(file: SourceFile, tree: Tree) -> bool:
    """True unless the kind's prefilter, a quick look at the bytes, says that no facts can come of this file."""
    prefilter = tree.kinds[file.path].prefilter
    return prefilter is None or prefilter.search(file.data) is not None


def _ask_all(
    files: Sequence[SourceFile],
    tree: Tree,
    strict: bool,
    jobs: int,
    watch: bool,
    meanwhile: Callable[[], object] | None,
) -> Iterator[Made]:
    """What the readers make of these files, in any order; by several processes where that pays."""
    count = 1 if strict else processes(jobs, len(files), sum(len(file.data) for file in files) >= WORTH_BYTES)
    pieces = [[file] for file in files]
    if count > 1:
        pieces = _pieces(files)
        _make_ready(_likely_readers(pieces, tree))

    def work(at: int) -> list[Made]:
        found = (ask(file, tree, strict=strict, watch=watch) for file in pieces[at])
        return [made._replace(file=_NO_FILE) for made in found]  # it need not travel, the asker has it

    for at, found in shared(len(pieces), work, count, meanwhile):
        for file, made in zip(pieces[at], found, strict=True):
            yield made._replace(file=file)


def _pieces(files: Sequence[SourceFile]) -> list[list[SourceFile]]:
    """The files in portions to be given out, the largest first."""
    pieces: list[list[SourceFile]] = []
    room = 0
    for file in sorted(files, key=lambda file: -len(file.data)):
        if len(file.data) > room:
            pieces.append([])
            room = TOGETHER_BYTES
        pieces[-1].append(file)
        room -= len(file.data)
    return pieces


def _likely_readers(pieces: Iterable[Iterable[SourceFile]], tree: Tree) -> set[str]:
    """The readers that are needed, as far as a few files of each kind tell. They are the largest: those pass sooner."""
    tried: dict[str, int] = {}
    likely: set[str] = set()
    for piece in pieces:
        for file in piece:
            kind = tree.kinds[file.path]
            if kind.adapter in likely or tried.get(kind.name, 0) == _TRIED:
                continue
            tried[kind.name] = tried.get(kind.name, 0) + 1
            if _can_bear(file, tree):
                likely.add(kind.adapter)
    return likely


def _make_ready(readers: Iterable[str]) -> None:
    """Import once, before other processes begin, what each of them would."""
    from agentlint.engine import cache  # noqa: F401  (teaches pickle what facts hold)

    for module in readers:
        import_reader(module)


def ask(file: SourceFile, tree: Tree, *, strict: bool, watch: bool) -> Made:
    """What the reader makes of one file; with `watch`, also what else it looked at."""
    if not _can_bear(file, tree):
        return Made(file, NOTHING)
    kind = tree.kinds[file.path]
    if not watch:
        return Made(file, adapt(file, kind, tree.context, strict=strict))
    from agentlint.engine.cache import Watched

    watched = Watched(tree.context)
    facts = adapt(file, kind, watched, strict=strict)
    return Made(file, facts, tuple(sorted(watched.looked_at.items())), watched.asked_paths)


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
        with PIECE:
            return _bounded(import_reader(kind.adapter)(file, context), file.path)
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
    return f"{who} {CRASHED} ({what}); the rest is audited.{hint} This is a bug: report it with this line and this file"


@cache
def import_reader(module: str) -> Reader:
    """The `facts` of an adapter module, imported once."""
    reader: Reader = importlib.import_module(module).facts
    return reader
