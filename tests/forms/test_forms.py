"""Every form of a fault that the field knows is found, and its near misses are silent. See README.md."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from agentlint.engine.finding import Finding
from agentlint.rule.model import Category
from tests.planted import Fault, findings_of, told, without_marks

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Form:
    """A small tree, the category it is about, and the lines that findings of this category have to cover."""

    source: str
    name: str
    category: str
    files: dict[str, bytes]
    faults: frozenset[Fault]

    def __str__(self) -> str:
        return f"{self.source}: {self.name}"


def read_forms() -> Iterator[Form]:
    """All forms of all files."""
    for source in sorted(FOLDER.glob("*/*.txt")):
        for part in re.split(r"^== form +", source.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
            yield _form(source, part)


def _form(source: Path, part: str) -> Form:
    head, *sections = re.split(r"^-- +", part, flags=re.MULTILINE)
    files: dict[str, bytes] = {}
    faults: set[Fault] = set()
    for section in sections:
        path, _, text = section.partition("\n")
        plain, marked = without_marks(path.strip(), text.rstrip("\n") + "\n")
        files[path.strip()] = plain.encode()
        faults |= marked
    return Form(source.stem, head.partition("\n")[0].strip(), source.parent.name, files, frozenset(faults))


def covers(finding: Finding, fault: Fault) -> bool:
    """Whether the finding points at the marked line."""
    return finding.path == fault.path and finding.line <= fault.line <= finding.end.line


FORMS = tuple(read_forms())
CATEGORIES = frozenset(category.value for category in Category)


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_form(form: Form) -> None:
    """What is marked is found, what is not marked is not, and what is marked as a known miss is still one."""
    assert form.category in CATEGORIES
    assert {fault.category.rstrip("?") for fault in form.faults} <= {
        form.category
    }  # another's mark would prove nothing
    assert form.files
    assert not any("«".encode() in text for text in form.files.values())
    findings = [one for one in findings_of(form.files) if one.category.value == form.category]
    missed = {fault for fault in form.faults if not any(covers(one, fault) for one in findings)}
    known = {fault for fault in form.faults if fault.category.endswith("?")}
    extra = [one for one in findings if not any(covers(one, fault) for fault in form.faults)]
    assert not missed - known, f"missing: {sorted(missed - known)}\nfound:\n{told(findings)}"
    assert not known - missed, f"found by now, drop the question mark: {sorted(known - missed)}"
    assert not extra, f"found, and not planted:\n{told(extra)}"


def test_names_are_unique() -> None:
    names = [str(form) for form in FORMS]
    assert len(set(names)) == len(names)
