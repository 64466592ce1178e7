"""Calls in Python that wait for a person, and the option or variable beside them that could answer."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace

from agentlint.adapters.context import TreeContext
from agentlint.adapters.python.asking_calls import ask_kind
from agentlint.adapters.python.conditions import MAX_CALLERS, guards_of
from agentlint.adapters.python.elsewhere import for_callers_nobody_is, guard_elsewhere
from agentlint.adapters.python.in_tests import asks_the_tester, is_test_subject, stands_in_a_test
from agentlint.adapters.python.names import Module, keyword, texts_in
from agentlint.adapters.python.own_prompters import is_judged_at_its_callers, put_through_helpers
from agentlint.facts.interface import Ask, AskKind
from agentlint.files.source import Place

_OPTION_MAKERS = frozenset(
    {"click.option", "typer.Option", "typer.Argument", "click.Option", "asyncclick.option", "rich_click.option"}
)
_CONFIRMING_OPTIONS = frozenset({"click.confirmation_option", "click.password_option"})
_PURPOSE = re.compile(
    r"repl|interact|shell|console|debug|pdb|post_mortem|breakpoint|set_trace|mainloop|cmdloop|input|readline|getpass",
    re.IGNORECASE,
)


def asks(module: Module, context: TreeContext | None = None) -> Iterator[Ask]:
    """All questions of a module, those for a code from the browser too: they want a person twice."""
    for ask, call in _everywhere(module, context):
        guard = None if ask.answerable or ask.test_code else guard_elsewhere(context, module, call)
        if guard is None and not ask.answerable and for_callers_nobody_is(context, module, call):
            continue
        yield replace(ask, guards=(guard,), bypass=guard.text) if guard is not None else ask


def _everywhere(module: Module, context: TreeContext | None) -> Iterator[tuple[Ask, ast.Call]]:
    """Each question once: where it is put, or where a helper that puts it is handed its words."""
    through = put_through_helpers(context, module)
    for ask, call in _all(module):
        if id(call) not in through and not is_judged_at_its_callers(module, context, call):
            yield ask, call
    for call, kind in through.values():
        yield _ask(module, call, kind), call


def _all(module: Module) -> Iterator[tuple[Ask, ast.Call]]:
    for call in module.document.calls:
        kind = ask_kind(module, call)
        if kind is not None and not _is_inquirer_part(module, call):
            yield from _where_asked(module, call, kind)
        elif module.name(call.func) in _OPTION_MAKERS | _CONFIRMING_OPTIONS:
            yield from ((ask, call) for ask in _option_prompt(module, call))


def _where_asked(module: Module, call: ast.Call, kind: AskKind) -> Iterator[tuple[Ask, ast.Call]]:
    """A question whose words a function gets from its callers stands where they are given, if any of those is unanswered."""
    own = _ask(module, call, kind)
    function = module.document.function_of(call)
    if own.answerable or function is None or not call.args or not isinstance(call.args[0], ast.Name):
        yield own, call
        return
    names = {argument.arg for argument in (*function.args.posonlyargs, *function.args.args)}
    uses = [use for use in module.called.get(function.name, ()) if module.document.function_of(use) is not function]
    asked = [use for use in uses if use.args]
    if call.args[0].id not in names or not asked or len(uses) > MAX_CALLERS:
        yield own, call
        return
    yield from ((found, use) for use in asked if not (found := _ask(module, use, kind)).answerable)


def _is_inquirer_part(module: Module, call: ast.Call) -> bool:
    """`prompt_toolkit.prompt` and friends are meant; a question object inside another question is counted once."""
    return any(
        isinstance(above, ast.Call) and ask_kind(module, above) is not None
        for _, above in module.document.ancestors(call)
    )


def _ask(module: Module, call: ast.Call, kind: AskKind) -> Ask:
    document = module.document
    guards = guards_of(module, call)
    function = document.function_of(call)
    bypass = ""
    if kind is AskKind.DEBUGGER:
        bypass = _made_to_debug(module, call) or _wanted(module, call)
    elif guards:
        bypass = guards[0].text
    elif kind is AskKind.EDITOR and function and "edit" in function.name:
        bypass = f"{function.name}() is there to edit"
    elif kind in {AskKind.SECRET, AskKind.LINE} and function and _KEEPS.match(function.name):
        bypass = _token_variable(module, call)
    return Ask(
        kind=kind,
        api=module.name(call.func).lstrip("."),
        language="python",
        place=Place(module.path, document.span(call)),
        unit=unit_of(module),
        guards=guards,
        bypass=bypass,
        test_code=(module.test_code or stands_in_a_test(module, call) or is_test_subject(module.path))
        and not asks_the_tester(module, call),
        entry=_is_entry(module, call),
    )


_KEEPS = re.compile(r"(?:auth|login|log_in|configure|set_?up_auth|authenticate)$")
"""Commands that ask for a token and keep it, for those who do not give it each time."""
_ASKS_FOR_TOKEN = re.compile(r"token|api.?key|secret|password", re.IGNORECASE)
_TOKEN_READ = re.compile(
    r"(?:environ(?:\.get)?\(|environ\[|getenv\(|envvar=)\s?[\"']([A-Z][A-Z0-9_]*(?:TOKEN|API_?KEY|PASSWORD))[\"']"
)


def _token_variable(module: Module, call: ast.Call) -> str:
    """The variable that gives the token beside a command that asks for it; "" for other questions."""
    if not any(_ASKS_FOR_TOKEN.search(text) for item in call.args[:1] for text in texts_in(item)):
        return ""
    found = _TOKEN_READ.search(module.document.text)
    return found[1] if found else ""


def _made_to_debug(module: Module, call: ast.Call) -> str:
    """The function around that is there for it by its name, a wrapper inside of it included; "" where none is."""
    for _, above in module.document.ancestors(call):
        if isinstance(above, ast.FunctionDef | ast.AsyncFunctionDef) and _PURPOSE.search(above.name):
            return f"{above.name}() is there to debug"
    return ""


def _wanted(module: Module, call: ast.Call) -> str:
    """The condition that asks for the debugger (`if debug:`), as written."""
    for child, above in module.document.ancestors(call):
        if isinstance(above, ast.If | ast.IfExp | ast.ExceptHandler) and child is not getattr(above, "test", None):
            test = module.document.source(above.test) if not isinstance(above, ast.ExceptHandler) else ""
            if re.search(r"debug|pdb|trace|break|inspect|interactive|post_?mortem", test, re.IGNORECASE):
                return test[:80]
    return ""


def unit_of(module: Module) -> str:
    """The unit of a module's own code."""
    from agentlint.facts.unit import UnitKind, unit_id

    return unit_id(module.path, UnitKind.MODULE, module.path)


