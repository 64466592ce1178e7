"""The command line from outside: exit statuses, forms of report, settings, messages."""

from __future__ import annotations

import json
import subprocess
import sys
import xml.dom.minidom
from pathlib import Path

import jsonschema
import pytest

from agentlint.cli.arguments import COMMANDS, FORMATS, parser
from agentlint.cli.main import run
from agentlint.report.schema import schema

WORKFLOW = """\
on: push
jobs:
  test:
    runs-on: ubuntu-latest
    timeout-minutes: 5
    steps:
      - run: ./go.sh
"""
SCRIPT = '#!/bin/sh\nread -p "Name? " name\necho "$name"\n'
MENDED = "#!/bin/sh\nname=$1\n"
ONE = ["--select", "INT102"]


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".github/workflows").mkdir(parents=True)
    (tmp_path / ".github/workflows/ci.yml").write_text(WORKFLOW)
    (tmp_path / "go.sh").write_text(SCRIPT)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def report(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, object]:
    run(["check", "--output-format", "json", *arguments])
    document = json.loads(capsys.readouterr().out)
    jsonschema.validate(document, schema())
    return dict(document)


TEXT = """\
go.sh
  2:1  blocker INT102 read-waits: `read -p "Name? " name` waits"""


def test_text(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([".", *ONE]) == 1
    out = capsys.readouterr().out
    assert out.startswith(TEXT)
    assert '        2 | read -p "Name? " name\n          | ^^^^^^^^^^^^^^^^^^^^^\n        help: ' in out
    assert "Bottleneck: " in out
    assert "\x1b" not in out
    assert out.endswith("1 finding (1 blocker), 2 of 2 files read.\n")


def test_quiet_is_one_line_each(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([".", "-q", *ONE]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("go.sh:2:1: blocker INT102 ")


def test_color_only_where_wanted(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run([".", "--color", "always", *ONE])
    assert "\x1b[" in capsys.readouterr().out


@pytest.mark.parametrize("form", FORMATS)
def test_every_form(tree: Path, capsys: pytest.CaptureFixture[str], form: str) -> None:
    assert run([".", "--output-format", form, *ONE]) == 1
    first = capsys.readouterr().out
    assert "go.sh" in first
    run([".", "--output-format", form, *ONE])
    assert capsys.readouterr().out == first
    assert str(tree) not in first
    if form in {"json", "sarif", "gitlab"}:
        json.loads(first)
    if form == "junit":
        xml.dom.minidom.parseString(first)


@pytest.mark.parametrize("form", FORMATS)
def test_every_form_of_a_clean_tree(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], form: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notes.txt").write_text("nothing\n")
    assert run(["--output-format", form, "--output-file", "report"]) == 0
    assert capsys.readouterr().out == ""
    assert (tmp_path / "report").read_text()


def test_json_says_all(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = report(capsys, ".", *ONE)
    findings = document["findings"]
    assert isinstance(findings, list)
    assert findings[0]["rule"] == "INT102"
    assert findings[0]["reach"] == 1.0
    assert findings[0]["gain"] > 0
    assert document["root"] == "."


def test_empty_folder_has_no_score(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = report(capsys, str(tmp_path))
    assert document["score"]["value"] is None  # type: ignore[index]
    assert document["findings"] == []


def test_exit_statuses(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([".", *ONE]) == 1
    assert run([".", *ONE, "--exit-zero"]) == 0
    assert run([".", "--select", "CAC"]) == 0
    assert run([".", *ONE, "--fail-under", "90"]) == 1
    assert run([".", "--select", "CAC", "--fail-under", "90"]) == 0
    (tree / ".github/workflows/ci.yml").unlink()
    assert run([".", *ONE, "--fail-on", "blocker"]) == 0, "nobody calls it now"
    assert run([".", *ONE, "--fail-on", "minor"]) == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nowhere"], "nowhere: no such file or folder"),
        (["--select", "INT999"], "no rule, prefix or category 'INT999'"),
        (["--select", "interactiv"], "did you mean 'interactive'"),
        (["--config", "none.toml"], "none.toml: no such configuration file"),
        (["--baseline", "none.json"], "make one with"),
        (["--fail-under", "101"], "from 0 to 100"),
        (["--output-format", "xml"], "invalid choice"),
        (["--no-such-option"], "unrecognized arguments"),
        (["--output-file", "no/such/folder/report"], "cannot be written"),
        (["rule", "read-wait"], "did you mean 'read-waits'"),
        (["rules", "--category", "x"], "no category 'x'"),
    ],
)
def test_mistakes_are_one_line_and_two(
    tree: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], says: str
) -> None:
    assert run(arguments) == 2
    captured = capsys.readouterr()
    assert says in captured.err
    assert "Traceback" not in captured.err
    assert captured.out == ""


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('ignroe = ["INT"]', "unknown key 'ignroe'; did you mean 'ignore'?"),
        ('ignore = "INT"', "ignore should be a list of texts"),
        ('fail-on = "fatal"', "one of blocker, major, minor, info"),
        ("fail-under = 200", "from 0 to 100"),
        ("pedantic = 1", "true or false"),
        ("a = = 1", "agentlint.toml: "),
        ('rules = ["none.toml"]', "no file matches 'none.toml'"),
        ('rules = ["team.py"]', "no .toml file"),
        ('ignore = ["NOPE"]', "no rule, prefix or category 'NOPE'"),
    ],
)
def test_mistakes_in_the_configuration(tree: Path, capsys: pytest.CaptureFixture[str], text: str, says: str) -> None:
    (tree / "agentlint.toml").write_text(text + "\n")
    assert run([]) == 2
    assert says in capsys.readouterr().err


def test_nearest_configuration_wins(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tree / "pyproject.toml").write_text('[tool.agentlint]\nignore = ["all"]\n')
    (tree / "sub").mkdir()
    (tree / "sub/go.sh").write_text(SCRIPT)
    assert run([]) == 0
    assert run(["sub"]) == 0, "the folder above has one"
    (tree / "sub/pyproject.toml").write_text("[project]\nname = 'x'\n")
    assert run(["sub"]) == 0, "a pyproject.toml without our table is none"
    (tree / "sub/agentlint.toml").write_text("")
    assert run(["sub"]) == 1
    assert run(["--isolated"]) == 1
    capsys.readouterr()
    assert run(["config", "--output-format", "json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["values"]["ignore"] == ["all"]


def test_declarative_rules_of_the_repository(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    example = Path(__file__).resolve().parent.parent.parent / "examples/plugin/agentlint_example/rules"
    (tree / "lint").mkdir()
    (tree / "lint/team.toml").write_text((example / "TEAM201_npm_install_in_ci.toml").read_text())
    (tree / "agentlint.toml").write_text('rules = ["lint/*.toml"]\nselect = ["TEAM"]\n')
    (tree / ".github/workflows/ci.yml").write_text(WORKFLOW.replace("./go.sh", "npm install"))
    assert run(["-q"]) == 1
    assert "TEAM201 npm-install-in-ci: `npm install` may change the lock file" in capsys.readouterr().out
    assert run(["rules"]) == 0
    assert "[fix, from team.toml]" in capsys.readouterr().out


def test_explicit_files(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tree / "other.sh").write_text(SCRIPT)
    document = report(capsys, "go.sh", *ONE)
    assert [item["path"] for item in document["findings"]] == ["go.sh"]  # type: ignore[attr-defined]
    assert document["score"]["value"] is None  # type: ignore[index]
    assert [item["severity"] for item in document["findings"]] == ["blocker"]  # type: ignore[attr-defined]
    assert run(["other.sh", ".github/workflows/ci.yml", *ONE]) == 1


def test_baseline(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run([".", *ONE, "--output-format", "json", "--output-file", "base.json"])
    assert run([".", *ONE, "--baseline", "base.json"]) == 0
    assert "1 known from the baseline" in capsys.readouterr().out
    (tree / "go.sh").write_text("#!/bin/sh\n\n# moved\n" + SCRIPT[10:] + "read -r other\n")
    assert run([".", *ONE, "-q", "--baseline", "base.json"]) == 1
    assert len(capsys.readouterr().out.splitlines()) == 1


def test_statistics(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([".", *ONE, "--statistics"]) == 1
    assert capsys.readouterr().out.startswith("1  INT102  read-waits\n")


def test_diff_and_fix(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script = tree / "set-up.sh"
    script.write_bytes(b"#!/bin/sh\r\nnpm init\r\n")
    script.chmod(0o750)
    before = script.read_bytes()
    assert run([".", "--select", "INT107", "--diff"]) == 1
    assert "+npm init -y" in capsys.readouterr().out
    assert script.read_bytes() == before
    assert run([".", "--select", "INT107", "--fix"]) == 0
    assert script.read_bytes() == b"#!/bin/sh\r\nnpm init -y\r\n"
    assert script.stat().st_mode & 0o777 == 0o750
    assert run([".", "--select", "INT107", "--fix"]) == 0
    assert script.read_bytes() == b"#!/bin/sh\r\nnpm init -y\r\n"
    assert sorted(path.name for path in tree.iterdir()) == [".github", "go.sh", "set-up.sh"]


def test_rule_and_page_say_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    from agentlint.docs.page import rule_page
    from agentlint.rule.registry import load_rules

    assert run(["rule", "INT102"]) == 0
    found = load_rules().find("read-waits")
    assert found is not None
    assert capsys.readouterr().out == rule_page(found)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_knows_every_option(capsys: pytest.CaptureFixture[str], shell: str) -> None:
    assert run(["completion", shell]) == 0
    out = capsys.readouterr().out
    for word in (*COMMANDS, "fail-under", "extend-select", "mermaid"):
        assert word in out
    if shell == "bash":
        subprocess.run(["bash", "-n"], input=out, text=True, check=True)


def test_every_command_has_help(capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("", *COMMANDS):
        assert run([*([command] if command else []), "--help"]) == 0
    assert parser().prog == "agentlint"


def test_version_imports_nearly_nothing() -> None:
    code = (
        "import sys; before = set(sys.modules); sys.argv = ['agentlint', '--version']\n"
        "from agentlint.__main__ import main; main(); print(sorted(set(sys.modules) - before), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("agentlint ")
    assert done.stderr.strip() == "['__future__', 'agentlint', 'agentlint.__main__']"


def test_a_check_imports_nothing_heavy_without_need(tree: Path) -> None:
    code = "import sys; from agentlint.cli.main import run; run(['.', '-q']); print('libcst' in sys.modules, 'rich' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tree)
    assert done.stdout.splitlines()[-1] == "False False"


def test_a_closed_pipe_is_no_error(tree: Path) -> None:
    done = subprocess.run(
        f"{sys.executable} -m agentlint . | true; exit ${{PIPESTATUS[0]}}", shell=True, executable="/bin/bash", cwd=tree,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("form", ["text", "json", "dot", "mermaid"])
def test_graph(tree: Path, capsys: pytest.CaptureFixture[str], form: str) -> None:
    assert run(["graph", "--output-format", form]) == 0
    assert "go.sh" in capsys.readouterr().out


def test_ceiling(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["ceiling"]) == 0
    assert "Critical path of .github/workflows/ci.yml" in capsys.readouterr().out
    assert run(["ceiling", "--output-format", "json"]) == 0
    assert [scope["name"] for scope in json.loads(capsys.readouterr().out)["scopes"]] == [
        "loop",
        "green pipeline",
        "production",
    ]
    (tree / "times.json").write_text("[]")
    assert run(["ceiling", "--timings", "times.json"]) == 2


def test_blockers_that_close_a_station_together(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tree / "go.sh").write_text(SCRIPT + "npm init\n")
    assert run([".", "--select", "INT"]) == 1
    assert "INT102 and INT107 together: each of them closes set-up" in capsys.readouterr().out
