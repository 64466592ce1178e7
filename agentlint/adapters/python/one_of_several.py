"""A class that asks, among several of one kind that a setting chooses from (`AskPolicy` beside `AcceptPolicy` and `RejectPolicy`)."""

from __future__ import annotations

import ast
import re

from agentlint.adapters.python.names import Module
from agentlint.facts.command import Guard, GuardKind

_SAYS_SO = re.compile(r"Ask(?![a-z])|Prompt|Interactive|Manual(?![a-z])")
_OF_EVERYTHING = frozenset({"object", "ABC", "abc.ABC", "Protocol", "typing.Protocol", "Exception", "Enum", "Generic"})


def chosen_class(module: Module, function: ast.AST) -> Guard | None:
    """The guard that a class is whose name says that it asks, where others of the same base stand beside it."""
    above = next((outer for _, outer in module.document.ancestors(function)), None)
    if not isinstance(above, ast.ClassDef) or not _SAYS_SO.search(above.name):
        return None
    bases = _bases(module, above)
    beside = (other for other in module.document.tree.body if isinstance(other, ast.ClassDef) and other is not above)
    if not any(bases & _bases(module, other) and not _SAYS_SO.search(other.name) for other in beside):
        return None
    return Guard(GuardKind.OPTION, f"class {above.name}", module.document.span(above))


def _bases(module: Module, node: ast.ClassDef) -> frozenset[str]:
    return frozenset(module.name(base) for base in node.bases) - _OF_EVERYTHING - {""}
