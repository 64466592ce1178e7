"""What a command line runs, while its wrappers are being taken off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from agentlint.facts.command import EMPTY, Word


@dataclass(frozen=True, slots=True)
class Run:
    """One thing that is run. `script` is shell text given as a word (`bash -c`), `dialect` what reads it."""

    words: tuple[Word, ...]
    wrappers: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=lambda: EMPTY)
    script: Word | None = None
    dialect: str = "bash"
    flags: str = ""
    """The shell's own option letters (`bash -ec`)."""
    from_input: bool = False
    """A shell that reads its script from standard input."""
    arguments_from_input: bool = False
    """Standard input is eaten by the wrapper (xargs)."""
    elsewhere: bool = False
    """Runs in a container: the directory and environment are not these."""
    interactive: bool = True
    """Standard input is passed through."""


def skip_options(words: Sequence[Word], at: int, values: frozenset[str], stop: bool = True) -> int:
    """The index of the first word from `at` that is no option, nor the value of one in `values`."""
    while at < len(words):
        text = words[at].text
        if text == "--":
            return at + 1 if stop else at
        if len(text) < 2 or text[0] != "-":
            return at
        at += 2 if text in values else 1
    return at
