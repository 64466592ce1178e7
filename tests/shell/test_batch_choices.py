"""Batch files: which commands a call comes by, by the values that it gives."""

from __future__ import annotations

import pytest

from agentlint.engine.audit import audit_files
from agentlint.judgements.running.scope import carried_out

_BLOCKS = """@echo off
if "%1%"=="docs" (
  mkdocs build || exit /b 1
) else if "%1%"=="test" (
  if "%KIND%"=="go" ( go test ./... || exit /b 1 ) else (
    pytest tests
  )
) else (
  mypy .
)
"""
_LABELS = """@echo off
if "%1"=="docs" goto docs
if /i "%~1"=="test" goto :test
mypy .
goto :eof

:docs
mkdocs build
exit /b

:test
pytest tests
"""
_REFUSES = """if not "%1"=="docs" (
  pytest tests
  exit /b
)
mkdocs build
"""
ALL = {"mkdocs", "go", "pytest", "mypy"}


@pytest.mark.parametrize(
    ("script", "call", "programs"),
    [
        (_BLOCKS, "ci/run.cmd docs", {"mkdocs"}),
        (_BLOCKS, "./ci/run.cmd test", {"go", "pytest"}),
        (_BLOCKS, "set KIND=go&& call ci\\run.cmd test", {"go"}),
        (_BLOCKS, "ci/run.cmd", {"mypy"}),
        (_BLOCKS, "ci/run.cmd %WHAT%", ALL),
        (f"shift\n{_BLOCKS}", "ci/run.cmd docs", ALL),
        (f"set KIND=py\n{_BLOCKS}", "set KIND=go&& ci/run.cmd test", {"go", "pytest"}),
        (_LABELS, "ci/run.cmd docs", {"mkdocs"}),
        (_LABELS, "ci/run.cmd Test", {"pytest"}),
        (_LABELS, "ci/run.cmd", {"mypy"}),
        (_LABELS.replace("goto :eof", "if defined X goto :eof"), "ci/run.cmd", {"mypy", "mkdocs"}),
        (_LABELS.replace("mypy .", "mypy .\nif exist x goto test"), "ci/run.cmd", {"mypy", "pytest"}),
        (_REFUSES, "ci/run.cmd docs", {"mkdocs"}),
        (_REFUSES, "ci/run.cmd all", {"pytest"}),
    ],
)
def test_what_a_call_comes_by(script: str, call: str, programs: set[str]) -> None:
    workflow = (
        f"on: push\njobs:\n  test:\n    runs-on: windows-latest\n    steps:\n      - shell: cmd\n        run: {call}\n"
    )
    files = {".github/workflows/ci.yml": workflow.encode(), "ci/run.cmd": script.encode()}
    repository = audit_files(files).repository
    job = repository.pipelines[0].jobs[0]
    found = {one.program for command in job.commands for one in carried_out(command, repository)}
    assert found & ALL == programs
