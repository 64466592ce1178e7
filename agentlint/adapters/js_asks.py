"""Calls of a JavaScript program that wait for a person: the usual prompt packages, readline and single keys."""

from __future__ import annotations

import re

from agentlint.adapters.code.calls import Call, calls, function_around
from agentlint.adapters.code.questions import kind_of_question, question_before
from agentlint.adapters.code.source import Source
from agentlint.adapters.js_imports import Names, imported
from agentlint.facts.interface import AskKind

LINE, SECRET, CONFIRM, MENU, KEY, EDITOR = (
    AskKind.LINE, AskKind.SECRET, AskKind.CONFIRM, AskKind.MENU, AskKind.KEY, AskKind.EDITOR,
)  # fmt: skip

_BY_TYPE: dict[str, AskKind | None] = {"prompt": None}
_INQUIRER: dict[str, AskKind | None] = {
    "input": LINE, "number": LINE, "password": SECRET, "confirm": CONFIRM, "select": MENU, "checkbox": MENU,
    "rawlist": MENU, "expand": MENU, "search": MENU, "editor": EDITOR,
}  # fmt: skip
_MODULES: dict[str, dict[str, AskKind | None]] = {
    "inquirer": _BY_TYPE,
    "prompts": {"default": None, "prompt": None},
    "enquirer": {
        "prompt": None, "Input": LINE, "Confirm": CONFIRM, "Select": MENU, "MultiSelect": MENU, "Password": SECRET,
        "Invisible": SECRET, "AutoComplete": MENU, "Toggle": CONFIRM, "Form": LINE, "List": LINE, "NumberPrompt": LINE,
    },
    "@clack/prompts": {
        "text": LINE, "password": SECRET, "confirm": CONFIRM, "select": MENU, "multiselect": MENU, "selectKey": MENU,
        "groupMultiselect": MENU, "autocomplete": MENU, "autocompleteMultiselect": MENU,
    },
    "@inquirer/prompts": _INQUIRER,
    "readline-sync": {
        "question": LINE, "prompt": LINE, "questionEMail": LINE, "questionInt": LINE, "questionFloat": LINE,
        "questionNewPassword": SECRET, "keyIn": KEY, "keyInYN": CONFIRM, "keyInYNStrict": CONFIRM, "keyInPause": KEY,
        "keyInSelect": MENU,
    },
    "prompt": {"get": LINE},
    "promptly": {"prompt": LINE, "confirm": CONFIRM, "choose": MENU, "password": SECRET},
    "prompt-confirm": {"default": CONFIRM},
    "password-prompt": {"default": SECRET},
    "cli-select": {"default": MENU},
    "listr-input": {"default": LINE},
    "yesno": {"default": CONFIRM, "ask": CONFIRM},
    "read": {"default": LINE, "read": LINE},
    "@posva/prompts": {"default": None, "prompt": None},
    "@topcli/prompts": {"question": LINE, "confirm": CONFIRM, "select": MENU, "multiselect": MENU},
    "consola": {"prompt": None, "consola.prompt": None},
    "terminal-kit": {"terminal.yesOrNo": CONFIRM, "terminal.inputField": LINE, "terminal.singleColumnMenu": MENU},
    "input": {"text": LINE, "password": SECRET, "confirm": CONFIRM, "select": MENU, "checkboxes": MENU},
    "zx": {"question": LINE},
    "@oclif/core": {"ux.prompt": LINE, "ux.confirm": CONFIRM, "ux.anykey": KEY},
    "cli-ux": {"prompt": LINE, "confirm": CONFIRM, "anykey": KEY, "cli.prompt": LINE, "cli.confirm": CONFIRM, "cli.anykey": KEY},
}  # fmt: skip
"""What waits, by module and member; None: the `type:` of the question tells what it asks for."""

_CLIFFY: dict[str, AskKind | None] = {
    "Confirm.prompt": CONFIRM, "Input.prompt": LINE, "Number.prompt": LINE, "Secret.prompt": SECRET, "Select.prompt": MENU,
    "Checkbox.prompt": MENU, "Toggle.prompt": CONFIRM, "List.prompt": LINE, "prompt": LINE,
}  # fmt: skip
_WANTED = re.compile(r"inquirer|prompts?|enquirer|@clack/prompts|@inquirer/\w+|readline-sync|promptly|prompt-confirm"
                     r"|password-prompt|cli-select|listr-input|yesno|read|input|terminal-kit|(?:jsr:)?@std/cli(?:@[\w.^]+)?/(?:unstable-)?prompt-\w+(?:-\w+)?|consola|zx|@oclif/core|cli-ux|@posva/prompts|@topcli/prompts|@cliffy/prompt(?:/[\w.-]+)?|https://deno\.land/x/cliffy[^\"'`]{0,60}")  # fmt: skip
