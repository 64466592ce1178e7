"""AppVeyor's file as a pipeline."""

from __future__ import annotations

from agentlint.engine.audit import audit_files
from agentlint.facts.command import Status
from agentlint.facts.pipeline import Pipeline

_WHOLE = """\
image: [Visual Studio 2022, Ubuntu2204]
clone_depth: 5
environment:
  global:
    COLOUR: "no"
  matrix:
    - PYTHON: "3.11"
    - PYTHON: "3.12"
    - PYTHON: "3.13"
matrix:
  exclude:
    - image: Ubuntu2204
cache:
  - '%LOCALAPPDATA%\\pip\\Cache -> requirements.txt'
skip_commits:
  files: ['docs/**']
install:
  - cmd: choco install x
  - ps: Read-Host 'x'
build: off
test_script: ctest
on_finish:
  - pytest
artifacts:
  - path: out.zip
"""


def _pipeline(text: str) -> Pipeline:
    return audit_files({"appveyor.yml": text.encode()}).repository.pipelines[0]


def test_phases_legs_and_caches() -> None:
    pipeline = _pipeline(_WHOLE)
    (job,) = pipeline.jobs
    assert [step.name for step in job.steps] == ["install", "test_script", "on_finish"]
    assert [command.program for command in job.commands] == ["choco", "Read-Host", "ctest", "pytest"]
    assert job.matrix is not None
    assert job.matrix.size == 5
    assert [cache.what for cache in job.caches] == [frozenset({"pip"})]
    assert job.environment["COLOUR"] == "no"
    assert job.artifacts_out == ("out.zip",)
    assert pipeline.triggers.path_filtered
    assert pipeline.clone_depth == 5


def test_each_line_is_looked_at() -> None:
    (job,) = _pipeline("build_script:\n  - mingw32-make tests\n  - mingw32-make check\non_finish:\n  - ctest\n").jobs
    assert [command.status for command in job.commands[:2]] == [Status.COUNTED, Status.COUNTED]
    assert [step.continue_on_error for step in job.steps] == [False, True]


def test_variants_have_jobs_of_their_own() -> None:
    text = "test_script: ctest\nfor:\n  - matrix:\n      only: [{image: Ubuntu2204}]\n    test_script: [./run]\n  - build: off\n"
    assert [job.id for job in _pipeline(text).jobs] == ["build", "for 1"]


def test_files_that_say_nothing() -> None:
    assert not audit_files({"appveyor.yml": b"- a\n"}).repository.pipelines
    assert not _pipeline("version: 1.0\n").jobs


def test_what_it_asks_is_found() -> None:
    findings = audit_files({"appveyor.yml": b"install:\n  - ps: $name = Read-Host 'Name'\n"}).findings
    assert [finding.category.value for finding in findings] == ["interactive"]
