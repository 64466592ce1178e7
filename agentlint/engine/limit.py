"""A limit on one piece of work, one rule on one fact or one reader on one file: a hang is our bug, and costs itself alone.

Processor time is what counts, so that a busy machine ends nothing. The system's timer ticks once in every limit; a piece that
two ticks find at work is ended. Code that never comes back to Python (a parser in C) is out of reach.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

SECONDS = 20.0
"""Processor time after which a piece is ended, at the latest when as much again has passed."""


class TooSlow(Exception):
    """A piece of work that went over the limit."""


class _Piece:
    """`with PIECE:` makes what is inside one piece. A class, since this is entered for every rule on every fact."""

    number = 0
    at_work = False
    seen = -1

    def __enter__(self) -> None:
        self.number += 1
        self.at_work = True

    def __exit__(self, *_: object) -> None:
        self.at_work = False


PIECE = _Piece()


def _tick(_: int, frame: FrameType | None) -> None:
    if not PIECE.at_work:
        return
    if PIECE.seen == PIECE.number:
        PIECE.at_work = False
        raise TooSlow(f"more than {SECONDS:g} seconds of processor time")
    PIECE.seen = PIECE.number


@contextmanager
def limited() -> Iterator[None]:
    """Pieces inside are held to the limit, where the system has such a timer and nobody else uses it."""
    stop = start()
    try:
        yield
    finally:
        stop()


def start() -> Callable[[], None]:
    """Begin to hold pieces to the limit in this process; gives what ends it."""
    free = (
        hasattr(signal, "setitimer")
        and threading.current_thread() is threading.main_thread()
        and signal.getsignal(signal.SIGVTALRM) in {signal.SIG_DFL, _tick}
    )
    if not free:
        return lambda: None
    signal.signal(signal.SIGVTALRM, _tick)
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS, SECONDS)
    return _stop


def _stop() -> None:
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    signal.signal(signal.SIGVTALRM, signal.SIG_DFL)
