"""Answers about a repository that are worked out once, though many rules ask."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from agentlint.facts.repository import Repository

P = ParamSpec("P")
T = TypeVar("T")
_UNKNOWN = object()


def remembered(answer: Callable[P, T]) -> Callable[P, T]:
    """A function whose last parameter is a Repository, which keeps what it answered; the others have to be hashable.

    The answer lives as long as the repository. It is shared by all who ask, so it has to be one that nobody changes.
    """

    @wraps(answer)
    def kept(*args: P.args, **kwargs: P.kwargs) -> T:
        *others, repository = args
        key = (answer, *others)
        memory = cast("Repository", repository).answers
        found = memory.get(key, _UNKNOWN)
        if found is _UNKNOWN:
            found = memory[key] = answer(*args, **kwargs)
        return cast(T, found)

    return kept