_READLINE = re.compile(r"readline|readline/promises|fs/promises/readline")
_QUESTION = re.compile(r"(?<![\w$])[\w$]+\s{0,3}\??\.\s{0,3}question\s{0,3}\(")
_TYPE = re.compile(r"\btype\s{0,3}:\s{0,3}[\"'`](\w+)[\"'`]")
_TYPES = {
    "confirm": CONFIRM, "toggle": CONFIRM, "password": SECRET, "invisible": SECRET, "select": MENU, "list": MENU,
    "rawlist": MENU, "checkbox": MENU, "multiselect": MENU, "autocomplete": MENU, "expand": MENU, "editor": EDITOR,
}  # fmt: skip
_CONDITIONAL = re.compile(r"\bwhen\b\s{0,3}[:(]|\bskip\s{0,3}[:(]|\btype\s{0,3}:\s{0,3}(?![\"'`\s])")
_YES_NO = re.compile(r"[(\[]\s?y(?:es)?\s?/\s?n(?:o)?\s?[)\]]|\by/n\b", re.IGNORECASE)
_KEY_WAIT = re.compile(r"process\s{0,3}\.\s{0,3}stdin\s{0,3}\.\s{0,3}(?:once|on)\s{0,3}\(")
_PROMPT_SYNC = re.compile(
    r"(?:\b(?:const|let|var)\s+|this\.)([\w$]{1,60})\s*=\s*(?:require\(\s?[\"']prompt-sync[\"']\s?\)|([\w$]{1,60}))\s*\("
)


def find_asks(source: Source) -> None:
    """Every call that waits for a person, with the guards it stands under."""
    for name, (module, member) in imported(source.tree, _WANTED).items():
        _module_asks(source, name, module, member)
    _readline(source)
    _prompt_sync(source)
    _made_prompters(source)
    _global_prompts(source)
    _keys(source)


def _module_asks(source: Source, name: str, module: str, member: str) -> None:
    table = _table(module)
    pattern = re.compile(
        rf"(?<![\w.$]){re.escape(name)}(?:\s{{0,40}}\??\.\s{{0,40}}[A-Za-z]\w{{0,40}}){{0,2}}\s{{0,3}}[(<]"
    )
    overridden = re.search(rf"\b{re.escape(name)}\.(?:override\b|inject\()", source.text) is not None
    for call in calls(source.tree, pattern) if table else ():
        if source.full:
            return
        head, _, rest = call.callee.replace("?.", ".").partition(".")
        if head != name:
            continue
        asked = rest if member in {"default", "*"} and rest else f"{member}.{rest}" if rest else member
        asked = asked.removeprefix("default.") or "default"
        handed_on = [one.type for one in call.arguments] == ["spread_element"]
        if asked in table and not handed_on and not (module == "read" and not call.arguments):
            kind = table[asked]
            source.ask(
                call,
                kind or _kind(source, call),
                bypass=_bypass(source, call, module, f"{name}.override" if overridden else ""),
            )


def _table(module: str) -> dict[str, AskKind | None]:
    if module in _MODULES:
        return _MODULES[module]
    if "@std/cli" in module:
        return {"promptSecret": SECRET, "promptSelect": MENU, "promptMultipleSelect": MENU}
    if "cliffy" in module:
        return _CLIFFY
    name = module.rpartition("/")[2]
    single = _INQUIRER.get(name) if module.startswith("@inquirer/") else None
    return {"default": single, name: single} if single else {}


def _kind(source: Source, call: Call) -> AskKind:
    text = source.tree.of(call.node)[:2000]
    found = _TYPE.search(text)
    if found is not None:
        return _TYPES.get(found[1], LINE)
    return CONFIRM if _YES_NO.search(text) else LINE


