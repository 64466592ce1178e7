"""Each CI system in its smallest form: every planted fault is found, and nothing else is."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from agentlint.engine.audit import audit_files
from agentlint.engine.finding import Finding
from agentlint.rule.model import Category

sys.path.insert(0, str(Path(__file__).parent))

from planted import SYSTEMS, Fault, read_case


def flagged(files: dict[str, bytes]) -> dict[Fault, list[Finding]]:
    """The findings of the default tier by where they begin; the trees are to be read without any error."""
    audit = audit_files(files)
    assert not audit.errors
    found: dict[Fault, list[Finding]] = {}
    for finding in audit.findings:
        found.setdefault(Fault(finding.path, finding.line, finding.category.value), []).append(finding)
    return found


def told(faults: dict[Fault, list[Finding]]) -> str:
    """Findings as lines for a failure's message."""
    return "\n".join(
        f"{fault.path}:{fault.line} {finding.rule} {finding.message}"
        for fault, findings in sorted(faults.items())
        for finding in findings
    )


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
    assert not missing, f"missing: {missing}\nfound:\n{told(found)}"


@pytest.mark.parametrize("system", SYSTEMS)
def test_nothing_but_the_planted_faults_is_found(system: str) -> None:
    """What is not planted is no fault."""
    case = read_case(system)
    found = flagged(case.planted)
    extra = {fault: findings for fault, findings in found.items() if fault not in case.faults}
    assert not extra, told(extra)


@pytest.mark.parametrize("system", SYSTEMS)
def test_the_mended_twin_is_silent(system: str) -> None:
    """Mended means no finding at all in the default tier."""
    found = flagged(read_case(system).mended)
    assert not found, told(found)
