"""Ways past a question that stand in other places than the condition around it: a helper's check, a loop, a value handed over."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agentlint.adapters.code.calls import FUNCTIONS, LOOPS
from agentlint.documents.code import CodeTree, named, span_of
from agentlint.facts.command import Guard, GuardKind
from agentlint.files.lazily import lazily
from agentlint.files.lines import line_start
from agentlint.files.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

MAX_BODY = 4000
"""Characters of a helper or a loop that are looked at."""
_BLOCKS = frozenset({"statement_block", "block", "statement_list", "compound_statement", "then", "else_clause", "else"})
_CALL_STATEMENTS = frozenset({"call_expression", "await_expression", "call", "method_invocation"})
_HELPER = lazily(r"(?:await\s+)?([A-Za-z_$][\w$]{2,60})\(")
_CHECKING = lazily(r"_?(?:is|should|can|must|may|check|guard|ensure|require|skip|needs?|wants?|allows?)(?![a-z])")
"""Beginnings of the names of functions that tell whether to ask."""
_CONDITIONS = lazily(r"\bif\b([^\n{]{1,200})")
_REFUSES = lazily(r"\bthrow\b|\braise\b|\bpanic\(|process\.exit|os\.Exit|log\.Fatal|\babort\b")
_CHOICE = lazily(
    r"\bif\b[^\n{]{0,120}?(?:==\s{0,3}\w{1,40}\.(?:\w*[oO]ption|\w*[mM]ethod|\w*[cC]hoice|mfa|MFA|[nN]ame)\b"
    r"|\b\w{1,40}\.(?:\w*[oO]ption|\w*[mM]ethod|\w*[cC]hoice|mfa|MFA)\)?\s{0,3}==)[^\n]{0,120}\{[^{}]{0,300}\b(?:return|break)\b"
)
"""`if val == details.MFA { ... break }`: the field picks one of what would be offered."""
_GIVEN = lazily(
    r"^\(?(?:len\()?\w{1,40}\.\w{1,60}\)?\s{0,3}(?:!={1,2}|>)\s{0,3}(?:\"\"|''|nil\b|null\b|undefined\b|0\b)|^\(?\w{1,40}\.\w{1,60}\)?\s*$"
)
"""A field that the caller has filled."""
_MISSING = lazily(
    r"(?:!\s?(?:\w{1,40}\.){1,2}(\w{2,60})\b(?!\())"
    r"|\b(?:len\()?(?:\w{1,40}\.){0,2}(\w{2,60})\)?\s{0,3}={2,3}\s{0,3}(?:\"\"|''|nil\b|null\b|0\b)"
)
_ALONE = lazily(r"\(*\s{0,3}(!?)\s{0,3}([A-Za-z_]\w{1,60})\s{0,3}\)*")
_FIELD = lazily(
    r"\(*[A-Za-z_]\w{0,40}(?:\.\w{1,40}){0,2}\.((?:[pP]ause|[aA]sk|[pP]rompt|[cC]onfirm|[iI]nteractive|[wW]ait_?[fF]or)\w{0,30})\)*"
)
_NO_TERMINAL = lazily(r"not an? (?:interactive )?(?:tty|terminal)\b|Not(?:A)?Terminal\b|ErrNoTerminal", re.IGNORECASE)
_WISHES = lazily(r"pause|ask(?!ed)|prompt|confirm(?!ed)|interactive|wait_?for", re.IGNORECASE)
_SPARES = lazily(r"overwrite|clobber|replace_?existing|no_?(?:ask|prompt|confirm|pause)", re.IGNORECASE)


def asked_by_caller(tree: CodeTree, branch: Node, text: str, otherwise: bool) -> bool:
    """`if pauseNeeded {`, or the `else` of `if overwrite {`: a switch that the caller hands to the function around.

    So is a field of Go that is true or false (`if server.Prompt {`): false unless somebody asks to be asked.
    """
    field = None if otherwise else _FIELD.fullmatch(text)
    if field is not None:
        return re.search(rf"\b{field[1]}\s{{1,20}}bool\b", tree.text) is not None
    match = _ALONE.fullmatch(text)
    if match is None:
        return False
    wanted = _SPARES if bool(match[1]) != otherwise else _WISHES
    function: Node | None = branch if wanted.search(match[2]) else None
    while function is not None and function.type not in FUNCTIONS:
        function = function.parent
    head = tree.of(function)[:600].partition("{")[0] if function is not None else ""
    return re.search(rf"\b{match[2]}\??:?\s{{0,3}}bool|\bbool(?:ean)?\s{{1,3}}{match[2]}\b", head) is not None


def refused_by_helper(tree: CodeTree, statement: Node) -> Guard | None:
    """`guard(options);`: a call before, of a function of this file that fails where nobody is there."""
    if statement.type not in _CALL_STATEMENTS:
        return None
    match = _HELPER.match(tree.of(statement)[:120])
    body = _body_of(tree, match[1]) if match is not None else ""
    kind = _kind_within(body) if _REFUSES.search(body) else None
    return Guard(kind, tree.of(statement)[:200], span_of(statement)) if kind is not None else None


def handed_a_terminal(tree: CodeTree, arguments: Node, function: Node) -> Guard | None:
    """`withTerminal(func(in, out) { ... })`: a function of this file that calls it at a terminal, and fails where there is none."""
    call = arguments.parent
    if function.type not in FUNCTIONS or call is None or call.type not in _CALL_STATEMENTS:
        return None
    match = _HELPER.match(tree.of(call)[:120])
    if match is None or not _NO_TERMINAL.search(_body_of(tree, match[1])):
        return None
    return Guard(GuardKind.TERMINAL, match[1], span_of(call))


def by_helper(tree: CodeTree, name: str) -> GuardKind | None:
    """What the conditions within a function of this file speak of."""
    return _kind_within(_body_of(tree, name)) if _CHECKING.match(name) else None


def destructured_from(tree: CodeTree, name: str) -> str:
    """The function from whose result a variable is taken (`const { done, value } = guard(options)`); "" for none."""
    for match in re.finditer(rf"{re.escape(name)}\b", tree.text):
        start = line_start(tree.text, match.start())
        line = tree.text[start : match.end() + 200].split("\n", 1)[0]
        found = re.match(r"\s*(?:const|let|var)\s*[{\[]([^=]{1,160})[}\]]\s*=\s*(?:await\s+)?([\w$]{1,60})\(", line)
        if found is not None:
            return found[2]
    return ""


def _kind_within(body: str) -> GuardKind | None:
    from agentlint.adapters.code.conditions import by_words

    return next((kind for match in _CONDITIONS.finditer(body) if (kind := by_words(match[1])) is not None), None)


def _body_of(tree: CodeTree, name: str) -> str:
    """The text of the function of this name that the file defines."""
    known: dict[str, str] = tree.memory.setdefault("bodies", {})
    if name not in known:
        known[name] = next(_definitions(tree, name), "")
    return known[name]


def _definitions(tree: CodeTree, name: str) -> Iterator[str]:
    for match in re.finditer(rf"\b(?:function|func|def|const|let)\s+{re.escape(name)}(?![\w$])", tree.text):
        above = tree.above(tree.leaf(match.end() - 1))
        holder = above[0] if above else None
        if holder is not None and holder.type == "variable_declarator":
            holder = holder.child_by_field_name("value")
        if holder is not None and holder.type in FUNCTIONS:
            yield tree.of(holder)[:MAX_BODY]


def chosen_in_loop(tree: CodeTree, loop: Node) -> Guard | None:
    """A loop before in which a field that the caller fills picks from what would be offered."""
    match = _CHOICE.search(tree.of(loop)[:MAX_BODY])
    return Guard(GuardKind.VARIABLE, " ".join(match[0].split())[:200], span_of(loop)) if match is not None else None


def loop_within(branch: Node) -> Node | None:
    """A loop that stands in a branch."""
    return next((node for part in parts_of(branch) for node in part if node.type in LOOPS), None)


def parts_of(branch: Node) -> list[list[Node]]:
    """The statements of the branches of an `if`."""
    found = []
    for field in ("consequence", "alternative", "body"):
        part = branch.child_by_field_name(field)
        while part is not None and part.type in _BLOCKS and part.named_child_count == 1:
            inner = part.named_children[0]
            if inner.type not in _BLOCKS:
                break
            part = inner
        if part is not None:
            found.append(list(named(part))[:60])
    return found


def handed_over(tree: CodeTree, name: str, function: Node) -> Guard | None:
    """`ask := promptUser`, and then another way where an option gives one: `if o.File != "" { ask, err = fromFile(...) }`."""
    from agentlint.adapters.code.conditions import speaks_of_absence

    for match in re.finditer(rf"(?<![\w$]){re.escape(name)}\s{{0,3}}[;\n]", tree.text):
        if function.start_byte <= match.start() < function.end_byte:
            continue
        start = line_start(tree.text, match.start())
        variable = re.match(r"\s*(?:const\s+|let\s+|var\s+)?(\w{2,60})\s*:?=", tree.text[start : match.start()])
        if variable is None:
            continue
        other = re.search(
            rf"\bif ([^\n{{]{{1,200}})\{{[^{{}}]{{0,400}}\b{variable[1]}\b[^\n=]{{0,40}}=",
            tree.text[match.end() : match.end() + 1200],
        )
        if other is not None and (_GIVEN.search(other[1]) or speaks_of_absence(other[1])):
            return Guard(GuardKind.VARIABLE, other[1].strip(), Span(start, match.end()))
    return None


def is_bound_and_missing(tree: CodeTree, text: str) -> bool:
    """True for the emptiness of a field that an option fills: `StringVar(&o.password, "password", ...)` somewhere in the file."""
    names = [first or second for first, second in _MISSING.findall(text)]
    return any(re.search(rf"Var\w{{0,8}}\(\s{{0,20}}&(?:\w{{1,40}}\.){{0,3}}{name}\b", tree.text) for name in names)
