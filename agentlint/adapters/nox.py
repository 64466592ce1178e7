"""noxfile.py: sessions as units, `session.run(...)` as commands. Read with the parser of the standard library, never run."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from agentlint.adapters import python
from agentlint.adapters.context import TreeContext
from agentlint.adapters.gather import Gathering, with_source
from agentlint.adapters.python_lists import lists_of, spread
from agentlint.documents.python_places import Offsets
from agentlint.facts.command import Guard, GuardKind, Status, Word
from agentlint.facts.filefacts import FileError, FileFacts
from agentlint.facts.unit import UnitKind
from agentlint.files.source import Place, SourceFile, Span

_PROGRAM = re.compile(r"\binput\(|getpass|subprocess|os\.system|environ|getenv|\bsleep\(|click|prompt")
"""Without these a noxfile only runs its sessions, and the costlier reader is not asked."""
_RUNS = frozenset({"run", "run_always", "run_install"})
_INSTALLS = {"install": ("pip", "install"), "conda_install": ("conda", "install", "--yes")}


def facts(file: SourceFile, tree: TreeContext) -> FileFacts:
    """The facts of a noxfile: its sessions."""
    found = Gathering(file)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            module = ast.parse(file.text.encode("utf-8", "replace"))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None) or 1
        return FileFacts(errors=(FileError(file.path, line, f"not readable as Python: {error}"),))
    offsets = Offsets(file.text)
    work = _Work(found, offsets, _helpers(module), lists_of(module.body))
    for node in module.body:
        name = _session_name(node)
        if name:
            _session(work, node, name)
    _options(found, offsets, module)
    own = found.facts()
    return with_source(own, python.facts(file, tree)) if _PROGRAM.search(file.text) else own


def _session_name(node: ast.AST) -> str:
    """The session that a function defines, "" where it defines none."""
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return ""
    for decorator in node.decorator_list:
        call = decorator.func if isinstance(decorator, ast.Call) else decorator
        if ast.unparse(call).rpartition(".")[2] not in {"session", "nox_session"}:
            continue
        keywords = decorator.keywords if isinstance(decorator, ast.Call) else []
        given = next((k.value for k in keywords if k.arg == "name"), None)
        return str(given.value) if isinstance(given, ast.Constant) else node.name
    return ""


_Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass
class _Work:
    """What the sessions of one file share: its functions that take a session, and its lists of arguments."""

    found: Gathering
    offsets: Offsets
    helpers: dict[str, _Function]
    lists: Mapping[str, tuple[ast.expr, ...]]
    read: set[str] = field(default_factory=set)
    """Functions whose commands are known already: several sessions may call one."""


def _helpers(module: ast.Module) -> dict[str, _Function]:
    return {
        node.name: node
        for node in module.body
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and not _session_name(node)
    }


def _session(work: _Work, node: ast.AST, name: str) -> None:
    """One session and what it runs."""
    assert isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    first = node.decorator_list[0]
    span = Span(work.offsets.span(first).start - 1, work.offsets.span(node).end)
    unit = work.found.unit(
        UnitKind.ENVIRONMENT, name, Span(max(0, span.start), span.end), documented=bool(ast.get_docstring(node))
    )
    _runs(work, node, node.args.args[0].arg if node.args.args else "session", unit)


def _helper(work: _Work, call: ast.Call, session: str, unit: str) -> None:
    """A function of the file that a session is handed to (`default(session)`): it runs its commands for the caller."""
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    handed = [at for at, item in enumerate(call.args) if isinstance(item, ast.Name) and item.id == session]
    node = work.helpers.get(name)
    if node is None or not handed or handed[0] >= len(node.args.args):
        return
    own = work.found.unit(UnitKind.FUNCTION, name, work.offsets.span(node))
    work.found.call(unit, (own,))
    if name not in work.read:
        work.read.add(name)
        _runs(work, node, node.args.args[handed[0]].arg, own)


def _runs(work: _Work, node: _Function, session: str, unit: str) -> None:
    """What one function runs through the session that it holds."""
    found, offsets = work.found, work.offsets
    lists = {**work.lists, **lists_of(node.body)}
    for call, attended in _calls(node.body, session):
        function = call.func
        if isinstance(function, ast.Name):
            _helper(work, call, session, unit)
        if not isinstance(function, ast.Attribute) or not isinstance(function.value, ast.Name):
            continue
        if function.value.id != session:
            continue
        if function.attr == "notify" and call.args and isinstance(call.args[0], ast.Constant):
            target = str(call.args[0].value).split("-")[0].split("(")[0]
            found.call(unit, (found.sibling(UnitKind.ENVIRONMENT, target),))
        elif function.attr in _RUNS or function.attr in _INSTALLS:
            guards = tuple(_at_terminal(offsets, test) for test in attended)
            words = [_word(offsets, item) for item in spread(call.args, lists)]
            _command(found, offsets, call, (function.attr, words), unit, guards)


def _at_terminal(offsets: Offsets, test: ast.expr) -> Guard:
    return Guard(GuardKind.TERMINAL, ast.unparse(test), offsets.span(test))


def _calls(
    body: list[ast.stmt], session: str, attended: tuple[ast.expr, ...] = ()
) -> Iterator[tuple[ast.Call, tuple[ast.expr, ...]]]:
    """The calls of these statements in the order they are written, each with the tests that hold only at a terminal."""
    for statement in body:
        if isinstance(statement, ast.If):
            here = _interactive(statement.test, session)
            yield from ((call, attended) for call in _calls_in(statement.test))
            yield from _calls(statement.body, session, (*attended, statement.test) if here else attended)
            yield from _calls(statement.orelse, session, (*attended, statement.test) if here is False else attended)
            if here is False and isinstance(statement.body[-1], ast.Return):
                attended = (*attended, statement.test)
        else:
            inner = [child for child in ast.iter_child_nodes(statement) if not isinstance(child, ast.stmt)]
            handlers = [child.body for child in inner if isinstance(child, ast.ExceptHandler)]
            heads = [child for child in inner if not isinstance(child, ast.ExceptHandler)]
            yield from ((call, attended) for head in heads for call in _calls_in(head))
            for block in (*(getattr(statement, name, []) for name in ("body", "orelse", "finalbody")), *handlers):
                yield from _calls(block, session, attended)


def _calls_in(node: ast.AST) -> list[ast.Call]:
    calls = [item for item in ast.walk(node) if isinstance(item, ast.Call)]
    return sorted(calls, key=lambda item: (item.lineno, item.col_offset))


def _interactive(test: ast.expr, session: str) -> bool | None:
    """Whether a test asks for a terminal (True) or for none (False). `session.interactive` is true at a terminal and
    without --non-interactive. Source: nox.thea.codes/en/stable/config.html (Session.interactive)."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        inner = _interactive(test.operand, session)
        return None if inner is None else not inner
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        return True if any(_interactive(part, session) for part in test.values) else None
    return True if ast.unparse(test) == f"{session}.interactive" else None


