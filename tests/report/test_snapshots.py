"""Whole outputs, as a reviewer reads them. `AGENTLINT_UPDATE_SNAPSHOTS=1` writes them anew; read the diff before accepting."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from agentlint.cli.main import run

SNAPSHOTS = Path(__file__).parent / "snapshots"
RULES = "INT101,INT102,WAI501,FBK601,OUT401,CAC201,REP803"

TREE = {
    ".github/workflows/ci.yml": (
        "name: CI\non: pull_request\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n"
        "      - uses: actions/setup-python@v5\n        with:\n          python-version: '3.12'\n      - run: ./scripts/setup.sh\n"
        "      - run: pip install pytest\n      - run: pytest\n"
    ),
    "scripts/setup.sh": '#!/bin/bash\nset -e\napt-get install libxml2-dev\nread -p "Your name? " name\n[ -t 0 ] && read -p "Sure? " sure\n',
    "README.md": "# Sample\n\n## Testing\n\n```sh\npytest\n```\n",
}


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small repository with a fault of several kinds."""
    for path, text in TREE.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "120")
    return tmp_path


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github", "gitlab", "junit", "markdown"])
def test_report(form: str, tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", ".", "--output-format", form, "--select", RULES, "--no-cache"]) == 1
    compare(f"report-{form}.txt", capsys.readouterr().out)


@pytest.mark.parametrize("form", ["text", "dot", "mermaid", "json"])
def test_graph(form: str, tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["graph", "--format", form, "."]) == 0
    compare(f"graph-{form}.txt", capsys.readouterr().out)


def test_diff(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["check", ".", "--diff", "--unsafe-fixes", "--select", RULES, "--no-cache"])
    compare("diff.txt", capsys.readouterr().out)


def compare(name: str, got: str) -> None:
    """Hold an output against its snapshot."""
    path = SNAPSHOTS / name
    if os.environ.get("AGENTLINT_UPDATE_SNAPSHOTS"):
        path.write_text(got)
    assert got == path.read_text()
