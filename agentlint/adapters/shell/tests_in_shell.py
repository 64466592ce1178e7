"""Test expressions: the inside of `[ ]`, `[[ ]]`, `(( ))` as a small tree of and, or, not and single tests."""

from __future__ import annotations

import re
from typing import NamedTuple

from agentlint.files.lazily import lazily

MAX_TOKENS = 200

_TOKEN = lazily(r"""(?:\$\((?:[^()]|\([^()]*\))*\)|\$\{[^}]*\}|"(?:[^"\\]|\\.)*"|'[^']*'|\\.|[^\s"'\\;])+""", re.DOTALL)
_ARITHMETIC = lazily(r"&&|\|\||==|!=|<=|>=|[<>!()]|[^\s<>=!&|()]+|[=&|]")


class Leaf(NamedTuple):
    """A single test: one to three words. `arithmetic` words are names without a dollar sign."""

    words: tuple[str, ...]
    arithmetic: bool = False


class Both(NamedTuple):
    """`a && b`, `a -a b`."""

    left: Test
    right: Test


class Either(NamedTuple):
    """`a || b`, `a -o b`."""

    left: Test
    right: Test


class Negated(NamedTuple):
    """`! a`."""

    inner: Test


Test = Leaf | Both | Either | Negated


def parse_test(text: str, style: str) -> Test:
    """The tree of a test's inside. What cannot be parsed becomes one leaf."""
    tokens = _ARITHMETIC.findall(text) if style == "((" else _TOKEN.findall(text)
    tokens = tokens[:MAX_TOKENS]
    parser = _Parser(tokens, style)
    made = parser.either(0)
    return made if made is not None else Leaf(tuple(tokens[:3]), style == "((")


class _Parser:
    def __init__(self, tokens: list[str], style: str) -> None:
        self.tokens = tokens
        self.at = 0
        self.style = style
        self.ors = {"||"} if style != "[" else {"-o", "||"}
        self.ands = {"&&"} if style != "[" else {"-a", "&&"}

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def either(self, depth: int) -> Test | None:
        left = self.both(depth)
        while left is not None and self.peek() in self.ors:
            self.at += 1
            right = self.both(depth)
            if right is None:
                return left
            left = Either(left, right)
        return left

    def both(self, depth: int) -> Test | None:
        left = self.single(depth)
        while left is not None and self.peek() in self.ands:
            self.at += 1
            right = self.single(depth)
            if right is None:
                return left
            left = Both(left, right)
        return left

    def single(self, depth: int) -> Test | None:
        negations = 0
        while self.peek() == "!":
            self.at += 1
            negations += 1
        token = self.peek()
        made: Test | None
        if token in {"(", "\\("} and depth < 20:
            self.at += 1
            made = self.either(depth + 1)
            if self.peek() in {")", "\\)"}:
                self.at += 1
        else:
            made = self.leaf()
        return Negated(made) if made is not None and negations % 2 else made

    def leaf(self) -> Test | None:
        start = self.at
        stops = self.ors | self.ands | {")", "\\)"}
        while self.at < len(self.tokens) and self.tokens[self.at] not in stops:
            self.at += 1
            if self.at - start == 3 and self.style == "[":
                break
        words = tuple(self.tokens[start : self.at])
        return Leaf(words, self.style == "((") if words else None
