"""What a program does where its input ends before a question is answered."""

from __future__ import annotations

import ast

from agentlint.adapters.python.names import Module
from agentlint.facts.command import Guard, GuardKind


def end_of_input(module: Module, node: ast.Try) -> Guard | None:
    """`except EOFError`: the program goes on, or ends in order, where its input is empty."""
    for handler in node.handlers:
        names = {inner.id for inner in ast.walk(handler.type) if isinstance(inner, ast.Name)} if handler.type else set()
        if "EOFError" in names and not _fails(module, handler.body):
            return Guard(GuardKind.VARIABLE, "except EOFError", module.document.span(handler))
    return None


def _fails(module: Module, body: list[ast.stmt]) -> bool:
    """True where the run ends as a failure: nobody has answered the question."""
    last = body[-1]
    if isinstance(last, ast.Expr) and isinstance(last.value, ast.Call) and module.name(last.value.func) == "sys.exit":
        return bool(last.value.args) and module.literal(last.value.args[0]) not in {0, None}
    return isinstance(last, ast.Raise) and last.exc is not None and "Exit" not in ast.dump(last.exc)
