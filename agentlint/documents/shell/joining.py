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
