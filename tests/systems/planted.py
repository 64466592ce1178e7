"""Read the planted trees: text files in which a mark at the end of a line says which fault begins there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CASES = Path(__file__).parent / "cases"
SYSTEMS = "azure bitbucket buildkite circleci cirrus drone github gitlab jenkins travis woodpecker".split()

_HEADER = re.compile(r"^== (planted|mended|both|with) (.+)$")
_MARK = re.compile(r" *«([a-z-]+)»(?=\n| *«)")


@dataclass(frozen=True, order=True)
class Fault:
    """One planted fault: the category, and the line it begins on."""

    path: str
    line: int
    category: str


@dataclass(frozen=True)
class Case:
    """A faulty tree, what is wrong with it, and the same tree mended."""

    planted: dict[str, bytes]
    mended: dict[str, bytes]
    faults: frozenset[Fault]


def read_case(name: str) -> Case:
    """The case of one CI system."""
    planted: dict[str, bytes] = {}
    mended: dict[str, bytes] = {}
    faults: set[Fault] = set()
    for tree, path, text in _sections(CASES / f"{name}.txt"):
        plain, found = _without_marks(path, text)
        faults |= found
        if tree in {"planted", "both"}:
            planted[path] = plain.encode()
        if tree in {"mended", "both"}:
            mended[path] = plain.encode()
    return Case(planted, mended, frozenset(faults))


def _sections(source: Path) -> Iterator[tuple[str, str, str]]:
    """Tree, path and text of each section."""
    header: tuple[str, str] | None = None
    lines: list[str] = []
    for line in source.read_text(encoding="utf-8").splitlines(keepends=True):
        match = _HEADER.match(line)
        if match is None:
            lines.append(line)
            continue
        if header is not None:
            yield (*header, "".join(lines))
        header, lines = None, []
        if match[1] == "with":
            yield from _sections(source.parent / match[2])
        else:
            header = (match[1], match[2])
    if header is not None:
        yield (*header, "".join(lines))


def _without_marks(path: str, text: str) -> tuple[str, set[Fault]]:
    faults = {
        Fault(path, number, category)
        for number, line in enumerate(text.splitlines(keepends=True), 1)
        for category in _MARK.findall(line)
    }
    return _MARK.sub("", text), faults
