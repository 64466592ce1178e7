"""The form of its answer that a Python program chooses by a value, wherever the option for it is declared.

A parent parser, a decorator of the project's own or the group above a command declares it in another file; what is seen here is
that the value is compared with the name of a form (`args.output_format == "json"`, `fmt is Format.JSON`), or that JSON is what is
printed where no terminal reads it.
"""

from __future__ import annotations

import ast
import re

from agentlint.adapters.python.names import Module

_FORM = re.compile(r"(json|jsonl|ndjson|csv|tsv|xml|ya?ml|sarif|raw|machine)\Z", re.IGNORECASE)
_NAMED = re.compile(r"(?:^|_)(?:format|fmt|output|out|style|formatter|renderer|printer)(?:$|_)", re.IGNORECASE)
_FLAG = re.compile(
    r"(?:as_|is_|use_|output_|print_)?(?:json|jsonl|ndjson|csv|tsv|yaml|porcelain|machine_readable)(?:_output)?\Z"
)
_OPTIONS = frozenset({"args", "opts", "options", "namespace", "ns", "parsed", "arguments", "ctx", "settings", "config"})
_WORDS = ("json", "csv", "tsv", "xml", "yaml", "sarif", "plain", "raw", "machine", "porcelain")


def chosen_form(module: Module) -> str:
    """The value that chooses a form for programs; "" where none is to be seen."""
    text = module.document.text
    if not any(word in text for word in _WORDS) and "JSON" not in text:
        return ""
    for node in ast.walk(module.document.tree):
        if isinstance(node, ast.Compare):
            name = _compared(node)
        elif isinstance(node, ast.If | ast.IfExp):
            name = _flag(node.test)
        else:
            continue
        if name:
            return name
    return "isatty" if "isatty()" in text and _PRINTS_JSON.search(text) else ""


_PRINTS_JSON = re.compile(
    r"json\.dump\([^\n]*stdout|(?:print|echo|stdout\.write|print_json)\([^\n]*(?:json\.dumps|to_json|print_json)"
)


def _compared(node: ast.Compare) -> str:
    sides = (node.left, *node.comparators)
    forms = any(_is_form(side) for side in sides)
    return next((name for side in sides if forms and (name := _last_name(side)) and _NAMED.search(name)), "")


def _is_form(node: ast.expr) -> bool:
    """True for `"json"`, for `Format.JSON`, and for a list of such words."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and bool(_FORM.match(node.value))
    if isinstance(node, ast.Attribute):
        return bool(_FORM.match(node.attr))
    return isinstance(node, ast.Tuple | ast.List | ast.Set) and any(_is_form(one) for one in node.elts)


def _last_name(node: ast.expr) -> str:
    """The name by which a value goes: of a variable, an attribute, a key, or what is asked of the environment."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return "" if _FORM.match(node.attr) else node.attr
    if isinstance(node, ast.Subscript):
        return _text(node.slice)
    if isinstance(node, ast.Call):
        if isinstance(node.func, ast.Attribute) and node.func.attr in {"lower", "strip", "casefold"}:
            return _last_name(node.func.value)
        return next((text for one in node.args if (text := _text(one))), "")
    return ""


def _text(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _flag(test: ast.expr) -> str:
    """The option that a condition asks for: `if args.json:`, `if not opts.as_csv:`."""
    if isinstance(test, ast.UnaryOp):
        return _flag(test.operand)
    if isinstance(test, ast.BoolOp):
        return next((name for one in test.values if (name := _flag(one))), "")
    if isinstance(test, ast.Attribute) and isinstance(test.value, ast.Name) and test.value.id in _OPTIONS:
        return test.attr if _FLAG.match(test.attr) else ""
    return test.id if isinstance(test, ast.Name) and _FLAG.match(test.id) and test.id != "json" else ""
