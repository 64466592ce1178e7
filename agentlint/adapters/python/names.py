"""What the names in a module mean: imports followed, calls given their full dotted name."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from agentlint.documents.python import PythonDocument

_TEST_CODE = re.compile(
    r"(^|/)(tests?|[\w-]*test[-_]?cases?|testing|docs_src|docs?_\w+|unit_?tests?|integration_?tests?|e2e|specs?|examples?|docs?|doc_src|samples?|demos?|tutorials?|benchmarks?"
    r"|fixtures|testdata|test_data|notebooks)/|(^|/)(test_[^/]*|[^/]*_tests?|conftest|tests)\.py$",
    re.IGNORECASE,
)


def is_test_code(path: str) -> bool:
    """True for tests, examples and documentation code, by the path."""
    return bool(_TEST_CODE.search(path))


@dataclass(frozen=True)
class Module:
    """A document with its names resolved."""

    path: str
    document: PythonDocument
    imports: dict[str, str]
    own: frozenset[str]
    """Functions and classes that the module defines itself."""
    assignments: dict[str, list[tuple[ast.AST, ast.expr]]] = field(repr=False)
    """Per name: the statement and the value, in file order."""
    called: dict[str, list[ast.Call]] = field(repr=False)
    """Per bare name (`f`, `self.f`, `x.f`): the calls."""
    memory: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)
    """Answers about this module that are asked for again and again."""
    names: dict[int, tuple[ast.expr, str]] = field(default_factory=dict, repr=False, compare=False)
    """The full names of expressions, by identity: each reader of calls asks for the name of each."""

    @property
    def test_code(self) -> bool:
        """True for tests, examples and documentation code."""
        return is_test_code(self.path)

    @property
    def runs(self) -> bool:
        """True when the file is a program: a main block, a shebang, or an entry-point file."""
        return (
            "__main__" in self.document.text
            or self.document.text.startswith("#!")
            or self.path.endswith(("__main__.py", "manage.py", "cli.py", "main.py"))
        )

    def name(self, node: ast.expr) -> str:
        """The full dotted name of an expression such as `click.prompt`; "" where it is none."""
        known = self.names.get(id(node))
        if known is None or known[0] is not node:
            known = self.names[id(node)] = (node, self._name(node))
        return known[1]

    def _name(self, node: ast.expr) -> str:
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if isinstance(node, ast.Name):
            root = self.imports.get(node.id, node.id)
        elif isinstance(node, ast.Call):
            root = self.name(node.func) + "()"
        else:
            return ""
        return ".".join([root, *reversed(parts)])

    def assigned(self, name: str, before: ast.AST) -> Iterator[ast.expr]:
        """Values given to a name in the same function or at the module's level, before a place."""
        function = self.document.function_of(before)
        line = getattr(before, "lineno", 1 << 30)
        for statement, value in self.assignments.get(name, ()):
            home = self.document.function_of(statement)
            if (home is function and getattr(statement, "lineno", 0) <= line) or home is None:
                yield value

    def literal(self, node: ast.expr | None) -> object:
        """The value of a literal; None where it is none."""
        if isinstance(node, ast.Constant):
            return node.value
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant):
            value = node.operand.value
            return -value if isinstance(value, int | float) else None
        return None


def module_of(path: str, document: PythonDocument) -> Module:
    """Resolve a document's names in one walk."""
    imports: dict[str, str] = {}
    own: set[str] = set()
    assignments: dict[str, list[tuple[ast.AST, ast.expr]]] = {}
    for node in document.statements:
        if isinstance(node, ast.Import | ast.ImportFrom):
            imports.update(_imported(node))
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            own.add(node.name)
        else:
            for name, value in _assigned(node):
                assignments.setdefault(name, []).append((node, value))
    called: dict[str, list[ast.Call]] = {}
    for call in document.calls:
        called.setdefault(_last(call.func), []).append(call)
    return Module(path, document, imports, frozenset(own), assignments, called)


def _imported(node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.Import):
        for alias in node.names:
            if alias.asname:
                yield alias.asname, alias.name
            else:
                yield alias.name.split(".")[0], alias.name.split(".")[0]
        return
    base = "." * node.level + (node.module or "")
    for alias in node.names:
        yield alias.asname or alias.name, f"{base}.{alias.name}" if base else alias.name


def _assigned(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    targets: list[ast.expr] = []
    value: ast.expr | None = None
    if isinstance(node, ast.Assign):
        targets, value = node.targets, node.value
    elif isinstance(node, ast.AnnAssign | ast.AugAssign | ast.NamedExpr):
        targets, value = [node.target], node.value
    elif isinstance(node, ast.withitem) and node.optional_vars is not None:
        targets, value = [node.optional_vars], node.context_expr
    elif isinstance(node, ast.For | ast.AsyncFor):
        targets, value = [node.target], node.iter
    if value is None:
        return
    for target in targets:
        for item in target.elts if isinstance(target, ast.Tuple | ast.List) else (target,):
            if isinstance(item, ast.Name):
                yield item.id, value
            elif isinstance(item, ast.Attribute) and isinstance(item.value, ast.Name):
                yield f"{item.value.id}.{item.attr}", value


def _last(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def keyword(call: ast.Call, name: str) -> ast.expr | None:
    """The value of a keyword argument."""
    return next((item.value for item in call.keywords if item.arg == name), None)


def texts_in(node: ast.AST) -> Iterator[str]:
    """String constants inside a node."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
            yield inner.value
