"""Lists of arguments that a Python build file keeps in a variable and spreads into a call: `run(*command, "-x")`."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping

MOST_WORDS = 200
"""A longer list is data, and no command."""


def lists_of(body: list[ast.stmt]) -> dict[str, tuple[ast.expr, ...]]:
    """The items of each list that these statements write down, with all that any of them adds to it.

    A name that stands for another value too (`session.posargs or [...]`) is none: who calls may choose all of it.
    """
    found: dict[str, list[ast.expr]] = {}
    others: set[str] = set()
    for node in _statements(body):
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            items = _items(node.value)
            if isinstance(target, ast.Name) and items is None:
                others.add(target.id)
            elif isinstance(target, ast.Name) and items is not None:
                found.setdefault(target.id, []).extend(items)
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            _add(found, node.target.id, _items(node.value))
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            _called(found, node.value)
    return {name: tuple(items[:MOST_WORDS]) for name, items in found.items() if name not in others}


def spread(arguments: Iterable[ast.expr], lists: Mapping[str, tuple[ast.expr, ...]]) -> list[ast.expr]:
    """The arguments of a call, with the items of each known list in the place of its `*name`, one list in another too."""
    words: list[ast.expr] = []
    waiting = [(item, frozenset[str]()) for item in reversed(list(arguments))]
    while waiting and len(words) < MOST_WORDS:
        item, inside = waiting.pop()
        name = item.value.id if isinstance(item, ast.Starred) and isinstance(item.value, ast.Name) else ""
        if name in lists and name not in inside:
            waiting.extend((one, inside | {name}) for one in reversed(lists[name]))
        elif isinstance(item, ast.Starred) and (own := _items(item.value)) is not None:
            waiting.extend((one, inside) for one in reversed(own))
        else:
            words.append(item)
    return words


def _statements(body: list[ast.stmt]) -> list[ast.stmt]:
    """The statements of a body with those of its branches and loops, in order; those of functions are their own."""
    found: list[ast.stmt] = []
    for statement in body:
        found.append(statement)
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            continue
        for block in ("body", "orelse", "finalbody"):
            found.extend(_statements(getattr(statement, block, [])))
    return found


def _items(node: ast.expr) -> list[ast.expr] | None:
    """The items of a list that is written out, or put together from such lists; None for any other value."""
    if isinstance(node, (ast.List, ast.Tuple)):
        return list(node.elts)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _items(node.left), _items(node.right)
        return left + right if left is not None and right is not None else None
    return None


def _called(found: dict[str, list[ast.expr]], call: ast.Call) -> None:
    """`command.append(x)` and `command.extend([...])`."""
    function = call.func
    if not isinstance(function, ast.Attribute) or not isinstance(function.value, ast.Name) or len(call.args) != 1:
        return
    if function.attr == "append":
        _add(found, function.value.id, [call.args[0]])
    elif function.attr == "extend":
        _add(found, function.value.id, _items(call.args[0]))


def _add(found: dict[str, list[ast.expr]], name: str, items: list[ast.expr] | None) -> None:
    if name in found and items is not None:
        found[name].extend(items)
