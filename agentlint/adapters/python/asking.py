"""Calls in Python that wait for a person, and the option or variable beside them that could answer."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace

from agentlint.adapters.context import TreeContext
from agentlint.adapters.python.conditions import MAX_CALLERS, guards_of
from agentlint.adapters.python.elsewhere import for_callers_nobody_is, guard_elsewhere
from agentlint.adapters.python.in_tests import asks_the_tester, is_test_subject, stands_in_a_test
from agentlint.adapters.python.names import Module, keyword, texts_in
from agentlint.adapters.python.own_prompters import is_judged_at_its_callers, put_through_helpers
from agentlint.facts.interface import Ask, AskKind
from agentlint.files.source import Place

_K = AskKind
_CALLS: dict[str, AskKind] = {
    "input": _K.LINE,
    "raw_input": _K.LINE,
    "builtins.input": _K.LINE,
    "six.moves.input": _K.LINE,
    "getpass.getpass": _K.SECRET,
    "click.prompt": _K.LINE,
    "click.confirm": _K.CONFIRM,
    "click.pause": _K.KEY,
    "click.getchar": _K.KEY,
    "click.edit": _K.EDITOR,
    "click.termui.prompt": _K.LINE,
    "click.termui.confirm": _K.CONFIRM,
    "typer.prompt": _K.LINE,
    "typer.confirm": _K.CONFIRM,
    "typer.edit": _K.EDITOR,
    "rich.prompt.Prompt.ask": _K.LINE,
    "rich.prompt.IntPrompt.ask": _K.LINE,
    "rich.prompt.FloatPrompt.ask": _K.LINE,
    "rich.prompt.Confirm.ask": _K.CONFIRM,
    "prompt_toolkit.prompt": _K.LINE,
    "prompt_toolkit.shortcuts.prompt": _K.LINE,
    "prompt_toolkit.shortcuts.confirm": _K.CONFIRM,
    "prompt_toolkit.shortcuts.yes_no_dialog": _K.CONFIRM,
    "prompt_toolkit.shortcuts.input_dialog": _K.LINE,
    "prompt_toolkit.shortcuts.radiolist_dialog": _K.MENU,
    "prompt_toolkit.shortcuts.checkboxlist_dialog": _K.MENU,
    "inquirer.prompt": _K.MENU,
    "PyInquirer.prompt": _K.MENU,
    "InquirerPy.prompt": _K.MENU,
    "InquirerPy.resolver.prompt": _K.MENU,
    "prompt_toolkit.PromptSession().prompt": _K.LINE,
    "prompt_toolkit.PromptSession().prompt_async": _K.LINE,
    "prompt_toolkit.shortcuts.PromptSession().prompt": _K.LINE,
    "rich.console.Console().input": _K.LINE,
    "rich.get_console().input": _K.LINE,
    "aioconsole.ainput": _K.LINE,
    "fabric.operations.prompt": _K.LINE,
    "fabric.api.prompt": _K.LINE,
    "fabric.contrib.console.confirm": _K.CONFIRM,
    "iterfzf.iterfzf": _K.MENU,
    "keyboard.wait": _K.KEY,
    "questionary.prompt": _K.MENU,
    "questionary.form": _K.MENU,
    "pick.pick": _K.MENU,
    "simple_term_menu.TerminalMenu": _K.MENU,
    "dialog.Dialog": _K.MENU,
    "cutie.select": _K.MENU,
    "cutie.select_multiple": _K.MENU,
    "cutie.prompt_yes_or_no": _K.CONFIRM,
    "cutie.get_number": _K.LINE,
    "bullet.Bullet": _K.MENU,
    "bullet.Check": _K.MENU,
    "bullet.YesNo": _K.CONFIRM,
    "bullet.Input": _K.LINE,
    "bullet.Password": _K.SECRET,
    "easygui.ynbox": _K.CONFIRM,
    "easygui.ccbox": _K.CONFIRM,
    "easygui.enterbox": _K.LINE,
    "easygui.choicebox": _K.MENU,
    "easygui.passwordbox": _K.SECRET,
    "readchar.readkey": _K.KEY,
    "readchar.readchar": _K.KEY,
    "msvcrt.getch": _K.KEY,
    "stdiomask.getpass": _K.SECRET,
    "pwinput.pwinput": _K.SECRET,
    "maskpass.askpass": _K.SECRET,
    "pdb.set_trace": _K.DEBUGGER,
    "pdb.post_mortem": _K.DEBUGGER,
    "ipdb.set_trace": _K.DEBUGGER,
    "pudb.set_trace": _K.DEBUGGER,
    "pudb.post_mortem": _K.DEBUGGER,
    "web_pdb.set_trace": _K.DEBUGGER,
    "remote_pdb.set_trace": _K.DEBUGGER,
    "celery.contrib.rdb.set_trace": _K.DEBUGGER,
    "IPython.embed": _K.DEBUGGER,
    "IPython.start_ipython": _K.DEBUGGER,
    "code.interact": _K.DEBUGGER,
    "ptpython.repl.embed": _K.DEBUGGER,
    "bpython.embed": _K.DEBUGGER,
    "breakpoint": _K.DEBUGGER,
    "builtins.breakpoint": _K.DEBUGGER,
}
_FAMILIES: dict[str, dict[str, AskKind]] = {
    "questionary.": {
        "text": _K.LINE,
        "confirm": _K.CONFIRM,
        "select": _K.MENU,
        "checkbox": _K.MENU,
        "password": _K.SECRET,
        "autocomplete": _K.LINE,
        "path": _K.LINE,
        "rawselect": _K.MENU,
        "press_any_key_to_continue": _K.KEY,
    },
    "inquirer.": {
        "text": _K.LINE,
        "confirm": _K.CONFIRM,
        "list_input": _K.MENU,
        "checkbox": _K.MENU,
        "password": _K.SECRET,
        "editor": _K.EDITOR,
    },
    "InquirerPy.inquirer.": {
        "text": _K.LINE,
        "confirm": _K.CONFIRM,
        "select": _K.MENU,
        "checkbox": _K.MENU,
        "secret": _K.SECRET,
        "number": _K.LINE,
        "fuzzy": _K.MENU,
        "filepath": _K.LINE,
        "rawlist": _K.MENU,
    },
    "pyinputplus.": {
        "inputYesNo": _K.CONFIRM,
        "inputMenu": _K.MENU,
        "inputChoice": _K.MENU,
        "inputPassword": _K.SECRET,
        "inputStr": _K.LINE,
        "inputNum": _K.LINE,
        "inputInt": _K.LINE,
        "inputFilepath": _K.LINE,
    },
    "plumbum.cli.terminal.": {"ask": _K.CONFIRM, "prompt": _K.LINE, "choose": _K.MENU, "readline": _K.LINE},
    "humanfriendly.prompts.": {
        "prompt_for_confirmation": _K.CONFIRM,
        "prompt_for_input": _K.LINE,
        "prompt_for_choice": _K.MENU,
    },
    "PySimpleGUI.": {
        "popup_get_text": _K.LINE,
        "popup_get_file": _K.LINE,
        "popup_get_folder": _K.LINE,
        "popup_yes_no": _K.CONFIRM,
        "popup_ok_cancel": _K.CONFIRM,
    },
    "beaupy.": {"confirm": _K.CONFIRM, "prompt": _K.LINE, "select": _K.MENU, "select_multiple": _K.MENU},
}
_SAME = (("asyncclick.", "click."), ("rich_click.", "click."), ("cloup.", "click."), ("inquirer3.", "inquirer."))
"""Packages that offer the same under another name."""
_SAME_PREFIXES = tuple(other for other, _ in _SAME)
_FAMILY_PREFIXES = tuple(_FAMILIES)
"""Asked of the name of each call, so all at once."""
_OF_RICH = re.compile(r"\.((?:Confirm|Prompt|IntPrompt|FloatPrompt)\.ask)$")
"""The classes of rich, through a copy that is carried along or a module of the program's own that hands them on."""
_TK = {
    "tkinter.simpledialog.askstring": _K.LINE,
    "tkinter.simpledialog.askinteger": _K.LINE,
    "tkinter.simpledialog.askfloat": _K.LINE,
    "tkinter.messagebox.askyesno": _K.CONFIRM,
    "tkinter.messagebox.askokcancel": _K.CONFIRM,
    "tkinter.messagebox.askquestion": _K.CONFIRM,
    "tkinter.filedialog.askopenfilename": _K.MENU,
    "tkinter.filedialog.askopenfilenames": _K.MENU,
    "tkinter.filedialog.askdirectory": _K.MENU,
    "tkinter.filedialog.asksaveasfilename": _K.MENU,
}
"""Dialogs: a script that hides its window asks with them; in a program with windows they belong to those."""
_READS = frozenset({"sys.stdin.readline", "sys.stdin.read"})
_QUESTION = re.compile(
    r"(?:print|write|echo)\([^\n]*(?:[?:>\])]|\b(?:enter|return|any key)\b[^\"'\n]{0,20})\s*(?:\\n)?[\"'][^\n]*\n(?:[^\n]*flush\([^\n]*\n)?[^\n]*$",
    re.IGNORECASE,
)
"""A question printed on the line right before a read of standard input."""
REACH = 400
_BUILTINS = frozenset({"input", "raw_input", "breakpoint"})
_OPTION_MAKERS = frozenset(
    {"click.option", "typer.Option", "typer.Argument", "click.Option", "asyncclick.option", "rich_click.option"}
)
_CONFIRMING_OPTIONS = frozenset({"click.confirmation_option", "click.password_option"})
_PURPOSE = re.compile(
    r"repl|interact|shell|console|debug|pdb|post_mortem|breakpoint|set_trace|mainloop|cmdloop|input|readline|getpass",
    re.IGNORECASE,
)


