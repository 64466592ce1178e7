"""Just enough of Ruby, line by line, for Rakefiles and Gemfiles: literals, arguments and interpolation."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.documents.assembly import Assembly
from agentlint.documents.embedded import EmbeddedText
from agentlint.files.source import Span

_STRING = re.compile(
    r"\"((?:[^\"\\\n#]|\\.|#\{[^{}\n]*\}|#)*)\"|'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\\n]|\\.)*)`|%[qQx]?[({\[]([^)}\]\n]*)[)}\]]"
)
_INTERPOLATION = re.compile(r"#\{[^{}\n]*\}")
_LINE = re.compile(r"[^\n]*\n?")
NAMES = re.compile(r":\"?([\w:-]+)\"?|[\"']([\w:.-]+)[\"']|%[wi][\[({]([^\])}\n]*)[\])}]|(?<![\w:])(\w+):(?!:)")


def lines(text: str) -> Iterator[tuple[int, str]]:
    """Each line with its offset; comment lines and what stands behind `__END__` are left out."""
    documentation = False
    for match in _LINE.finditer(text):
        line = match.group().rstrip("\r\n")
        if line.startswith("__END__"):
            return
        if line.startswith(("=begin", "=end")):
            documentation = line.startswith("=begin")
        elif match.group() and not documentation and line.strip() and not line.lstrip().startswith("#"):
            yield match.start(), line


def strings(line: str, offset: int, at: int = 0) -> Iterator[EmbeddedText]:
    """The string literals of a line from `at`, interpolations replaced by an opaque word."""
    for match in _STRING.finditer(line, at):
        group = match.lastindex or 1
        yield _interpolated(match.group(group), offset + match.start(group))


def _interpolated(text: str, offset: int) -> EmbeddedText:
    if "#{" not in text:
        return EmbeddedText.at(text, offset)
    built = Assembly()
    at = 0
    for match in _INTERPOLATION.finditer(text):
        built.verbatim(text[at : match.start()], offset + at)
        name = re.sub(r"\W+", "_", match.group()).strip("_") or "expression"
        built.instead("${" + name + "}", Span(offset + match.start(), offset + match.end()))
        at = match.end()
    built.verbatim(text[at:], offset + at)
    return built.finish()


def names(text: str) -> list[str]:
    """The symbols and strings of a list: `[:a, "b", %w[c d]]`."""
    found: list[str] = []
    for symbol, string, words, key in NAMES.findall(text):
        found.extend(words.split() if words else [symbol or string or key])
    return [name for name in found if name]
