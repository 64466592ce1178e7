"""YAML with exact places: a light tree of nodes, scalars never converted, broken files given as far as they go.

Built from libyaml's events (pure Python where the binding is missing). `on` stays "on" and `1.10` stays "1.10"; anchors,
aliases and merge keys are resolved within bounds, so that neither a bomb of aliases nor deep nesting costs more than
the file it stands in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from agentlint.documents.embedded import EmbeddedText
from agentlint.documents.node import AnyNode
from agentlint.files.lazily import lazily
from agentlint.files.source import Span

MAX_NODES = 200_000
"""Nodes of one file with aliases expanded; a further alias reads as empty."""
MAX_DEPTH = 100
"""Nesting with aliases expanded; what lies deeper reads as empty, so that walks by recursion are safe."""
MAX_RESUMES = 20
"""How often reading goes on at a later top-level key after a syntax error."""

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE = frozenset({"true", "yes", "on"})
_FALSE = frozenset({"false", "no", "off"})
_UNREADABLE = lazily("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff\ufeff]")
_TOP_LEVEL_KEY = lazily(r"^[\w.\"'-][^\n:#]{0,120}:(?=[ \t\r\n]|\Z)", re.MULTILINE)
_TEMPLATE_LINE = lazily(
    r"^[ \t]*(?:\{%[^\n]*%\}|\{\{[-~]?[ \t]*(?:if|else|end|range|with|define|/\*)[^\n]*\}\})[ \t]*$", re.MULTILINE
)

NOWHERE = Span(0, 0)


@dataclass(frozen=True, slots=True, eq=False)
class YamlNode(AnyNode):
    """One node. `kind` is "map", "list" or "scalar".

    `span` is where the node's text is written; `here` where it stands: the same, but for an alias, whose text is
    elsewhere. `key_span` is the place of its key where it is a map's value. `tag` as written ("!reference"), else "".
    """

    kind: str
    span: Span
    source: str = field(repr=False)
    text: str = ""
    items: tuple[tuple[YamlNode, YamlNode], ...] = ()
    children: tuple[YamlNode, ...] = ()
    style: str = ""
    """A scalar's: "" plain, "'", '"', "|" or ">"; a collection's: "" block or "flow"."""
    tag: str = ""
    key_span: Span = NOWHERE
    here: Span = NOWHERE
    weight: int = 1
    height: int = 1

    @property
    def is_null(self) -> bool:
        """True for an empty or `null` plain scalar."""
        return self.kind == "scalar" and not self.style and self.text in _NULLS

    @property
    def truth(self) -> bool | None:
        """True or False for a plain YAML boolean, None for anything else."""
        lowered = self.text.lower()
        if self.kind != "scalar":
            return None
        return True if lowered in _TRUE else False if lowered in _FALSE else None

    @property
    def entry(self) -> Span:
        """From its key (or itself, without one) to its last character."""
        start = self.key_span.start if self.key_span.end else self.here.start
        return Span(start, max(start, self.here.end, self.key_span.end))

    def get(self, key: str) -> YamlNode | None:
        """A map's value; the last one where a key is written twice; None where there is none or this is no map."""
        found = None
        for name, value in self.items:
            if name.text == key and name.kind == "scalar":
                found = value
        return found

    def pairs(self) -> Iterator[tuple[str, YamlNode]]:
        """A map's scalar keys with their values."""
        for key, value in self.items:
            if key.kind == "scalar":
                yield key.text, value

    def embedded(self) -> EmbeddedText:
        """A scalar's text with the way back to the file: dedented, unfolded, unescaped."""
        from agentlint.documents.yaml_scalars import embed

        return embed(self)


