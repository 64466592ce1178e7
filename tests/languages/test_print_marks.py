"""A file without any of the marks prints nothing: each way to print that a dialect knows holds one."""

from __future__ import annotations

import importlib
import itertools
import sys
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from agentlint.judgements.printing.dialects import DIALECTS
from agentlint.judgements.printing.layouts import _MARKS

_GAP = "\0"
"""Stands for whatever is not written out in an expression."""


@pytest.mark.parametrize("dialect", _MARKS)
def test_every_way_to_print_has_a_mark(dialect: str) -> None:
    parser = importlib.import_module("re._parser" if sys.version_info >= (3, 11) else "sre_parse")
    ways = set(_written(parser.parse(DIALECTS[dialect].prints.pattern)))
    assert len(ways) > 10
    assert [way for way in ways if not any(mark in way for mark in _MARKS[dialect])] == []


def _written(parsed: Iterable[tuple[Any, Any]]) -> Iterator[str]:
    """All that an expression may match, with gaps for what may be anything."""
    for parts in itertools.product(*(list(_one(str(kind), value)) for kind, value in parsed)):
        yield "".join(parts)


def _one(kind: str, value: Any) -> Iterator[str]:
    if kind == "LITERAL":
        yield chr(value)
    elif kind == "BRANCH":
        for branch in value[1]:
            yield from _written(branch)
    elif kind == "SUBPATTERN":
        yield from _written(value[3])
    elif kind == "MAX_REPEAT" and value[:2] == (0, 1):
        yield ""
        yield from _written(value[2])
    elif kind == "MAX_REPEAT":
        yield from ("", _GAP) if value[0] == 0 else (_GAP,)
    else:
        yield _GAP
