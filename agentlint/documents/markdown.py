"""Markdown: fenced blocks with their language, heading and exact text; and the command lines in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from agentlint.documents.assembly import Assembly
from agentlint.documents.embedded import EmbeddedText
from agentlint.files.lazily import lazily
from agentlint.files.source import Span

SHELL_LANGUAGES = frozenset(
    {"sh", "bash", "shell", "console", "zsh", "shell-session", "shellsession", "terminal", "bash-session", "sh-session"}
)

_LINE = lazily(r"[^\n]*\n?")
_FENCE = lazily(r"( {0,12})(`{3,}|~{3,})[ \t]*([^`\n]*)$")
_DIRECTIVE = lazily(r"\{(?:code-block|code|code-cell|sourcecode|prompt|parsed-literal)\}[ \t]*")
"""MyST's directives for code, whose language stands behind them. Source: mystmd.org/guide/code, sphinx-prompt."""
_HEADING = lazily(r" {0,3}(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*$")
_UNDERLINE = lazily(r" {0,3}(=+|-+)[ \t]*$")
_PROMPT = lazily(r"[ \t]*(?:\([^()\n]{1,40}\)[ \t]*)?(?:(?:[\w.@:~/-]*)(?:\$|❯|➜|%)[ \t]+(?=\S)|>[ \t]+(?=[a-z]))")
_ROOT_PROMPT = lazily(r"[ \t]*#[ \t]+(?=(?:apt|apt-get|dnf|yum|pacman|apk|docker|systemctl|zypper)\b)")


@dataclass(frozen=True, slots=True)
class Fence:
    """One fenced block. `headings` are the headings it stands under, outermost first."""

    language: str
    text: EmbeddedText
    span: Span
    headings: tuple[str, ...] = ()
    before: str = ""
    """The last line of prose before it."""

    @property
    def heading(self) -> str:
        """The nearest heading."""
        return self.headings[-1] if self.headings else ""


@dataclass(frozen=True, slots=True)
class MarkdownDocument:
    """The fenced blocks of a text, in order."""

    fences: tuple[Fence, ...] = ()


def read_markdown(text: str) -> MarkdownDocument:
    """The fenced blocks of a Markdown text. Never raises."""
    reader = _Reader()
    for match in _LINE.finditer(text):
        if match.group():
            reader.line(match.start(), match.group().rstrip("\r\n"))
    reader.close(len(text))
    return MarkdownDocument(tuple(reader.fences))


class _Reader:
    """Takes one line after the other."""

    def __init__(self) -> None:
        self.fences: list[Fence] = []
        self.headings: list[tuple[int, str]] = []
        self.opening: re.Match[str] | None = None
        self.start = 0
        self.content = Assembly()
        self.prose = ""
        self.comment = False

    def line(self, start: int, line: str) -> None:
        """The next line."""
        if self.opening is not None:
            self.inside(start, line)
            return
        if self.comment or line.lstrip().startswith("<!--"):
            self.comment = "-->" not in line
            return
        fence = _FENCE.match(line) or _FENCE.match(re.sub(r"^( {0,12})([-*+]|\d{1,3}[.)]) ", _blanks, line))
        if fence:
            self.opening, self.start, self.content = fence, start, Assembly()
            return
        heading = _HEADING.match(line)
        if heading:
            self.head(len(heading.group(1)), heading.group(2))
        elif self.prose and _UNDERLINE.match(line):
            self.head(1 if "=" in line else 2, self.prose)
            self.prose = ""
        else:
            self.prose = line.strip() or self.prose

    def head(self, level: int, text: str) -> None:
        """A heading closes those of its level and below."""
        self.headings = [item for item in self.headings if item[0] < level]
        self.headings.append((level, text))
        self.prose = ""

    def inside(self, start: int, line: str) -> None:
        """A line of the block, or its end."""
        opening = self.opening
        assert opening is not None
        stripped = line.strip()
        if stripped.startswith(opening.group(2)) and not stripped.strip(opening.group(2)[0]):
            self.close(start + len(line))
            return
        indent = len(line) - len(line.lstrip(" "))
        cut = min(indent, len(opening.group(1)))
        self.content.verbatim(line[cut:], start + cut)
        self.content.instead("\n", Span(start + len(line), start + len(line) + 1))

    def close(self, end: int) -> None:
        """The block in hand is whole."""
        if self.opening is None:
            return
        words = _DIRECTIVE.sub("", self.opening.group(3).strip()).lstrip("{.").split()
        language = re.split(r"[\s,{}:]", words[0])[0].lower() if words else ""
        headings = tuple(text for _, text in self.headings)
        self.fences.append(Fence(language, self.content.finish(), Span(self.start, end), headings, self.prose))
        self.opening = None


def _blanks(match: re.Match[str]) -> str:
    return " " * len(match.group())


def command_text(fence: Fence) -> EmbeddedText | None:
    """The commands of a shell block, prompts and printed output taken out; None for a block of another language."""
    if fence.language and fence.language not in SHELL_LANGUAGES:
        return None
    lines = list(_lines(fence.text))
    prompts = [_PROMPT.match(text) or _ROOT_PROMPT.match(text) for text, _ in lines]
    if not any(prompts):
        if fence.language in {"console", "shell-session", "shellsession", "bash-session", "sh-session", "terminal"}:
            lines = [line for line in lines if _command_like(line[0])]
        return _kept(fence.text, [(at, at + len(text)) for text, at in lines])
    kept: list[tuple[int, int]] = []
    goes_on = False
    for (text, at), prompt in zip(lines, prompts, strict=True):
        if prompt or goes_on:
            skip = prompt.end() if prompt else len(text) - len(text.lstrip(" \t>"))
            kept.append((at + skip, at + len(text)))
            goes_on = text.endswith("\\")
    return _kept(fence.text, kept)


def _lines(text: EmbeddedText) -> Iterator[tuple[str, int]]:
    at = 0
    for line in text.text.split("\n"):
        yield line, at
        at += len(line) + 1


def _kept(text: EmbeddedText, ranges: list[tuple[int, int]]) -> EmbeddedText:
    built = Assembly()
    for start, end in ranges:
        if start == end:
            continue
        built.copy(text, start, end)
        at = text.outer(end - 1) + 1
        built.instead("\n", Span(at, at + 1))
    return built.finish()


def _command_like(line: str) -> bool:
    """True for a line that begins like a command: a word of letters, and no sentence."""
    return bool(
        re.match(r"[ \t]*(?:[A-Z_]+=\S+ +)*(?:\./)?[a-z][\w./-]*(?:\s|$)", line)
    ) and not line.rstrip().endswith((".", ":"))
