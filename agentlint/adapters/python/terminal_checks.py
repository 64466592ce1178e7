"""Calls and blocks before a question that end a run with nobody at the terminal."""

from __future__ import annotations

import ast
import re

from agentlint.adapters.python.names import Module
from agentlint.facts.command import Guard, GuardKind

_CHECKS = re.compile(
    r"(check|require|ensure|assert|fail_if|raise_if|abort_if).*(no_?input|input_?allowed|interactive|tty|terminal)",
    re.IGNORECASE,
)


def checked(module: Module, call: ast.Call) -> Guard | None:
    """`check_no_input(...)`, `require_tty()`, or a function of the module that fails where there is no terminal."""
    name = module.name(call.func)
    kind = GuardKind.OPTION if _CHECKS.search(name) else None
    if kind is None and name.rpartition(".")[2] in _failing(module):
        kind = GuardKind.TERMINAL
    return (
        Guard(kind, " ".join(module.document.source(call).split())[:80], module.document.span(call)) if kind else None
    )


def checked_block(module: Module, block: ast.With | ast.AsyncWith) -> Guard | None:
    """`with self._at_terminal():`, whose function fails where there is no terminal before the block is entered."""
    calls = (item.context_expr for item in block.items if isinstance(item.context_expr, ast.Call))
    return next((guard for guard in (checked(module, call) for call in calls) if guard is not None), None)


def checked_by_decorator(module: Module, function: ast.AST) -> Guard | None:
    """`@requires_tty` above the function that asks."""
    for decorator in getattr(function, "decorator_list", ()):
        name = module.name(decorator.func if isinstance(decorator, ast.Call) else decorator)
        if _CHECKS.search(name):
            return Guard(GuardKind.TERMINAL, f"@{name}", module.document.span(decorator))
    return None


def _failing(module: Module) -> frozenset[str]:
    """The functions of a module that begin with leaving where standard input or the output is no terminal."""
    known: frozenset[str] | None = module.memory.get("fail without terminal")
    if known is None:
        functions = (
            node for node in module.document.statements if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        )
        told = "isatty" in module.document.text
        known = frozenset(node.name for node in functions if told and any(map(_fails, node.body)))
        module.memory["fail without terminal"] = known
    return known


def _fails(statement: ast.stmt) -> bool:
    """`if not sys.stdin.isatty(): raise ...`."""
    if not isinstance(statement, ast.If) or not isinstance(statement.body[-1], ast.Raise):
        return False
    return any(isinstance(inner, ast.Attribute) and inner.attr == "isatty" for inner in ast.walk(statement.test))
