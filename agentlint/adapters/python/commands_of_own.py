"""Functions that are commands of the program: a person calls them, whoever else does."""

from __future__ import annotations

import ast

from agentlint.adapters.python.names import Module

_REGISTERING = frozenset({"set_defaults", "add_command", "register_command", "add_subcommand"})


def is_entry(module: Module, decorator: ast.expr) -> bool:
    """True for a decorator that makes a function a command of its own."""
    name = module.name(decorator.func if isinstance(decorator, ast.Call) else decorator)
    return name.endswith((".command", ".group", ".callback", ".task", ".main")) or name in {"command", "task"}


def is_registered(module: Module, node: ast.AST) -> bool:
    """True where a function that is handed over becomes a command (`parser.set_defaults(func=ask)`)."""
    if isinstance(node, ast.Call):
        return False
    above = next((outer for _, outer in module.document.ancestors(node) if not isinstance(outer, ast.keyword)), None)
    return isinstance(above, ast.Call) and module.name(above.func).rpartition(".")[2] in _REGISTERING
