"""Ways of asking only for what is missing, without an `if`: Rust's arm `None` and `unwrap_or_else`, Ruby's `fetch`, `??=`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agentlint.adapters.code.calls import FUNCTIONS
from agentlint.documents.code import CodeTree, span_of
from agentlint.facts.command import Guard, GuardKind
from agentlint.files.lazily import lazily

if TYPE_CHECKING:
    from tree_sitter import Node

_NOTHING = lazily(r"None|Err\(_?\w*\)|_|Some\(\"\"\)")
_SOMETHING = lazily(r"\b(?:Some|Ok)\s?\(")
_VALUE = lazily(
    r"&?(?:mut )?(?:self\.)?[a-z]\w{0,60}(?:\.\w{1,60}){0,4}(?:\.(?:clone|cloned|as_ref|as_deref|as_mut|take|to_owned|ok|trim)\(\)){0,3}"
    r"|(?:std::)?env::var(?:_os)?\([^()]{1,80}\)(?:\.ok\(\))?"
    r"|&?\w{1,40}\.(?:value_of|get_one|get_flag|value_source|remove_one)(?:::<\w{1,40}>)?\([^()]{1,80}\)(?:\.\w{1,20}\(\)){0,2}"
)
"""A variable, a field, an option or the environment: nothing that has to be found out first."""
_FALLBACKS = lazily(r"\.(?:unwrap_or_else|or_else|map_or_else|ok_or_else)$")
_BOUND = lazily(r"let (?:Some|Ok)\(.{1,80}?\) = (.{1,160})")


_ASSIGNMENTS = frozenset({"assignment_expression", "augmented_assignment_expression", "operator_assignment"})
_OPTION = lazily(r"(?:this\.|self\.)?_?(?:options?|opts?|args?|argv|flags)(?:\.|\[|\?\.)", re.IGNORECASE)
_FETCH = lazily(r"(?:options|opts|params|config|settings|ENV|argv|args)\.fetch\(")


def asked_where_missing(tree: CodeTree, parent: Node, child: Node) -> Guard | None:
    """The guard that a node stands under in `parent`, where it is reached because a value is missing."""
    if parent.type == "match_arm":
        return _arm(tree, parent, child)
    if parent.type == "arguments" and child.type in FUNCTIONS:
        call = parent.parent
        callee = call.child_by_field_name("function") if call is not None else None
        text = tree.compact(callee)[-400:] if callee is not None else ""
        match = _FALLBACKS.search(text)
        if match is not None and callee is not None and _VALUE.fullmatch(text[: match.start()]):
            return Guard(GuardKind.VARIABLE, text[:200], span_of(callee))
    if parent.type == "call" and child.type in {"block", "do_block"}:
        text = tree.of(parent)[:200].partition("{")[0]
        return Guard(GuardKind.VARIABLE, text, span_of(parent)) if _FETCH.match(text) else None
    return _filled_in(tree, parent, child) if parent.type in _ASSIGNMENTS else None


def _filled_in(tree: CodeTree, parent: Node, child: Node) -> Guard | None:
    """`options.name ??= ask()`: the option of a caller, or what the file sets in another place too; no mere `config["x"]`."""
    left = parent.child_by_field_name("left")
    if left is None or left == child or not any(one.type in {"??=", "||="} for one in parent.children):
        return None
    name = tree.compact(left)[:80]
    elsewhere = rf"(?<![\w.@$]){re.escape(name)}\s{{0,3}}=(?![=~>])"
    if _OPTION.match(name) or re.search(elsewhere, tree.text):
        return Guard(GuardKind.VARIABLE, name, span_of(left))
    return None


def is_bound(text: str) -> bool:
    """True for `let Some(x) = name`, in whose `else` the value is missing."""
    match = _BOUND.fullmatch(text)
    return match is not None and _VALUE.fullmatch(match[1]) is not None


def _arm(tree: CodeTree, arm: Node, child: Node) -> Guard | None:
    pattern = arm.child_by_field_name("pattern")
    matched = arm.parent.parent if arm.parent is not None else None
    value = matched.child_by_field_name("value") if matched is not None else None
    if pattern is None or value is None or matched is None or child == pattern:
        return None
    text = " ".join(tree.of(value)[:300].split())
    if not _NOTHING.fullmatch(tree.compact(pattern)[:80]) or not _VALUE.fullmatch(text):
        return None
    if not _SOMETHING.search(tree.of(matched)[:2000]):
        return None
    return Guard(GuardKind.VARIABLE, text[:200], span_of(value))
