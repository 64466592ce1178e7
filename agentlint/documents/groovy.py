"""Groovy as Jenkins files use it: a tolerant scanner that finds calls, their arguments and closures, with places.

No grammar of the language: whatever is neither a call, a label nor a block is passed over, so that scripted pipelines,
helper functions and unknown syntax cost nothing. Linear in the text, nesting bounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from agentlint.documents.embedded import EmbeddedText
from agentlint.documents.groovy_tokens import Token, read_tokens
from agentlint.files.source import Span

MAX_DEPTH = 80
_PLAIN_WORDS = frozenset(
    {
        "def", "return", "new", "import", "final", "static", "in", "throw", "case", "package", "as", "instanceof",
        "private", "public", "protected", "void", "class", "true", "false", "null", "assert", "break", "continue",
        "default", "extends", "implements",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument. `key` is "" for a positional one; `string` is set where it is a string or a sum that holds one."""

    key: str
    text: str
    span: Span
    string: EmbeddedText | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """A call, block, label or assignment. `kind`: "call", "label" (`name: { ... }`), "assign" (`NAME = 'x'`), "block"."""

    name: str
    span: Span
    name_span: Span
    kind: str = "call"
    arguments: tuple[Argument, ...] = ()
    body: tuple[Call, ...] | None = None
    nested: tuple[Call, ...] = ()
    """Calls within its arguments."""

    def argument(self, *keys: str) -> Argument | None:
        """The argument with one of these keys; "" is the first positional one."""
        for key in keys:
            for item in self.arguments:
                if item.key == key:
                    return item
        return None

    def text(self, *keys: str) -> str:
        """An argument's string, or its text as written; "" where there is none."""
        found = self.argument(*(keys or ("",)))
        if found is None:
            return ""
        return found.string.text if found.string is not None else found.text

    def block(self, name: str) -> Call | None:
        """The first call of its body by that name."""
        return next((call for call in self.body or () if call.name == name), None)

    def walk(self) -> Iterator[Call]:
        """It and all calls within it, in order."""
        waiting = [self]
        while waiting:
            current = waiting.pop()
            yield current
            waiting.extend(reversed((*current.nested, *(current.body or ()))))


@dataclass(frozen=True, slots=True)
class GroovyFile:
    """All calls of a file, in order, and what could not be read (line, message)."""

    calls: tuple[Call, ...] = ()
    errors: tuple[tuple[int, str], ...] = ()

    def walk(self) -> Iterator[Call]:
        """Every call, in order."""
        for call in self.calls:
            yield from call.walk()


def read_groovy(text: str) -> GroovyFile:
    """All calls of a text. Never raises."""
    tokens, errors = read_tokens(text)
    parser = _Parser(text, tokens, errors)
    calls = parser.calls("", 0)
    return GroovyFile(tuple(calls), tuple(errors))


