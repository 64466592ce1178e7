"""Edits of YAML mappings: what they write still reads, and says what it should."""

from __future__ import annotations

import pytest
import yaml

from agentlint.config import Config
from agentlint.engine.audit import audit_files
from agentlint.fix.applying import apply_fixes

WORKFLOW = ".github/workflows/ci.yml"


def mended(text: str, path: str = WORKFLOW, rule: str = "WAI501") -> str:
    """The file after the fixes of one rule."""
    audit = audit_files({path: text.encode()}, Config(select=(rule,)))
    return apply_fixes(audit.findings, audit.source, unsafe=True).texts.get(path, text)


@pytest.mark.parametrize(
    "job",
    [
        "  test:\n    runs-on: x\n    steps: [{run: make}]\n",
        "  test:  # all of them\n\n    # the machine\n    runs-on: x\n    steps: [{run: make}]\n",
        "  'test':\n      runs-on: x\n      steps: [{run: make}]\n",
        "  test:\r\n    runs-on: x\r\n    steps:\r\n      - run: make\r\n",
        "  test:\n    <<: *base\n    steps: [{run: make}]\n",
        "  test: &test\n    runs-on: x\n    steps: [{run: make}]\n",
    ],
)
def test_a_limit_is_put_into_the_job(job: str) -> None:
    """Whatever stands between the job's name and its first key, and whatever ends the lines."""
    head = "x-base: &base\n  runs-on: x\non: push\njobs:\n"
    newline = "\r\n" if "\r\n" in job else "\n"
    after = mended(head.replace("\n", newline) + job)
    jobs = yaml.safe_load(after)["jobs"]
    assert jobs["test"]["timeout-minutes"] == 30
    assert after.count(newline) == after.count("\n")
    assert mended(after) == after


@pytest.mark.parametrize(
    "text",
    [
        "on: push\njobs: {test: {runs-on: x, steps: [{run: make}]}}\n",
        "on: push\njobs:\n  test: {runs-on: x, steps: [{run: make}]}\n",
        "on: push\njobs:\n  ? test\n  :\n    runs-on: x\n    steps: [{run: make}]\n",
    ],
)
def test_other_forms_are_left_alone(text: str) -> None:
    assert mended(text) == text


def test_an_entry_of_a_list_gets_its_limit_behind_its_first_line() -> None:
    """The first key says what kind of entry it is, to some systems."""
    path = "azure-pipelines.yml"
    after = mended("pool: {name: own}\njobs:\n  - job: test\n    steps:\n      - script: make\n", path)
    assert yaml.safe_load(after)["jobs"][0] == {"job": "test", "timeoutInMinutes": 30, "steps": [{"script": "make"}]}
    assert next(iter(yaml.safe_load(after)["jobs"][0])) == "job"


def test_a_first_value_of_several_lines_is_not_cut() -> None:
    path = ".buildkite/pipeline.yml"
    text = "steps:\n  - command: >\n      make\n      test\n    label: x\n  - commands:\n      - make\n"
    after = mended(text, path)
    assert [one for one in yaml.safe_load(after)["steps"] if one.get("commands", "x") == ["make"] or "command" in one]
    assert "make\n      test" in after


@pytest.mark.parametrize(
    ("step", "kept"),
    [
        ("        with:\n          fetch-depth: 0\n", {}),
        ("        with:\n          fetch-depth: 0\n          ref: main\n", {"with": {"ref": "main"}}),
        ("        with:\n          ref: main\n          fetch-depth: 0\n", {"with": {"ref": "main"}}),
    ],
)
def test_a_line_goes_with_the_key_above_it_that_would_be_empty(step: str, kept: dict[str, object]) -> None:
    head = "on: workflow_dispatch\njobs:\n  a:\n    runs-on: x\n    timeout-minutes: 9\n    steps:\n      - uses: actions/checkout@v4\n"
    after = mended(head + step + "      - run: ./build all\n", rule="FBK602")
    assert yaml.safe_load(after)["jobs"]["a"]["steps"][0] == {"uses": "actions/checkout@v4", **kept}
