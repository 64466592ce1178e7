"""Calls of a function from other modules: a question in a helper is answered where every caller answers it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from agentlint.adapters.code.elsewhere import COMMON, MAX_PARSED, near
from agentlint.adapters.context import TreeContext
from agentlint.adapters.python.conditions import guards_of, is_entry
from agentlint.adapters.python.names import Module, module_of
from agentlint.documents.python import PythonError, read_python
from agentlint.facts.command import Guard, GuardKind
from agentlint.files.source import UndecodableFile


def guard_elsewhere(context: TreeContext | None, module: Module, call: ast.AST) -> Guard | None:
    """A guard under which all calls of the function around stand, where only other modules call it; None without calls."""
    function = module.document.function_of(call)
    if context is None or function is None or len(function.name) < 4 or function.name in COMMON:
        return None
    if any(is_entry(module, decorator) for decorator in function.decorator_list):
        return None
    known: dict[str, Guard | None] = module.memory.setdefault("elsewhere", {})
    if function.name not in known:
        known[function.name] = _common_guard(context, module, function)
    return known[function.name]


def _common_guard(
    context: TreeContext, module: Module, function: ast.FunctionDef | ast.AsyncFunctionDef
) -> Guard | None:
    if any(module.document.function_of(use) is not function for use in module.called.get(function.name, ())):
        return None  # the module's own calls have been judged, and one of them is unguarded
    method = isinstance(module.document.parent(function), ast.ClassDef)
    found = list(_uses(context, module.path, function.name, method))
    if not found or any(guard is None for guard in found):
        return None
    return Guard(GuardKind.INTERACTIVE_CALLER, f"{function.name}() is called", module.document.span(function))


def _uses(context: TreeContext, path: str, name: str, method: bool) -> Iterator[Guard | None]:
    """For each use of the function in another module, the guard it stands under, or None."""
    wanted = re.compile(rb"(?<!\w)" + name.encode("utf-8", "replace") + rb"\b")
    parsed = 0
    for other in near(context, path, (".py",)):
        file = context.read(other)
        if file is None or not wanted.search(file.data):
            continue
        parsed += 1
        if parsed > MAX_PARSED:
            yield None
            return
        try:
            using = module_of(other, read_python(file.text))
        except (PythonError, UndecodableFile):
            continue
        if name in using.own or not (method or _imports(using, path, name)):
            continue
        for node in _mentions(using, name):
            yield next(iter(guards_of(using, node)), None)


def _imports(using: Module, path: str, name: str) -> bool:
    stem = path.rpartition("/")[2].removesuffix(".py")
    return any(value.endswith((f".{name}", f".{stem}")) or value == stem for value in using.imports.values())


def _mentions(module: Module, name: str) -> Iterator[ast.AST]:
    """Calls of the function, and places where it is handed on to be called."""
    called = module.called.get(name, [])
    yield from called
    if not called:
        for node in ast.walk(module.document.tree):
            named = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
            if named == name and isinstance(getattr(node, "ctx", None), ast.Load):
                yield node
