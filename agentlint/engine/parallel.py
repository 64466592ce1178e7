"""Work shared out among processes, where there is enough of it.

The others are forked, so that they begin with the tree as it stands in memory; what they make comes back pickled. Whoever is
free takes the next ticket, the first process too: what it makes itself need not travel. Where forking is not to be had (or
not safe), one process does it all: the result is the same bytes either way.
"""

from __future__ import annotations

import os
import pickle
import select
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, BinaryIO, NoReturn, TypeVar

from agentlint.engine.limit import start

MOST_PROCESSES = 8
_TICKET = 4
"""Bytes of a ticket: a pipe gives them out whole."""
_MOST_TICKETS = 8_000
"""What a pipe usually holds before anybody reads from it; a ticket may stand for several pieces."""
_ROOM = 1 << 20
"""Bytes that a process may be ahead of the one which takes its results."""

Made = TypeVar("Made")


def processes(jobs: int, pieces: int, worth: bool) -> int:
    """How many processes share `pieces` of work; `jobs` 0 leaves it to whether they are `worth` it.

    Where other threads are at work, nobody forks unasked: a lock that one of them holds would stay locked in the fork.
    """
    if sys.platform != "linux" or pieces < 2 or jobs == 1:
        return 1
    if jobs:
        return min(jobs, pieces)
    if not worth or threading.active_count() > 1:
        return 1
    return min(len(os.sched_getaffinity(0)), MOST_PROCESSES, pieces)


def shared(
    pieces: int, work: Callable[[int], Made], count: int, meanwhile: Callable[[], object] | None = None
) -> Iterator[tuple[int, Made]]:
    """What `work` makes of each number below `pieces`, in any order, by `count` processes. Give the longest pieces first.

    What a process that died has left undone is done here. `meanwhile` is done here first, while the others begin.
    """
    tickets, number = _tickets(pieces) if count > 1 else (-1, 0)
    others: list[tuple[int, BinaryIO]] = []
    undone = set(range(pieces))
    try:
        for _ in range(count - 1 if number else 0):
            others.extend(_forked(tickets, range(0, pieces, number), work))
        if meanwhile is not None:
            meanwhile()
        for piece in _taken(tickets, range(0, pieces, number)) if others else ():
            undone.discard(piece)
            yield piece, work(piece)
            for made in _arrived(others):
                undone.discard(made[0])
                yield made
        for _, results in others:
            for made in _rest(results):
                undone.discard(made[0])
                yield made
        yield from ((piece, work(piece)) for piece in sorted(undone))
    finally:
        if tickets >= 0:
            os.close(tickets)
        for process, results in others:
            results.close()
            _end(process)


def _end(process: int) -> None:
    """Wait for the end of a process: it is at its end already, unless nobody wants its results any more."""
    # It may be gone by itself, where the parent of us all ignores ends of processes: its number is another's.
    with suppress(OSError):
        if os.waitpid(process, os.WNOHANG) == (0, 0):
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)


def _tickets(pieces: int) -> tuple[int, int]:
    """A pipe that holds the tickets 0, 1, 2, ...: the end to take them from, and how many there are.

    They are as many as the pipe takes without waiting: the system gives small pipes to a user who has many. None, where
    it gives no pipe.
    """
    try:
        taking, giving = os.pipe()
    except OSError:
        return -1, 0
    os.set_blocking(giving, False)
    wanted = min(pieces, _MOST_TICKETS)
    given = os.write(giving, b"".join(ticket.to_bytes(_TICKET, "little") for ticket in range(wanted)))
    os.close(giving)
    return taking, given // _TICKET


def _taken(tickets: int, pieces: range) -> Iterator[int]:
    """The pieces that this process gets, until none is left. `pieces` are those of the first ticket."""
    while len(ticket := os.read(tickets, _TICKET)) == _TICKET:
        yield from range(int.from_bytes(ticket, "little"), pieces.stop, pieces.step)


def _forked(tickets: int, pieces: range, work: Callable[[int], object]) -> Iterator[tuple[int, BinaryIO]]:
    """Another process at work, and the pipe its results come by. None, where the system has no more to give."""
    import fcntl

    try:
        receiving, sending = os.pipe()
    except OSError:
        return
    with suppress(OSError):  # a smaller pipe makes it wait now and then
        fcntl.fcntl(sending, fcntl.F_SETPIPE_SZ, _ROOM)
    try:
        process = os.fork()
    except OSError:
        os.close(receiving)
    else:
        if process == 0:
            _at_work(tickets, pieces, work, receiving, sending)
        yield process, os.fdopen(receiving, "rb")
    finally:
        os.close(sending)


def _at_work(tickets: int, pieces: range, work: Callable[[int], object], receiving: int, sending: int) -> NoReturn:
    """The life of a forked process. It ends without a word: what it leaves undone, the first process does, and complains."""
    try:
        os.close(receiving)
        start()
        with os.fdopen(sending, "wb", closefd=False) as results:
            for number in _taken(tickets, pieces):
                pickle.dump((number, work(number)), results, pickle.HIGHEST_PROTOCOL)
                results.flush()
    finally:
        os._exit(0)


def _arrived(others: list[tuple[int, BinaryIO]]) -> Iterator[tuple[int, Any]]:
    """What the others have sent meanwhile: taken soon, for a full pipe would make them wait."""
    for results in select.select([results for _, results in others], [], [], 0)[0]:
        try:
            yield pickle.load(results)
        except (EOFError, pickle.UnpicklingError):
            continue


def _rest(results: BinaryIO) -> Iterator[tuple[int, Any]]:
    while True:
        try:
            yield pickle.load(results)
        except (EOFError, pickle.UnpicklingError):
            return
