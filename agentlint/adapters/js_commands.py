"""Commands that a script in JavaScript starts: child_process, execa and zx with literal arguments."""

from __future__ import annotations

import re

from agentlint.adapters.code.calls import Call, calls
from agentlint.adapters.code.source import Source
from agentlint.adapters.js_imports import imported
from agentlint.facts.command import Input, Output

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
        if listed is not None and listed.type == "array":
            source.execute([first, *listed.named_children], call, stdin, stdout, directory)
        elif listed is None or listed.type == "object":
            if re.search(r"\bshell\s{0,3}:\s{0,3}true", source.tree.of(listed)) if listed is not None else False:
                source.shell(first, call, stdin, stdout, directory)
            else:
                source.execute([first], call, stdin, stdout, directory)


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
