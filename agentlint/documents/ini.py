"""INI and .properties files with exact places: sections, keys, values over several lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from agentlint.documents.assembly import Assembly
from agentlint.documents.embedded import EmbeddedText
from agentlint.documents.node import SyntaxFault
from agentlint.files.source import NOWHERE, Span

_LINE = re.compile(r"[^\n]*\n?")
_SECTION = re.compile(r"\[([^\n\]]*)\]")
_OPTION = re.compile(r"([^=:\s][^=:\n]*?)[ \t]*([=:])[ \t]*")
_PROPERTY = re.compile(r"[ \t]*([^=:\s#!][^=:\s]*)[ \t]*[=: \t]?[ \t]*")
_EQUALS = re.compile(r"[ \t]*([^=\s#;][^=\s]*)[ \t]*=?[ \t]*")


@dataclass(frozen=True, slots=True)
class Option:
    """One key with its value. `value` has its lines dedented and joined by line feeds, comment lines left out."""

    key: str
    key_span: Span
    value: EmbeddedText
    span: Span
    """From the first to the last character of the value; empty where there is none."""

    @property
    def text(self) -> str:
        """The value, without blanks around it."""
        return self.value.text.strip()

    @property
    def entry(self) -> Span:
        """Key and value."""
        return self.key_span.cover(self.span)

    def lines(self) -> Iterator[EmbeddedText]:
        """The value's lines that are not empty, blanks around them taken off."""
        at = 0
        for line in self.value.text.split("\n"):
            stripped = line.strip()
            if stripped:
                start = at + line.index(stripped)
                yield self.value.slice(start, start + len(stripped))
            at += len(line) + 1


@dataclass(frozen=True, slots=True)
class Section:
    """One section; the options before the first header stand in a section without name."""

    name: str
    span: Span
    options: tuple[Option, ...] = ()

    def get(self, key: str) -> Option | None:
        """The option with this name; the last one where it is written twice."""
        return next((option for option in reversed(self.options) if option.key == key), None)

    def value(self, key: str) -> str:
        """The text of an option, "" where there is none."""
        found = self.get(key)
        return found.text if found else ""


@dataclass(frozen=True, slots=True)
class IniFile:
    """All sections in order."""

    sections: tuple[Section, ...] = ()
    errors: tuple[SyntaxFault, ...] = ()

    def get(self, name: str) -> Section | None:
        """The first section of this name."""
        return next((section for section in self.sections if section.name == name), None)


def read_ini(text: str) -> IniFile:
    """Sections and options as configparser sees them. Never raises."""
    reader = _Reader(text)
    for match in _LINE.finditer(text):
        if match.group():
            reader.line(match.start(), match.group().rstrip("\r\n"))
    reader.close_section()
    return IniFile(tuple(reader.sections), tuple(reader.errors))


class _Reader:
    """Takes one line after the other."""

    def __init__(self, text: str) -> None:
        self.sections: list[Section] = []
        self.errors: list[SyntaxFault] = []
        self.name = ""
        self.start = 0
        self.end = 0
        self.options: list[Option] = []
        self.key: tuple[str, Span] | None = None
        self.indent = 0
        self.parts: list[tuple[str, int]] = []

    def line(self, start: int, line: str) -> None:
        """The next line."""
        line, start = (line[1:], start + 1) if line.startswith("\ufeff") else (line, start)
        stripped = line.strip()
        if not stripped or stripped[0] in "#;":
            return
        indent = len(line) - len(line.lstrip())
        if self.key is not None and indent > self.indent:
            self.parts.append((stripped, start + indent))
            self.end = start + len(line.rstrip())
            return
        self.close_option()
        section = _SECTION.match(line, indent)
        if section and not indent:
            self.close_section()
            self.name, self.start = section.group(1).strip(), start
            self.end = start + len(line.rstrip())
            return
        self.end = start + len(line.rstrip())
        self.option(start, line.rstrip(), indent)

    def option(self, start: int, line: str, indent: int) -> None:
        """A line that begins an option."""
        match = _OPTION.match(line, indent)
        self.indent = indent
        if match is None:
            self.key = (line.strip(), Span(start + indent, start + len(line)))
            if not self.name:
                self.errors.append(SyntaxFault(start, "neither a section nor an option"))
            return
        key = match.group(1).rstrip()
        self.key = (key, Span(start + match.start(1), start + match.start(1) + len(key)))
        self.parts = [(line[match.end() :], start + match.end())]

    def close_option(self) -> None:
        """The option in hand is whole."""
        if self.key is not None:
            key, span = self.key
            self.options.append(_option(key, span, self.parts))
        self.key = None
        self.parts = []

    def close_section(self) -> None:
        """The section in hand is whole."""
        self.close_option()
        if self.name or self.options:
            self.sections.append(Section(self.name, Span(self.start, self.end), tuple(self.options)))
        self.options = []


def _option(key: str, key_span: Span, parts: list[tuple[str, int]]) -> Option:
    built = Assembly()
    for index, (text, at) in enumerate(parts):
        if index:
            built.instead("\n", Span(at - 1, at))
        built.verbatim(text, at)
    filled = [(text, at) for text, at in parts if text]
    span = Span(filled[0][1], filled[-1][1] + len(filled[-1][0])) if filled else Span(key_span.end, key_span.end)
    return Option(key, key_span, built.finish(), span)


def read_properties(text: str, *, equals_only: bool = False) -> Section:
    """A Java .properties file: one section without name; a backslash at the end continues a line.

    `equals_only`: only `=` ends a key, as in .npmrc.
    """
    options: list[Option] = []
    key: tuple[str, Span] | None = None
    parts: list[tuple[str, int]] = []
    for match in _LINE.finditer(text):
        start, line = match.start(), match.group().rstrip("\r\n")
        if key is None:
            found = (_EQUALS if equals_only else _PROPERTY).match(line)
            if found is None or line.lstrip("\ufeff \t")[:1] in {"#", "!", ";"}:
                continue
            key = (found.group(1).lstrip("\ufeff"), Span(start + found.start(1), start + found.end(1)))
            parts, at = [], found.end()
        else:
            at = len(line) - len(line.lstrip())
        goes_on = (len(line) - len(line.rstrip("\\"))) % 2 == 1
        parts.append((line[at : len(line) - 1] if goes_on else line[at:].rstrip(), start + at))
        if not goes_on:
            options.append(_property(key, parts))
            key = None
    if key is not None:
        options.append(_property(key, parts))
    return Section("", Span(0, len(text.rstrip())) if options else NOWHERE, tuple(options))


def _property(key: tuple[str, Span], parts: list[tuple[str, int]]) -> Option:
    built = Assembly()
    for text, at in parts:
        built.verbatim(text, at)
    last, at = parts[-1]
    return Option(key[0], key[1], built.finish(), Span(parts[0][1], max(parts[0][1], at + len(last))))
