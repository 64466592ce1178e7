"""Conditions that a call in Python stands under, and whether a run with nobody there gets past it through one of them.

A question is answerable when it is asked only at a terminal, only outside CI, or only for a value that an option, a parameter,
a variable or a file could have given. Whether a name can be given from outside is told by where its value comes from.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from agentlint.adapters.python.asking_calls import ask_kind
from agentlint.adapters.python.command_line import spares_by_words
from agentlint.adapters.python.commands_of_own import is_entry, is_other_command, is_registered
from agentlint.adapters.python.condition_parts import HOLDERS, parts_of
from agentlint.adapters.python.end_of_input import end_of_input, not_given
from agentlint.adapters.python.names import Module, texts_in
from agentlint.adapters.python.one_of_several import chosen_class
from agentlint.adapters.python.parameters import default_of, is_dispatch, passes
from agentlint.adapters.python.terminal_checks import checked, checked_block, checked_by_decorator
from agentlint.facts.command import Guard, GuardKind

MAX_CALLERS = 40
MAX_DEPTH = 4

_BYPASS = re.compile(
    r"yes|force|interact|batch|no_?input|no_?prompt|no_?confirm|assume|unattend|auto|skip|confirm|prompt|quiet|silent|headless"
    r"|tty|(?:\b|_)ask(?![a-z])|non_?inter|accept|approve|defaults?$|answer|terminal|is_ci|in_ci|\bci\b|automat|noninter|tacit|suggest|wizard|guided|overwrite|no_?ask|pause|kbhit|warn(?:ing)?_?(?:threshold|limit|above|at)",
    re.IGNORECASE,
)
"""Names that say that a question is left out."""
_SETTLED = re.compile(r"(?:enabled|allowed|accepted|agreed)$", re.IGNORECASE)
"""Functions by which a program finds out that what it would ask for has been granted."""
_OF_A_QUESTION = frozenset({"default", "answer", "question", "prompt", "message", "msg", "text"})
"""Parameters of a function that asks: they shape the question, and answer nothing."""
_YES_NO = re.compile(r"[(\[]\s?y(?:es)?\s?/\s?n(?:o)?\s?[)\]]|\by/n\b|\bALL\b.*\?", re.IGNORECASE)
_AUTOMATION = frozenset(
    {"CI", "GITHUB_ACTIONS", "GITLAB_CI", "TRAVIS", "BUILDKITE", "JENKINS_URL", "CONTINUOUS_INTEGRATION"}
)
_ENVIRONMENT = frozenset(
    {"os.environ", "os.environ.get", "os.getenv", "os.environb", "decouple.config", "environ.get", "getenv"}
)
_STORES = re.compile(r"stor(?:e|age)\b|cache|keyring|token_?(?:file|path)|cred\w*_(?:file|path)", re.IGNORECASE)
"""What holds the token that an earlier login left."""
_LEAVING_CALLS = frozenset(
    {"sys.exit", "exit", "quit", "os._exit", "click.Abort", "typer.Exit", "parser.error", "ctx.exit", "ctx.abort"}
)


class View(NamedTuple):
    """The module, and whether what an earlier run has kept in a file counts as given from outside."""

    module: Module
    kept: bool = True
    depth: int = 0
    """How many calls lie between the question and the node that is looked at."""
    confirms: bool = False
    """The question wants a yes or no: what is given for something else answers it not."""
    fallback: bool = False
    """The question stands behind an `or`: what is left of it is taken in its stead."""
    leaving: ast.If | None = None
    """The exit before whose condition it is: who gives the value gets other work done."""


def guards_of(module: Module, node: ast.AST, *, kept: bool = True) -> tuple[Guard, ...]:
    """The answering guards of a node, innermost first; the callers of its function count where all of them are guarded.

    Without `kept` a value out of a file or a store is no answer: a token that an earlier login left is there only after it.
    """
    confirms = isinstance(node, ast.Call) and any(_YES_NO.search(t) for item in node.args[:1] for t in texts_in(item))
    return _guards(View(module, kept, confirms=confirms), node, 0)


def own_guards(module: Module, node: ast.AST) -> tuple[Guard, ...]:
    """The same for a helper by itself, whoever calls it."""
    return _guards(View(module), node, MAX_DEPTH)


def _guards(view: View, node: ast.AST, depth: int) -> tuple[Guard, ...]:
    view = view._replace(depth=depth)
    found = [guard for guard in _around(view, node) if guard is not None]
    if not found and depth < MAX_DEPTH:
        caller = _guarded_callers(view, node, depth)
        if caller is not None:
            found.append(caller)
    return tuple(found)


def _around(view: View, node: ast.AST) -> Iterator[Guard | None]:
    for child, above in view.module.document.ancestors(node):
        yield from _tests(view, node, child, above)
        for before in _statements_before(child, above):
            if isinstance(before, ast.If) and is_other_command(before.test):
                continue
            if isinstance(before, ast.If) and not before.orelse and _leaves(view, before.body):
                yield _judge(view._replace(leaving=before), before.test, False, node)
            elif isinstance(before, ast.Expr) and isinstance(before.value, ast.Call):
                yield checked(view.module, before.value)
        if isinstance(above, ast.FunctionDef | ast.AsyncFunctionDef):
            yield checked_by_decorator(view.module, above)
            yield chosen_class(view.module, above)
            return


def _tests(view: View, node: ast.AST, child: ast.AST, above: ast.AST) -> Iterator[Guard | None]:
    if (
        isinstance(above, ast.If)
        and child is not above.test
        and not is_dispatch(view.module, above, child, node, _BYPASS)
    ):
        yield _judge(view, above.test, child in above.body, node)
    elif isinstance(above, ast.IfExp) and child is not above.test:
        yield _judge(view, above.test, child is above.body, node)
    elif isinstance(above, ast.While) and child in above.body:
        yield _judge(view, above.test, True, node)
    elif isinstance(above, ast.BoolOp):
        for value in above.values[: above.values.index(child)] if child in above.values else ():
            yield _judge(
                view._replace(fallback=isinstance(above.op, ast.Or)), value, isinstance(above.op, ast.And), node
            )
    elif isinstance(above, ast.Try) and child in above.body:
        yield end_of_input(view.module, above)
    elif isinstance(above, ast.Try) and isinstance(child, ast.ExceptHandler):
        yield not_given(view.module, above, child, view.confirms)
    elif isinstance(above, ast.With | ast.AsyncWith) and child in above.body:
        yield checked_block(view.module, above)


def _statements_before(child: ast.AST, above: ast.AST) -> Iterator[ast.stmt]:
    for block in (getattr(above, name, None) for name in ("body", "orelse", "finalbody")):
        if isinstance(block, list) and child in block:
            yield from block[: block.index(child)]


def _leaves(view: View, body: list[ast.stmt]) -> bool:
    last = body[-1] if body else None
    if isinstance(last, ast.Return | ast.Raise | ast.Continue | ast.Break):
        return True
    return (
        isinstance(last, ast.Expr)
        and isinstance(last.value, ast.Call)
        and (
            view.module.name(last.value.func) in _LEAVING_CALLS
            or view.module.name(last.value.func).endswith((".exit", ".error", ".abort", ".fail"))
        )
    )


def _judge(view: View, test: ast.expr, holds: bool, at: ast.AST) -> Guard | None:
    """The answering guard that a condition is, when the node is reached because it `holds` or does not."""
    text = " ".join(view.module.document.source(test).split())[:80]
    kind = _kind(view, test, holds, at)
    if kind is None:
        return None
    return Guard(kind, text if holds else f"not ({text})", view.module.document.span(test))


def _kind(view: View, test: ast.expr, holds: bool, at: ast.AST) -> GuardKind | None:
    for inner in ast.walk(test):
        if isinstance(inner, ast.Attribute | ast.Name):
            name = view.module.name(inner)
            if name.endswith(".isatty") or name in {"isatty", "os.isatty"}:
                return GuardKind.TERMINAL
            if name == "sys.argv" or name.startswith("sys.argv.") or _is_command_line(view, name, at):
                if spares_by_words(test, holds):
                    return GuardKind.OPTION
            if name in _ENVIRONMENT or name.endswith(".environ.get"):
                texts = {item.value for item in ast.walk(test) if isinstance(item, ast.Constant)}
                return GuardKind.NOT_AUTOMATED if _AUTOMATION & texts else GuardKind.VARIABLE
    if holds and _asks_for_question(test):
        return GuardKind.OPTION
    for part, missing in parts_of(test, holds):
        kind = _part_kind(view, part, missing, at)
        if kind is not None:
            return kind
    return None


def _is_command_line(view: View, name: str, at: ast.AST) -> bool:
    """`args = sys.argv` before."""
    return any(view.module.name(value) == "sys.argv" for value in view.module.assigned(name, at))


def _asks_for_question(test: ast.expr) -> bool:
    """`password == "-"`, `args["prompt-for-password"].value`: who gives this wants to be asked."""
    keys = [inner.slice for inner in ast.walk(test) if isinstance(inner, ast.Subscript)]
    if any(isinstance(key, ast.Constant) and isinstance(key.value, str) and _BYPASS.search(key.value) for key in keys):
        return True
    if not isinstance(test, ast.Compare) or not isinstance(test.ops[0], ast.Eq | ast.Is):
        return False
    compared = test.comparators[0]
    if isinstance(compared, ast.Name | ast.Attribute):
        return _SAYS_ASK.search(compared.id if isinstance(compared, ast.Name) else compared.attr) is not None
    return isinstance(compared, ast.Constant) and compared.value in {"-", "?", "ask", "prompt"}


_SAYS_ASK = re.compile(r"(?:^|_)(?:SENTINEL|PROMPT|ASK|INTERACTIVE)(?:_|$)")
"""Constants that stand for "ask me" where an option was given without its value."""


def _part_kind(view: View, part: ast.expr, missing: bool, at: ast.AST) -> GuardKind | None:
    if isinstance(part, ast.Call):
        name = view.module.name(part.func)
        if name in {"len", "bool", "str", "any", "all", "hasattr", "isinstance", "getattr"} and part.args:
            return _part_kind(view, part.args[0], missing, at)
        last = name.rsplit(".", 1)[-1]
        if (_BYPASS.search(last) or (view.leaving and _SETTLED.search(last))) and not _asks(view, part):
            return GuardKind.VARIABLE
        if name.startswith("os.path.") and part.args:
            return None if view.confirms else _part_kind(view, part.args[0], missing, at)
        if name.endswith((".get", ".strip", ".lower", ".exists", ".is_file")):
            if view.confirms and name.endswith((".exists", ".is_file")):
                return None
            return _part_kind(view, part.func.value, missing, at) if isinstance(part.func, ast.Attribute) else None
        return None
    name = _plain_name(view, part)
    if not name:
        return None
    last = name.rsplit(".", 1)[-1]
    if last in _OF_A_QUESTION and not view.fallback and _is_parameter(view, name, at):
        return None
    if is_left_open(view, name, missing, at):
        return None
    if _BYPASS.search(last) and _given_from_outside(view, part, at, strict=False):
        return GuardKind.OPTION
    if missing and _given_from_outside(view, part, at, strict=True) and not _answers_nothing(view, name, at):
        return None if _is_outcome(view, part, at) else GuardKind.VARIABLE
    return None


def _is_outcome(view: View, part: ast.expr, at: ast.AST) -> bool:
    """`if failed: return 1` before: a value that was worked out, and that the exit does nothing with, is no answer."""
    if view.leaving is None or not isinstance(part, ast.Name) or _is_parameter(view, part.id, at):
        return False
    return not any(
        isinstance(inner, ast.Name) and inner.id == part.id for stm in view.leaving.body for inner in ast.walk(stm)
    )


def is_left_open(view: View, name: str, missing: bool, at: ast.AST) -> bool:
    """True for a parameter whose default asks, where a call in the module leaves it to that default and has no guard itself."""
    function = _function_with(view, name, at)
    default = default_of(function, name) if function is not None else None
    if function is None or not isinstance(default, ast.Constant) or bool(default.value) == missing:
        return False
    calls = [
        call
        for call in view.module.called.get(function.name, ())
        if view.module.document.function_of(call) is not function
    ]
    if view.depth >= MAX_DEPTH or len(calls) > MAX_CALLERS:
        return False
    return any(not passes(call, function, name) and not _guards(view, call, view.depth + 1) for call in calls)


def _function_with(view: View, name: str, at: ast.AST) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
    for _, above in view.module.document.ancestors(at):
        if isinstance(above, ast.FunctionDef | ast.AsyncFunctionDef):
            every = [*above.args.posonlyargs, *above.args.args, *above.args.kwonlyargs]
            return above if any(argument.arg == name for argument in every) else None
    return None


_OTHER_WORK = re.compile(r"(?:^|\.)(?:\w*help|version|usage|list|info|debug|verbose|print\w*)$", re.IGNORECASE)
_REHEARSAL = re.compile(r"dry_?run|simulate|preview", re.IGNORECASE)
"""Options by which the work is left undone with its question: whoever wants it done is asked."""


def _answers_nothing(view: View, name: str, at: ast.AST) -> bool:
    """True for a value whose absence leads to the question, but which is no answer to it: it asks for other work."""
    if _REHEARSAL.search(name) or (view.leaving and _OTHER_WORK.search(name)):
        return True
    if not view.confirms or (view.depth == 0 and not view.leaving and ("." in name or _is_parameter(view, name, at))):
        return False
    above = [outer for _, outer in view.module.document.ancestors(at) if isinstance(outer, ast.Assign)]
    return not any(isinstance(t, ast.Name) and t.id == name for outer in above for t in outer.targets)


def _plain_name(view: View, node: ast.expr) -> str:
    if isinstance(node, ast.Subscript):
        key = view.module.literal(node.slice)
        return f"{view.module.name(node.value)}.{key if isinstance(key, str) else ''}"
    return view.module.name(node) if isinstance(node, ast.Attribute | ast.Name) else ""


def _given_from_outside(view: View, node: ast.expr, at: ast.AST, *, strict: bool) -> bool:
    """True when the value can come from an option, a parameter, the environment or a file: not a constant, not an answer."""
    root = node
    while isinstance(root, ast.Attribute | ast.Subscript):
        root = root.value
    if not isinstance(root, ast.Name):
        return isinstance(root, ast.Call)
    if root is not node and root.id in {"self", "cls"}:
        return _attribute_given(view, f"{root.id}.{getattr(node, 'attr', '')}", at)
    if (root is not node and view.kept) or _is_parameter(view, root.id, at):
        return True
    values = [value for value in view.module.assigned(root.id, at) if not _holds(value, at)]
    if not values:
        return not strict or bool(HOLDERS.match(root.id)) or root.id in view.module.imports
    if not strict and root.id.isupper() and all(isinstance(v, ast.Constant) and not v.value for v in values):
        return True  # a switch of the module that only others turn on
    return any(_value_given(view, value, at) for value in values)


def _holds(value: ast.expr, node: ast.AST) -> bool:
    """True for what the question itself gives."""
    return any(inner is node for inner in ast.walk(value))


def _value_given(view: View, value: ast.expr, at: ast.AST) -> bool:
    if isinstance(value, ast.Constant) or _asks(view, value):
        return False
    return view.kept or any(_from_caller(view, inner, at) for inner in ast.walk(value))


def _from_caller(view: View, node: ast.AST, at: ast.AST) -> bool:
    """True for a parameter, a parsed option or an environment variable inside an expression."""
    if isinstance(node, ast.Name) and (HOLDERS.match(node.id) or _is_parameter(view, node.id, node)):
        return node.id not in {"self", "cls"} and not _STORES.search(node.id)
    name = view.module.name(node) if isinstance(node, ast.Attribute | ast.Name) else ""
    return name in _ENVIRONMENT or name == "sys.argv" or name.endswith(".parse_args")


def _attribute_given(view: View, name: str, at: ast.AST) -> bool:
    values = [value for _, value in view.module.assignments.get(name, ())]
    if view.kept:
        return not values or any(not isinstance(value, ast.Constant) and not _asks(view, value) for value in values)
    return any(_value_given(view, value, at) for value in values)


def _is_parameter(view: View, name: str, at: ast.AST) -> bool:
    for _, above in view.module.document.ancestors(at):
        if isinstance(above, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            arguments = above.args
            every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
            if any(argument is not None and argument.arg == name for argument in every):
                return True
    return False


def _asks(view: View, value: ast.AST) -> bool:
    """True when the value is typed by a person."""
    return any(isinstance(inner, ast.Call) and ask_kind(view.module, inner) is not None for inner in ast.walk(value))


def _guarded_callers(view: View, node: ast.AST, depth: int) -> Guard | None:
    """A guard when all calls of the node's function in this module stand under one."""
    function = view.module.document.function_of(node)
    if function is None or any(is_entry(view.module, decorator) for decorator in function.decorator_list):
        return None
    called: list[ast.Call] = view.module.called.get(function.name, [])
    uses: list[ast.AST] = [call for call in called if view.module.document.function_of(call) is not function]
    uses = uses or _handed_over(view, function.name)
    if (
        not uses
        or len(uses) > MAX_CALLERS
        or any(is_registered(view.module, use) for use in uses)
        or not all(_guards(view, use, depth + 1) for use in uses)
    ):
        return None
    return Guard(GuardKind.INTERACTIVE_CALLER, f"{function.name}() is called", view.module.document.span(uses[0]))


def _handed_over(view: View, name: str) -> list[ast.AST]:
    """Where a function that nobody calls by name is given to others (`callback=approve if ask else None`)."""
    if view.module.document.text.count(name) < 2:
        return []
    return [
        node
        for node in ast.walk(view.module.document.tree)
        if (isinstance(node, ast.Name) and node.id == name) or (isinstance(node, ast.Attribute) and node.attr == name)
    ]
