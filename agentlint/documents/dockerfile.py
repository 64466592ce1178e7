"""Dockerfiles with exact places: instructions with flags and bodies, continuations, here-documents, the escape directive."""

from __future__ import annotations

import re
from dataclasses import dataclass

from agentlint.documents.assembly import Assembly
from agentlint.documents.embedded import EmbeddedText
from agentlint.documents.node import SyntaxFault
from agentlint.files.source import Span

_LINE = re.compile(r"[^\n]*\n?")
_DIRECTIVE = re.compile(r"#\s*(escape|syntax|check)\s*=\s*(\S+)", re.IGNORECASE)
_KEYWORD = re.compile(r"\s*([A-Za-z]+)(?=\s|$)")
_FLAG = re.compile(r"\s*(--[A-Za-z][\w-]*(?:=(?:\"[^\"]*\"|'[^']*'|\S*))?)(?=\s|$)")
_HEREDOC = re.compile(r"<<(-?)([\"']?)([A-Za-z_][\w.-]*)\2")
_HEREDOC_KEYWORDS = frozenset({"RUN", "COPY", "ADD"})
KEYWORDS = frozenset(
    "FROM RUN CMD LABEL MAINTAINER EXPOSE ENV ADD COPY ENTRYPOINT VOLUME USER WORKDIR ARG ONBUILD STOPSIGNAL HEALTHCHECK SHELL".split()
)


@dataclass(frozen=True, slots=True)
class Heredoc:
    """A here-document of an instruction: its content without the ending line."""

    name: str
    content: EmbeddedText


@dataclass(frozen=True, slots=True)
class DockerLine:
    """One instruction. `body` is what follows keyword and flags, comment lines inside left out, here-documents too."""

    keyword: str
    keyword_span: Span
    flags: tuple[tuple[str, Span], ...]
    body: EmbeddedText
    span: Span
    heredocs: tuple[Heredoc, ...] = ()
    whole: EmbeddedText | None = None
    """Body and here-documents as a shell reads them, where there are here-documents."""


@dataclass(frozen=True, slots=True)
class Dockerfile:
    """All instructions in order."""

    instructions: tuple[DockerLine, ...] = ()
    escape: str = "\\"
    errors: tuple[SyntaxFault, ...] = ()


def read_dockerfile(text: str) -> Dockerfile:
    """The instructions of a Dockerfile. Never raises."""
    reader = _Reader(text)
    reader.run()
    return Dockerfile(tuple(reader.instructions), reader.escape, tuple(reader.errors))


def lines_of(text: str) -> list[tuple[int, str]]:
    """Where each line starts, and the line without its end; a byte-order mark is left out."""
    lines = [(m.start(), m.group().rstrip("\r\n")) for m in _LINE.finditer(text) if m.group()]
    if lines and lines[0][1].startswith("\ufeff"):
        lines[0] = (1, lines[0][1][1:])
    return lines


def joined_line(lines: list[tuple[int, str]], index: int, escape: str = "\\") -> tuple[EmbeddedText, int, int]:
    """The logical line that starts at one of these lines, the index of the line behind it, and where it ends.

    A backslash and line feed stand at each join; empty lines and comments inside are left out.
    """
    built = Assembly()
    end = 0
    while index < len(lines):
        start, line = lines[index]
        index += 1
        if len(built) and (not line.strip() or line.lstrip().startswith("#")):
            continue
        bare = line.rstrip()
        end = start + len(bare)
        if not bare.endswith(escape) or (escape == "\\" and bare.endswith("\\\\")):
            built.verbatim(bare, start)
            break
        built.verbatim(bare[:-1], start)
        built.instead("\\\n", Span(end - 1, end))
    return built.finish(), index, end


