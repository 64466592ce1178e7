"""Code in documents, in whatever form it stands: fenced and indented blocks, spans of running text, lines behind a prompt."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from agentlint.documents.embedded import EmbeddedText
from agentlint.documents.markdown import SHELL_LANGUAGES, Fence, command_text, read_markdown
from agentlint.documents.markup import read_asciidoc, read_rst
from agentlint.files.lazily import lazily
from agentlint.files.source import Span

_OTHER_SHELLS = {
    "powershell": "pwsh",
    "pwsh": "pwsh",
    "ps1": "pwsh",
    "bat": "cmd",
    "batch": "cmd",
    "cmd": "cmd",
    "dos": "cmd",
}
_NO_LANGUAGE = frozenset(
    {"", "text", "txt", "none", "plain", "plaintext", "default", "raw", "command", "commandline", "cli", "ini"}
)
_INLINE = {
    "markdown": re.compile(r"(?<!`)(?P<mark>`{1,3})(?!`)(?P<code>[^`\n]{2,200})(?P=mark)(?!`)"),
    "rst": re.compile(r"(?<![`:\w])`{1,2}(?!`)(?P<code>[^`<>\n]{2,200})`{1,2}(?![`_])"),
    "asciidoc": re.compile(r"(?<![`\w])[`+]{1,2}(?P<code>[^`+\n]{2,200})[`+]{1,2}"),
}
_TAGGED = lazily(r"<(?P<tag>code|kbd|tt)>(?P<code>[^<\n]{2,200})</(?P=tag)>")
_PROMPTED = lazily(r"^[ \t]*(?:[-*] +)?(?:\$|\w*>) +(?P<code>[a-z./][^\r\n]{1,200})\r?$", re.MULTILINE)
_INDENTED = lazily(r"(?<=\n)(?:[ \t\r]*\n)((?:(?: {3,12}|\t)[^\n]*(?:\n|\Z)|[ \t\r]*\n){1,80})")
_HEADING = lazily(r"^(?:#{1,6}[ \t]+(?P<hash>[^\n]*)|(?P<under>[^\n]+)\n[=\-~^#*+]{3,}[ \t\r]*$)", re.MULTILINE)


class Form(Enum):
    """How a piece of code stands in its document."""

    FENCE = "fence"
    INDENTED = "indented"
    INLINE = "inline"


@dataclass(frozen=True, slots=True)
class CodePiece:
    """One piece of code. `dialect` is the shell it is written for; `heading` the nearest heading above it."""

    text: EmbeddedText
    span: Span
    form: Form
    dialect: str = "bash"
    language: str = ""
    heading: str = ""


def markup_of(path: str) -> str:
    """The markup of a document, by its suffix: "markdown", "rst" or "asciidoc"."""
    lowered = path.lower()
    if lowered.endswith((".rst", ".rest", ".txt")):
        return "rst"
    return "asciidoc" if lowered.endswith((".adoc", ".asciidoc")) else "markdown"


def code_pieces(text: str, path: str) -> Iterator[CodePiece]:
    """Every piece of shell code of a document, or of code that does not say what it is, in no particular order."""
    markup = markup_of(path)
    headings = [(match.start(), match["hash"] or match["under"] or "") for match in _HEADING.finditer(text)]
    fences = _fences(text, markup)
    for fence in fences:
        yield from _fence(fence)
    spans = [fence.span for fence in fences]
    for form, start, code in sorted(
        _loose(text, markup, plain=path.lower().endswith(".txt")), key=lambda item: item[1]
    ):
        if not any(span.start <= start < span.end for span in spans):
            heading = next((title for at, title in reversed(headings) if at <= start), "")
            yield CodePiece(EmbeddedText.at(code, start), Span(start, start + len(code)), form, heading=heading)


def _fences(text: str, markup: str) -> tuple[Fence, ...]:
    if markup == "rst":
        return read_rst(text).fences
    return (read_asciidoc(text) if markup == "asciidoc" else read_markdown(text)).fences


def _fence(fence: Fence) -> Iterator[CodePiece]:
    dialect = _OTHER_SHELLS.get(fence.language, "bash")
    if dialect == "bash" and fence.language not in SHELL_LANGUAGES | _NO_LANGUAGE:
        return
    bare = Fence("", fence.text, fence.span, fence.headings, fence.before) if fence.language in _NO_LANGUAGE else fence
    text = fence.text if dialect != "bash" else command_text(bare)
    if text is not None:
        yield CodePiece(text, fence.span, Form.FENCE, dialect, fence.language, fence.heading)


def _loose(text: str, markup: str, *, plain: bool) -> Iterator[tuple[Form, int, str]]:
    """Code outside of fences: where it begins and what it is, one line each; in plain text, what is indented is often code."""
    for pattern in (_INLINE[markup], _TAGGED):
        for match in pattern.finditer(text):
            lead = len(match["code"]) - len(match["code"].lstrip(" $"))
            yield Form.INLINE, match.start("code") + lead, match["code"].strip().removeprefix("$").strip()
    for match in _PROMPTED.finditer(text):
        yield Form.INDENTED, match.start("code"), match["code"].rstrip()
    for match in _INDENTED.finditer(text) if plain or markup != "rst" else ():
        at = match.start(1)
        for line in match[1].split("\n"):
            code = line.strip()
            if code and not code.startswith(("$", "- ", "* ", "#", ">")):
                yield Form.INDENTED, at + len(line) - len(line.lstrip()), code
            at += len(line) + 1
