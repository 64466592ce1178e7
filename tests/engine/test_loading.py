"""Rules are found through one door, and a wrong one is refused with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from agentlint.rule.loaded import RuleError
from agentlint.rule.registry import load_file, load_folder, load_rules, registry_of
from agentlint.rule.testing import cases, prove

ROOT = Path(__file__).resolve().parent.parent.parent
EXAMPLE = ROOT / "examples/plugin/agentlint_example/rules"

DECLARATIVE = (EXAMPLE / "TEAM201_npm_install_in_ci.toml").read_text()
MODULE = (EXAMPLE / "TEAM101_team_wizard.py").read_text()


def test_nothing_in_the_package_imports_a_rule() -> None:
    for path in (ROOT / "agentlint").rglob("*.py"):
        assert "import rules" not in path.read_text(encoding="utf-8"), path


def test_builtin_rules_come_from_one_folder() -> None:
    folders = {loaded.path.parent.parent for loaded in load_rules().rules if loaded.origin == "builtin"}
    assert folders == {ROOT / "rules"}


@pytest.mark.parametrize("case", cases(load_folder(EXAMPLE, "example")), ids=str)
def test_example_plugin(case: object) -> None:
    prove(case)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("before", "after", "line", "says"),
    [
        ('severity = "minor"', 'severity = "bad"', 7, "should be one of blocker"),
        ('severity = "minor"', 'severty = "minor"', 7, "did you mean 'severity'"),
        ("in_ci = true", "in_cl = true", 14, "did you mean 'in_ci'"),
        ("in_ci = true", 'in_ci = "yes"', 14, "true or false"),
        ('fact = "command"', 'fact = "comand"', 11, "should be one of command"),
        ('summary = "CI', "summary = 3 # ", 4, "should be a text"),
        ('replace = "install"', "", 17, "needs either"),
        ('because = "a', 'becaus = "a', 45, "did you mean 'because'"),
        ('id = "TEAM201"', 'id = "team-1"', 1, "capital letters and digits"),
        ('name = "npm-install-in-ci"', 'name = "NPM"', 1, "lower-case words"),
        ('id = "TEAM201"', 'id = "TEAM201', 1, ""),
    ],
)
def test_wrong_declarations(tmp_path: Path, before: str, after: str, line: int, says: str) -> None:
    assert before in DECLARATIVE
    file = tmp_path / "rule.toml"
    file.write_text(DECLARATIVE.replace(before, after, 1))
    with pytest.raises(RuleError) as caught:
        load_file(file, "test")
    assert str(caught.value).startswith(f"{file}:{line}: ")
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("def check(command: Command,", "def check(command: str,", "should be one of Command"),
        ("def check(command: Command, repository: Repository)", "def check(command: Command)", "takes a fact and the"),
        ("RULE = Rule(", "RULE = dict(", "needs `RULE = Rule(...)`"),
        ("RULE = Rule(", "RULE = Rule(colour=1,", "unexpected keyword argument"),
        ("def check(", "def chek(", "needs `def check"),
        ("RULE = Rule(", "RULE = = Rule(", "SyntaxError"),
    ],
)
def test_wrong_modules(tmp_path: Path, before: str, after: str, says: str) -> None:
    assert before in MODULE
    file = tmp_path / "TEAM101_x.py"
    file.write_text(MODULE.replace(before, after, 1))
    with pytest.raises(RuleError) as caught:
        load_file(file, "test")
    assert str(caught.value).startswith(f"{file}:")
    assert says in str(caught.value)


def test_two_rules_by_one_handle_are_refused(tmp_path: Path) -> None:
    (tmp_path / "one.toml").write_text(DECLARATIVE)
    (tmp_path / "two.toml").write_text(DECLARATIVE.replace("TEAM201", "TEAM202"))
    with pytest.raises(RuleError, match="'npm-install-in-ci' is taken already"):
        registry_of(load_folder(tmp_path, "test"))


JOB_RULES = """
[[rule]]
id = "TEAM301"
name = "no-old-checkout"
category = "feedback"
summary = "s"
why = "w"
remediation = "r"
severity = "minor"
match = {fact = "step", action = "actions/checkout", version_below = 4, message = "`{action}` in `{job}` is old"}
bad = [{at = [".github/workflows/ci.yml:6"], files = {".github/workflows/ci.yml" = '''
on: push
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v3
'''}}]
good = [{because = "new enough", files = {".github/workflows/ci.yml" = '''
on: push
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
'''}}]

[[rule]]
id = "TEAM302"
name = "make-needs-limit"
category = "wait"
summary = "t"
why = "w"
remediation = "r"
severity = "minor"
match = {fact = "job", runs = ["make"], has_timeout = false, message = "`{job}` has no limit"}
bad = [{at = [".github/workflows/ci.yml:3"], files = {".github/workflows/ci.yml" = '''
on: push
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - run: make
'''}}]
good = [{because = "limited", files = {".github/workflows/ci.yml" = '''
on: push
jobs:
  test:
    runs-on: ubuntu-latest
    timeout-minutes: 5
    steps:
      - run: make
'''}}]

[[rule]]
id = "TEAM303"
name = "no-alpine-python"
category = "no-cache"
summary = "u"
why = "w"
remediation = "r"
severity = "minor"
match = {fact = "stage", base = ["python:*alpine*"], runs = ["pip"], message = "`{base}` builds wheels anew"}
bad = [{at = ["Dockerfile:1"], files = {"Dockerfile" = '''
FROM python:3.12-alpine
RUN pip install numpy
'''}}]
good = [{because = "wheels exist", files = {"Dockerfile" = '''
FROM python:3.12-slim
RUN pip install numpy
'''}}]
"""


def test_declarative_rules_on_jobs_steps_and_stages(tmp_path: Path) -> None:
    file = tmp_path / "team.toml"
    file.write_text(JOB_RULES)
    found = load_file(file, "test")
    assert len(found) == 3
    for case in cases(found):
        prove(case)
