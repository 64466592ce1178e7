"""XML with exact places, for pom.xml and its like. Entities are not expanded, depth and size are bounded."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from agentlint.documents.node import SyntaxFault
from agentlint.files.source import NOWHERE, Span

MAX_DEPTH = 200
MAX_ELEMENTS = 200_000


@dataclass(frozen=True)
class Element:
    """One element. `name` without its prefix; `text` its own text, stripped; `text_span` where that stands."""

    name: str
    span: Span
    text: str = ""
    text_span: Span = NOWHERE
    attributes: tuple[tuple[str, str], ...] = ()
    children: tuple[Element, ...] = ()

    def get(self, name: str) -> Element | None:
        """The first child of this name."""
        return next((child for child in self.children if child.name == name), None)

    def at(self, *names: str) -> Element | None:
        """The first element at the end of a path of names."""
        element: Element | None = self
        for name in names:
            element = element.get(name) if element is not None else None
        return element

    def value(self, *names: str) -> str:
        """The text at the end of a path, "" where there is none."""
        found = self.at(*names)
        return found.text if found else ""

    def all(self, name: str) -> Iterator[Element]:
        """All elements of this name below this one, in order."""
        waiting = list(reversed(self.children))
        while waiting:
            element = waiting.pop()
            if element.name == name:
                yield element
            waiting.extend(reversed(element.children))


@dataclass(frozen=True)
class XmlDocument:
    """The root element, None where there is none, and the error that ended the reading early."""

    root: Element | None
    errors: tuple[SyntaxFault, ...] = ()


def read_xml(text: str) -> XmlDocument:
    """The elements of an XML text. Never raises; what stands before an error is given."""
    from xml.parsers.expat import ExpatError

    reader = _Reader(text)
    errors: tuple[SyntaxFault, ...] = ()
    try:
        reader.parser.Parse(reader.data, True)
    except (ExpatError, _TooMuch, ValueError) as error:
        errors = (SyntaxFault(reader.offset(max(0, reader.parser.ErrorByteIndex)), str(error)),)
    while reader.open:
        reader.close_element(len(text))
    return XmlDocument(reader.root, errors)


class _TooMuch(Exception):
    """A bound is passed."""


@dataclass(slots=True)
class _Open:
    name: str
    start: int
    attributes: tuple[tuple[str, str], ...]
    children: list[Element] = field(default_factory=list)
    texts: list[tuple[int, str]] = field(default_factory=list)


class _Reader:
    """Listens to expat."""

    def __init__(self, text: str) -> None:
        from xml.parsers.expat import ParserCreate

        self.text = text
        self.data = text.encode("utf-8", "replace")
        self.ascii = len(self.data) == len(text)
        self.marks: list[int] = []
        self.open: list[_Open] = []
        self.root: Element | None = None
        self.count = 0
        self.parser = ParserCreate("utf-8")
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.characters
        # A default handler that does not expand keeps internal entities as they are: no bomb of them goes off.
        self.parser.DefaultHandler = lambda data: None

    def offset(self, at: int) -> int:
        """The character at a byte of the text."""
        if self.ascii:
            return min(at, len(self.text))
        if not self.marks:
            byte = 0
            for character in self.text:
                self.marks.append(byte)
                code = ord(character)
                byte += (
                    1 if code < 0x80 or 0xD800 <= code < 0xE000 else 2 if code < 0x800 else 3 if code < 0x10000 else 4
                )
        return min(bisect_right(self.marks, at) - 1 if at < len(self.data) else len(self.text), len(self.text))

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        self.count += 1
        if len(self.open) >= MAX_DEPTH or self.count > MAX_ELEMENTS:
            raise _TooMuch("too many elements, or nested too deeply")
        at = self.offset(self.parser.CurrentByteIndex)
        self.open.append(_Open(name.rpartition(":")[2], at, tuple(attributes.items())))

    def characters(self, data: str) -> None:
        """A stretch of text."""
        if self.open and data.strip():
            self.open[-1].texts.append((self.offset(self.parser.CurrentByteIndex), data))
        elif self.open and self.open[-1].texts:
            self.open[-1].texts.append((-1, data))

    def end(self, name: str) -> None:
        """An element ends."""
        at = self.offset(self.parser.CurrentByteIndex)
        close = self.text.find(">", at)
        self.close_element(close + 1 if close >= 0 else len(self.text))

    def close_element(self, end: int) -> None:
        """Put the innermost open element into its parent."""
        done = self.open.pop()
        text = "".join(piece for _, piece in done.texts).strip()
        span = Span(end, end)
        if text:
            first, piece = done.texts[0]
            start = first + len(piece) - len(piece.lstrip())
            # An element's text may hold entities or CDATA, whose source is longer than what it says.
            exact = self.text.startswith(text, start)
            last = next(at + len(piece.rstrip()) for at, piece in reversed(done.texts) if at >= 0)
            span = Span(start, start + len(text) if exact else max(start, min(last, end)))
        element = Element(
            done.name, Span(done.start, max(done.start, end)), text, span, done.attributes, tuple(done.children)
        )
        if self.open:
            self.open[-1].children.append(element)
        elif self.root is None:
            self.root = element
