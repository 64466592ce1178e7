"""Parameters of a Python function: their defaults, and which calls leave them to those."""

from __future__ import annotations

import ast


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
