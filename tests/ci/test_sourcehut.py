"""What a build manifest of SourceHut says besides its tasks."""

from __future__ import annotations

import pytest

from agentlint.engine.audit import audit_files
from agentlint.engine.finding import Finding


@pytest.mark.parametrize(
    ("sources", "script", "folder"),
    [
        ("[https://git.sr.ht/~team/ledger]", "cd ledger\n      make", ""),
        ("[https://git.sr.ht/~team/ledger]", "cd ledger/web\n      make", "web"),
        ("[https://example.org/tools.git#main, https://git.sr.ht/~team/ledger]", "cd ledger/web && make", "web"),
        ("[]", "cd ledger && make", "ledger"),
    ],
)
def test_folders_are_told_from_the_clone(sources: str, script: str, folder: str) -> None:
    text = f"image: archlinux\nsources: {sources}\ntasks:\n  - a: |\n      {script}\n"
    (pipeline,) = audit_files({".build.yml": text.encode()}).repository.pipelines
    assert [one.directory for one in pipeline.jobs[0].commands if one.program == "make"] == [folder]


def test_a_task_reaches_what_it_calls() -> None:
    text = "image: archlinux\nsources: [https://git.sr.ht/~team/ledger]\ntasks:\n  - test: |\n      cd ledger\n      make test\n"
    found = _found({".builds/arch.yml": text, "Makefile": "test:\n\tpytest\n"}, "OUT401")
    assert [finding.path for finding in found] == [".builds/arch.yml", "Makefile"]


def test_nothing_asks_for_a_cache_or_a_limit() -> None:
    text = "image: archlinux\ntasks:\n  - test: |\n      cargo build\n      npm ci\n"
    assert not [one for one in _found({".build.yml": text}, "") if one.category.value in {"no-cache", "wait"}]


def _found(files: dict[str, str], rule: str) -> list[Finding]:
    audit = audit_files({path: text.encode() for path, text in files.items()})
    return [finding for finding in audit.findings if finding.rule.startswith(rule)]
