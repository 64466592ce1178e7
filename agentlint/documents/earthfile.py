"""Earthfiles with exact places: targets, and the instructions of each with flags, bodies and what they stand under."""

from __future__ import annotations

import re
from dataclasses import dataclass

from agentlint.documents.dockerfile import joined_line, lines_of
from agentlint.documents.embedded import EmbeddedText
from agentlint.documents.node import SyntaxFault
from agentlint.files.source import Span

_TARGET = re.compile(r"([A-Za-z][\w.-]*):[ \t]*(?:#.*)?$")
_KEYWORD = re.compile(
    r"[ \t]*(SAVE[ \t]+(?:ARTIFACT|IMAGE)|GIT[ \t]+CLONE|WITH[ \t]+DOCKER|FROM[ \t]+DOCKERFILE|ELSE[ \t]+IF|DOCKER[ \t]+(?:PULL|LOAD)|[A-Z]+)(?=\s|$)"
)
_BLANKS = re.compile(r"(?:\s|\\\n)*")
_FLAG = re.compile(r"--([A-Za-z][\w-]*)(=(?:\"[^\"]*\"|'[^']*'|\S*))?(?=\s|$)")
_VALUE = re.compile(r"\"[^\"]*\"|'[^']*'|\S+")
_DEEP = 20
"""Blocks in each other that are looked at, from the inside."""
_OPENS = frozenset({"IF", "FOR", "WITH DOCKER", "TRY", "WAIT"})
_TAKES: dict[str, frozenset[str]] = {
    "RUN": frozenset({"secret", "mount", "network"}),
    "FROM": frozenset({"build-arg", "platform"}),
    "COPY": frozenset({"build-arg", "platform", "chmod"}),
    "BUILD": frozenset({"build-arg", "platform"}),
    "GIT CLONE": frozenset({"branch"}),
    "WITH DOCKER": frozenset({"pull", "load", "compose", "service", "build-arg", "platform", "cache-id"}),
}
"""The options that take the next word, by instruction. Source: docs.earthly.dev/docs/earthfile."""


@dataclass(frozen=True, slots=True)
class EarthLine:
    """One instruction. `under` are the conditions that it stands under, outermost first, with their places."""

    keyword: str
    keyword_span: Span
    flags: tuple[str, ...]
    body: EmbeddedText
    whole: EmbeddedText
    """What follows the keyword, flags too."""
    span: Span
    under: tuple[tuple[str, Span], ...] = ()


@dataclass(frozen=True, slots=True)
class EarthTarget:
    """A target, or a function; the lines before the first are the target `base`."""

    name: str
    span: Span
    """Its heading."""
    commented: bool
    lines: tuple[EarthLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Earthfile:
    """All targets in order."""

    targets: tuple[EarthTarget, ...] = ()
    errors: tuple[SyntaxFault, ...] = ()


def read_earthfile(text: str) -> Earthfile:
    """The targets of an Earthfile. Never raises."""
    reader = _Reader(text)
    reader.run()
    return Earthfile(tuple(reader.targets), tuple(reader.errors))


class _Reader:
    """Takes one logical line after the other."""

    def __init__(self, text: str) -> None:
        self.lines = lines_of(text)
        self.index = 0
        self.targets: list[EarthTarget] = []
        self.errors: list[SyntaxFault] = []
        self.head = EarthTarget("base", Span(0, 0), commented=False)
        self.body: list[EarthLine] = []
        self.blocks: list[tuple[str, str, Span]] = []
        """Keyword, condition and place of each block that is open."""

    def run(self) -> None:
        """Headings and instructions."""
        commented = False
        while self.index < len(self.lines):
            start, line = self.lines[self.index]
            stripped = line.strip()
            heading = _TARGET.match(line)
            if heading is not None:
                self.close()
                self.head = EarthTarget(heading[1], Span(start, start + heading.end(1)), commented)
                self.index += 1
            elif not stripped or stripped.startswith("#"):
                self.index += 1
            else:
                self.instruction()
            commented = stripped.startswith("#") and not line[:1].isspace()
        self.close()

    def close(self) -> None:
        """The target that was read up to here."""
        if self.body or self.head.name != "base":
            head = self.head
            self.targets.append(EarthTarget(head.name, head.span, head.commented, tuple(self.body)))
        self.body, self.blocks = [], []

    def joined(self) -> EmbeddedText:
        """The logical line that starts here."""
        text, self.index, _ = joined_line(self.lines, self.index)
        return text

    def instruction(self) -> None:
        """One instruction; the heads and ends of blocks change what the others stand under."""
        line = self.joined()
        match = _KEYWORD.match(line.text)
        if match is None:
            if len(self.errors) < 20:
                self.errors.append(SyntaxFault(line.outer(0), "not an instruction"))
            return
        keyword = " ".join(match[1].split())
        at = _past(line.text, match.end())
        whole = line.slice(at, len(line.text))
        span = line.outer_span(Span(match.start(1), len(line.text)))
        if keyword in {"END", "ELSE", "ELSE IF"}:
            self.turn(keyword, whole.text, span)
            return
        flags, at = _flags(line.text, at, _TAKES.get(keyword, frozenset()))
        body = line.slice(at, len(line.text))
        under = tuple((condition, place) for opened, condition, place in self.blocks[-_DEEP:] if opened == "IF")
        place = line.outer_span(Span(match.start(1), match.end(1)))
        self.body.append(EarthLine(keyword, place, flags, body, whole, span, under))
        if keyword in _OPENS:
            self.blocks.append((keyword, whole.text.replace("\\\n", " ").strip(), span))

    def turn(self, keyword: str, condition: str, span: Span) -> None:
        """The end of a block, or the other branch of one."""
        if self.blocks:
            opened, _, _ = self.blocks.pop()
            if keyword != "END":
                self.blocks.append((opened, f"else {condition}".strip(), span))


def _past(text: str, at: int) -> int:
    """Behind blanks and line joins."""
    match = _BLANKS.match(text, at)
    return match.end() if match is not None else at


def _flags(text: str, at: int, takes: frozenset[str]) -> tuple[tuple[str, ...], int]:
    """The options in front of the body, each with its value behind `=`, and where the body begins."""
    found: list[str] = []
    while True:
        at = _past(text, at)
        match = _FLAG.match(text, at)
        if match is None:
            ends = text.startswith("--", at) and text[at + 2 : at + 3].isspace()
            return tuple(found), _past(text, at + 2) if ends else at
        value = match[2] or ""
        at = match.end()
        if match[1] in takes and not value:
            given = _VALUE.match(text, _past(text, at))
            if given is not None:
                value, at = "=" + given[0], given.end()
        found.append(f"--{match[1]}{value}")
