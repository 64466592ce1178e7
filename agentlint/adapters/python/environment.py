"""Environment variables that Python code reads, and whether it can go on without them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from agentlint.adapters.python.asking import unit_of
from agentlint.adapters.python.names import Module
from agentlint.facts.interface import EnvironmentRead
from agentlint.files.source import Place

_VARIABLE = re.compile(r"^[A-Z][A-Z0-9_]+$")
_READS = frozenset({"os.environ.get", "os.getenv", "os.environ.setdefault", "os.environ.pop"})
_ENDS = frozenset({"sys.exit", "exit", "quit", "os._exit", "pytest.exit"})
_CLEANING = frozenset({"strip", "lower", "upper", "rstrip", "lstrip"})


def environment_reads(module: Module) -> Iterator[EnvironmentRead]:
    """Environment variables that the module reads; required where there is no default and nothing provides for absence."""
    if "environ" not in module.document.text and "getenv" not in module.document.text:
        return
    seen_to = _seen_to(module)
    for node in (*module.document.subscripts, *module.document.calls):
        found = _subscript(module, node, seen_to) if isinstance(node, ast.Subscript) else _call(module, node)
        if found is not None:
            name, required = found
            yield EnvironmentRead(
                name, required, Place(module.path, module.document.span(node)), unit_of(module), module.test_code
            )


def _variable(module: Module, node: ast.expr) -> str | None:
    """The name of a variable: a literal, a constant of the module, or an imported constant, which is as a rule called alike."""
    value = module.literal(node)
    if isinstance(node, ast.Name):
        known = [module.literal(value) for value in module.assigned(node.id, node)]
        imported = module.imports.get(node.id, "")
        value = known[0] if len(known) == 1 else node.id if not known and imported.endswith("." + node.id) else None
    return value if isinstance(value, str) and _VARIABLE.match(value) else None


def _subscript(module: Module, node: ast.Subscript, seen_to: frozenset[str]) -> tuple[str, bool] | None:
    if module.name(node.value) != "os.environ" or not isinstance(node.ctx, ast.Load):
        return None
    name = _variable(module, node.slice)
    if name is None:
        return None
    if module.test_code and isinstance(module.document.parent(node), ast.Compare):
        return name, False  # whether the code under test has set it
    return name, name not in seen_to and not _allowed_for(module, node, name) and not _skipped(module, node, name)


def _call(module: Module, node: ast.AST) -> tuple[str, bool] | None:
    if not isinstance(node, ast.Call) or not node.args or module.name(node.func) not in _READS:
        return None
    name = _variable(module, node.args[0])
    if name is None:
        return None
    given = node.args[1] if len(node.args) > 1 else None
    bare = given is None or module.literal(given) == "" or (isinstance(given, ast.Constant) and given.value is None)
    return name, bare and not node.keywords and _ends_without(module, node) and not _skipped(module, node, name)


def _ends_without(module: Module, call: ast.Call) -> bool:
    """True when the program stops where this read gives nothing: `if not value: raise`."""
    held: ast.AST = call
    above = module.document.parent(held)
    while isinstance(above, ast.Attribute | ast.Call) and (
        not isinstance(above, ast.Attribute) or above.attr in _CLEANING
    ):
        if isinstance(above, ast.Call) and above.func is not held:
            return False
        held, above = above, module.document.parent(above)
    if isinstance(above, ast.UnaryOp) and isinstance(above.op, ast.Not):
        test = module.document.parent(above)
        return isinstance(test, ast.If) and test.test is above and _stops(module, test.body)
    if not isinstance(above, ast.Assign) or len(above.targets) != 1 or not isinstance(above.targets[0], ast.Name):
        return False
    target = above.targets[0].id
    around = module.document.function_of(call)
    statements = around.body if around is not None else module.document.tree.body
    if above not in statements or sum(name == target for name in _given(statements)) != 1:
        return False
    later = statements[statements.index(above) + 1 :]
    return any(_is_needed(module, statement, target) for statement in later)


def _given(statements: list[ast.stmt]) -> Iterator[str]:
    """The names to which statements give a value, those further in included."""
    for statement in statements:
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                yield node.id


def _is_needed(module: Module, statement: ast.stmt, target: str) -> bool:
    """`if not target: raise ...` or `assert target`."""
    if isinstance(statement, ast.Assert):
        return isinstance(statement.test, ast.Name) and statement.test.id == target
    if not isinstance(statement, ast.If) or not _stops(module, statement.body):
        return False
    tests = (
        statement.test.values
        if isinstance(statement.test, ast.BoolOp) and isinstance(statement.test.op, ast.Or)
        else [statement.test]
    )
    return any(_is_absence(test, target) for test in tests)


def _is_absence(test: ast.expr, target: str) -> bool:
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        wanted = [test.operand]
        if isinstance(test.operand, ast.BoolOp) and isinstance(test.operand.op, ast.And):
            wanted = test.operand.values  # `not (path and exists(path))`
        return any(isinstance(item, ast.Name) and item.id == target for item in wanted)
    return (
        isinstance(test, ast.Compare)
        and isinstance(test.left, ast.Name)
        and test.left.id == target
        and isinstance(test.ops[0], ast.Is)
        and isinstance(test.comparators[0], ast.Constant)
        and test.comparators[0].value is None
    )


def _stops(module: Module, body: list[ast.stmt]) -> bool:
    """True where a block ends the program with a failure."""
    last = body[-1]
    if isinstance(last, ast.Raise):
        return "skip" not in module.document.source(last).lower()
    if not isinstance(last, ast.Expr) or not isinstance(last.value, ast.Call):
        return False
    status = module.literal(last.value.args[0]) if last.value.args else 0
    return module.name(last.value.func) in _ENDS and (status not in (0, None) or bool(_formatted(last.value)))


def _formatted(call: ast.Call) -> bool:
    return bool(call.args) and isinstance(call.args[0], ast.JoinedStr | ast.Call)


def _seen_to(module: Module) -> frozenset[str]:
    """Variables that the module sets itself, asks after, or has skipped tests for."""
    found: set[str] = set()
    for node in module.document.subscripts:
        if isinstance(node.ctx, ast.Store) and (name := _variable(module, node.slice)):
            found.add(name)
    for call in module.document.calls:
        called = module.name(call.func)
        if call.args and (called in _READS or called.rsplit(".", 1)[-1] == "setenv"):
            found.update(filter(None, [_variable(module, call.args[0])]))
        if called.endswith("patch.dict"):
            found.update(re.findall(r"[A-Z][A-Z0-9_]+", module.document.source(call)))
    found.update(re.findall(r"[\"']([A-Z][A-Z0-9_]+)[\"'] (?:not )?in os\.environ", module.document.text))
    return frozenset(found)


def _skipped(module: Module, node: ast.AST, name: str) -> bool:
    """True in a test that a decorator may skip for want of this variable, or of something that cannot be told."""
    for _, above in module.document.ancestors(node):
        if isinstance(above, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            for item in map(module.document.source, above.decorator_list):
                if "skip" in item.lower() and (name in item or "env" not in item):
                    return True
    return False


def _allowed_for(module: Module, node: ast.Subscript, name: str) -> bool:
    """True when the variable's absence is provided for: a test for it, or an `except KeyError`."""
    for child, above in module.document.ancestors(node):
        if isinstance(above, ast.If | ast.IfExp | ast.While | ast.BoolOp):
            tested = above.test if isinstance(above, ast.If | ast.IfExp | ast.While) else above
            if (
                any(isinstance(inner, ast.Constant) and inner.value == name for inner in ast.walk(tested))
                and tested is not child
            ):
                return True
        if isinstance(above, ast.Try) and child in above.body and above.handlers:
            names = {
                i.id for h in above.handlers if h.type is not None for i in ast.walk(h.type) if isinstance(i, ast.Name)
            }
            if names & {"KeyError", "LookupError", "Exception", "BaseException"} or any(
                h.type is None for h in above.handlers
            ):
                return True
    return False
