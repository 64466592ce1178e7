"""Reading by several processes, where files enough ask for it.

The processes are forked, so that they begin with the tree as it stands in memory; facts come back pickled. Where forking is
not to be had (or not safe), one process does it all: the result is the same bytes either way.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence

from agentlint.engine.limit import start
from agentlint.engine.reading import Made, Tree, ask, import_reader
from agentlint.files.source import SourceFile

WORTH_BYTES = 400_000
"""Fewer bytes than this are read before other processes have begun."""
MOST_PROCESSES = 8
CHUNK = 8

_work: tuple[Sequence[SourceFile], Tree, bool] | None = None
"""What the forked processes find: files, tree, whether to watch."""


def processes(files: Sequence[SourceFile], jobs: int) -> int:
    """How many processes pay for these files; `jobs` 0 leaves it to their size."""
    if sys.platform != "linux" or len(files) < 2:
        return 1
    if jobs:
        return min(jobs, len(files))
    if sum(len(file.data) for file in files) < WORTH_BYTES:
        return 1
    return min(len(os.sched_getaffinity(0)), MOST_PROCESSES)


def ask_in_parallel(files: Sequence[SourceFile], tree: Tree, count: int, watch: bool) -> Iterator[Made]:
    """What the readers make of these files, the largest asked first so that none is left for the end."""
    import multiprocessing

    from agentlint.engine import cache  # noqa: F401  (teaches pickle what facts hold)

    global _work
    for kind in {tree.kinds[file.path].adapter for file in files}:
        import_reader(kind)
    order = sorted(range(len(files)), key=lambda at: (-len(files[at].data), at))
    _work = (files, tree, watch)
    try:
        with multiprocessing.get_context("fork").Pool(count, initializer=start) as pool:
            for at, made in pool.imap_unordered(_ask, order, CHUNK if len(order) > CHUNK * count * 2 else 1):
                yield made._replace(file=files[at])
    finally:
        _work = None


def _ask(at: int) -> tuple[int, Made]:
    """One file's facts; the file itself need not travel, the asker has it."""
    assert _work is not None
    files, tree, watch = _work
    made = ask(files[at], tree, strict=False, watch=watch)
    return at, made._replace(file=SourceFile(made.file.path, made.file.kind, b""))