def _command(
    found: Gathering,
    offsets: Offsets,
    call: ast.Call,
    said: tuple[str, list[Word]],
    unit: str,
    guards: tuple[Guard, ...],
) -> None:
    """`session.run("pytest", "-x")` as the command it runs; `said` are the method and its words."""
    method, words = said
    if method in _INSTALLS:
        here = offsets.span(call.func)
        words = [Word(part, here, True) for part in _INSTALLS[method]] + words
    if not words:
        return
    environment: dict[str, str] = {}
    status = Status.COUNTED
    for keyword in call.keywords:
        if keyword.arg == "env" and isinstance(keyword.value, ast.Dict):
            for key, value in zip(keyword.value.keys, keyword.value.values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(value, ast.Constant):
                    environment[str(key.value)] = str(value.value)
        elif keyword.arg == "success_codes" and isinstance(keyword.value, (ast.List, ast.Tuple)):
            status = Status.SWALLOWED if len(keyword.value.elts) > 1 else status
    before = len(found.commands)
    found.execute(words, unit, environment=environment, directory=found.directory, status=status)
    place = Place(found.path, offsets.span(call))
    found.commands[before:] = [
        replace(command, place=place, guards=(*command.guards, *guards)) for command in found.commands[before:]
    ]


def _word(offsets: Offsets, node: ast.expr) -> Word:
    span = offsets.span(node)
    if isinstance(node, ast.Constant):
        inner = Span(span.start + 1, max(span.start + 1, span.end - 1)) if isinstance(node.value, str) else span
        return Word(str(node.value), inner, True, True)
    if isinstance(node, ast.JoinedStr):
        return Word(_template(node), span, False, True)
    return Word(offsets.text[span.start : span.end], span, False)


def _template(node: ast.JoinedStr) -> str:
    """An f-string with `${name}` for each value, so that the option it begins with is seen."""
    return "".join(
        str(part.value) if isinstance(part, ast.Constant) else "${" + re.sub(r"\W+", "_", ast.unparse(part.value)) + "}"
        for part in node.values
        if isinstance(part, ast.Constant | ast.FormattedValue)
    )


def _options(found: Gathering, offsets: Offsets, module: ast.Module) -> None:
    """`nox.options.sessions = [...]` and its like, as settings."""
    for node in module.body:
        if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Attribute):
            continue
        name = ast.unparse(node.targets[0])
        if name.startswith("nox.options."):
            value = node.value
            items = value.elts if isinstance(value, (ast.List, ast.Tuple)) else [value]
            text = " ".join(str(item.value) if isinstance(item, ast.Constant) else ast.unparse(item) for item in items)
            found.setting("nox", name.removeprefix("nox.options."), text, offsets.span(node))
