"""Prompts through a package of the repository's own: whether they wait is decided where they are called, and not inside."""

from __future__ import annotations

import posixpath
import re

from agentlint.adapters.code.calls import Call, calls, function_around
from agentlint.adapters.code.source import Source
from agentlint.facts.interface import AskKind

_NAME = r"(?:cli|tty|term|user)?_?(?:prompt(?:er|ers|s|ing|util|utils)?|asker|questions?|confirm|userinput)"
PROMPTING = re.compile(rf"(?:^|/){_NAME}$", re.IGNORECASE)
_IMPORTED = re.compile(rf"(?m)^\s*(?:import\s+)?(?:(\w+)\s+)?\"([\w./~-]+/{_NAME})\"", re.IGNORECASE)
_CALLS = re.compile(
    r"\.(?:Ask|Prompt|Confirm|Choose|Select|MultiSelect|Input|Password|Passphrase|Secret|String|Request|Read|Get|Enter|Pick|YesNo|YN)\w*\s?\("
)
_FIELD = re.compile(r"(?:^|\.)[pP]rompter$")
"""`opts.Prompter.Confirm(...)`: a prompter that is handed over."""
_ASKS = re.compile(r"AlecAivazis/survey|manifoldco/promptui|charmbracelet/huh|os\.Stdin|\.ReadPassword\(|fmt\.Scan")
_NO_QUESTION = re.compile(r"\.(?:String|Get\w*|Read|Request|Input|Password)$")
"""Names that other things than questions go by, where nothing is given to say."""


def own_prompts(source: Source) -> None:
    """Questions put through a package or a field that is there to prompt."""
    packages = _own_packages(source)
    fields = "rompter." in source.text
    for call in calls(source.tree, _CALLS) if packages or fields else ():
        receiver, _, method = call.callee.rpartition(".")
        if receiver not in packages and not (_FIELD.search(receiver) and "." in receiver):
            continue
        if not call.arguments and _NO_QUESTION.search(f".{method}"):
            continue
        source.ask(call, _kind(method))


def asks_for_its_caller(source: Source, call: Call) -> bool:
    """True for a question whose words a function of such a package gets from whoever calls it."""
    if not PROMPTING.search(posixpath.dirname(source.path)):
        return False
    function, _ = function_around(call.above)
    parameters = function.child_by_field_name("parameters") if function is not None else None
    if function is None or parameters is None:
        return False
    names = set(re.findall(r"\b[a-z]\w*(?=[\s,])", source.tree.of(parameters)))
    body = source.tree.text[function.start_byte : call.span.end]
    return any(re.search(rf"\b{re.escape(name)}\b", body[body.find("{") :]) for name in names)


def _own_packages(source: Source) -> frozenset[str]:
    """The names under which packages of this tree that prompt are imported."""
    found = set()
    for match in _IMPORTED.finditer(source.text[:8000]):
        folder = next((f for f in folders_of(source, match[2]) if _prompts(source, f)), "")
        if folder:
            found.add(match[1] or match[2].rpartition("/")[2])
    return frozenset(found)


def folders_of(source: Source, imported: str) -> list[str]:
    """The folders of this tree that an import path may mean: those with which it ends."""
    folders: frozenset[str] | None = source.tree.memory.get("go folders")
    if folders is None:
        folders = frozenset(posixpath.dirname(path) for path in source.context.paths if path.endswith(".go"))
        source.tree.memory["go folders"] = folders
    return sorted((f for f in folders if f and imported.endswith(f"/{f}")), key=len, reverse=True)[:3]


def _prompts(source: Source, folder: str) -> bool:
    paths = sorted(path for path in source.context.paths if posixpath.dirname(path) == folder and path.endswith(".go"))
    files = (source.context.read(path) for path in paths[:20] if not path.endswith("_test.go"))
    return any(_ASKS.search(file.data.decode("utf-8", "replace")) for file in files if file is not None)


def _kind(method: str) -> AskKind:
    """What a method asks for, by its name."""
    if re.search(r"password|passphrase|secret", method, re.IGNORECASE):
        return AskKind.SECRET
    if re.search(r"confirm|yesno|^yn$", method, re.IGNORECASE):
        return AskKind.CONFIRM
    return AskKind.MENU if re.search(r"choose|select|pick", method, re.IGNORECASE) else AskKind.LINE
