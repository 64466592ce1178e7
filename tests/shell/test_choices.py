"""Commands that a script runs only for some values of its caller's, and which of them a call comes by."""

from __future__ import annotations

import pytest

from agentlint.adapters.shell.sink import MAX_CHOICES
from agentlint.engine.audit import audit_files
from agentlint.facts.pipeline import Job
from agentlint.facts.repository import Repository
from agentlint.judgements.running.scope import carried_out

_DISPATCH = """#!/bin/bash
set -e
if [[ "$TASK" == lint ]]; then
  flake8 .
  exit 0
elif [ "$TASK" = docs ] || [ "$TASK" = site ]; then
  mkdocs build
  exit
fi
[[ -n $COVERAGE ]] && coverage report
pytest tests
"""
_PARAMETERS = """#!/bin/sh
case "${1:-all}" in
  test*) go test ./... ;;
  docs) mkdocs build ;;
  *) mypy . ;;
esac
"""
_SHIFTED = """#!/bin/sh
while [ $# -gt 0 ]; do
  case "$1" in
    --docs) mkdocs build ;;
    *) mypy . ;;
  esac
  shift
done
"""
_POWER = """if ($env:TASK -eq "docs") {
  mkdocs build
  exit 0
}
if ($env:TASK -ne "test") { mypy . } else { pytest tests }
"""


@pytest.mark.parametrize(
    ("script", "step", "programs"),
    [
        (_DISPATCH, "run: ci/run.sh\n        env: {TASK: lint, COVERAGE: ''}", {"flake8"}),
        (_DISPATCH, "run: ci/run.sh\n        env: {TASK: site}", {"mkdocs"}),
        (_DISPATCH, "run: ci/run.sh\n        env: {TASK: test}", {"coverage", "pytest"}),
        (_DISPATCH, "run: ci/run.sh\n        env: {TASK: '${{ matrix.task }}', COVERAGE: ''}", {"mkdocs", "pytest"}),
        (_DISPATCH, "run: TASK=lint ci/run.sh", {"flake8"}),
        (_DISPATCH, "run: export TASK=docs && bash ci/run.sh", {"mkdocs"}),
        (_DISPATCH, "run: ci/run.sh", {"flake8", "mkdocs", "coverage", "pytest"}),
        (_DISPATCH, "run: docker run -e TASK=lint image ci/run.sh", {"flake8", "mkdocs", "coverage", "pytest"}),
        (f"TASK=docs\n{_DISPATCH}", "run: TASK=lint ci/run.sh", {"flake8", "mkdocs", "coverage", "pytest"}),
        (_PARAMETERS, "run: ci/run.sh tests", {"go"}),
        (_PARAMETERS, "run: sh ci/run.sh docs", {"mkdocs"}),
        (_PARAMETERS, "run: ci/run.sh", {"mypy"}),
        (_PARAMETERS, "run: ci/run.sh $WHAT", {"go", "mkdocs", "mypy"}),
        (_PARAMETERS, "run: ci/run.sh '${{ matrix.task }}'", {"go", "mkdocs", "mypy"}),
        (_SHIFTED, "run: ci/run.sh --docs", {"mkdocs", "mypy"}),
    ],
)
def test_what_a_call_comes_by(script: str, step: str, programs: set[str]) -> None:
    assert _programs(step, {"ci/run.sh": script}) == programs


@pytest.mark.parametrize(
    ("value", "programs"), [("docs", {"mkdocs"}), ("test", {"pytest"}), ("lint", {"mypy"}), ("", {"mypy"})]
)
def test_what_a_call_of_powershell_comes_by(value: str, programs: set[str]) -> None:
    step = f'shell: pwsh\n        run: |\n          $env:TASK = "{value}"\n          ./ci/run.ps1'
    assert _programs(step, {"ci/run.ps1": _POWER}) == programs


def test_a_script_that_leaves_for_many_values() -> None:
    leaves = "".join(f'[ "$TASK" = t{number} ] && exit\n' for number in range(MAX_CHOICES + 20))
    script = f"#!/bin/sh\n{leaves}pytest tests\n"
    repository = audit_files({"ci/run.sh": script.encode()}).repository
    assert len(repository.commands[-1].choices) == MAX_CHOICES
    assert _programs("run: TASK=t3 ci/run.sh", {"ci/run.sh": script}) == set()
    assert _programs("run: TASK=other ci/run.sh", {"ci/run.sh": script}) == {"pytest"}


def _programs(step: str, scripts: dict[str, str]) -> set[str]:
    workflow = (
        "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    strategy: {matrix: {task: [docs, test]}}\n"
        f"    steps:\n      - {step}\n"
    )
    files = {".github/workflows/ci.yml": workflow, **scripts}
    repository = audit_files({path: text.encode() for path, text in files.items()}).repository
    found = {one.program for command in _job(repository).commands for one in carried_out(command, repository)}
    return found & {"flake8", "mkdocs", "coverage", "pytest", "go", "mypy"}


def _job(repository: Repository) -> Job:
    return repository.pipelines[0].jobs[0]
