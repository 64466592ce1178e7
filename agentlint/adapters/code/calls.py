"""Calls in a syntax tree, found by the name of what is called, whatever the language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from agentlint.documents.code import CodeTree, named, span_of
from agentlint.files.source import Span

if TYPE_CHECKING:
    from tree_sitter import Node

CALLEE = {
    "call_expression": "function",
    "new_expression": "constructor",
    "call": "method",
    "method_invocation": "name",
    "object_creation_expression": "type",
    "function_call_expression": "function",
    "member_call_expression": "name",
    "nullsafe_member_call_expression": "name",
    "scoped_call_expression": "name",
    "invocation_expression": "function",
    "macro_invocation": "macro",
}
"""Kinds of node that call something, and the field with which the name of what they call ends."""

FUNCTIONS = frozenset(
    """function_declaration function_expression arrow_function method_definition generator_function_declaration
    method_declaration func_literal method singleton_method function_definition constructor_declaration lambda_expression
    local_function_statement anonymous_function function_item closure_expression async_block lambda anonymous_function_creation_expression
    generator_function""".split()
)
LOOPS = frozenset(
    """for_statement for_in_statement while_statement do_statement while until for while_modifier until_modifier
    enhanced_for_statement foreach_statement for_expression while_expression loop_expression""".split()
)
STRINGS = frozenset(
    """string template_string interpreted_string_literal raw_string_literal string_literal encapsed_string
    verbatim_string_literal""".split()
)
MAX_CANDIDATES = 2000
"""Matches of one pattern that are looked at; more of them stand in data only."""
_NAME_LEAVES = frozenset({"name", "constant", "$"})
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "\n": ""}


@dataclass(frozen=True)
class Call:
    """A call: `callee` is what is called, as written but without blanks; `above` the nodes around, innermost first."""

    node: Node
    callee: str
    arguments: tuple[Node, ...]
    above: tuple[Node, ...]

    @property
    def span(self) -> Span:
        """The range of the whole call."""
        return span_of(self.node)


def calls(tree: CodeTree, pattern: re.Pattern[str]) -> Iterator[Call]:
    """The calls whose callee holds a match of `pattern`, in the order of the text; each once."""
    seen: set[int] = set()
    for match in islice(pattern.finditer(tree.text), MAX_CANDIDATES):
        last = match.end() - 1
        while last > match.start() and tree.text[last] in " \t\r\n(`<{":
            last -= 1
        leaf = tree.leaf(last)
        if not (leaf.type.endswith("identifier") or leaf.type in _NAME_LEAVES):
            continue
        found = call_of(tree, leaf)
        if found is not None and found.node.start_byte <= match.start() and found.node.id not in seen:
            seen.add(found.node.id)
            yield found


def call_of(tree: CodeTree, leaf: Node) -> Call | None:
    """The call of which a name is the last part of what is called."""
    above = tree.above(leaf)
    end = above[0].end_byte if above and above[0].type == "generic_name" else leaf.end_byte
    for index, node in enumerate(above[:6]):
        field = CALLEE.get(node.type)
        callee = node.child_by_field_name(field) if field else None
        if callee is None or end != callee.end_byte:
            continue
        start = node.start_byte
        if callee.type == "await_expression" and callee.named_children:  # `await ask<Kind>()`, as the grammar reads it
            start = callee.named_children[-1].start_byte
        text = "".join(tree.text[start : callee.end_byte].split())
        return Call(
            node,
            text.removeprefix("new").lstrip("\\") if node.type == "new_expression" else text,
            _arguments(node),
            above[index + 1 :],
        )
    return None


def _arguments(node: Node) -> tuple[Node, ...]:
    found = node.child_by_field_name("arguments")
    if found is None:
        found = next((child for child in node.named_children if child.type in {"arguments", "argument_list"}), None)
    if found is None:
        return ()
    if found.type == "template_string":
        return (found,)
    return tuple(
        child.named_children[0] if child.type == "argument" and child.named_children else child
        for child in named(found)
    )


def literal(tree: CodeTree, node: Node) -> str | None:
    """The value of a string literal without anything worked out at run time; None for every other node."""
    if node.type not in STRINGS:
        return None
    parts = []
    for child in node.named_children:
        if child.type in {"interpolation", "template_substitution", "variable_name"}:
            return None
        text = tree.of(child)
        parts.append(_ESCAPES.get(text[1:], text[1:]) if "escape" in child.type else text)
    if not node.named_children:
        return tree.of(node).strip("\"'`")
    return "".join(parts)


def number(tree: CodeTree, node: Node) -> float | None:
    """The value of a number literal, or of a product of such ("30 * 1000"); None for every other node."""
    total = 1.0
    for factor in re.sub(r"(?<=\d)[_](?=\d)|(?<=\d)[Llf]\b", "", tree.of(node)).split("*"):
        if not re.fullmatch(r"\s*\d{1,9}(\.\d{1,9})?(e\d)?\s*", factor):
            return None
        total *= float(factor)
    return total


def function_around(above: tuple[Node, ...]) -> tuple[Node | None, tuple[Node, ...]]:
    """The innermost function among these nodes, and the nodes around it."""
    for index, node in enumerate(above):
        if node.type in FUNCTIONS:
            return node, above[index + 1 :]
    return None, ()


def in_loop(above: tuple[Node, ...]) -> bool:
    """True inside a loop of the same function."""
    for node in above:
        if node.type in LOOPS:
            return True
        if node.type in FUNCTIONS:
            return False
    return False


def function_name(tree: CodeTree, function: Node, around: tuple[Node, ...]) -> str:
    """The name by which a function is called; "" for one without."""
    own = function.child_by_field_name("name")
    if own is None and around:
        holder = around[0]
        field = {"variable_declarator": "name", "assignment_expression": "left", "pair": "key"}.get(holder.type)
        own = holder.child_by_field_name(field) if field else None
    text = tree.of(own).rpartition(".")[2] if own is not None else ""
    return text if re.fullmatch(r"[A-Za-z_$][\w$]{0,80}[?!]?", text) else ""
