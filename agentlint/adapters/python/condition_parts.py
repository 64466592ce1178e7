"""A condition in Python taken apart: its single questions, and whether a node is reached because the value of each is missing."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

HOLDERS = re.compile(
    r"^(args?|argv|options?|opts?|arguments|flags|params?|kwargs|config|conf|cfg|settings|ns|namespace|parsed|cli_args|cmd_args|context|ctx)$"
)
"""Names that hold parsed options or configuration."""


def parts_of(test: ast.expr, holds: bool) -> Iterator[tuple[ast.expr, bool]]:
    """The single questions of a condition, and whether the node is reached because the value is missing (or false)."""
    if isinstance(test, ast.BoolOp):
        for value in test.values:
            yield from parts_of(value, holds)
    elif isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        yield from parts_of(test.operand, not holds)
    elif isinstance(test, ast.Compare) and len(test.ops) == 1:
        if not isinstance(test.left, ast.Constant):
            yield test.left, _compares_missing(test) if holds else _compares_given(test)
        if isinstance(test.ops[0], ast.In | ast.NotIn):
            yield from _container(test, holds)
    else:
        yield test, not holds


def _container(test: ast.Compare, holds: bool) -> Iterator[tuple[ast.expr, bool]]:
    """`"--yes" in args`: what is looked for in; in a list that the program found out itself it tells nothing."""
    container = test.comparators[0]
    if isinstance(container, ast.Attribute | ast.Subscript) or (
        isinstance(container, ast.Name) and HOLDERS.match(container.id)
    ):
        yield container, holds is isinstance(test.ops[0], ast.NotIn)


def _is_empty(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value in {None, "", False}


def _compares_missing(test: ast.Compare) -> bool:
    """`x is None`, `x == ""`, `x not in ("yes", "no")`, `len(x) < 2`."""
    operator, right = test.ops[0], test.comparators[0]
    return (isinstance(operator, ast.Is | ast.Eq) and _is_empty(right)) or isinstance(
        operator, ast.NotIn | ast.Lt | ast.LtE
    )


def _compares_given(test: ast.Compare) -> bool:
    operator, right = test.ops[0], test.comparators[0]
    return (isinstance(operator, ast.IsNot | ast.NotEq) and _is_empty(right)) or isinstance(
        operator, ast.In | ast.Gt | ast.GtE
    )