def _bypass(source: Source, call: Call, module: str, override: str) -> str:
    """What answers a question without a person, where its own library offers that."""
    if module in {"prompts", "prompt"} and override:
        return override
    first = call.arguments[0] if call.arguments else None
    if first is None:
        return ""
    if module == "inquirer" and len(call.arguments) > 1 and call.callee.endswith("prompt"):
        return source.tree.of(call.arguments[1])[:60]
    if first.type == "identifier":
        known: str | None = source.tree.memory.get("when")
        if known is None:
            known = source.tree.memory["when"] = "when" if _CONDITIONAL.search(source.text) else ""
        return known
    text = source.tree.of(first)
    conditional = len(_CONDITIONAL.findall(text))
    return "when" if conditional and conditional >= len(re.findall(r"\bmessage\s{0,3}:", text)) else ""


def _readline(source: Source) -> None:
    names: Names = imported(source.tree, _READLINE)
    if not names:
        return
    from_stdin = re.search(r"createInterface\s{0,3}\([^)]{0,300}\bstdin\b", source.text) is not None
    for call in calls(source.tree, _QUESTION):
        receiver = call.callee.rpartition(".")[0]
        if (from_stdin or receiver in {"rl", "readline"}) and len(call.arguments) >= 1 and receiver not in names:
            text = source.tree.of(call.arguments[0])[:500]
            kind = KEY if re.search(r"press|hit (?:enter|return)", text, re.IGNORECASE) else _kind(source, call)
            source.ask(call, kind)
    if from_stdin:
        _promised(source)
        _one_line(source)


_PROMISED = re.compile(
    r"\b(?:const|let|var)\s+([\w$]{1,60})\s*=\s*(?:util\.)?promisify\(\s{0,3}[\w$]{1,60}\.question(?:\)\.bind\(|\.bind\()"
)
_LINE = re.compile(r"\b[\w$]{1,60}\s{0,3}\.\s{0,3}(?:once|on)\s{0,3}\(")
_CLOSES = re.compile(r"\.close\(|process\.exit\(|\bresolve\(")


def _promised(source: Source) -> None:
    """`const question = util.promisify(rl.question).bind(rl)`: what is asked through it."""
    for match in _PROMISED.finditer(source.text):
        for call in calls(source.tree, re.compile(rf"(?<![\w.$]){re.escape(match[1])}\s{{0,3}}\(")):
            source.ask(call, _kind(source, call))


def _one_line(source: Source) -> None:
    """`rl.once('line', ...)` right after a question; a reader that closes with its first line asks no more."""
    for call in calls(source.tree, _LINE):
        event = source.tree.of(call.arguments[0]).strip("\"'`") if len(call.arguments) > 1 else ""
        if event != "line" or not _CLOSES.search(source.tree.of(call.arguments[1])[:600]):
            continue
        question = question_before(source, call)
        if question:
            source.ask(call, kind_of_question(question), question=question)


def _prompt_sync(source: Source) -> None:
    if "prompt-sync" not in source.text:
        return
    loaded = imported(source.tree, re.compile("prompt-sync"))
    for match in _PROMPT_SYNC.finditer(source.text):
        if match[2] is None or match[2] in loaded:
            name = re.escape(match[1])
            for call in calls(source.tree, re.compile(rf"(?<![\w.$]){name}(?:\.hide)?\s{{0,3}}\(")):
                source.ask(call, SECRET if call.callee.endswith(".hide") else _kind(source, call))


_MADE = re.compile(
    r"\b(?:const|let|var)\s+([\w$]{1,60})\s*=\s*(?:new\s+([\w$]{1,60})\s*\(|([\w$]{1,60})\.createPromptModule\s*\()"
)
_PLOP = re.compile(r"[\"'](?:node-)?plop[\"']")
"""A generator's `runPrompts(bypass)` asks what the list that it is given leaves open. Source: plopjs.com, node-plop."""
_GLUEGUN = re.compile(r"[\"']gluegun[\"']")
_GENERATOR = re.compile(r"[\"']yeoman-generator[\"']")