@dataclass(slots=True)
class _Parser:
    """Walks the tokens once."""

    text: str
    tokens: list[Token]
    errors: list[tuple[int, str]]
    at: int = 0
    complained: bool = field(default=False)

    def peek(self, ahead: int = 0) -> Token | None:
        """The token `ahead` of the next one."""
        index = self.at + ahead
        return self.tokens[index] if index < len(self.tokens) else None

    def is_text(self, text: str, ahead: int = 0) -> bool:
        """True when that token is this punctuation."""
        token = self.peek(ahead)
        return token is not None and token.kind == "other" and token.text == text

    def calls(self, closer: str, depth: int) -> list[Call]:
        """Calls up to `closer`, which is taken too; a closer of another bracket ends it as well."""
        found: list[Call] = []
        while (token := self.peek()) is not None:
            if token.kind == "other" and token.text in ")]}":
                if token.text == closer or not closer:
                    self.at += 1
                if closer:
                    return found
                continue
            call = self.statement(depth)
            if call is not None:
                found.append(call)
        return found

    def statement(self, depth: int) -> Call | None:
        """One call from here, or None after passing over one token."""
        token = self.peek()
        assert token is not None
        if token.kind in ("name", "string") and self.is_text(":", 1) and self.is_text("{", 2):
            self.at += 2
            name = token.value.text if token.value is not None else token.text
            return self.block(name, token.span, "label", (), (), depth)
        if token.kind == "name" and token.text not in _PLAIN_WORDS:
            return self.named(token, depth)
        if token.kind == "other" and token.text in "{[(":
            if token.text == "{":
                return self.block("{", Span(token.span.start, token.span.start), "block", (), (), depth)
            self.at += 1
            inner = self.bracketed({"(": ")", "[": "]"}[token.text], depth)
            return Call("(", token.span, token.span, "block", body=tuple(inner)) if inner else None
        self.at += 1
        return None

    def bracketed(self, closer: str, depth: int) -> list[Call]:
        """Calls inside brackets, in a depth that may be too great: then they are passed over."""
        if depth < MAX_DEPTH:
            return self.calls(closer, depth + 1)
        self.skip()
        return []

    def skip(self) -> None:
        """Pass over tokens up to the closer of the bracket just opened."""
        if not self.complained:
            self.complained = True
            self.errors.append((1, "nested too deeply; what lies deeper is left out"))
        level = 1
        while level and (token := self.peek()) is not None:
            if token.kind == "other":
                level += (token.text in "{[(") - (token.text in "}])")
            self.at += 1

    def named(self, token: Token, depth: int) -> Call | None:
        """A call or block by name: `a.b(...) { }`, `a 'x', key: 1`, `a { }`, `A = 'x'`."""
        name, start = token.text, token.span.start
        self.at += 1
        while self.is_text(".") and (part := self.peek(1)) is not None and part.kind == "name":
            name += "." + part.text
            self.at += 2
        name_span = Span(start, self.tokens[self.at - 1].span.end)
        following = self.peek()
        if following is None or following.kind == "newline":
            return Call(name, name_span, name_span)
        if self.is_text("="):
            return self.assignment(name, name_span)
        if self.is_text("{"):
            return self.block(name, name_span, "call", (), (), depth)
        if self.is_text("("):
            self.at += 1
            arguments, nested = self.arguments(depth, ")")
            if self.is_text("{"):
                return self.block(name, name_span, "call", arguments, nested, depth)
            end = self.tokens[self.at - 1].span.end
            return Call(name, Span(start, end), name_span, "call", arguments, None, nested)
        if following.kind in ("string", "number", "name") or self.is_text("["):
            return self.command(name, name_span, following, depth)
        return None

    def assignment(self, name: str, name_span: Span) -> Call | None:
        self.at += 1
        value = self.peek()
        after = self.peek(1)
        ends = after is None or after.kind == "newline" or (after.kind == "other" and after.text in ";}")
        if value is None or value.kind not in ("string", "number", "name") or not ends:
            return None
        self.at += 1
        argument = Argument("", value.text, value.span, value.value)
        return Call(name, name_span.cover(value.span), name_span, "assign", (argument,))

    def command(self, name: str, name_span: Span, following: Token, depth: int) -> Call | None:
        """A call without brackets; `Type name = ...` is none."""
        second = self.peek(1)
        if following.kind == "name":
            if following.text in _PLAIN_WORDS - {"true", "false", "null", "new"}:
                return None
            if second is not None and second.kind == "other" and second.text == "=":
                return None
        arguments, nested = self.arguments(depth, "")
        end = self.tokens[self.at - 1].span.end
        if self.is_text("{"):
            return self.block(name, name_span, "call", arguments, nested, depth)
        return Call(name, Span(name_span.start, max(end, name_span.end)), name_span, "call", arguments, None, nested)

    def block(
        self,
        name: str,
        name_span: Span,
        kind: str,
        arguments: tuple[Argument, ...],
        nested: tuple[Call, ...],
        depth: int,
    ) -> Call:
        """The closure that begins here as the body of a call."""
        self.at += 1
        body = self.bracketed("}", depth)
        end = self.tokens[self.at - 1].span.end
        return Call(name, Span(name_span.start, end), name_span, kind, arguments, tuple(body), nested)

    def arguments(self, depth: int, closer: str) -> tuple[tuple[Argument, ...], tuple[Call, ...]]:
        """Arguments up to `closer`, or without brackets up to the end of the line; calls within them come along."""
        found: list[Argument] = []
        nested: list[Call] = []
        part: list[Token] = []
        key = ""
        while (token := self.peek()) is not None:
            if self._ends(token, closer, part):
                break
            if token.kind == "newline" or (token.kind == "other" and token.text == ","):
                self.at += 1
                if token.kind == "other":
                    self._add(found, key, part)
                    key, part = "", []
            elif not part and token.kind in ("name", "string") and self.is_text(":", 1):
                if self.is_text("{", 2):
                    call = self.statement(depth + 1)
                    nested.extend([call] if call is not None else [])
                    continue
                key = token.value.text if token.value is not None else token.text
                self.at += 2
            elif token.kind == "other" and token.text in "{[(":
                part.extend(self._inner(nested, depth))
            elif token.kind == "name" and token.text not in _PLAIN_WORDS and depth < MAX_DEPTH and self._called():
                start = self.at
                call = self.named(token, depth + 1)
                nested.extend([call] if call is not None and (call.arguments or call.body is not None) else [])
                part.extend(self.tokens[start : self.at])
            else:
                part.append(token)
                self.at += 1
        self._add(found, key, part)
        if closer and self.is_text(closer):
            self.at += 1
        return tuple(found), tuple(nested)

    def _ends(self, token: Token, closer: str, part: list[Token]) -> bool:
        if token.kind == "other" and token.text in ")]}":
            return True
        if closer:
            return False
        if token.kind == "newline":
            last = self.tokens[self.at - 1]
            return not (last.kind == "other" and last.text in ",+")
        return token.kind == "other" and (token.text == ";" or (token.text == "{" and bool(part)))

    def _called(self) -> bool:
        """True when the name here is that of a call with brackets."""
        ahead = 1
        while self.is_text(".", ahead) and (part := self.peek(ahead + 1)) is not None and part.kind == "name":
            ahead += 2
        return self.is_text("(", ahead)

    def _inner(self, nested: list[Call], depth: int) -> list[Token]:
        """A list, map, group or closure within an argument: its tokens, its calls added to `nested`."""
        start = self.at
        opener = self.tokens[start].text
        self.at += 1
        nested.extend(self.bracketed({"{": "}", "[": "]", "(": ")"}[opener], depth))
        return self.tokens[start : self.at]

    def _add(self, found: list[Argument], key: str, part: list[Token]) -> None:
        if not part:
            return
        span = Span(part[0].span.start, part[-1].span.end)
        found.append(Argument(key, self.text[span.start : span.end], span, _sum(self.text, part)))


def _sum(text: str, part: list[Token]) -> EmbeddedText | None:
    """The string of an argument: one literal (methods behind it left out), or a sum with `${...}` for what is none."""
    if part[0].kind != "string" and not any(token.kind == "string" for token in part):
        return None
    level = 0
    for token in part:
        if token.kind == "other":
            level += (token.text in "([{") - (token.text in ")]}")
    first = part[0].value
    if len(part) == 1 or (first is not None and part[1].text == "."):
        return first
    if not any(token.kind == "other" and token.text == "+" for token in part) or part[0].text in "[{":
        return None
    pieces: list[str] = []
    segments: list[tuple[int, int]] = []
    inner = 0
    for token in part:
        if token.kind == "other" and token.text == "+":
            continue
        piece = token.value or EmbeddedText.at("${" + re.sub(r"\W", "_", token.text) + "}", token.span.start)
        segments.extend((inner + offset, outer) for offset, outer in piece.segments)
        pieces.append(piece.text)
        inner += len(piece.text)
    return EmbeddedText("".join(pieces), tuple(segments))
