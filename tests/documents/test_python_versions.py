"""A module for a later Python keeps its places; what is no Python 3 stays an error."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentlint.documents.python_versions import parse_tolerantly


@pytest.mark.parametrize(
    "text",
    [
        "class A[T]:\n    pass\nvalue = input('x')\n",
        "def first[T: (int, str)](x: T) -> T:\n    return x\nvalue = input('x')\n",
        "type Pair[T] = tuple[T, T]\nvalue = input('x')\n",
        "try:\n    pass\nexcept ValueError, KeyError:\n    pass\nvalue = input('x')\n",
        "label = f'{d['a']}'\nvalue = input('x')\n",
    ],
)
def test_newer_syntax_keeps_places(text: str) -> None:
    tree = parse_tolerantly(text)
    (call,) = [
        n for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func.id == "input"
    ]
    assert ast.get_source_segment(text, call) == "input('x')"


@pytest.mark.parametrize("text", ["print 'x'\n", "def f(:\n    pass\n"])
def test_what_is_no_python_3_is_an_error(text: str) -> None:
    with pytest.raises(SyntaxError):
        parse_tolerantly(text)


@given(st.text(alphabet="abc[](){}:,=\n \t'\"#", max_size=60))
def test_any_text_parses_or_is_an_error(text: str) -> None:
    try:
        tree = parse_tolerantly(text)
    except (SyntaxError, ValueError):
        return
    assert isinstance(tree, ast.Module)