def _made_prompters(source: Source) -> None:
    """Prompters that a library makes: `new Enquirer()`, `inquirer.createPromptModule()`, a Yeoman generator's own."""
    known = imported(source.tree, re.compile("inquirer|enquirer"))
    for match in _MADE.finditer(source.text):
        if (match[2] or match[3]) in known and known[match[2] or match[3]][1] in {"default", "*"}:
            member = r"\s{0,3}\.\s{0,3}prompt" if match[2] else ""
            pattern = rf"(?<![\w.$]){re.escape(match[1])}{member}\s{{0,3}}\("
            for call in calls(source.tree, re.compile(pattern)):
                source.ask(call, _kind(source, call), bypass=_bypass(source, call, "inquirer", ""))
    if _PLOP.search(source.text):
        for call in calls(source.tree, re.compile(r"\.\s{0,3}runPrompts\s{0,3}\(")):
            if not call.arguments:
                source.ask(call, LINE)
    if _GLUEGUN.search(source.text):
        for call in calls(source.tree, re.compile(r"\bprompt\s{0,3}\.\s{0,3}(?:ask|confirm)\s{0,3}\(")):
            kind = CONFIRM if call.callee.endswith("confirm") else _kind(source, call)
            source.ask(call, kind, bypass=_bypass(source, call, "gluegun", ""))
    if _GENERATOR.search(source.text):
        for call in calls(source.tree, re.compile(r"\bthis\s{0,3}\.\s{0,3}prompt\s{0,3}\(")):
            source.ask(call, _kind(source, call), bypass=_bypass(source, call, "yeoman-generator", ""))


_OWN_RUNTIME = re.compile(
    r"\bDeno\.|\bBun\.|^#!.{0,60}\b(?:deno|bun|zx)\b|from [\"'](?:jsr:|https://deno\.land|bun[\"':])"
)
_GLOBALS = re.compile(r"(?<![\w.$])(?:prompt|confirm|alert|question)\s{0,3}\(")


def _global_prompts(source: Source) -> None:
    """`prompt()`, `confirm()` and `alert()` of Deno and Bun, which ask at the terminal, and `question()` of a zx script."""
    if not _OWN_RUNTIME.search(source.text):
        return
    shown = re.search(r"^#!.{0,60}\bzx\b", source.text) is not None
    names = "prompt|confirm|alert|question"
    if re.search(
        rf"\bfunction\s+(?:{names})\b|\b(?:const|let|var|import)\b[^\n;]{{0,120}}\b(?:{names})\b[^\n;(]{{0,40}}(?:=|from)",
        source.text,
    ):
        return
    kinds = {"prompt": LINE, "confirm": CONFIRM, "alert": KEY} if not shown else {"question": LINE}
    for call in calls(source.tree, _GLOBALS):
        if call.callee in kinds and call.arguments:
            source.ask(call, kinds[call.callee])


def _keys(source: Source) -> None:
    """ "Press any key": a key waited for on raw standard input."""
    for call in calls(source.tree, _KEY_WAIT):
        event = source.tree.of(call.arguments[0]).strip("\"'`") if call.arguments else ""
        around = _around(source, call)
        pressed = re.search(r"press\b|\bhit (?:enter|return|any)|any key", around, re.IGNORECASE)
        for_good = not call.callee.endswith("once") and not _ONE_KEY.search(around) and not _ends(source, call)
        if event in {"data", "keypress", "readable"} and pressed and not for_good:
            source.ask(call, KEY)
        elif event == "data" and not for_good and (question := question_before(source, call)):
            source.ask(call, kind_of_question(question), question=question)


_END = re.compile(r"(?:async\s)?(?:\(?[\w$, ]{0,40}\)?\s?=>\s?\{?\s{0,40})?(?:return )?process\.exit\b(?:\.bind)?")


def _ends(source: Source, call: Call) -> bool:
    """True where whatever is pressed ends the program: `stdin.on('data', () => process.exit(0))`."""
    return len(call.arguments) > 1 and _END.match(source.tree.of(call.arguments[1])[:200]) is not None


_ONE_KEY = re.compile(
    r"\bnew Promise\b[\s\S]{0,1500}\bsetRawMode\(\s?false|\bsetRawMode\(\s?true[\s\S]{0,1500}\bnew Promise\b"
)
"""A listener that goes away with the key: whoever called waits for it."""


def _around(source: Source, call: Call) -> str:
    """The function that a call stands in, with the one around a promise's; or what stands before it."""
    function, above = function_around(call.above)
    if function is None:
        return source.text[max(0, call.span.start - 600) : call.span.end]
    outer, _ = function_around(above) if "new Promise" in source.text else (None, above)
    return source.tree.of(outer if outer is not None else function)[:3000]