def _is_entry(module: Module, call: ast.Call) -> bool:
    """False for a function of a library module that nothing in the module calls."""
    function = module.document.function_of(call)
    if function is None or module.runs:
        return True
    if any(
        module.name(d.func if isinstance(d, ast.Call) else d).endswith((".command", ".group", ".callback"))
        for d in function.decorator_list
    ):
        return True
    return bool(module.called.get(function.name))


def _option_prompt(module: Module, call: ast.Call) -> Iterator[Ask]:
    """`prompt=` on an option: the option itself answers."""
    prompt = keyword(call, "prompt")
    confirming = module.name(call.func) in _CONFIRMING_OPTIONS
    if (prompt is None or module.literal(prompt) is False) and not confirming:
        return
    names = [item.value for item in call.args if isinstance(item, ast.Constant) and isinstance(item.value, str)]
    option = next(
        (name for name in names if name.startswith("--")),
        names[0] if names else "--yes" if confirming else "the option",
    )
    yield Ask(
        kind=AskKind.SECRET if keyword(call, "hide_input") is not None else AskKind.LINE,
        api=f"{module.name(call.func)}(prompt)",
        language="python",
        place=Place(module.path, module.document.span(call)),
        unit=unit_of(module),
        bypass=option,
        test_code=module.test_code,
    )
