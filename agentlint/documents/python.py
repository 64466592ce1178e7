"""Python source with exact places, survived when broken.

Read with the standard library's parser and not with LibCST: over real repositories LibCST takes some fifteen times as long to
parse and more still to find positions, and reading wants neither comments nor blanks. Edits do: they go through LibCST
(`agentlint.rule.python_edits`), for the few files that have one.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from agentlint.documents.python_versions import parse_tolerantly
from agentlint.files.source import Span

MAX_CHARACTERS = 2_000_000


class PythonError(ValueError):
    """The text is no Python that this interpreter reads; `line` is 1-based."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True)
class PythonDocument:
    """A module: its tree, who stands inside whom, and where."""

    text: str
    tree: ast.Module
    starts: tuple[int, ...]
    parents: dict[int, ast.AST] = field(repr=False)
    calls: tuple[ast.Call, ...] = ()
    functions: tuple[ast.FunctionDef | ast.AsyncFunctionDef, ...] = ()
    subscripts: tuple[ast.Subscript, ...] = ()
    statements: tuple[ast.AST, ...] = ()
    """Imports, classes, functions and whatever gives a name a value."""

    def offset(self, line: int, column: int) -> int:
        """The character at a 1-based line and a UTF-8 column."""
        start = self.starts[min(line, len(self.starts)) - 1]
        end = self.starts[line] if line < len(self.starts) else len(self.text)
        raw = self.text[start:end]
        if raw.isascii():
            return min(start + column, len(self.text))
        return start + len(raw.encode("utf-8", "surrogatepass")[:column].decode("utf-8", "ignore"))

    def span(self, node: ast.AST) -> Span:
        """Where a node stands."""
        line = getattr(node, "lineno", 1)
        end_line = getattr(node, "end_lineno", None) or line
        end_column = getattr(node, "end_col_offset", None) or 0
        return Span(self.offset(line, getattr(node, "col_offset", 0)), self.offset(end_line, end_column))

    def source(self, node: ast.AST) -> str:
        """The node as written."""
        span = self.span(node)
        return self.text[span.start : span.end]

    def parent(self, node: ast.AST) -> ast.AST | None:
        """What the node stands in directly."""
        return self.parents.get(id(node))

    def ancestors(self, node: ast.AST) -> Iterator[tuple[ast.AST, ast.AST]]:
        """Pairs of child and parent, from the node outwards."""
        child = node
        above = self.parents.get(id(node))
        while above is not None:
            yield child, above
            child, above = above, self.parents.get(id(above))

    def function_of(self, node: ast.AST) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
        """The function in whose body the node stands."""
        for child, above in self.ancestors(node):
            if isinstance(above, ast.FunctionDef | ast.AsyncFunctionDef) and child in above.body:
                return above
        return None


def read_python(text: str) -> PythonDocument:
    """Read a module. Raises PythonError for text that does not parse."""
    body = text[1:] if text.startswith("\ufeff") else text
    if len(body) > MAX_CHARACTERS:
        raise PythonError(1, "too long to be read")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = parse_tolerantly(body.encode("utf-8", "surrogatepass").decode("utf-8", "replace"))
    except SyntaxError as error:
        raise PythonError(error.lineno or 1, f"not readable as Python 3: {error.msg}") from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise PythonError(1, f"not readable as Python: {type(error).__name__}") from error
    shift = len(text) - len(body)
    return _linked(text, tree, _line_starts(text, shift))


_LEAVES = frozenset({ast.Load, ast.Store, ast.Del, ast.Constant, ast.Name, ast.Pass, ast.Break, ast.Continue})
_STATEMENTS = frozenset(
    {
        ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign,
        ast.AugAssign, ast.NamedExpr, ast.withitem, ast.For, ast.AsyncFor,
    }
)  # fmt: skip


def _linked(text: str, tree: ast.Module, starts: tuple[int, ...]) -> PythonDocument:
    """One walk that finds all that others look for: a walk of the whole tree costs as much as parsing it."""
    parents: dict[int, ast.AST] = {}
    calls: list[ast.Call] = []
    functions: list[ast.FunctionDef | ast.AsyncFunctionDef] = []
    subscripts: list[ast.Subscript] = []
    statements: list[ast.AST] = []
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        kind = node.__class__
        if kind is ast.Call:
            calls.append(node)  # type: ignore[arg-type]
        elif kind is ast.Subscript:
            subscripts.append(node)  # type: ignore[arg-type]
        elif kind in _STATEMENTS:
            statements.append(node)
            if kind is ast.FunctionDef or kind is ast.AsyncFunctionDef:
                functions.append(node)  # type: ignore[arg-type]
        _children(node, parents, waiting)
    return PythonDocument(
        text,
        tree,
        starts,
        parents,
        _in_order(calls),
        _in_order(functions),
        _in_order(subscripts),
        _in_order(statements),
    )


_PLAIN = frozenset("id attr arg ctx type_comment kind level module op ops simple conversion asname is_async".split())
"""Fields that hold no expression or statement in any node."""


_FIELDS: dict[type[ast.AST], tuple[str, ...]] = {}
"""Per kind of node, the fields that may hold nodes."""


def _children(node: ast.AST, parents: dict[int, ast.AST], waiting: list[ast.AST]) -> None:
    fields = _FIELDS.get(node.__class__)
    if fields is None:
        fields = _FIELDS[node.__class__] = tuple(name for name in node._fields if name not in _PLAIN)
    for name in fields:
        value = getattr(node, name, None)
        if value.__class__ is list:
            for item in value:
                if isinstance(item, ast.AST):
                    parents[id(item)] = node
                    if item.__class__ not in _LEAVES:
                        waiting.append(item)
        elif isinstance(value, ast.AST):
            parents[id(value)] = node
            if value.__class__ not in _LEAVES:
                waiting.append(value)


Node = TypeVar("Node", bound=ast.AST)


def _in_order(nodes: list[Node]) -> tuple[Node, ...]:
    return tuple(sorted(nodes, key=lambda node: (getattr(node, "lineno", 0), getattr(node, "col_offset", 0))))


def _line_starts(text: str, shift: int) -> tuple[int, ...]:
    """Where lines begin, as the parser counts them: after "\\n", "\\r\\n" and a lone "\\r"."""
    starts = [shift]
    at = 0
    while True:
        newline = text.find("\n", at)
        carriage = text.find("\r", at, newline if newline != -1 else len(text))
        if carriage != -1 and carriage + 1 != newline:
            at = carriage + 1
        elif newline != -1:
            at = newline + 1
        else:
            return tuple(starts)
        starts.append(at)
