"""Settings of JavaScript test runners and bundlers (jest.config.js and its like), read from the source and never run."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from agentlint.adapters.code.calls import literal
from agentlint.adapters.context import TreeContext
from agentlint.adapters.gather import Gathering, yaml_root
from agentlint.documents.code import CodeTree, named, read_code, span_of
from agentlint.documents.json import read_json
from agentlint.facts.filefacts import FileFacts
from agentlint.files.source import SourceFile

if TYPE_CHECKING:
    from tree_sitter import Node

_TOOLS = ("jest", "vitest", "vite", "playwright", "cypress", "karma", "mocha", "wdio", "ava")
_CONFIGURATION = re.compile(
    r"export\s+default\b|\bmodule\s?\.\s?exports\s?=|\bexports\s?\.\s?config\s?=|\bexport\s+(?:const|let)\s+config\b|\bconfig\s?\.\s?set\s?\("
)
_NOT_OURS = re.compile(r"(?:^|/)(?:fixtures?|__fixtures__|testdata|templates?|examples?|samples?|playgrounds?)/")
_CI = re.compile(r"\(?(!(?!!))?(?:!!)?(?:process\.env\.CI|isCI|isCi|CI)\)?")
_TYPED = (".ts", ".mts", ".cts")
MAX_DEPTH = 8


def facts(file: SourceFile, tree: TreeContext) -> FileFacts:
    """The settings of a configuration file: ("jest", "maxWorkers", "1"), ("playwright", "reporter", "html junit")."""
    found = Gathering(file)
    if _NOT_OURS.search(file.path):
        return FileFacts()
    name = posixpath.basename(file.path)
    tool = next((tool for tool in _TOOLS if tool in name), "javascript")
    if name.endswith((".json", ".jsonc")) or name in {".mocharc", ".mocharc.yml", ".mocharc.yaml"}:
        _data(found, tool, name)
        return found.facts()
    parsed = read_code("typescript" if name.endswith(_TYPED) else "javascript", file.text)
    if parsed is not None:
        for value in _configurations(parsed):
            _settings(found, parsed, tool, value, "", 0)
    return found.facts()


def _data(found: Gathering, tool: str, name: str) -> None:
    if name.endswith((".yml", ".yaml")):
        found.flat_settings(tool, yaml_root(found))
        return
    document = read_json(found.file.text)
    found.faults(document.errors)
    found.flat_settings(tool, document.root)


def _configurations(tree: CodeTree) -> Iterator[Node]:
    """The objects that the file offers as its configuration, those that helper functions merge included."""
    for match in _CONFIGURATION.finditer(tree.text):
        if match.group().endswith("("):
            node = next(
                (item for item in tree.above(tree.leaf(match.end() - 1)) if item.type == "call_expression"), None
            )
        else:
            kinds = {"export_statement", "assignment_expression"}
            node = next((item for item in tree.above(tree.leaf(match.start())) if item.type in kinds), None)
        if node is not None:
            yield from _objects(tree, node, 0)


def _objects(tree: CodeTree, node: Node, depth: int) -> Iterator[Node]:
    """The outermost objects below a node, through calls, functions and names of the same file."""
    if depth > MAX_DEPTH:
        return
    if node.type == "object":
        yield node
    elif node.type == "identifier":
        value = _defined(tree, tree.of(node))
        if value is not None:
            yield from _objects(tree, value, depth + 2)
    elif node.type in {"call_expression", "arguments", "return_statement", "statement_block", "export_statement", "lexical_declaration",
                       "variable_declarator", "arrow_function", "function_expression", "parenthesized_expression", "as_expression",
                       "satisfies_expression", "assignment_expression", "await_expression"}:  # fmt: skip
        last = (
            node.child_by_field_name("arguments")
            or node.child_by_field_name("right")
            or node.child_by_field_name("value")
        )
        body = last or node.child_by_field_name("body")
        for child in [body] if body is not None else list(named(node))[:50]:
            if node.type == "statement_block" and child.type != "return_statement":
                continue
            yield from _objects(tree, child, depth + 1)


def _defined(tree: CodeTree, name: str) -> Node | None:
    """The value of a constant of this file."""
    match = re.search(rf"\b(?:const|let|var)\s+{re.escape(name)}\b", tree.text)
    if match is None:
        return None
    declarator = next(
        (item for item in tree.above(tree.leaf(match.end() - 1)) if item.type == "variable_declarator"), None
    )
    return declarator.child_by_field_name("value") if declarator is not None else None


def _settings(found: Gathering, tree: CodeTree, tool: str, node: Node, prefix: str, depth: int) -> None:
    """Each entry of an object, keys of objects within joined by dots."""
    for pair in named(node):
        key, value = pair.child_by_field_name("key"), pair.child_by_field_name("value")
        if pair.type != "pair" or key is None or value is None:
            continue
        name = prefix + tree.of(key).strip("\"'`")
        if value.type == "object" and depth < MAX_DEPTH:
            _settings(found, tree, tool, value, name + ".", depth + 1)
        else:
            for alias in _aliases(tool, name):
                found.setting(alias[0], alias[1], _value(tree, value), span_of(pair))


def _aliases(tool: str, name: str) -> Iterator[tuple[str, str]]:
    """A setting's names: Vitest's stand below `test` in its own file as in Vite's."""
    yield tool, name
    if tool in {"vite", "vitest"} and name.startswith("test."):
        yield "vitest", name.removeprefix("test.")


def _value(tree: CodeTree, node: Node) -> str:
    """Strings without quotes, lists joined by blanks, of a choice by CI what holds there, everything else as written."""
    if node.type == "ternary_expression":
        condition = node.child_by_field_name("condition")
        tested = _CI.fullmatch(tree.compact(condition)) if condition is not None else None
        taken = node.child_by_field_name("alternative" if tested[1] else "consequence") if tested else None
        if taken is not None:
            return _value(tree, taken)
    text = literal(tree, node)
    if text is not None:
        return text
    if node.type == "array":
        return " ".join(_value(tree, child) for child in list(named(node))[:50])
    return " ".join(tree.of(node).split())[:300]
