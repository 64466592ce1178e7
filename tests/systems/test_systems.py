"""Each CI system in its smallest form: every planted fault is found, and nothing else is. See cases/README.md."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from agentlint.engine.finding import Finding
from agentlint.rule.model import Category
from tests.planted import Fault, findings_of, told, without_marks

CASES = Path(__file__).parent / "cases"
SYSTEMS = (
    "azure bitbucket buildkite circleci cirrus drone github gitlab harness jenkins semaphore sourcehut travis woodpecker"
).split()

_HEADER = re.compile(r"^== (planted|mended|both|with) (.+)$")


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
        plain, found = without_marks(path, text)
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


def flagged(files: dict[str, bytes]) -> dict[Fault, list[Finding]]:
    """The findings by where they begin."""
    found: dict[Fault, list[Finding]] = {}
    for finding in findings_of(files):
        found.setdefault(Fault(finding.path, finding.line, finding.category.value), []).append(finding)
    return found


def told_all(faults: dict[Fault, list[Finding]]) -> str:
    """Findings as lines for a failure's message."""
    return told([finding for _, findings in sorted(faults.items()) for finding in findings])


@pytest.mark.parametrize("system", SYSTEMS)
def test_each_category_is_planted(system: str) -> None:
    """A category that is forgotten here would pass unseen."""
    case = read_case(system)
    assert {fault.category for fault in case.faults} == {category.value for category in Category}
    assert not any("«".encode() in text for text in (*case.planted.values(), *case.mended.values()))


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_planted_fault_is_found(system: str) -> None:
    """At its line, in its category."""
    case = read_case(system)
    found = flagged(case.planted)
    missing = sorted(case.faults - set(found))
    assert not missing, f"missing: {missing}\nfound:\n{told_all(found)}"


@pytest.mark.parametrize("system", SYSTEMS)
def test_nothing_but_the_planted_faults_is_found(system: str) -> None:
    """What is not planted is no fault."""
    case = read_case(system)
    found = flagged(case.planted)
    extra = {fault: findings for fault, findings in found.items() if fault not in case.faults}
    assert not extra, told_all(extra)


@pytest.mark.parametrize("system", SYSTEMS)
def test_the_mended_twin_is_silent(system: str) -> None:
    """Mended means no finding at all in the default tier."""
    found = flagged(read_case(system).mended)
    assert not found, told_all(found)
