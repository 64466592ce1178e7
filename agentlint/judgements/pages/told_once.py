"""One fact that a page repeats is one fault: it is told at the first place, with how many more there are."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")
MANY = 3
"""From so many places on. Two are told each, for a reader mends the one and may not see the other."""


def told_once(found: Iterable[T], fact: Callable[[T], Hashable]) -> Iterator[tuple[T, str]]:
    """Each of those found with what a message says of the others; of many that state one fact, the first alone."""
    places: dict[Hashable, list[T]] = {}
    for one in found:
        places.setdefault(fact(one), []).append(one)
    for alike in places.values():
        if len(alike) < MANY:
            yield from ((one, "") for one in alike)
        else:
            yield alike[0], f", here and in {len(alike) - 1} more places of this page"
