"""Calls of a function from other modules: a question in a helper is answered where every caller answers it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import lru_cache

from agentlint.adapters.code.elsewhere import COMMON, MAX_PARSED, near
from agentlint.adapters.context import TreeContext
from agentlint.adapters.python.commands_of_own import is_entry, is_registered
from agentlint.adapters.python.conditions import guards_of
from agentlint.adapters.python.names import Module, module_of
from agentlint.documents.python import PythonError, read_python
from agentlint.facts.command import Guard, GuardKind
from agentlint.files.source import UndecodableFile

MAX_DEPTH = 2
"""Modules between a question and the condition that spares it."""


def guard_elsewhere(context: TreeContext | None, module: Module, call: ast.AST, depth: int = 0) -> Guard | None:
    """A guard under which all calls of the function around stand, where only other modules call it; None without calls."""
    function = module.document.function_of(call)
    if context is None or function is None:
        return None
    if _INTERACTIVE.search(module.path) and _is_offered(context, module):
        return Guard(GuardKind.INTERACTIVE_CALLER, "--interactive asks for it", module.document.span(function))
    made = _guard_of_class(context, module, function, depth)
    if made is not None:
        return made
    if len(function.name) < 4 or function.name in COMMON:
        return None
    if any(is_entry(module, decorator) for decorator in function.decorator_list):
        return None
    known: dict[str, Guard | None] = module.memory.setdefault("elsewhere", {})
    if function.name not in known:
        known[function.name] = _common_guard(context, module, function, depth)
    return known[function.name]


_INTERACTIVE = re.compile(r"(?:^|/)interactive(?:/|\.py$)")
"""A package or module for the dialogue of those who ask for one."""
_OFFERS = re.compile(rb"""["']--interactive\b""")


def _is_offered(context: TreeContext, module: Module) -> bool:
    """True where an option of the program leads to the module by that name, so that it works without as well."""
    known: list[bool] = module.memory.setdefault("interactive is offered", [])
    if not known:
        files = (context.read(other) for other in near(context, module.path, (".py",)))
        known.append(any(file is not None and _OFFERS.search(file.data) is not None for file in files))
    return known[0]


def _common_guard(
    context: TreeContext, module: Module, function: ast.FunctionDef | ast.AsyncFunctionDef, depth: int
) -> Guard | None:
    if any(module.document.function_of(use) is not function for use in module.called.get(function.name, ())):
        return None  # the module's own calls have been judged, and one of them is unguarded
    method = isinstance(module.document.parent(function), ast.ClassDef)
    found = list(_uses(context, module.path, function.name, method, depth))
    if not found or any(guard is None for guard in found):
        return None
    return Guard(GuardKind.INTERACTIVE_CALLER, f"{function.name}() is called", module.document.span(function))


def _guard_of_class(
    context: TreeContext, module: Module, function: ast.FunctionDef | ast.AsyncFunctionDef, depth: int
) -> Guard | None:
    """A guard under which every object is made whose method the function is (`if guided: GuidedContext(...).run()`)."""
    home = module.document.parent(function)
    if not isinstance(home, ast.ClassDef) or home.name.startswith("Test") or depth > MAX_DEPTH:
        return None
    known: dict[str, Guard | None] = module.memory.setdefault("made elsewhere", {})
    if home.name not in known:
        known[home.name] = None
        own: list[Guard | None] = [next(iter(guards_of(module, use)), None) for use in module.called.get(home.name, ())]
        found = own if None in own else [*own, *_uses(context, module.path, home.name, False, depth)]
        told = any(guard is not None and guard.kind is not GuardKind.VARIABLE for guard in found)
        if told and None not in found:
            known[home.name] = Guard(
                GuardKind.INTERACTIVE_CALLER, f"{home.name}() is made", module.document.span(function)
            )
    return known[home.name]


def uses_elsewhere(context: TreeContext, path: str, name: str) -> list[Guard | None]:
    """For each use of a module's function in others, the guard it stands under, or None."""
    return list(_uses(context, path, name, False, MAX_DEPTH))


def _uses(context: TreeContext, path: str, name: str, method: bool, depth: int) -> Iterator[Guard | None]:
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
        using = other_module(context, other)
        if using is None:
            continue
        if name in using.own or not (method or _imports(using, path, name)):
            continue
        for node in _mentions(using, name):
            yield None if is_registered(using, node) else _spared(context, using, node, depth)


def _spared(context: TreeContext, module: Module, use: ast.AST, depth: int) -> Guard | None:
    """The guard that a use stands under, by itself or through those who call the function around it."""
    own = next(iter(guards_of(module, use)), None)
    return own or (guard_elsewhere(context, module, use, depth + 1) if depth < MAX_DEPTH else None)


@lru_cache(maxsize=24)
def other_module(context: TreeContext, path: str) -> Module | None:
    """Another module of the tree; None where it cannot be read.

    The last ones are kept, for one question often leads to the next in the same place.
    """
    file = context.read(path)
    try:
        return module_of(path, read_python(file.text)) if file is not None else None
    except (PythonError, UndecodableFile):
        return None


def _imports(using: Module, path: str, name: str) -> bool:
    stem = path.removesuffix("/__init__.py").rpartition("/")[2].removesuffix(".py")
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


def for_callers_nobody_is(context: TreeContext | None, module: Module, call: ast.Call) -> bool:
    """True for a helper that hands all its arguments to the asking function, where nothing in the tree calls it."""
    function = module.document.function_of(call)
    if context is None or function is None or function.args.vararg is None or not call.args:
        return False
    first = call.args[0]
    if not (isinstance(first, ast.Starred) and module.name(first.value) == function.args.vararg.arg):
        return False
    method = isinstance(module.document.parent(function), ast.ClassDef)
    name = function.name
    own = [use for use in module.called.get(name, ()) if module.document.function_of(use) is not function]
    return not own and not any(True for _ in _uses(context, module.path, name, method, MAX_DEPTH))
