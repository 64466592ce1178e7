"""From the parser's nodes to the tree: the grammar's odd nestings are put right here and seen nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING

from agentlint.documents.shell.joining import attach, chained, in_background, piped, pipeline
from agentlint.documents.shell.recovery import ended, recovered, unescaped_line_end
from agentlint.documents.shell.redirects import Heredoc, RedirectReader
from agentlint.documents.shell.text import MAX_TEXT, parser_text, templates
from agentlint.documents.shell.tree import (
    NOT_UNDERSTOOD,
    AndOr,
    Assignment,
    Case,
    CaseArm,
    Condition,
    Function,
    Group,
    If,
    Loop,
    Not,
    Pipeline,
    Redirect,
    Script,
    ScriptError,
    ShellWord,
    Simple,
    Statement,
)
from agentlint.documents.shell.words import WordReader, substitutions
from agentlint.files.source import Span

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

MAX_DEPTH = 48
"""Statements nested deeper than this are left out: no script that a person wrote gets near."""
MAX_ERRORS = 5
MAX_ROUNDS = 4
"""Readings of one text, each with the ends of lines marked that the parser ran over in the one before."""

_SEPARATORS = frozenset({"comment", "heredoc_body", "heredoc_end", "heredoc_content", "\n", ";", ";;", "&"})


@cache
def _parser() -> Parser:
    import tree_sitter_bash
    from tree_sitter import Language, Parser

    return Parser(Language(tree_sitter_bash.language()))


def read_script(text: str, opaque: tuple[Span, ...] = (), depth: int = 0) -> Script:
    """Read a script (Unix line endings). `opaque` spans are filled in by others and survive as they stand.

    `depth` is how deep the text itself stands inside others; the deeper, the less nesting is read.
    """
    spans = (*templates(text), *opaque)
    data = parser_text(text, spans)
    for _ in range(MAX_ROUNDS):
        reader = _Reader(text, spans, MAX_DEPTH >> depth)
        statements = reader.run(data)
        if not reader.swallowed:
            break
        data = ended(data, reader.swallowed)
    if len(text) > MAX_TEXT:
        reader.errors.append(ScriptError(MAX_TEXT, "script too long: the rest was not read"))
    return Script(text, statements, tuple(reader.errors))


class _Reader:
    """Converts nodes of one text."""

    def __init__(self, text: str, opaque: tuple[Span, ...], max_depth: int) -> None:
        self.text = text
        self.max_depth = max_depth
        self.errors: list[ScriptError] = []
        self.swallowed: list[int] = []
        """Line ends inside a simple command: the parser took the next line for more of its words."""
        self.words = WordReader(text, opaque, self._substitution)
        self.redirects = RedirectReader(text, self.words)

    def run(self, data: bytes) -> tuple[Statement, ...]:
        """Parse and convert the whole."""
        root = _parser().parse(data).root_node
        roots, left_out = recovered(data, root, _parser()) if root.has_error else ([root], [])
        self.errors.extend(self._not_understood(at, self.text.find("\n", at)) for at in left_out[:MAX_ERRORS])
        found = tuple(made for part in roots for made in self.statements(part.children, 0))
        for part in roots:
            if part.has_error:
                self.note_errors(part)
        return found

    def statements(self, nodes: Sequence[Node], depth: int) -> tuple[Statement, ...]:
        """The statements among sibling nodes."""
        found: list[Statement] = []
        for node in nodes:
            if node.type == "&" and found:
                found[-1] = in_background(found[-1])
            elif node.is_named and node.type not in _SEPARATORS:
                found.extend(self.statement(node, depth))
        return tuple(found)

    def statement(self, node: Node, depth: int) -> tuple[Statement, ...]:
        """One statement; a broken stretch gives all it holds; a stray word gives none."""
        if depth > self.max_depth:
            if len(self.errors) < MAX_ERRORS:
                self.errors.append(ScriptError(node.start_byte, "nested too deeply: not read"))
            return ()
        if node.type == "ERROR":
            return self.statements(node.children, depth + 1)
        convert = _CONVERT.get(node.type)
        if convert is None:
            return ()
        made = convert(self, node, depth)
        return () if made is None else (made,)

    def note_errors(self, root: Node) -> None:
        """List the first broken stretches."""
        waiting = [root]
        while waiting and len(self.errors) < MAX_ERRORS:
            node = waiting.pop()
            if node.is_missing and node.parent is not None and node.parent.type == "command_name":
                continue  # `x=1 > file` runs nothing, and the grammar wants a command there
            if node.is_error or node.is_missing:
                self.errors.append(self._not_understood(node.start_byte, node.end_byte))
            elif node.has_error:
                waiting.extend(reversed(node.children))

    def _not_understood(self, start: int, end: int) -> ScriptError:
        what = self.text[start : end if end >= 0 else len(self.text)].strip().split("\n", 1)[0][:40]
        return ScriptError(start, f"{NOT_UNDERSTOOD}: {what}".rstrip(": "))

    def _substitution(self, node: Node, depth: int) -> tuple[Statement, ...]:
        return self.statements(node.children, depth + 1)

    # -- simple commands -------------------------------------------------------------------------------------------

    def _command(self, node: Node, depth: int) -> Simple:
        words: list[ShellWord] = []
        assignments: list[Assignment] = []
        redirects: list[Redirect] = []
        end = before = node.start_byte
        for child in node.children:
            kind = child.type
            if before < child.start_byte and "\n" in self.text[before : child.start_byte]:
                self.swallowed.extend(unescaped_line_end(self.text, before, child.start_byte))
            # Behind a comment the line ends in any case, and is already known to.
            before = child.end_byte if kind != "comment" else node.end_byte
            if kind == "variable_assignment":
                if words:
                    words.append(self.words.assignment_word(child, depth + 1))
                else:
                    assignments.append(self._assignment(child, depth))
                end = child.end_byte
            elif kind in {"file_redirect", "herestring_redirect"}:
                redirect, more = self.redirects.file(child, depth)
                redirects.append(redirect)
                words.extend(more)
                end = more[-1].span.end if more else end
            elif child.end_byte > child.start_byte and kind not in {"comment", "heredoc_redirect"}:
                words.append(self.words.word(child, depth + 1))
                end = child.end_byte
        starts = [*(item.span.start for item in assignments), *(word.span.start for word in words)]
        start = min(starts, default=node.start_byte)
        return Simple(Span(start, max(end, start)), tuple(words), tuple(assignments), (), tuple(redirects))

    def _assignment(self, node: Node, depth: int) -> Assignment:
        name_node = node.children[0]
        name = self.text[name_node.start_byte : name_node.end_byte]
        subscript = name_node.type == "subscript"
        append = any(child.type == "+=" for child in node.children)
        value = node.child_by_field_name("value")
        word = items = None
        if value is not None and value.type == "array":
            items = tuple(self.words.word(child, depth + 1) for child in value.children if child.is_named)
        elif value is not None:
            word = self.words.word(value, depth + 1)
        else:
            word = ShellWord((), Span(node.end_byte, node.end_byte))
        span = Span(node.start_byte, node.end_byte)
        return Assignment(name.split("[", 1)[0], span, word, items, append, subscript)

    def _assignments(self, node: Node, depth: int) -> Simple:
        nodes = [node] if node.type == "variable_assignment" else node.children
        made = tuple(self._assignment(child, depth) for child in nodes if child.type == "variable_assignment")
        return Simple(Span(node.start_byte, node.end_byte), assignments=made)

    def _declaration(self, node: Node, depth: int) -> Simple:
        words: list[ShellWord] = []
        declared: list[Assignment] = []
        for child in node.children:
            if child.type == "variable_assignment":
                declared.append(self._assignment(child, depth))
                words.append(self.words.assignment_word(child, depth + 1))
            else:
                words.append(self.words.word(child, depth + 1))
                if child.type == "variable_name":
                    span = Span(child.start_byte, child.end_byte)
                    declared.append(Assignment(self.text[span.start : span.end], span))
        return Simple(Span(node.start_byte, node.end_byte), tuple(words), (), tuple(declared))

    # -- redirections ------------------------------------------------------------------------------------------------

    def _redirected(self, node: Node, depth: int) -> Statement | None:
        body: Statement | None = None
        redirects: list[Redirect] = []
        words: list[ShellWord] = []
        tail: Heredoc | None = None
        for child in node.children:
            if child.type in {"file_redirect", "herestring_redirect"}:
                redirect, more = self.redirects.file(child, depth)
                redirects.append(redirect)
                words.extend(more)
            elif child.type == "heredoc_redirect":
                tail = self.redirects.heredoc(child, depth)
                redirects.extend(tail.redirects)
                words.extend(tail.words)
            elif child.is_named and body is None:
                body = next(iter(self.statement(child, depth)), None)
        if body is None:
            return Simple(Span(node.start_byte, node.start_byte), redirects=tuple(redirects)) if redirects else None
        body = attach(body, tuple(redirects), tuple(words))
        return self._with_tail(body, tail, depth) if tail else body

    def _with_tail(self, body: Statement, tail: Heredoc, depth: int) -> Statement:
        """What the grammar hangs into a here-document although it follows it: `cat <<EOF | sh && next`."""
        chain: list[tuple[str, Statement]] = []
        for operator, node in tail.following:
            made = next(iter(self.statement(node, depth + 1)), None)
            if made is None:
                continue
            first, rest = (made.first, made.rest) if isinstance(made, AndOr) else (made, ())
            if operator == "|":
                stages = first.stages if isinstance(first, Pipeline) else (first,)
                body = piped(body, stages)
            else:
                chain.append((operator, first))
            chain.extend(rest)
        return chained(body, tuple(chain))

    # -- composition -------------------------------------------------------------------------------------------------

    def _pipeline(self, node: Node, depth: int) -> Statement | None:
        stages = self.statements(node.children, depth + 1)
        return pipeline(stages, Span(node.start_byte, node.end_byte)) if stages else None

    def _list(self, node: Node, depth: int) -> Statement | None:
        """A chain of `&&` and `||`, which nests to the left as deep as it is long."""
        rest: list[tuple[str, Statement]] = []
        current = node
        while current.type == "list":
            children = current.children
            operator = next((child.type for child in children if child.type in {"&&", "||"}), "&&")
            named = [child for child in children if child.is_named and child.type != "comment"]
            if len(named) != 2:
                break
            rest.extend((operator, made) for made in self.statement(named[1], depth + 1)[:1])
            current = named[0]
        if current.type == "list":
            first = self.statements(current.children, depth + 1)[:1]
        else:
            first = self.statement(current, depth + 1)
        if not first:
            return rest[-1][1] if rest else None
        return chained(first[0], tuple(reversed(rest)), Span(node.start_byte, node.end_byte))

    def _negated(self, node: Node, depth: int) -> Statement | None:
        inner = self.statements(node.children, depth + 1)
        return Not(Span(node.start_byte, node.end_byte), inner[0]) if inner else None

    def _group(self, node: Node, depth: int) -> Statement:
        span = Span(node.start_byte, node.end_byte)
        if self.text.startswith("((", span.start) and (node.children[0].type == "((" or _is_sum(node)):
            return self._condition(node, depth)
        body = self.statements(node.children, depth + 1)
        return Group(span, body, subshell=node.type == "subshell")

    def _condition(self, node: Node, depth: int) -> Condition:
        span = Span(node.start_byte, node.end_byte)
        style = next((s for s in ("[[", "((", "[") if self.text.startswith(s, span.start)), "[")
        inside = self.text[span.start + len(style) : max(span.end - len(style), span.start + len(style))]
        words: tuple[ShellWord, ...] = ()
        if "$(" in inside or "`" in inside:
            words = tuple(self.words.word(found, depth + 1) for found in substitutions(node))
        return Condition(span, style, inside.strip(), words)

    # -- compound commands -------------------------------------------------------------------------------------------

    def _if(self, node: Node, depth: int) -> If:
        branches = []
        otherwise: tuple[Statement, ...] | None = None
        own: list[Node] = []
        for child in node.children:
            if child.type == "elif_clause":
                branches.append(self._branch(child.children, depth))
            elif child.type == "else_clause":
                otherwise = self.statements(child.children, depth + 1)
            else:
                own.append(child)
        return If(Span(node.start_byte, node.end_byte), (self._branch(own, depth), *branches), otherwise)

    def _branch(self, nodes: Sequence[Node], depth: int) -> tuple[tuple[Statement, ...], tuple[Statement, ...]]:
        then = next((index for index, child in enumerate(nodes) if child.type == "then"), len(nodes))
        return self.statements(nodes[:then], depth + 1), self.statements(nodes[then:], depth + 1)

    def _case(self, node: Node, depth: int) -> Case:
        value = node.child_by_field_name("value")
        word = self.words.word(value, depth + 1) if value else ShellWord((), Span(node.start_byte, node.start_byte))
        arms = tuple(self._arm(child, depth) for child in node.children if child.type == "case_item")
        return Case(Span(node.start_byte, node.end_byte), word, arms)

    def _arm(self, node: Node, depth: int) -> CaseArm:
        children = node.children
        close = next((index for index, child in enumerate(children) if child.type == ")"), 0)
        end = children[close].start_byte if children else node.start_byte
        raw = self.text[node.start_byte : end].strip().lstrip("(")
        patterns = tuple(pattern.strip().strip("\"'") for pattern in raw.split("|"))
        return CaseArm(
            patterns, self.statements(children[close + 1 :], depth + 1), Span(node.start_byte, node.end_byte)
        )

    def _while(self, node: Node, depth: int) -> Loop:
        body = node.child_by_field_name("body")
        condition = self.statements([child for child in node.children if child != body], depth + 1)
        inside = self.statements(body.children, depth + 1) if body else ()
        kind = node.children[0].type if node.children else "while"
        head = Span(node.start_byte, body.start_byte if body else node.end_byte)
        return Loop(Span(node.start_byte, node.end_byte), kind, condition, inside, head=head)

    def _for(self, node: Node, depth: int) -> Loop:
        body = node.child_by_field_name("body")
        name = node.child_by_field_name("variable")
        values = node.children_by_field_name("value")
        words: tuple[ShellWord, ...] | None = tuple(
            self.words.word(value, depth + 1) for value in values if value.is_named
        )
        if not any(child.type == "in" for child in node.children):
            words = None
        inside = self.statements(body.children, depth + 1) if body else ()
        variable = self.text[name.start_byte : name.end_byte] if name else ""
        kind = node.children[0].type if node.children else "for"
        head = Span(node.start_byte, body.start_byte if body else node.end_byte)
        return Loop(Span(node.start_byte, node.end_byte), kind, (), inside, variable, words, head)

    def _c_for(self, node: Node, depth: int) -> Loop:
        body = node.child_by_field_name("body")
        inside = self.statements(body.children, depth + 1) if body else ()
        head = Span(node.start_byte, body.start_byte if body else node.end_byte)
        return Loop(Span(node.start_byte, node.end_byte), "for", (), inside, head=head)

    def _function(self, node: Node, depth: int) -> Function | None:
        name = node.child_by_field_name("name")
        body = node.child_by_field_name("body")
        made = self.statement(body, depth + 1) if body else ()
        if name is None or not made:
            return None
        redirects = tuple(
            self.redirects.file(child, depth)[0] for child in node.children if child.type == "file_redirect"
        )
        span = Span(node.start_byte, node.end_byte)
        return Function(span, self.text[name.start_byte : name.end_byte], made[0], redirects)


_CONVERT: dict[str, Callable[[_Reader, Node, int], Statement | None]] = {
    "command": _Reader._command,
    "redirected_statement": _Reader._redirected,
    "pipeline": _Reader._pipeline,
    "list": _Reader._list,
    "negated_command": _Reader._negated,
    "compound_statement": _Reader._group,
    "subshell": _Reader._group,
    "do_group": _Reader._group,
    "test_command": _Reader._condition,
    "if_statement": _Reader._if,
    "case_statement": _Reader._case,
    "while_statement": _Reader._while,
    "for_statement": _Reader._for,
    "c_style_for_statement": _Reader._c_for,
    "function_definition": _Reader._function,
    "variable_assignment": _Reader._assignments,
    "variable_assignments": _Reader._assignments,
    "declaration_command": _Reader._declaration,
    "unset_command": _Reader._declaration,
}


def _is_sum(node: Node) -> bool:
    """True for `((n))` behind a `!`, which the grammar takes for a subshell in a subshell."""
    inner = [child for child in node.children if child.is_named]
    ends = (node.start_byte + 1, node.end_byte - 1)
    return len(inner) == 1 and inner[0].type == "subshell" and (inner[0].start_byte, inner[0].end_byte) == ends
