"""Putting statements together: what redirections and pipes bind to, and chains of `&&` and `||`."""

from __future__ import annotations

from dataclasses import replace

from agentlint.documents.shell.tree import AndOr, Not, Pipeline, Redirect, ShellWord, Simple, Statement
from agentlint.files.source import Span


def in_background(statement: Statement) -> Statement:
    return replace(statement, background=True)


def attach(statement: Statement, redirects: tuple[Redirect, ...], words: tuple[ShellWord, ...]) -> Statement:
    """Hang redirections on what they belong to: of a chain or pipeline, its last member."""
    if isinstance(statement, AndOr) and statement.rest:
        operator, last = statement.rest[-1]
        return replace(statement, rest=(*statement.rest[:-1], (operator, attach(last, redirects, words))))
    if isinstance(statement, Pipeline):
        return replace(statement, stages=(*statement.stages[:-1], attach(statement.stages[-1], redirects, words)))
    if isinstance(statement, Not):
        return replace(statement, statement=attach(statement.statement, redirects, words))
    if isinstance(statement, Simple) and words:
        span = Span(statement.span.start, max(statement.span.end, words[-1].span.end))
        return replace(
            statement, span=span, words=(*statement.words, *words), redirects=(*statement.redirects, *redirects)
        )
    return replace(statement, redirects=(*statement.redirects, *redirects))


def piped(first: Statement, stages: tuple[Statement, ...]) -> Statement:
    """`first | stages`, binding tighter than a chain that `first` may be."""
    if isinstance(first, AndOr) and first.rest:
        operator, last = first.rest[-1]
        return replace(first, rest=(*first.rest[:-1], (operator, piped(last, stages))))
    own = first.stages if isinstance(first, Pipeline) else (first,)
    return Pipeline(Span(first.span.start, stages[-1].span.end), (*own, *stages))


def chained(first: Statement, rest: tuple[tuple[str, Statement], ...], span: Span | None = None) -> Statement:
    if not rest:
        return first
    whole = span or Span(first.span.start, rest[-1][1].span.end)
    if isinstance(first, AndOr):
        return AndOr(whole, first.first, (*first.rest, *rest))
    return AndOr(whole, first, rest)


def pipeline(stages: tuple[Statement, ...], span: Span) -> Statement:
    """`a | b | c || d`, however the parser nested it: `|` binds tighter than `||`, and `!` covers the whole pipeline."""
    first: list[Statement] = []
    rest: list[tuple[str, list[Statement]]] = []
    for stage in stages:
        members = [("", stage.first), *stage.rest] if isinstance(stage, AndOr) else [("", stage)]
        for operator, member in members:
            if operator:
                rest.append((operator, []))
            current = rest[-1][1] if rest else first
            current.extend(member.stages if isinstance(member, Pipeline) else (member,))
    made = _one_pipeline(first)
    links = tuple((operator, _one_pipeline(members)) for operator, members in rest)
    return AndOr(span, made, links) if links else made


def _one_pipeline(stages: list[Statement]) -> Statement:
    head = stages[0]
    if isinstance(head, Not) and len(stages) > 1:
        inner = _one_pipeline([head.statement, *stages[1:]])
        return Not(Span(head.span.start, inner.span.end), inner)
    if len(stages) == 1:
        return head
    return Pipeline(Span(head.span.start, stages[-1].span.end), tuple(stages))
