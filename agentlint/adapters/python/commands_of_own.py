"""Functions that are commands of the program: a person calls them, whoever else does."""

from __future__ import annotations

import ast
import re

from agentlint.adapters.python.names import Module

_COMMAND = re.compile(r"(?:^|_)(?:sub_?)?(?:command|cmd|verb|operation)(?:_name)?$", re.IGNORECASE)
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


def is_other_command(test: ast.expr) -> bool:
    """True for `args.command in ("list", "show")`: what leaves there is other work, and gives nothing to what stands below."""
    if not isinstance(test, ast.Compare) or not isinstance(test.ops[0], ast.Eq | ast.In):
        return False
    name = test.left.attr if isinstance(test.left, ast.Attribute) else getattr(test.left, "id", "")
    compared = test.comparators[0]
    values = compared.elts if isinstance(compared, ast.Tuple | ast.List | ast.Set) else [compared]
    plain = all(isinstance(v, ast.Constant) and isinstance(v.value, str) and v.value for v in values)
    return plain and _COMMAND.search(name) is not None
