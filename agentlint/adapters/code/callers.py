"""A function whose every call stands under a guard is guarded itself."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from agentlint.adapters.code.calls import call_of, function_around, function_name
from agentlint.adapters.code.conditions import answered, guards_of
from agentlint.adapters.code.helpers import handed_over
from agentlint.documents.code import CodeTree
from agentlint.facts.command import ANSWERING, Guard, GuardKind

if TYPE_CHECKING:
    from tree_sitter import Node

MAX_CALLERS = 20
MAX_MENTIONS = 500


def with_callers(
    tree: CodeTree, guards: tuple[Guard, ...], above: tuple[Node, ...], depth: int = 3
) -> tuple[Guard, ...]:
    """The guards, with that of the callers where every call of the function around stands under one."""
    if answered(guards) or depth == 0:
        return guards
    function, around = function_around(above)
    while function is not None:
        name = function_name(tree, function, around)
        inherited = _callers_guard(tree, name, function, depth) if name else None
        if inherited is not None:
            return (Guard(GuardKind.INTERACTIVE_CALLER, inherited.text, inherited.span), *guards)
        function, around = function_around(around)
    return guards


def _callers_guard(tree: CodeTree, name: str, function: Node, depth: int) -> Guard | None:
    known: dict[object, Guard | None] = tree.memory.setdefault("callers", {})
    key = (name, function.id, depth)
    if key not in known:
        known[key] = None
        known[key] = _guard_of_calls(tree, name, function, depth)
    return known[key]


def _guard_of_calls(tree: CodeTree, name: str, function: Node, depth: int) -> Guard | None:
    first: Guard | None = None
    count = 0
    for match in islice(re.finditer(rf"(?<![\w$]){re.escape(name)}(?![\w$])", tree.text), MAX_MENTIONS):
        leaf = tree.leaf(match.start())
        if not leaf.type.endswith(("identifier", "name")) or function.start_byte <= match.start() < function.end_byte:
            continue
        if tree.text[match.start() - 1 : match.start()] == "." and not _is_method(function):
            continue  # `Select::new(…).prompt()` is another's
        call = call_of(tree, leaf)
        if call is None:
            continue
        count += 1
        guards = with_callers(tree, guards_of(tree, call.node, call.above), call.above, depth - 1)
        own = next((guard for guard in reversed(guards) if guard.kind in ANSWERING), None)
        if own is None or count > MAX_CALLERS:
            return None
        first = first or own
    return first if count else handed_over(tree, name, function)


def _is_method(function: Node) -> bool:
    """True for a function of a class or of a Rust `impl`, and for one whose place says as much (Go, Ruby)."""
    above: Node | None = function
    while above is not None:
        if "method" in above.type or "class" in above.type or above.type in {"impl_item", "object", "pair", "module"}:
            return True
        above = above.parent
    return False
