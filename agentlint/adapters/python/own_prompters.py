"""Questions put through functions of the repository's own: they stand where their words are, and not in the helper that puts them."""

from __future__ import annotations

import ast
import posixpath
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType

from agentlint.adapters.context import TreeContext
from agentlint.adapters.python.asking_calls import ask_kind
from agentlint.adapters.python.conditions import own_guards
from agentlint.adapters.python.elsewhere import other_module, uses_elsewhere
from agentlint.adapters.python.names import Module
from agentlint.facts.interface import AskKind

_NAMED = re.compile(
    r"input|prompt|ask|confirm|yes_?no|y_?n\b|question|query|choose|select|pick|press|pause|getpass|password|read_?(?:line|stdin|key)",
    re.IGNORECASE,
)
"""What functions that ask are called."""
_WORDS = frozenset(
    {"prompt", "question", "message", "msg", "text", "title", "label", "query", "prompt_text", "prompt_str"}
)
_SOURCES = ("", "src/", "lib/", "python/")
_DEEPEST = 3
"""Helpers through which a question may go before it is put."""
_QUICK = re.compile(rb"input|getpass|prompt|confirm|readline|questionary|inquirer")
_Function = ast.FunctionDef | ast.AsyncFunctionDef
Helpers = Mapping[str, AskKind]


def put_through_helpers(context: TreeContext | None, module: Module) -> dict[int, tuple[ast.Call, AskKind]]:
    """The calls of functions that ask for their callers, of this module and of others of the tree, by the node's id."""
    known: dict[int, tuple[ast.Call, AskKind]] | None = module.memory.get("through helpers")
    if known is None:
        found = {id(call): (call, kind) for call, kind in _put_through(context, module)}
        known = module.memory["through helpers"] = found
    return known


def _put_through(context: TreeContext | None, module: Module) -> Iterator[tuple[ast.Call, AskKind]]:
    own = helpers_in(module)
    for name, kind in own.items() if own and _are_shared(context, module) else ():
        for call in module.called.get(name, ()):
            function = module.document.function_of(call)
            asked = bool(call.args or call.keywords) and isinstance(call.func, ast.Name)
            if asked and (function is None or function.name not in own):
                yield call, kind
    if context is None:
        return
    for name, calls in module.called.items():
        if name in own or not _NAMED.search(name):
            continue
        for call in calls:
            found = _helpers_of(context, _home_of(context, module, call)).get(name)
            if found is not None and _hands_on(module, call) is None:
                yield call, found


def is_judged_at_its_callers(module: Module, context: TreeContext | None, call: ast.Call) -> bool:
    """True within a helper that is handed its question, where others call it."""
    function = module.document.function_of(call)
    if function is None or function.name not in helpers_in(module) or own_guards(module, call):
        return False
    return _are_shared(context, module)


def _are_shared(context: TreeContext | None, module: Module) -> bool:
    """True for helpers that other modules call: in a program of one file they stand beside their questions."""
    known: bool | None = module.memory.get("shared helpers")
    if known is None:
        names = helpers_in(module)
        known = context is not None and any(uses_elsewhere(context, module.path, name) for name in names)
        module.memory["shared helpers"] = known
    return known


def helpers_in(module: Module) -> Helpers:
    """The functions of a module that ask for their callers: the words of the question are among their parameters."""
    known: Helpers | None = module.memory.get("helpers")
    if known is None:
        known = module.memory["helpers"] = MappingProxyType(_find(module))
    return known


def _find(module: Module) -> dict[str, AskKind]:
    found: dict[str, AskKind] = {}
    for call in module.document.calls:
        kind = ask_kind(module, call)
        if kind is not None and kind is not AskKind.DEBUGGER:
            _note(module, call, kind, found)
    for _ in range(_DEEPEST if found else 0):
        before = len(found)
        for name in list(found):
            for call in module.called.get(name, ()):
                if isinstance(call.func, ast.Name):
                    _note(module, call, found[name], found)
        if len(found) == before:
            break
    return found


def _note(module: Module, call: ast.Call, kind: AskKind, found: dict[str, AskKind]) -> None:
    function = _hands_on(module, call)
    if function is None or function.name in found or not _NAMED.search(function.name):
        return
    if isinstance(module.document.parent(function), ast.Module) and not own_guards(module, call):
        found[function.name] = kind


def _hands_on(module: Module, call: ast.Call) -> _Function | None:
    """The function around that is handed the words of the question; None where they are its own."""
    function = module.document.function_of(call)
    if function is None:
        return None
    taken = {item.arg for item in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)}
    first = call.args[0] if call.args else None
    if isinstance(first, ast.Name) and first.id in taken:
        return function
    given = [*call.args, *(item.value for item in call.keywords)]
    names = {inner.id for item in given for inner in ast.walk(item) if isinstance(inner, ast.Name)}
    if names & taken & _WORDS:
        return function
    printed = not call.args and bool(taken & _WORDS) and _is_printed(module, function, call, taken & _WORDS)
    return function if printed else None


def _is_printed(module: Module, function: _Function, call: ast.Call, words: set[str]) -> bool:
    """True where the function prints what it is handed before it reads a line."""
    return any(
        isinstance(inner, ast.Call)
        and inner.lineno < call.lineno
        and any(isinstance(item, ast.Name) and item.id in words for item in inner.args[:1])
        for inner in ast.walk(function)
    )


def _home_of(context: TreeContext, module: Module, call: ast.Call) -> str:
    """The file of the tree in which a called function is defined; "" where it is none of the tree's."""
    owner, _, _ = module.name(call.func).rpartition(".")
    if not owner or owner.startswith(("self", "cls")) or "(" in owner:
        return ""
    known: dict[str, str] = module.memory.setdefault("homes", {})
    if owner not in known:
        known[owner] = next((path for path in _paths(module.path, owner) if path in context.paths), "")
    return known[owner]


def _paths(path: str, owner: str) -> Iterator[str]:
    name = owner.lstrip(".")
    above = len(owner) - len(name)
    inner = name.replace(".", "/")
    folders = [posixpath.dirname(path)]
    while folders[-1]:
        folders.append(posixpath.dirname(folders[-1]))
    bases = [f"{folder}/" if folder else "" for folder in folders]
    if above:
        bases = bases[above - 1 : above]
    else:
        bases.extend(_SOURCES)
    for base in bases:
        for ending in (".py", "/__init__.py"):
            yield f"{base}{inner}{ending}" if inner else f"{base}__init__.py"


@lru_cache(maxsize=256)
def _helpers_of(context: TreeContext, path: str) -> Helpers:
    """The functions of another module that ask for their callers."""
    file = context.read(path) if path else None
    if file is None or not _QUICK.search(file.data):
        return MappingProxyType({})
    other = other_module(context, path)
    return helpers_in(other) if other is not None else MappingProxyType({})
