"""Fixed sleeps and environment variables in Python."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from agentlint.adapters.python.asking import unit_of
from agentlint.adapters.python.names import Module
from agentlint.facts.interface import EnvironmentRead, Sleep
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
_VARIABLE = re.compile(r"^[A-Z][A-Z0-9_]+$")
_READS = frozenset({"os.environ.get", "os.getenv", "os.environ.setdefault", "os.environ.pop"})


def sleeps(module: Module) -> Iterator[Sleep]:
    """All sleeps of a literal length."""
    for call in module.document.calls:
        name = module.name(call.func)
        if name not in _SLEEPS or not call.args:
            continue
        seconds = _seconds(module, call.args[0])
        if seconds is not None and seconds > 0:
            yield Sleep(
                seconds=seconds,
                api=name,
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


def environment_reads(module: Module) -> Iterator[EnvironmentRead]:
    """Environment variables that the module reads; required where there is no default."""
    for node in (*module.document.subscripts, *module.document.calls):
        found = _subscript(module, node) if isinstance(node, ast.Subscript) else _call(module, node)
        if found is not None:
            name, required = found
            yield EnvironmentRead(
                name, required, Place(module.path, module.document.span(node)), unit_of(module), module.test_code
            )


def _subscript(module: Module, node: ast.Subscript) -> tuple[str, bool] | None:
    if module.name(node.value) != "os.environ" or not isinstance(node.ctx, ast.Load):
        return None
    name = module.literal(node.slice)
    if not isinstance(name, str) or not _VARIABLE.match(name):
        return None
    return name, not _allowed_for(module, node, name)


def _call(module: Module, node: ast.AST) -> tuple[str, bool] | None:
    if not isinstance(node, ast.Call) or not node.args or module.name(node.func) not in _READS:
        return None
    name = module.literal(node.args[0])
    return (name, False) if isinstance(name, str) and _VARIABLE.match(name) else None


def _allowed_for(module: Module, node: ast.Subscript, name: str) -> bool:
    """True when the variable's absence is provided for: a test for it, or an `except KeyError`."""
    for child, above in module.document.ancestors(node):
        if isinstance(above, ast.If | ast.IfExp | ast.While | ast.BoolOp):
            tested = above.test if isinstance(above, ast.If | ast.IfExp | ast.While) else above
            if (
                any(isinstance(inner, ast.Constant) and inner.value == name for inner in ast.walk(tested))
                and tested is not child
            ):
                return True
        if isinstance(above, ast.Try) and child in above.body and above.handlers:
            names = {
                i.id for h in above.handlers if h.type is not None for i in ast.walk(h.type) if isinstance(i, ast.Name)
            }
            if names & {"KeyError", "LookupError", "Exception", "BaseException"} or any(
                h.type is None for h in above.handlers
            ):
                return True
    return False
