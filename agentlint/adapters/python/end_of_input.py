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


_NOT_THERE = {"KeyError": "os.environ", "IndexError": "sys.argv", "FileNotFoundError": "open"}
"""What fails where a value has not been given, and what would have given it."""


def not_given(module: Module, node: ast.Try, handler: ast.ExceptHandler, confirms: bool) -> Guard | None:
    """`try: token = os.environ["TOKEN"]`, `except KeyError: token = input()`: a variable, a word or a file spares the question.

    A file spares the question for a value that it would hold, and no yes or no.
    """
    caught = {inner.id for inner in ast.walk(handler.type) if isinstance(inner, ast.Name)} if handler.type else set()
    wanted = {giver for name, giver in _NOT_THERE.items() if name in caught and not (confirms and giver == "open")}
    for statement in node.body if wanted else ():
        for inner in ast.walk(statement):
            name = module.name(inner) if isinstance(inner, ast.Attribute | ast.Name) else ""
            if name in wanted:
                return Guard(GuardKind.VARIABLE, f"except {'/'.join(sorted(caught))}", module.document.span(handler))
    return None
