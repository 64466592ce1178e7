"""Questions whose words a function gets from its callers: such a function asks for them, and they decide whether to ask."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agentlint.adapters.code.calls import Call, function_around, function_name
from agentlint.documents.code import CodeTree
from agentlint.files.lazily import lazily

if TYPE_CHECKING:
    from tree_sitter import Node

_WORDS = frozenset({"message", "question", "query", "title", "text", "prompt", "label"})
"""Keys under which prompt libraries take the question."""
_ALONE = lazily(
    r"(?:[\w$.]{1,40}\(){0,2}([A-Za-z_$][\w$]*)(?:\??\.\w{1,40})?\){0,2}(?:\s{0,3}(?:\?\?|\|\|).{0,80})?", re.DOTALL
)
"""A variable by itself, styled or with something in its place where it is empty."""
_FILLED = lazily(r"\$\{\s{0,3}([A-Za-z_$][\w$]*)(?:\.\w{1,40})?\s{0,3}\}")
_LETTERS_OF_ITS_OWN = 8
"""Letters that a helper may add to the question (`(y/N)`); with more of them the question is its own."""


def asks_for_callers(tree: CodeTree, call: Call) -> str:
    """The name of the function around that is handed the question; "" where the question is its own."""
    names = set(_names_in(tree, call))
    function, around = function_around(call.above) if names else (None, ())
    while function is not None:
        name = function_name(tree, function, around)
        if name and names & _parameters(tree, function):
            return name
        function, around = function_around(around)
    return ""


def _names_in(tree: CodeTree, call: Call) -> list[str]:
    """The variables that the question consists of."""
    first = call.arguments[0] if call.arguments else None
    if first is None:
        return []
    if first.type != "object":
        return _alone(tree.of(first))
    for item in first.named_children:
        if item.type == "shorthand_property_identifier" and tree.of(item) in _WORDS:
            return [tree.of(item)]
        key, value = item.child_by_field_name("key"), item.child_by_field_name("value")
        if key is not None and value is not None and tree.of(key) in _WORDS:
            return _alone(tree.of(value))
    return [tree.of(item).lstrip(". ") for item in first.named_children if item.type == "spread_element"]


def _alone(text: str) -> list[str]:
    if text.startswith("`"):
        filled = _FILLED.findall(text)
        own = sum(character.isalpha() for character in _FILLED.sub("", text))
        return filled if own <= _LETTERS_OF_ITS_OWN else []
    found = _ALONE.fullmatch(text[:200])
    return [found[1]] if found is not None else []


def _parameters(tree: CodeTree, function: Node) -> set[str]:
    given = function.child_by_field_name("parameters") or function.child_by_field_name("parameter")
    return set(re.findall(r"[A-Za-z_$][\w$]*", tree.of(given))) if given is not None else set()
