"""Fixed sleeps in Python."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from agentlint.adapters.python.asking import unit_of
from agentlint.adapters.python.names import Module
from agentlint.facts.interface import Sleep
from agentlint.files.source import Place

_SLEEPS = frozenset(
    {
        "time.sleep",
        "asyncio.sleep",
        "trio.sleep",
        "anyio.sleep",
        "gevent.sleep",
        "eventlet.sleep",
        "curio.sleep",
        "tornado.gen.sleep",
    }
)

_BY_METHOD = {"wait_for_timeout": 0.001, "qWait": 0.001, "doDelay": 1.0}
"""Methods of test tools that only wait, and what their number counts in seconds: Playwright, QTest, dogtail."""


def sleeps(module: Module) -> Iterator[Sleep]:
    """All sleeps of a literal length."""
    for call in module.document.calls:
        name = module.name(call.func)
        method = name.rpartition(".")[2] if name else call.func.attr if isinstance(call.func, ast.Attribute) else ""
        unit = 1.0 if name in _SLEEPS else _BY_METHOD.get(method, 0.0)
        if not unit or not call.args:
            continue
        seconds = _seconds(module, call.args[0])
        seconds = seconds * unit if seconds is not None else None
        if seconds is not None and seconds > 0:
            yield Sleep(
                seconds=seconds,
                api=name or method,
                language="python",
                place=Place(module.path, module.document.span(call)),
                unit=unit_of(module),
                polling=_polls(module, call),
                test_code=module.test_code,
            )


def _seconds(module: Module, node: ast.expr) -> float | None:
    value = module.literal(node)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        left, right = _seconds(module, node.left), _seconds(module, node.right)
        return left * right if left is not None and right is not None else None
    if isinstance(node, ast.Name):
        known = [module.literal(value) for value in module.assigned(node.id, node)]
        if len(known) == 1 and isinstance(known[0], int | float) and not isinstance(known[0], bool):
            return float(known[0])
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.attr.isupper():
        return _of_class(module, node.attr)
    return None


def _of_class(module: Module, name: str) -> float | None:
    """The number that a constant of a class holds, where the file sets it once."""
    values = [module.literal(value) for _, value in module.assignments.get(name, ())]
    if len(values) == 1 and isinstance(values[0], int | float) and not isinstance(values[0], bool):
        return float(values[0])
    return None


def _polls(module: Module, call: ast.Call) -> bool:
    """True inside a loop that looks at something: a condition that is no constant, or a way out of it."""
    for child, above in module.document.ancestors(call):
        if isinstance(above, ast.While) and child in above.body:
            return not isinstance(above.test, ast.Constant) or _has_way_out(above)
        if isinstance(above, ast.For | ast.AsyncFor) and child in above.body:
            return _has_way_out(above)
        if isinstance(above, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            return False
    return False


def _has_way_out(loop: ast.While | ast.For | ast.AsyncFor) -> bool:
    return any(
        isinstance(inner, ast.Break | ast.Return | ast.Raise)
        for statement in loop.body
        for inner in ast.walk(statement)
    )