@dataclass(frozen=True, slots=True)
class YamlError:
    """A syntax error; `line` is 1-based."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class YamlDocuments:
    """All documents of a file and what could not be read."""

    documents: tuple[YamlNode, ...] = ()
    errors: tuple[YamlError, ...] = ()

    @property
    def root(self) -> YamlNode | None:
        """The first document."""
        return self.documents[0] if self.documents else None


def read_yaml(text: str) -> YamlDocuments:
    """All documents of a text. Never raises: a syntax error ends a document early and is listed."""
    base = 1 if text.startswith("\ufeff") else 0
    clean = _UNREADABLE.sub("\ufffd", text[base:])
    found = _read_from(text, clean, base)
    if found.errors and ("{%" in clean or "{{" in clean):
        blanked = _TEMPLATE_LINE.sub(lambda match: " " * len(match.group()), clean)
        if blanked != clean:
            again = _read_from(text, blanked, base)
            found = again if len(again.errors) < len(found.errors) else found
    return found


def _read_from(text: str, clean: str, base: int) -> YamlDocuments:
    """Read, and after an error go on at the next top-level key, its keys added to the document that broke off."""
    documents: list[YamlNode] = []
    errors: list[YamlError] = []
    start = 0
    for _ in range(MAX_RESUMES + 1):
        reader = _Reader(text, clean[start:], base + start)
        found = reader.run()
        if start and documents and found and documents[-1].is_map and found[0].is_map:
            documents[-1] = _joined(documents[-1], found.pop(0))
        documents.extend(found)
        first_line = clean.count("\n", 0, start)
        errors.extend(YamlError(line + first_line, message) for line, message in reader.errors)
        if reader.broke_at is None:
            break
        match = _TOP_LEVEL_KEY.search(clean, _next_line(clean, start + reader.broke_at))
        if match is None:
            break
        start = match.start()
    return YamlDocuments(tuple(documents), tuple(errors))


def _next_line(text: str, offset: int) -> int:
    end = text.find("\n", offset)
    return len(text) if end == -1 else end + 1


def _joined(first: YamlNode, second: YamlNode) -> YamlNode:
    span = first.span.cover(second.span)
    return replace(first, items=first.items + second.items, span=span, here=span)


@dataclass(slots=True)
class _Frame:
    """A collection being read."""

    event: Any
    kind: str
    start: int
    end: int
    key: YamlNode | None = None
    items: list[tuple[YamlNode, YamlNode]] = field(default_factory=list)
    children: list[YamlNode] = field(default_factory=list)
    weight: int = 1
    height: int = 1


class _Reader:
    """Turns one stream of events into nodes, without recursion."""

    def __init__(self, text: str, clean: str, base: int) -> None:
        self.text = text
        self.clean = clean
        self.base = base
        self.anchors: dict[str, YamlNode | None] = {}
        self.stack: list[_Frame] = []
        self.skipped = 0
        self.total = 0
        self.roots: list[YamlNode] = []
        self.errors: list[tuple[int, str]] = []
        self.broke_at: int | None = None

    def run(self) -> list[YamlNode]:
        """All documents; an error closes what is open and is kept."""
        import yaml

        loader_class: Any = getattr(yaml, "CLoader", yaml.Loader)
        try:
            loader = loader_class(self.clean)
            while loader.check_event():
                self._take(loader.get_event())
        except (yaml.YAMLError, RecursionError, ValueError) as error:
            mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
            problem = getattr(error, "problem", None) or str(error)
            self.errors.append((mark.line + 1 if mark else 1, str(problem)))
            self.broke_at = min(mark.index, len(self.clean)) if mark else len(self.clean)
            self.skipped = 0
            while self.stack:
                self._close(None)
        return self.roots

    def _take(self, event: Any) -> None:
        name = type(event).__name__
        if name == "ScalarEvent":
            self._scalar(event)
        elif name in ("MappingStartEvent", "SequenceStartEvent"):
            self._open(event, "map" if name == "MappingStartEvent" else "list")
        elif name in ("MappingEndEvent", "SequenceEndEvent"):
            if self.skipped:
                self.skipped -= 1
            else:
                self._close(event)
        elif name == "AliasEvent":
            self._alias(event)
        elif name == "DocumentStartEvent":
            self.anchors = {}

    def _span(self, event: Any) -> Span:
        start, end = event.start_mark.index, event.end_mark.index
        if getattr(event, "style", None) in ("|", ">"):
            end = start + len(self.clean[start:end].rstrip())
        return Span(start + self.base, max(start, end) + self.base)

    def _scalar(self, event: Any) -> None:
        if self.skipped:
            return
        span = self._span(event)
        style = event.style or ""
        text = event.value
        if "\ufffd" in text and len(text) == span.end - span.start:
            text = self.text[span.start : span.end]
        node = YamlNode("scalar", span, self.text, text, style=style, tag=_tag(event), here=span)
        if event.anchor:
            self.anchors[event.anchor] = node
        self._add(node)

    def _open(self, event: Any, kind: str) -> None:
        if self.skipped or len(self.stack) >= MAX_DEPTH:
            if not self.skipped:
                self._complain(event, "nested too deeply; what lies deeper is left out")
                self._add(self._nothing(self._span(event)))
            self.skipped += 1
            return
        span = self._span(event)
        if event.anchor:
            self.anchors[event.anchor] = None
        self.stack.append(_Frame(event, kind, span.start, span.end))

    def _close(self, event: Any) -> None:
        frame = self.stack.pop()
        if frame.key is not None:
            frame.items.append((frame.key, self._nothing(Span(frame.key.span.end, frame.key.span.end))))
        flow = bool(frame.event.flow_style)
        end = event.end_mark.index + self.base if flow and event is not None else frame.end
        span = Span(frame.start, max(frame.start, end))
        node = YamlNode(
            frame.kind,
            span,
            self.text,
            items=self._merged(frame.items) if frame.kind == "map" else (),
            children=tuple(frame.children),
            style="flow" if flow else "",
            tag=_tag(frame.event),
            here=span,
            weight=frame.weight,
            height=frame.height,
        )
        if frame.event.anchor:
            self.anchors[frame.event.anchor] = node
        self._add(node)

    def _alias(self, event: Any) -> None:
        if self.skipped:
            return
        span = self._span(event)
        target = self.anchors.get(event.anchor)
        if target is None:
            self._complain(event, f"undefined or recursive alias {event.anchor}")
            self._add(self._nothing(span))
        elif self.total + target.weight > MAX_NODES or len(self.stack) + target.height > MAX_DEPTH:
            self._complain(event, f"alias {event.anchor} expands to too much; it is left out")
            self._add(self._nothing(span))
        else:
            self._add(replace(target, here=span, key_span=NOWHERE))

    def _add(self, node: YamlNode) -> None:
        self.total += node.weight
        if not self.stack:
            self.roots.append(node)
            return
        frame = self.stack[-1]
        frame.end = max(frame.end, node.here.end)
        frame.weight += node.weight
        frame.height = max(frame.height, node.height + 1)
        if frame.kind == "list":
            frame.children.append(node)
        elif frame.key is None:
            frame.key = node
        else:
            frame.items.append((frame.key, replace(node, key_span=frame.key.here)))
            frame.key = None

    def _merged(self, items: list[tuple[YamlNode, YamlNode]]) -> tuple[tuple[YamlNode, YamlNode], ...]:
        """The items with those of `<<` behind them, where they are not written anew."""
        if not any(key.text == "<<" and not key.style for key, _ in items):
            return tuple(items)
        own = [(key, value) for key, value in items if key.text != "<<" or key.style]
        names = {key.text for key, _ in own if key.kind == "scalar"}
        for key, value in items:
            if key.text != "<<" or key.style:
                continue
            for merged in value.children if value.is_list else (value,):
                for name, inner in merged.items:
                    if name.kind != "scalar" or name.text not in names:
                        names.add(name.text)
                        own.append((name, inner))
        return tuple(own)

    def _nothing(self, span: Span) -> YamlNode:
        return YamlNode("scalar", span, self.text, here=span)

    def _complain(self, event: Any, message: str) -> None:
        if len(self.errors) < 100:
            self.errors.append((event.start_mark.line + 1, message))


def _tag(event: Any) -> str:
    tag = event.tag
    if not tag or tag == "!":
        return ""
    return str(tag)
