"""Every example of every rule, and the set of rules as a whole."""

from __future__ import annotations

import re

import pytest

from agentlint.rule.evidence import evidence
from agentlint.rule.model import Category
from agentlint.rule.registry import load_rules
from agentlint.rule.testing import Case, audit_example, cases, found_at, prove

REGISTRY = load_rules()
PREFIXES = {
    Category.INTERACTIVE: "INT",
    Category.BROWSER_AUTH: "AUT",
    Category.NO_CACHE: "CAC",
    Category.SERIAL: "SER",
    Category.HUMAN_OUTPUT: "OUT",
    Category.WAIT: "WAI",
    Category.FEEDBACK: "FBK",
    Category.AGENT_CONTEXT: "CTX",
    Category.REPRODUCIBILITY: "REP",
}


@pytest.mark.parametrize("case", [case for case in cases(REGISTRY) if case.loaded.origin == "builtin"], ids=str)
def test_example(case: Case) -> None:
    prove(case)


@pytest.mark.parametrize("case", [case for case in cases(REGISTRY) if case.loaded.origin == "builtin"], ids=str)
def test_line_ends_change_nothing(case: Case) -> None:
    """The same findings where a checkout ends its lines as Windows does; shells and make cannot read such files."""
    files = {
        path: text
        if path.endswith(".sh") or text.startswith("#!") or "akefile" in path
        else re.sub(r"\r?\n", "\r\n", text)
        for path, text in case.example.files.items()
    }
    assert found_at(audit_example(case.loaded, files)) == found_at(audit_example(case.loaded, case.example.files))


@pytest.mark.parametrize("loaded", REGISTRY.rules, ids=lambda loaded: loaded.rule.id)
def test_file_carries_id_name_and_category(loaded) -> None:  # type: ignore[no-untyped-def]
    rule = loaded.rule
    if loaded.origin == "builtin":
        assert loaded.path.stem == f"{rule.id}_{rule.name.replace('-', '_')}"
        assert loaded.path.parent.name == rule.category.value
        assert rule.id.startswith(PREFIXES[rule.category])


def test_summaries_differ() -> None:
    summaries = [loaded.rule.summary for loaded in REGISTRY.rules]
    assert len(set(summaries)) == len(summaries)


@pytest.mark.parametrize("loaded", REGISTRY.rules, ids=lambda loaded: loaded.rule.id)
def test_evidence_is_in_the_table(loaded) -> None:  # type: ignore[no-untyped-def]
    assert set(loaded.rule.evidence) <= set(evidence())
