"""How two names differ: by a letter too many, or by two that changed places."""

from __future__ import annotations


def extra_letter(left: str, right: str) -> int | None:
    """Where the longer of two names has the one letter that the other lacks; None where they differ otherwise.

    Of a doubled letter it is the last: `buffer` has one more than `bufer` at 3.
    """
    longer, shorter = sorted((left, right), key=len, reverse=True)
    if len(longer) != len(shorter) + 1:
        return None
    at = next((at for at, (one, other) in enumerate(zip(longer, shorter, strict=False)) if one != other), len(shorter))
    return at if longer[:at] + longer[at + 1 :] == shorter else None


def unlike_letters(left: str, right: str) -> tuple[int, ...]:
    """Where two names of one length have different letters."""
    return tuple(at for at, (one, other) in enumerate(zip(left, right, strict=True)) if one != other)


def letters_swapped(left: str, right: str) -> bool:
    """True for two names of one length in which two neighbouring letters have changed places."""
    unlike = unlike_letters(left, right)
    return len(unlike) == 2 and unlike[1] - unlike[0] == 1 and left[unlike[0]] == right[unlike[1]]
