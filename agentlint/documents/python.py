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
            tree = ast.parse(body.encode("utf-8", "surrogatepass").decode("utf-8", "replace"))
    except SyntaxError as error:
        raise PythonError(error.lineno or 1, f"not readable as Python 3: {error.msg}") from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise PythonError(1, f"not readable as Python: {type(error).__name__}") from error
    parents, calls = _links(tree)
    shift = len(text) - len(body)
    return PythonDocument(text, tree, _line_starts(text, shift), parents, calls)


def _links(tree: ast.Module) -> tuple[dict[int, ast.AST], tuple[ast.Call, ...]]:
    parents: dict[int, ast.AST] = {}
    calls: list[ast.Call] = []
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Call):
            calls.append(node)
        for child in ast.iter_child_nodes(node):
            if not isinstance(child, ast.expr_context | ast.operator | ast.cmpop | ast.boolop | ast.unaryop):
                parents[id(child)] = node
                waiting.append(child)
    calls.sort(key=lambda call: (call.lineno, call.col_offset))
    return parents, tuple(calls)


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