def ask_kind(module: Module, call: ast.Call) -> AskKind | None:
    """What a call asks a person for; None for any other call."""
    name = _known_name(module, call)
    kind = _CALLS.get(name)
    if kind is not None:
        bare = name in _BUILTINS
        return (
            None
            if bare and (name in module.own or name in module.assignments or _imported_otherwise(module, call, name))
            else kind
        )
    if name.startswith(_FAMILY_PREFIXES):
        prefix = next(prefix for prefix in _FAMILIES if name.startswith(prefix))
        return _FAMILIES[prefix].get(name[len(prefix) :])
    if name in _TK and ".withdraw()" in module.document.text and "mainloop" not in module.document.text:
        return _TK[name]
    if name in _READS and _QUESTION.search(module.document.text[: module.document.span(call).start][-REACH:]):
        return AskKind.LINE
    if name.endswith(".input") and _is_rich_console(module, call):
        return AskKind.LINE
    return None


def _known_name(module: Module, call: ast.Call) -> str:
    """The full name, with that of the package whose like it is; of a method, with the class of what it is called on."""
    name = module.name(call.func)
    if name.startswith(_SAME_PREFIXES):
        other, known = next(pair for pair in _SAME if name.startswith(pair[0]))
        return known + name[len(other) :]
    asked = _OF_RICH.search(name) if name.endswith(".ask") else None
    if asked is not None:
        return f"rich.prompt.{asked[1]}"
    owner, _, method = name.rpartition(".")
    if method in {"prompt", "prompt_async", "input"}:
        for _, value in module.assignments.get(owner, ()):
            if isinstance(value, ast.Call):
                return f"{module.name(value.func)}().{method}"
    return name


def _imported_otherwise(module: Module, call: ast.Call, name: str) -> bool:
    return isinstance(call.func, ast.Name) and module.imports.get(call.func.id, name) not in {
        name,
        f"builtins.{name}",
        f"six.moves.{name}",
    }


def _is_rich_console(module: Module, call: ast.Call) -> bool:
    if not isinstance(call.func, ast.Attribute):
        return False
    owner = call.func.value
    name = module.name(owner)
    return "console" in name.lower() and any(value.startswith("rich") for value in module.imports.values())


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
        bypass = (
            f"{function.name}() is there to debug"
            if function and _PURPOSE.search(function.name)
            else _wanted(module, call)
        )
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
