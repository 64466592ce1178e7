"""Requirement strings of Python: name, constraint, place."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.documents.embedded import EmbeddedText
from agentlint.documents.node import AnyNode
from agentlint.facts.project import Dependency
from agentlint.files.source import Span

_REQUIREMENT = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]\n]{0,200}\])?\s*(.*)", re.DOTALL)
_EGG = re.compile(r"[#&]egg=([\w.-]+)")


def requirement(text: EmbeddedText, group: str) -> Dependency | None:
    """The dependency that a PEP 508 string declares; None for an option, a path or a comment."""
    bare = text.text.split(" #")[0].strip().rstrip("\\").strip()
    span = text.outer_span(_inner(text.text, bare))
    egg = _EGG.search(bare)
    if egg:
        return Dependency(egg.group(1), bare, group, span)
    match = _REQUIREMENT.match(bare)
    if match is None or bare.startswith(("-", "#", ".", "/")) or "://" in bare.split("@")[0]:
        return None
    if match.group(1).endswith((".txt", ".in", ".whl", ".zip")) or "/" in bare[match.start(2) : match.start(2) + 1]:
        return None
    constraint = re.split(r"[;#]|\s--hash", match.group(2))[0].strip()
    return Dependency(match.group(1), constraint, group, span)


def requirements(lines: Iterator[EmbeddedText], group: str) -> list[Dependency]:
    """The dependencies of a list of lines."""
    return [found for found in (requirement(line, group) for line in lines) if found is not None]


def listed(node: AnyNode | None, group: str) -> list[Dependency]:
    """The dependencies of a list of strings."""
    children: tuple[AnyNode, ...] = getattr(node, "children", ()) if node is not None else ()
    return requirements((child.embedded() for child in children if child.kind == "scalar"), group)


def _inner(text: str, part: str) -> Span:
    start = max(0, text.find(part))
    return Span(start, start + len(part))
