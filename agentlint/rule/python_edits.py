"""Edits of Python source, by way of LibCST: comments, blanks and line endings stay as they are.

LibCST is loaded only here and only when a finding has such an edit: it takes a quarter of a second to import and long to parse.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from agentlint.facts.repository import Repository
from agentlint.files.source import Place, Span
from agentlint.rule.model import Edit, Fix

if TYPE_CHECKING:
    import libcst

_DEBUGGERS = frozenset({"pdb", "ipdb", "pudb", "web_pdb", "remote_pdb", "IPython"})
MAX_CHARACTERS = 300_000


def without_statement(place: Place, repository: Repository) -> Fix | None:
    """Take out the statement that is the call at `place`, and an import of a debugger on the same line."""
    source = repository.read(place.path)
    if source is None or len(source.text) > MAX_CHARACTERS:
        return None
    position = source.position(place.span.start)
    changed = _without_line(source.text, position.line, source.text[place.span.start : place.span.end])
    if changed is None or changed == source.text:
        return None
    edit = _difference(place.path, source.text, changed)
    return Fix("take the breakpoint out", (edit,), safe=False) if _parses(changed) else None


def _without_line(text: str, line: int, call: str) -> str | None:
    import libcst
    from libcst.metadata import MetadataWrapper, PositionProvider

    try:
        wrapper = MetadataWrapper(libcst.parse_module(text))
    except (libcst.ParserSyntaxError, RecursionError):
        return None
    positions = wrapper.resolve(PositionProvider)

    class Remover(libcst.CSTTransformer):
        def leave_SimpleStatementLine(  # noqa: N802
            self, original_node: libcst.SimpleStatementLine, updated_node: libcst.SimpleStatementLine
        ) -> libcst.SimpleStatementLine | libcst.RemovalSentinel:
            where = positions[original_node]
            if not where.start.line <= line <= where.end.line:
                return updated_node
            kept = [item for item in updated_node.body if not _goes(item, call)]
            if len(kept) == len(updated_node.body):
                return updated_node
            if not kept:
                return libcst.RemoveFromParent()
            kept[-1] = kept[-1].with_changes(semicolon=libcst.MaybeSentinel.DEFAULT)
            return updated_node.with_changes(body=kept)

        def leave_IndentedBlock(  # noqa: N802
            self, original_node: libcst.IndentedBlock, updated_node: libcst.IndentedBlock
        ) -> libcst.IndentedBlock:
            if updated_node.body:
                return updated_node
            return updated_node.with_changes(body=[libcst.SimpleStatementLine([libcst.Pass()])])

    return wrapper.module.visit(Remover()).code


def _goes(item: libcst.BaseSmallStatement, call: str) -> bool:
    import libcst

    code = libcst.Module([]).code_for_node(item).strip().rstrip(";").strip()
    if isinstance(item, libcst.Expr):
        return code == call
    return isinstance(item, libcst.Import) and code.removeprefix("import ").split(" as ")[0] in _DEBUGGERS


def _difference(path: str, before: str, after: str) -> Edit:
    """The smallest single edit that leads from one text to the other."""
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    end = 0
    while end < min(len(before), len(after)) - start and before[-1 - end] == after[-1 - end]:
        end += 1
    return Edit(path, Span(start, len(before) - end), after[start : len(after) - end])


def _parses(text: str) -> bool:
    try:
        ast.parse(text.removeprefix("\ufeff"))
    except (SyntaxError, ValueError):
        return False
    return True
