"""The proof of a rule: its own examples, run through the whole engine. For our rules and for anybody's.

from agentlint.rule.testing import cases, prove

@pytest.mark.parametrize("case", cases(load_rules()), ids=str)
def test_example(case):
    prove(case)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from agentlint.config import Config
from agentlint.engine.audit import Audit, audit_files
from agentlint.fix.applying import apply_fixes
from agentlint.rule.loaded import LoadedRule
from agentlint.rule.model import Bad, Good
from agentlint.rule.registry import Registry

MAX_PASSES = 5
"""Fixes that meet one another at a place are made one after the other."""


@dataclass(frozen=True)
class Case:
    """One example of one rule."""

    loaded: LoadedRule
    kind: str
    index: int

    @property
    def example(self) -> Bad | Good:
        """The example itself."""
        rule = self.loaded.rule
        return rule.bad[self.index] if self.kind == "bad" else rule.good[self.index]

    def __str__(self) -> str:
        return f"{self.loaded.rule.id}-{self.kind}-{self.index + 1}"


def cases(registry: Registry | Iterable[LoadedRule]) -> tuple[Case, ...]:
    """Every example of these rules."""
    rules = registry.rules if isinstance(registry, Registry) else registry
    return tuple(
        Case(loaded, kind, index)
        for loaded in rules
        for kind, examples in (("bad", loaded.rule.bad), ("good", loaded.rule.good))
        for index in range(len(examples))
    )


def audit_example(loaded: LoadedRule, files: Mapping[str, str]) -> Audit:
    """Audit a small tree with this one rule; what production forgives raises."""
    config = Config(pedantic=True, strict=True)
    return audit_files(
        {path: text.encode("utf-8", "surrogateescape") for path, text in files.items()}, config, Registry((loaded,))
    )


def found_at(audit: Audit) -> tuple[str, ...]:
    """The findings' places in the form of `Bad.at`."""
    return tuple(f"{finding.path}:{finding.line}" for finding in audit.findings)


def prove(case: Case) -> None:
    """Fail unless the rule does on this example what the example says."""
    example = case.example
    if isinstance(example, Good):
        audit = audit_example(case.loaded, example.files)
        assert not audit.findings, f"{case} should be silent ({example.because}): {_said(audit)}"
        return
    audit = audit_example(case.loaded, example.files)
    wanted = tuple(sorted(example.at, key=_place))
    assert found_at(audit) == wanted, f"{case} should flag {wanted}, and flags {found_at(audit)}: {_said(audit)}"
    _prove_fix(case, example, audit)


def _place(at: str) -> tuple[str, int]:
    path, _, line = at.rpartition(":")
    return path, int(line)


def _said(audit: Audit) -> str:
    return "; ".join(f"{item.path}:{item.line} {item.message}" for item in audit.findings) or "nothing"


def _prove_fix(case: Case, example: Bad, audit: Audit) -> None:
    mendable = any(finding.fix and finding.fix.edits for finding in audit.findings)
    if example.fixed is None:
        assert not mendable, f"{case} is given a fix: the example should say its outcome under `fixed`"
        return
    assert mendable, f"{case} says what its fix gives, and no finding carries one"
    files = dict(example.files)
    files, silent = _settle(case, files)
    expected = {**example.files, **example.fixed}
    for path, text in expected.items():
        assert files[path] == text, f"{case}: after the fix {path} reads\n{files[path]}\nand should read\n{text}"
    assert silent, f"{case} still fires after its fix"


def _settle(case: Case, files: dict[str, str]) -> tuple[dict[str, str], bool]:
    """Fix until nothing changes; True when every finding that had a fix is gone and no reader stumbles over the result."""
    before = audit_example(case.loaded, files)
    audit = before
    for _ in range(MAX_PASSES):
        applied = apply_fixes(audit.findings, audit.source, unsafe=True)
        if not applied.done:
            break
        files = {**files, **applied.texts}
        audit = audit_example(case.loaded, files)
    else:
        raise AssertionError(f"{case}: its fixes do not settle")
    faults = {replace(error, line=0) for error in audit.errors} - {replace(error, line=0) for error in before.errors}
    assert not faults, f"{case}: the fixed file no longer reads: {faults}"
    return files, not any(finding.fix and finding.fix.edits for finding in audit.findings)
