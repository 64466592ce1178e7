"""Parameters of a Python function: their defaults, and which calls leave them to those."""

from __future__ import annotations

import ast
import re

from agentlint.adapters.python.names import Module


def default_of(function: ast.FunctionDef | ast.AsyncFunctionDef, name: str) -> ast.expr | None:
    """The default value of a parameter; None where it has none."""
    positional = [*function.args.posonlyargs, *function.args.args]
    if function.args.defaults:
        for argument, default in zip(positional[-len(function.args.defaults) :], function.args.defaults, strict=False):
            if argument.arg == name:
                return default
    for keyword_only, value in zip(function.args.kwonlyargs, function.args.kw_defaults, strict=False):
        if keyword_only.arg == name:
            return value
    return None


def passes(call: ast.Call, function: ast.FunctionDef | ast.AsyncFunctionDef, name: str) -> bool:
    """True when a call gives the function this parameter, by its name, its place or unseen (`**options`)."""
    if any(item.arg in {name, None} for item in call.keywords) or any(isinstance(a, ast.Starred) for a in call.args):
        return True
    positional = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
    bound = int(positional[:1] in (["self"], ["cls"]))
    return name in positional[bound : len(call.args) + bound]


def is_dispatch(module: Module, above: ast.If, child: ast.AST, node: ast.AST, answering: re.Pattern[str]) -> bool:
    """`if args.create: ... elif args.check: ask()`: who leaves the first out wants the other, and is asked all the same."""
    if child not in above.orelse or not isinstance(above.test, ast.Attribute) or answering.search(above.test.attr):
        return False
    while isinstance(child, ast.If) and not any(node is inner for part in child.body for inner in ast.walk(part)):
        child = child.orelse[0] if child.orelse else above
    wanted = child.test if isinstance(child, ast.If) and child is not above else None
    return isinstance(wanted, ast.Attribute) and module.name(wanted.value) == module.name(above.test.value)
