"""Commands that a script in JavaScript starts: child_process, execa and zx with literal arguments."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agentlint.adapters.code.calls import Call, calls
from agentlint.adapters.code.source import Source
from agentlint.adapters.js_imports import imported
from agentlint.facts.command import Input, Output

if TYPE_CHECKING:
    from tree_sitter import Node

_WANTED = re.compile(r"child_process|execa|cross-spawn|shelljs|zx|tinyexec|nano-spawn")
_SHELL = frozenset({"exec", "execSync", "execaCommand", "execaCommandSync", "$", "execPromise"})
_ARGUMENTS = frozenset(
    {"spawn", "spawnSync", "execFile", "execFileSync", "execa", "execaSync", "x", "default", "sync", "default.sync"}
)


def find_commands(source: Source) -> None:
    """The commands of a script; the product's own calls of other programs are its business."""
    for name, (module, member) in imported(source.tree, _WANTED).items():
        escaped = re.escape(name)
        for call in calls(source.tree, re.compile(rf"(?<![\w.$]){escaped}(?:\.\w{{1,30}})?\s{{0,3}}[(`{{]")):
            head, _, rest = call.callee.partition(".")
            if head == name:
                _command(source, call, module, rest or member)
    if source.file.text.startswith("#!") and "zx" in source.file.text.partition("\n")[0]:
        for call in calls(source.tree, re.compile(r"(?<![\w.$])\$(?=`)")):
            _command(source, call, "zx", "$")


def _command(source: Source, call: Call, module: str, member: str) -> None:
    if not call.arguments:
        return
    first = call.arguments[0]
    stdin, stdout = _channels(source, call, module)
    options = " ".join(source.tree.of(argument) for argument in call.arguments[1:])
    directory = None if re.search(r"\bcwd\b", options) else ""
    if member in _SHELL or (first.type == "template_string" and module in {"execa", "zx"} and member in {"execa", "$"}):
        source.shell(first, call, stdin, stdout, directory)
    elif module == "shelljs":
        return
    elif member in _ARGUMENTS:
        listed = call.arguments[1] if len(call.arguments) > 1 else None
        if listed is not None and listed.type == "identifier" and (found := _lists(source, source.tree.of(listed))):
            for one in found:
                source.execute([first, *one.named_children], call, stdin, stdout, directory, elsewhere=True)
        elif listed is not None and listed.type == "array":
            source.execute([first, *listed.named_children], call, stdin, stdout, directory)
        elif listed is None or listed.type == "object":
            if re.search(r"\bshell\s{0,3}:\s{0,3}true", source.tree.of(listed)) if listed is not None else False:
                source.shell(first, call, stdin, stdout, directory)
            else:
                source.execute([first], call, stdin, stdout, directory)


def _lists(source: Source, name: str) -> list[Node]:
    """The lists of words that a constant of this file may be: its value, or either side of the condition it depends on.

    A list that grows further down (`args.push(…)`) is not known from where it begins.
    """
    tree = source.tree
    if re.search(rf"\b{re.escape(name)}\.(?:push|unshift|splice)\b", tree.text):
        return []
    for match in re.finditer(rf"\bconst\s{{1,3}}{re.escape(name)}\s{{0,3}}=", tree.text):
        above = tree.above(tree.leaf(match.end() - 1))
        value = above[0].child_by_field_name("value") if above and above[0].type == "variable_declarator" else None
        if value is None:
            continue
        sides = (value.child_by_field_name(field) for field in ("consequence", "alternative"))
        return [
            one for one in ((value,) if value.type == "array" else sides) if one is not None and one.type == "array"
        ]
    return []


def _channels(source: Source, call: Call, module: str) -> tuple[Input, Output]:
    """Standard input is an open pipe and standard output captured, unless `stdio: "inherit"` is said."""
    text = " ".join(source.tree.of(argument) for argument in call.arguments[1:])
    if re.search(r"stdio\s{0,3}:\s{0,3}[\"'`]inherit", text):
        return Input.INHERITED, Output.INHERITED
    if re.search(r"stdio\s{0,3}:\s{0,3}[\"'`]ignore", text):
        return Input.NULL, Output.NULL
    if module == "shelljs":
        return Input.INHERITED, Output.INHERITED
    return Input.PIPE, Output.CAPTURED
