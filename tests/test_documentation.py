"""Generated pages are fresh, and the promises of the documentation hold."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from agentlint.docs.__main__ import stale
from agentlint.docs.generated import generated
from agentlint.files.kinds import KINDS

ROOT = Path(__file__).resolve().parent.parent


def test_generated_pages_are_fresh() -> None:
    assert [str(path.relative_to(ROOT)) for path, _ in stale()] == []


def test_an_edited_rule_makes_its_page_stale(monkeypatch: pytest.MonkeyPatch) -> None:
    changed = [(path, text.replace("Why", "Whence")) for path, text in generated()]
    monkeypatch.setattr("agentlint.docs.__main__.generated", lambda: changed)
    assert stale()


def test_the_benchmarks_tables_are_fresh() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "benchmarks" / "tables.py"), "--check"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_links_lead_somewhere() -> None:
    for page in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")):
        prose = re.sub(r"^(`{3,}).*?^\1", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
        for target in re.findall(r"\]\(([^)#:]+?)(?:#[^)]*)?\)", prose):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_kind_has_its_adapter() -> None:
    import importlib

    for kind in KINDS:
        if kind.adapter:
            assert callable(importlib.import_module(kind.adapter).facts), kind.name
