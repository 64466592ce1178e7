"""Questions in tests: those that the test itself answers, and those that it puts to whoever runs it."""

from __future__ import annotations

import ast
import re

from agentlint.adapters.python.names import Module, texts_in

_SUBJECT = re.compile(
    r"(?:^|/)(?:integration|acceptance|functional|tests?|e2e)/(?:[^/]+/)*_?(?:support|helpers|programs|apps|data)/"
)
"""Small programs that tests start, and answer."""


def is_test_subject(path: str) -> bool:
    """True for a small program that a test starts, by its path."""
    return _SUBJECT.search(path) is not None


def stands_in_a_test(module: Module, call: ast.Call) -> bool:
    """True inside a function or a class that is a test."""
    if "__main__" in module.document.text and not re.search(r"unittest|pytest", module.document.text):
        return False  # a program with a command `test`
    for _, above in module.document.ancestors(call):
        if isinstance(above, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and re.match(
            r"[tT]est", above.name
        ):
            return True
    return False


_DOUBLES = re.compile(
    r"mock|patch|StringIO|pexpect|pty\b|capsys|CliRunner|\bmanual|input_send|def input|\binput\s*=", re.IGNORECASE
)


def asks_the_tester(module: Module, call: ast.Call) -> bool:
    """True in a test that puts a question of its own (`input("PIN: ")`) in a file where nothing stands in for the terminal."""
    if not (isinstance(call.func, ast.Name) and call.func.id == "input" and call.args):
        return False
    function = module.document.function_of(call)
    if function is None or not function.name.startswith("test") or not any(texts_in(call.args[0])):
        return False
    return _DOUBLES.search(module.document.text) is None
