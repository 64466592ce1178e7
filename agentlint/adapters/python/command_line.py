"""Conditions on the plain words of the command line, and whether giving some of them spares what stands below."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterator

from agentlint.adapters.python.condition_parts import parts_of

_COMPARE: dict[type[ast.cmpop], Callable[[int, int], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_MOST = 6
"""Words of a command line that are tried out."""


def spares_by_words(test: ast.expr, holds: bool) -> bool:
    """True where some command line leads past a place that is reached when `test` `holds` or does not.

    `if len(sys.argv) < 2: usage()` before a question looks whether the program was called rightly, and answers nothing; in the
    `else` of `if len(sys.argv) > 1:` a word that is given spares the question, as `"--yes" in sys.argv` does.
    """
    told = list(_told(test, holds))
    return not told or any(told)


def _told(test: ast.expr, holds: bool) -> Iterator[bool]:
    if isinstance(test, ast.BoolOp):
        for value in test.values:
            yield from _told(value, holds)
    elif isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        yield from _told(test.operand, not holds)
    elif isinstance(test, ast.Compare) and len(test.ops) == 1:
        yield from _compared(test, holds)
    else:
        yield from (missing for _, missing in parts_of(test, holds))


def _compared(test: ast.Compare, holds: bool) -> Iterator[bool]:
    """What one comparison tells: of the number of words, of a word among them, of a word with another."""
    compare, right = test.ops[0], test.comparators[0]
    value = right.value if isinstance(right, ast.Constant) else None
    if isinstance(compare, ast.In | ast.NotIn):
        yield holds is isinstance(compare, ast.NotIn)
    elif type(compare) in _COMPARE and isinstance(value, int) and _counts(test.left):
        fewest = 0 if any(isinstance(inner, ast.Slice) for inner in ast.walk(test.left)) else 1
        reached = [_COMPARE[type(compare)](count, value) is holds for count in range(fewest, _MOST)]
        yield reached[0] and not all(reached)
    elif isinstance(compare, ast.Eq | ast.NotEq) and isinstance(value, str):
        yield holds is isinstance(compare, ast.NotEq)


def _counts(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "len"
