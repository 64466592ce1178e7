"""Which names a JavaScript file gave to the modules it loads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from agentlint.documents.code import CodeTree

if TYPE_CHECKING:
    from tree_sitter import Node

_LOAD = re.compile(r"(?:\bfrom\s{0,3}|\bimport\s{0,3}\(?\s{0,3}|\brequire\s?\(\s{0,3})[\"'`]([@\w./:-]{1,100})[\"'`]")

Names = dict[str, tuple[str, str]]
"""Local name -> (module, member): member "default" for the module's own export, "*" for the whole module."""


def imported(tree: CodeTree, wanted: re.Pattern[str]) -> Names:
    """The local names of all modules whose name matches `wanted` wholly; "node:" is left off."""
    names: Names = {}
    for match in _LOAD.finditer(tree.text):
        module = match[1].removeprefix("node:")
        if wanted.fullmatch(module):
            for name, member in _bound(tree, match.start(1)):
                names[name] = (module, member)
    for name, (module, member) in list(names.items()):
        if member in {"default", "*"}:
            names.update((inner, (module, own)) for inner, own in _taken_out(tree, name))
    return names


def _taken_out(tree: CodeTree, name: str) -> Iterator[tuple[str, str]]:
    """`const { Confirm } = enquirer`: members that get a name of their own later."""
    pattern = (
        rf"\b(?:const|let|var)\s{{0,9}}\{{([^{{}}]{{1,300}})\}}\s{{0,9}}=\s{{0,9}}{re.escape(name)}\s{{0,3}}(?=[;\n])"
    )
    for match in re.finditer(pattern, tree.text) if "{" in tree.text else ():
        for item in match[1].split(","):
            own, _, alias = (part.strip() for part in item.partition(":"))
            if re.fullmatch(r"[\w$]{1,60}", own):
                yield alias or own, own


def _bound(tree: CodeTree, offset: int) -> Iterator[tuple[str, str]]:
    for node in tree.above(tree.leaf(offset))[:12]:
        if node.type == "import_statement":
            yield from _import_names(tree, node)
            return
        if node.type == "variable_declarator":
            target = node.child_by_field_name("name")
            if target is not None:
                yield from _pattern_names(tree, target, node)
            return
        if node.type in {"statement_block", "program", "export_statement"}:
            return


def _import_names(tree: CodeTree, node: Node) -> Iterator[tuple[str, str]]:
    clause = next((child for child in node.named_children if child.type == "import_clause"), None)
    for child in clause.named_children if clause is not None else ():
        if child.type == "identifier":
            yield tree.of(child), "default"
        elif child.type == "namespace_import":
            yield tree.of(child.named_children[-1]), "*"
        elif child.type == "named_imports":
            for item in child.named_children:
                name = item.child_by_field_name("name")
                alias = item.child_by_field_name("alias") or name
                if name is not None and alias is not None:
                    yield tree.of(alias), tree.of(name)


def _pattern_names(tree: CodeTree, target: Node, declarator: Node) -> Iterator[tuple[str, str]]:
    if target.type == "identifier":
        value = declarator.child_by_field_name("value")
        member = re.search(r"\)\s*\.\s*(\w+)\s*$", tree.of(value)) if value is not None else None
        yield tree.of(target), member[1] if member else "default"
    for item in target.named_children if target.type == "object_pattern" else ():
        if item.type == "shorthand_property_identifier_pattern":
            yield tree.of(item), tree.of(item)
        elif item.type == "pair_pattern":
            key, value = item.child_by_field_name("key"), item.child_by_field_name("value")
            if key is not None and value is not None:
                yield tree.of(value), tree.of(key)
