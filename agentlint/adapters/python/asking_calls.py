"""Which calls of Python ask a person, and for what: the functions of the standard library and of packages that ask."""

from __future__ import annotations

import ast
import re

from agentlint.adapters.python.names import Module
from agentlint.facts.interface import AskKind

_K = AskKind
_CALLS: dict[str, AskKind] = {
    "input": _K.LINE,
    "raw_input": _K.LINE,
    "builtins.input": _K.LINE,
    "six.moves.input": _K.LINE,
    "getpass.getpass": _K.SECRET,
    "click.prompt": _K.LINE,
    "click.confirm": _K.CONFIRM,
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
    "prompt_toolkit.shortcuts.button_dialog": _K.MENU,
    "prompt_toolkit.shortcuts.message_dialog": _K.KEY,
    "prompt_toolkit.shortcuts.choice": _K.MENU,
    "knack.prompting.prompt": _K.LINE,
    "knack.prompting.prompt_y_n": _K.CONFIRM,
    "knack.prompting.prompt_t_f": _K.CONFIRM,
    "knack.prompting.prompt_pass": _K.SECRET,
    "knack.prompting.prompt_choice_list": _K.MENU,
    "pyautogui.confirm": _K.CONFIRM,
    "pyautogui.prompt": _K.LINE,
    "pyautogui.password": _K.SECRET,
    "pyautogui.alert": _K.KEY,
    "pymsgbox.confirm": _K.CONFIRM,
    "pymsgbox.prompt": _K.LINE,
    "getkey.getkey": _K.KEY,
    "getch.getch": _K.KEY,
    "keyboard.read_key": _K.KEY,
    "cookiecutter.prompt.read_user_yes_no": _K.CONFIRM,
    "cookiecutter.prompt.read_user_variable": _K.LINE,
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
_RAW = re.compile(r"\btty\.set(?:raw|cbreak)\(|\btermios\.tcsetattr\(")
_PRESS = re.compile(r"\b(?:press|hit)\b[^\n]{0,30}\b(?:key|enter|return)\b", re.IGNORECASE)
"""Somebody is told to press a key, and the terminal gives single signs."""
_STARTS = frozenset(
    {
        "subprocess.call",
        "subprocess.run",
        "subprocess.check_call",
        "subprocess.Popen",
        "os.system",
        "os.execvp",
        "os.execlp",
    }
)
_EDITOR = re.compile(r"[\"'](?:\w+_)?(?:EDITOR|VISUAL)[\"']")
_NAMES_EDITOR = re.compile(
    r"(?<![A-Za-z.])(?:get_?)?(?:text_?|default_?)?editor(?:_?cmd|_command)?\b(?!\.)|[\"']EDITOR[\"']|\$EDITOR",
    re.IGNORECASE,
)
"""The editor that the environment names is started."""
REACH = 400
_BUILTINS = frozenset({"input", "raw_input", "breakpoint"})


def ask_kind(module: Module, call: ast.Call) -> AskKind | None:
    """What a call asks a person for; None for any other call. Each is judged once: every reader of calls asks."""
    judged: dict[int, tuple[ast.Call, AskKind | None]] = module.memory.setdefault("kinds of calls", {})
    known = judged.get(id(call))
    if known is None or known[0] is not call:
        known = judged[id(call)] = (call, _judged(module, call))
    return known[1]


def _judged(module: Module, call: ast.Call) -> AskKind | None:
    name = _known_name(module, call)
    kind = _CALLS.get(name)
    if kind is not None:
        own = name in _BUILTINS and (not _is_builtin(module, call, name) or reads_data(module, call))
        return None if own else kind
    if name in module.assignments and isinstance(call.func, ast.Name) and _is_builtin(module, call, name):
        return AskKind.LINE  # `ask = raw_input`
    if name.endswith(_TO_ANOTHER_THREAD):
        return _handed_to_a_thread(module, call)
    if name.startswith(_FAMILY_PREFIXES):
        prefix = next(prefix for prefix in _FAMILIES if name.startswith(prefix))
        return _FAMILIES[prefix].get(name[len(prefix) :])
    if name in _TK and ".withdraw()" in module.document.text and "mainloop" not in module.document.text:
        return _TK[name]
    if name in _READS and _QUESTION.search(module.document.text[: module.document.span(call).start][-REACH:]):
        return AskKind.LINE
    if name == "sys.stdin.read" and _RAW.search(module.document.text) and _PRESS.search(module.document.text):
        return AskKind.KEY
    if name in _STARTS and call.args and _EDITOR.search(module.document.text):
        return AskKind.EDITOR if _NAMES_EDITOR.search(module.document.source(call.args[0])) else None
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


_TELLS = re.compile(
    r"print|echo|writ|info|warn|error|debug|log|rule|msg|message|display|show|say|tell|prompt|ask|output|notify|status|announce",
    re.IGNORECASE,
)


def reads_data(module: Module, call: ast.Call) -> bool:
    """True for a line that is taken apart as numbers or fields, with no question put before it: a filter's or a contest's data.

    A function of the program's own that is called for nothing but what it does may have put the question.
    """
    if call.args or call.keywords or not _is_taken_apart(module, call):
        return False
    home = module.document.function_of(call)
    body = home.body if home is not None else module.document.tree.body
    for statement in body:
        for inner in ast.walk(statement) if statement.lineno <= call.lineno else ():
            if isinstance(inner, ast.Expr) and inner.lineno <= call.lineno and _may_tell(module, inner.value):
                if module.document.function_of(inner) is home:
                    return False
    return True


def _is_taken_apart(module: Module, call: ast.Call) -> bool:
    """`int(input())`, `input().split()`, `map(int, input().split())`."""
    node: ast.AST = call
    for _ in range(4):
        above = module.document.parent(node)
        if isinstance(above, ast.Call) and node in above.args:
            return module.name(above.func) in _CONVERSIONS
        if isinstance(above, ast.Attribute) and above.attr in {"split", "splitlines"}:
            return True
        if not isinstance(above, ast.Attribute | ast.Call):
            return False
        node = above
    return False


_CONVERSIONS = frozenset(
    {"int", "float", "list", "map", "tuple", "set", "sorted", "len", "complex", "Decimal", "json.loads"}
)


def _may_tell(module: Module, node: ast.expr) -> bool:
    """True for a call that puts words before somebody: by its name, by a text that it is handed, or by one of the module's own."""
    while isinstance(node, ast.Await):
        node = node.value
    if not isinstance(node, ast.Call):
        return False
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    said = any(isinstance(item, ast.JoinedStr) or isinstance(module.literal(item), str) for item in node.args[:2])
    return said or name in module.own or _TELLS.search(name) is not None


def _is_builtin(module: Module, call: ast.Call, name: str) -> bool:
    """True where the name means what Python gives: no function, parameter or variable of the program's own.

    A variable that is set from nothing but the function that asks means that one (`input = raw_input`).
    """
    values = [value for _, value in module.assignments.get(name, ())]
    if name in module.own or _imported_otherwise(module, call, name):
        return False
    if values:
        return all(isinstance(value, ast.Name) and value.id in {"input", "raw_input"} for value in values)
    return not any(
        argument.arg == name
        for _, above in module.document.ancestors(call)
        if isinstance(above, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for argument in (*above.args.posonlyargs, *above.args.args, *above.args.kwonlyargs)
    )


_TO_ANOTHER_THREAD = (".run_in_executor", ".to_thread", "to_thread.run_sync", ".run_sync_in_worker_thread")
"""Calls that are handed a function to wait for in another thread."""


def _handed_to_a_thread(module: Module, call: ast.Call) -> AskKind | None:
    """`loop.run_in_executor(None, input, "Code: ")`: what the function that is handed over asks for."""
    for argument in call.args[:2]:
        name = module.name(argument) if isinstance(argument, ast.Name | ast.Attribute) else ""
        if name in {"input", "getpass.getpass"}:
            return _CALLS[name]
    return None


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
