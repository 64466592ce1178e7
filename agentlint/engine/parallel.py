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
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, BinaryIO, NoReturn, TypeVar

from agentlint.engine.limit import start

MOST_PROCESSES = 8
_TICKET = 4
"""Bytes of a ticket: a pipe gives them out whole."""
_MOST_TICKETS = 8_000
"""What a pipe holds before anybody reads from it; beyond, a ticket stands for several pieces."""
_ROOM = 1 << 20
"""Bytes that a process may be ahead of the one which takes its results."""

Made = TypeVar("Made")


def processes(jobs: int, pieces: int, worth: bool) -> int:
    """How many processes share `pieces` of work; `jobs` 0 leaves it to whether they are `worth` it."""
    if sys.platform != "linux" or pieces < 2 or jobs == 1:
        return 1
    if jobs:
        return min(jobs, pieces)
    return min(len(os.sched_getaffinity(0)), MOST_PROCESSES, pieces) if worth else 1


def shared(pieces: int, work: Callable[[int], Made], count: int) -> Iterator[tuple[int, Made]]:
    """What `work` makes of each number below `pieces`, in any order, by `count` processes. Give the longest pieces first.

    What a process that died has left undone is done here.
    """
    if count < 2:
        yield from ((number, work(number)) for number in range(pieces))
        return
    tickets = _tickets(min(pieces, _MOST_TICKETS))
    others = [_forked(tickets, pieces, work) for _ in range(count - 1)]
    undone = set(range(pieces))
    try:
        for number in _taken(tickets, pieces):
            undone.discard(number)
            yield number, work(number)
            for piece in _arrived(others):
                undone.discard(piece[0])
                yield piece
        for _, results in others:
            for piece in _rest(results):
                undone.discard(piece[0])
                yield piece
        yield from ((number, work(number)) for number in sorted(undone))
    finally:
        os.close(tickets)
        for process, results in others:
            results.close()
            with suppress(OSError):  # gone by itself, where the parent of us all ignores ends of processes
                os.kill(process, signal.SIGKILL)  # at its end already, unless nobody wants its results any more
                os.waitpid(process, 0)


def _tickets(number: int) -> int:
    """A pipe that holds the tickets 0, 1, 2, ...: the end to take them from."""
    taking, giving = os.pipe()
    os.write(giving, b"".join(ticket.to_bytes(_TICKET, "little") for ticket in range(number)))
    os.close(giving)
    return taking


def _taken(tickets: int, pieces: int) -> Iterator[int]:
    """The pieces that this process gets, until none is left."""
    while ticket := os.read(tickets, _TICKET):
        yield from range(int.from_bytes(ticket, "little"), pieces, _MOST_TICKETS)


def _forked(tickets: int, pieces: int, work: Callable[[int], object]) -> tuple[int, BinaryIO]:
    """Another process at work, and the pipe its results come by."""
    import fcntl

    receiving, sending = os.pipe()
    with suppress(OSError):  # a smaller pipe makes it wait now and then
        fcntl.fcntl(sending, fcntl.F_SETPIPE_SZ, _ROOM)
    process = os.fork()
    if process == 0:
        os.close(receiving)
        _at_work(tickets, pieces, work, sending)
    os.close(sending)
    return process, os.fdopen(receiving, "rb")


def _at_work(tickets: int, pieces: int, work: Callable[[int], object], sending: int) -> NoReturn:
    """The life of a forked process. It ends without a word: what it leaves undone, the first process does, and complains."""
    try:
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
