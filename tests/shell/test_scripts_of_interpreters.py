"""Which script an interpreter is given, and when it only reads it."""

from __future__ import annotations

from pathlib import Path

import pytest

from agentlint.engine.audit import audit_tree

_CI = "on: pull_request\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - shell: {shell}\n        run: {run}\n"
_SCRIPTS = ("ci/go.sh", "ci/go.pl", "ci/go.rb", "ci/go.php", "ci/go.ps1", "ci/go.cmd")


def _called(tmp_path: Path, run: str, shell: str = "bash") -> bool:
    """True when the step reaches a script."""
    for name in _SCRIPTS:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("pytest tests\n", encoding="utf-8")
    workflow = tmp_path / ".github/workflows/ci.yml"
    workflow.parent.mkdir(parents=True, exist_ok=True)
    workflow.write_text(_CI.format(shell=shell, run=run), encoding="utf-8")
    graph = audit_tree(tmp_path).repository.graph
    return any(unit.startswith("ci/go") for called in graph.edges.values() for unit in called)


@pytest.mark.parametrize("run", ["bash -n ci/go.sh", "sh -xn ci/go.sh", "bash -o noexec ci/go.sh", "bash -c ci"])
def test_a_shell_that_only_reads(tmp_path: Path, run: str) -> None:
    assert not _called(tmp_path, run)


@pytest.mark.parametrize("run", ["perl -wc ci/go.pl", "ruby -wc ci/go.rb", "php -l ci/go.php", "perl -e 1 ci/go.pl"])
def test_an_interpreter_that_only_reads(tmp_path: Path, run: str) -> None:
    assert not _called(tmp_path, run)


@pytest.mark.parametrize("run", ["bash -eu -o pipefail ci/go.sh all", "sh -e ci/go.sh", "bash +x ci/go.sh"])
def test_options_before_the_script(tmp_path: Path, run: str) -> None:
    assert _called(tmp_path, run)


@pytest.mark.parametrize(
    ("run", "shell"),
    [
        ("'& \"$env:GITHUB_WORKSPACE/ci/go.ps1\"'", "pwsh"),
        ("powershell.exe -ExecutionPolicy Bypass -File ci\\go.ps1", "cmd"),
        ("call %GITHUB_WORKSPACE%\\ci\\go.cmd", "cmd"),
    ],
)
def test_scripts_of_windows(tmp_path: Path, run: str, shell: str) -> None:
    assert _called(tmp_path, run, shell)