class _Reader:
    """Takes one instruction after the other."""

    def __init__(self, text: str) -> None:
        self.lines = lines_of(text)
        self.index = 0
        self.last = {line.lstrip("\t"): at for at, (_, line) in enumerate(self.lines)}
        """Where each line stands last: a here-document whose ending line is not ahead has no end."""
        self.escape = "\\"
        self.instructions: list[DockerLine] = []
        self.errors: list[SyntaxFault] = []

    def run(self) -> None:
        """Directives, then instructions."""
        for _, line in self.lines:
            match = _DIRECTIVE.match(line.strip())
            if not match:
                break
            if match.group(1).lower() == "escape" and match.group(2) in {"`", "\\"}:
                self.escape = match.group(2)
        while self.index < len(self.lines):
            stripped = self.lines[self.index][1].strip()
            if not stripped or stripped.startswith("#"):
                self.index += 1
            else:
                self.instruction()

    def joined(self) -> tuple[EmbeddedText, int]:
        """The logical line that starts here, and its end."""
        text, self.index, end = joined_line(self.lines, self.index, self.escape)
        return text, end

    def instruction(self) -> None:
        """One instruction with its here-documents."""
        line, end = self.joined()
        match = _KEYWORD.match(line.text)
        keyword = match.group(1).upper() if match else ""
        if match is None or keyword not in KEYWORDS:
            if len(self.errors) < 20:
                self.errors.append(SyntaxFault(line.outer(0), "not an instruction"))
            return
        flags, at = _flags(line, match.end())
        body = line.slice(at, len(line.text))
        heredocs: tuple[Heredoc, ...] = ()
        whole: EmbeddedText | None = None
        if "<<" in body.text and keyword in _HEREDOC_KEYWORDS:
            heredocs, whole, end = self.heredocs(body, end)
        start = line.outer(match.start(1))
        span = line.outer_span(Span(match.start(1), match.end(1)))
        self.instructions.append(DockerLine(keyword, span, flags, body, Span(start, max(start, end)), heredocs, whole))

    def heredocs(self, body: EmbeddedText, end: int) -> tuple[tuple[Heredoc, ...], EmbeddedText | None, int]:
        """The here-documents that the body announces."""
        found: list[Heredoc] = []
        whole = Assembly()
        whole.copy(body)
        for match in _HEREDOC.finditer(body.text):
            content = Assembly()
            begin = self.index
            ended = False
            while self.last.get(match.group(3), -1) >= self.index and not ended:
                start, line = self.lines[self.index]
                self.index += 1
                ended = (line.lstrip("\t") if match.group(1) else line) == match.group(3)
                whole.instead("\n", Span(start - 1, start))
                whole.verbatim(line, start)
                if not ended:
                    content.verbatim(line, start)
                    content.instead("\n", Span(start + len(line), start + len(line) + 1))
                end = start + len(line)
            if not ended:
                self.index = begin
                self.errors.append(SyntaxFault(body.outer(match.start()), f"here-document {match.group(3)} has no end"))
                return tuple(found), None, body.outer(max(0, len(body.text) - 1)) + 1
            found.append(Heredoc(match.group(3), content.finish()))
        return tuple(found), whole.finish() if found else None, end


def _flags(line: EmbeddedText, at: int) -> tuple[tuple[tuple[str, Span], ...], int]:
    """The flags of an instruction and where its body begins."""
    found: list[tuple[str, Span]] = []
    while True:
        at = _past_blanks(line.text, at)
        match = _FLAG.match(line.text, at)
        if match is None:
            return tuple(found), at
        found.append((match.group(1), line.outer_span(Span(match.start(1), match.end(1)))))
        at = match.end()


def _past_blanks(text: str, at: int) -> int:
    """Behind blanks and line joins."""
    while at < len(text):
        if text.startswith("\\\n", at):
            at += 2
        elif text[at].isspace():
            at += 1
        else:
            break
    return at


def unjoined(text: EmbeddedText) -> EmbeddedText:
    """The body on one line: the joins taken out."""
    if "\\\n" not in text.text:
        return text
    built = Assembly()
    at = 0
    while (found := text.text.find("\\\n", at)) >= 0:
        built.copy(text, at, found)
        at = found + 2
    built.copy(text, at, len(text.text))
    return built.finish()
