"""What of a Python file belongs to one of its commands: the function, and those of the file that name it.

A file may hold many commands, of which one prints JSON and the others do not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.files.lazily import lazily
from agentlint.files.source import Span

_HEAD = lazily(r"^(?:@[^\n]*\n(?:[ \t)][^\n]*\n)*)*(?:(?:async )?def (\w+)\()?", re.MULTILINE)
"""Decorators are taken whole whether or not a function follows, so that none is gone through again from the next."""
_WORD = lazily(r"\w+")
_BODY_ENDS = lazily(r"^(?=[^\s#)\]}])", re.MULTILINE)


def around_command(text: str, at: int) -> str:
    """The text of the function at the margin that a place stands in, with those that name it; all the file where there is none."""
    functions = list(_functions(text))
    own = next((name for name, span in functions if span.start <= at < span.end), None)
    if own is None or len(functions) < _FEWEST:
        return text
    words = [(name, frozenset(_WORD.findall(text, span.start, span.end))) for name, span in functions]
    wanted, waiting = {own}, [own]
    while waiting:
        called = waiting.pop()
        callers = [name for name, named in words if called in named and name not in wanted]
        wanted.update(callers)
        waiting.extend(callers)
    return "\n".join(text[span.start : span.end] for name, span in functions if name in wanted)


_FEWEST = 3
"""Functions from which on a file may hold several commands."""


def _functions(text: str) -> Iterator[tuple[str, Span]]:
    for head in _HEAD.finditer(text):
        if head[1] is None:
            continue
        end = _BODY_ENDS.search(text, head.end())
        yield head[1], Span(head.start(), end.start() if end is not None else len(text))
