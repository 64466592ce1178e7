"""Commands that Python starts: subprocess, os.system, asyncio's subprocesses, the tasks of invoke and fabric."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TypedDict

from agentlint.adapters.python.asking import unit_of
from agentlint.adapters.python.conditions import guards_of
from agentlint.adapters.python.names import Module, keyword
from agentlint.adapters.shell import exec_command, read_shell
from agentlint.documents.embedded import EmbeddedText
from agentlint.facts.command import Command, Guard, Input, Output, Status, Word
from agentlint.facts.unit import Unit, UnitKind, unit_id
from agentlint.files.source import Place, Span

MAX_WORDS = 200

_LISTS = {
    "subprocess.run": Status.UNCHECKED,
    "subprocess.call": Status.UNCHECKED,
    "subprocess.check_call": Status.COUNTED,
    "subprocess.check_output": Status.COUNTED,
    "subprocess.Popen": Status.UNCHECKED,
    "subprocess.getoutput": Status.UNCHECKED,
    "subprocess.getstatusoutput": Status.UNCHECKED,
}
_STRINGS = {
    "os.system": Status.UNCHECKED,
    "os.popen": Status.UNCHECKED,
    "commands.getoutput": Status.UNCHECKED,
    "asyncio.create_subprocess_shell": Status.UNCHECKED,
}
_CAPTURING = frozenset({"subprocess.check_output", "subprocess.getoutput", "subprocess.getstatusoutput", "os.popen"})
_SPREAD = frozenset({"asyncio.create_subprocess_exec"})
_TASK_RUNNERS = frozenset({"run", "sudo", "local"})


class _Surroundings(TypedDict):
    input: Input
    output: Output
    status: Status
    guards: tuple[Guard, ...]
    directory: str | None
    in_loop: bool
    background: bool


@dataclass
class Started:
    """The commands of a module, and units of their own where it declares tasks."""

    commands: list[Command] = field(default_factory=list)
    units: dict[str, Unit] = field(default_factory=dict)


def commands(module: Module) -> Started:
    """All commands that the module starts as far as they can be read."""
    found = Started()
    for call in module.document.calls:
        name = module.name(call.func)
        if name in _LISTS:
            _subprocess(module, call, name, _LISTS[name], found)
        elif name in _SPREAD:
            _list(module, call, call.args, name, Status.UNCHECKED, found)
        elif name in _STRINGS and call.args:
            _text(module, call, call.args[0], name, _STRINGS[name], found)
        elif _runs_for_task(module, call, name) and call.args:
            unit = _task_unit(module, call, found)
            if unit:
                _text(module, call, call.args[0], name, _of_task(module, call), found, unit)
    _tasks_of_tasks(module, found)
    return found


def _of_task(module: Module, call: ast.Call) -> Status:
    """`c.run("x", warn=True)` lets a failure pass where nobody takes up what it gives. Source: docs.pyinvoke.org, Runner.run."""
    if module.literal(keyword(call, "warn")) is not True:
        return Status.COUNTED
    above = next((node for _, node in module.document.ancestors(call)), None)
    return Status.SWALLOWED if isinstance(above, ast.Expr) else Status.TESTED


def _runs_for_task(module: Module, call: ast.Call, name: str) -> bool:
    """True for `c.run(...)`, and for `run(...)` as the task libraries export it."""
    if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name):
        return call.func.attr in _TASK_RUNNERS
    return name in {"invoke.run", "fabric.api.local", "fabric.api.run", "fabric.operations.local"}


def _tasks_of_tasks(module: Module, found: Started) -> None:
    """What a task calls: other tasks in its body, and those its decorator names as going before."""
    functions = {one.name: one for one in module.document.functions if _is_task(module, one)}
    for function in functions.values():
        named = [
            inner.id
            for decorator in function.decorator_list
            if isinstance(decorator, ast.Call)
            for inner in ast.walk(decorator)
            if isinstance(inner, ast.Name)
        ]
        named += [
            call.func.id
            for call in ast.walk(function)
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name)
        ]
        called = tuple(
            unit_id(module.path, UnitKind.TARGET, name)
            for name in dict.fromkeys(named)
            if name in functions and name != function.name
        )
        if called:
            unit = _unit_of_task(module, function, found)
            found.units[unit] = replace(found.units[unit], calls=called)


_TASK_DECORATORS = frozenset({"invoke.task", "fabric.task", "fabric.api.task", "invoke.tasks.task", "fabric2.task"})


def _is_task(module: Module, function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    names = {module.name(d.func if isinstance(d, ast.Call) else d) for d in function.decorator_list}
    return bool(names & _TASK_DECORATORS)


def _subprocess(module: Module, call: ast.Call, name: str, status: Status, found: Started) -> None:
    first = call.args[0] if call.args else keyword(call, "args")
    if first is None:
        return
    if module.literal(keyword(call, "check")) is True:
        status = Status.COUNTED
    first = _resolved(module, first)
    as_text = module.literal(keyword(call, "shell")) is True or name.startswith("subprocess.get")
    if isinstance(first, ast.List | ast.Tuple) or (isinstance(first, ast.BinOp) and not as_text):
        _list(module, call, _elements(module, first), name, status, found)
    elif as_text:
        _text(module, call, first, name, status, found)
    elif isinstance(first, ast.Call) and module.name(first.func) == "shlex.split" and first.args:
        _text(module, call, first.args[0], name, status, found)
    elif (
        isinstance(first, ast.Call)
        and isinstance(first.func, ast.Attribute)
        and first.func.attr == "split"
        and not first.args
    ):
        _text(module, call, first.func.value, name, status, found)


def _resolved(module: Module, node: ast.expr) -> ast.expr:
    """The list or text that a name was given, where it was given only one."""
    if isinstance(node, ast.Name):
        values = list(module.assigned(node.id, node))
        if len(values) == 1 and isinstance(values[0], ast.List | ast.Tuple | ast.Constant | ast.JoinedStr | ast.BinOp):
            return values[0]
        return _grown(module, node, values) or node
    return node


def _grown(module: Module, node: ast.Name, values: list[ast.expr]) -> ast.List | None:
    """The list that a name was given once, with what `name += [...]` may put behind it."""
    if not values:
        return None
    first, *more = values
    added = (
        {id(value) for statement, value in module.assignments[node.id] if isinstance(statement, ast.AugAssign)}
        if more
        else set()
    )
    if not isinstance(first, ast.List) or id(first) in added:
        return None
    items = list(first.elts)
    for value in more:
        if id(value) not in added or not isinstance(value, ast.List | ast.Tuple):
            return None
        items.extend(value.elts)
    return ast.copy_location(ast.List(items, ast.Load()), first)


MAX_NAMES = 8
"""Names of lists followed inside each other: `args = [cmd] + args` is its own part."""


def _elements(module: Module, node: ast.expr, depth: int = 0) -> list[ast.expr]:
    """The items of a list; `a + b` put together, what cannot be told as a starred item."""
    if isinstance(node, ast.List | ast.Tuple):
        return list(node.elts)[:MAX_WORDS]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add) and depth < MAX_NAMES:
        items: list[ast.expr] = []
        for part in (node.left, node.right):
            meant = _resolved(module, part)
            items.extend(_elements(module, meant, depth + (meant is not part)))
        return items[:MAX_WORDS]
    return [ast.copy_location(ast.Starred(node, ast.Load()), node)]


def _list(module: Module, call: ast.Call, items: list[ast.expr], name: str, status: Status, found: Started) -> None:
    words = [_word(module, item) for item in items]
    if words:
        place = Place(module.path, module.document.span(call))
        made = exec_command(
            words, module.path, unit_of(module), **_surroundings(module, call, name, status), place=place
        )
        found.commands.extend(_bounded(module, call, made))


def _word(module: Module, node: ast.expr) -> Word:
    span = module.document.span(node)
    if isinstance(node, ast.Constant):
        return Word(str(node.value), _inside(module, node, span), True, True)
    name = module.name(node) if isinstance(node, ast.Attribute | ast.Name) else ""
    if name == "sys.executable":
        return Word("python", span, True, True)
    if isinstance(node, ast.Starred):
        return Word("$@", span, False, False)
    if isinstance(node, ast.JoinedStr):
        return Word(_template(module, node), _inside(module, node, span), False, True)
    return Word(f"${{{name or 'value'}}}", span, False, True)


def _inside(module: Module, node: ast.expr, span: Span) -> Span:
    """The span without the quotes, for a plain text of one line."""
    written = module.document.text[span.start : span.end]
    match = re.match(r"[A-Za-z]{0,2}(\"\"\"|'''|\"|')", written)
    if match is None or not written.endswith(match[1]):
        return span
    return Span(span.start + match.end(), max(span.start + match.end(), span.end - len(match[1])))


def _template(module: Module, node: ast.JoinedStr) -> str:
    """An f-string with `${name}` for each value."""
    parts: list[str] = []
    for value in node.values:
        if isinstance(value, ast.Constant):
            parts.append(str(value.value))
        elif isinstance(value, ast.FormattedValue):
            parts.append("${" + re.sub(r"\W+", "_", module.document.source(value.value))[:40] + "}")
    return "".join(parts)


def _text(
    module: Module, call: ast.Call, node: ast.expr, name: str, status: Status, found: Started, unit: str = ""
) -> None:
    node = _resolved(module, node)
    text = _shell_text(module, node)
    if text is None:
        return
    surroundings = _surroundings(module, call, name, status)
    reading = read_shell(
        text,
        module.path,
        unit or unit_of(module),
        dialect="sh",
        guards=surroundings["guards"],
        directory=surroundings["directory"],
    )
    made = tuple(_connected(command, surroundings) for command in reading.commands)
    found.commands.extend(_bounded(module, call, made))


def _connected(command: Command, surroundings: _Surroundings) -> Command:
    """What the call does with input and output, where the shell text itself does nothing else with them."""
    return replace(
        command,
        input=surroundings["input"] if command.input is Input.INHERITED else command.input,
        output=surroundings["output"] if command.output is Output.INHERITED else command.output,
        status=surroundings["status"] if command.status is Status.COUNTED else command.status,
        background=command.background or surroundings["background"],
    )


def _shell_text(module: Module, node: ast.expr) -> EmbeddedText | None:
    """A text for the shell with its way back to the file; values of an f-string become variables."""
    document = module.document
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        inside = _inside(module, node, document.span(node))
        if document.text[inside.start : inside.end] == node.value:
            return EmbeddedText.at(node.value, inside.start)
        return EmbeddedText(node.value, ((0, inside.start),))
    if isinstance(node, ast.JoinedStr):
        return EmbeddedText(_template(module, node), ((0, _inside(module, node, document.span(node)).start),))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        if isinstance(node.func.value, ast.Constant) and isinstance(node.func.value.value, str):
            text = re.sub(r"\{(\w*)[^{}]*\}", lambda match: "${" + (match[1] or "value") + "}", node.func.value.value)
            return EmbeddedText(text, ((0, document.span(node.func.value).start + 1),))
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod | ast.Add):
        left = _shell_text(module, node.left)
        if left is None:
            return None
        if isinstance(node.op, ast.Mod):
            return EmbeddedText(re.sub(r"%[-\w.()]*[sdr]", "${value}", left.text), left.segments)
        right = _shell_text(module, node.right)
        return EmbeddedText(left.text + (right.text if right is not None else "${value}"), left.segments)
    return None


def _surroundings(module: Module, call: ast.Call, name: str, status: Status) -> _Surroundings:
    return {
        "input": _input(module, call),
        "output": _output(module, call, name),
        "status": status,
        "guards": guards_of(module, call),
        "directory": _directory(module, call),
        "in_loop": _in_loop(module, call),
        "background": name in {"subprocess.Popen", "asyncio.create_subprocess_exec", "asyncio.create_subprocess_shell"},
    }


def _input(module: Module, call: ast.Call) -> Input:
    stdin = keyword(call, "stdin")
    if keyword(call, "input") is not None:
        return Input.PIPE
    if stdin is None:
        return Input.INHERITED
    name = module.name(stdin) if isinstance(stdin, ast.Attribute | ast.Name) else ""
    if name.endswith("DEVNULL"):
        return Input.NULL
    return (
        Input.PIPE
        if name != "sys.stdin" and module.literal(stdin) is None and not isinstance(stdin, ast.Constant)
        else Input.INHERITED
    )


def _output(module: Module, call: ast.Call, name: str) -> Output:
    if name in _CAPTURING or module.literal(keyword(call, "capture_output")) is True:
        return Output.CAPTURED
    stdout = keyword(call, "stdout")
    written = module.name(stdout) if isinstance(stdout, ast.Attribute | ast.Name) else ""
    if written.endswith("DEVNULL"):
        return Output.NULL
    return Output.INHERITED if stdout is None or written.startswith("sys.std") else Output.CAPTURED


def _directory(module: Module, call: ast.Call) -> str | None:
    where = keyword(call, "cwd")
    if where is None:
        return ""
    value = module.literal(where)
    return value if isinstance(value, str) and not value.startswith(("/", "~", "..")) else None


def _in_loop(module: Module, call: ast.Call) -> bool:
    for _, above in module.document.ancestors(call):
        if isinstance(above, ast.For | ast.While | ast.AsyncFor):
            return True
        if isinstance(above, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            return False
    return False


def _bounded(module: Module, call: ast.Call, made: tuple[Command, ...]) -> Iterator[Command]:
    """`timeout=` bounds a command as the program of that name does."""
    limit = keyword(call, "timeout")
    bounded = limit is not None and not (isinstance(limit, ast.Constant) and limit.value is None)
    for command in made:
        yield replace(command, wrappers=("timeout", *command.wrappers)) if bounded else command


def _task_unit(module: Module, call: ast.Call, found: Started) -> str:
    """The unit of the task function a call stands in (invoke, fabric); "" where it stands in none."""
    function = module.document.function_of(call)
    if function is None or not _is_task(module, function):
        return ""
    return _unit_of_task(module, function, found)


def _unit_of_task(module: Module, function: ast.FunctionDef | ast.AsyncFunctionDef, found: Started) -> str:
    identifier = unit_id(module.path, UnitKind.TARGET, function.name)
    if identifier not in found.units:
        place = Place(module.path, module.document.span(function))
        found.units[identifier] = Unit(
            identifier, UnitKind.TARGET, function.name, place, ast.get_docstring(function) is not None
        )
    return identifier
