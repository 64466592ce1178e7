"""Plugins as users have them: installed beside agentlint, found by their entry point."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).resolve().parent.parent.parent / "examples/plugin"


def agentlint(site: Path, cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(site)}
    return subprocess.run(
        [sys.executable, "-m", "agentlint", *arguments],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which the example plugin was installed by pip, without a network."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*command, "--disable-pip-version-check", "--target", str(folder), str(EXAMPLE)], check=True)
    return folder


def test_example_plugin_is_listed_and_fires(site: Path, tmp_path: Path) -> None:
    listed = agentlint(site, tmp_path, "rules")
    assert "[fix, from agentlint-example-plugin]" in listed.stdout
    (tmp_path / "set-up.sh").write_text("#!/bin/sh\nteam-wizard new\n")
    found = agentlint(site, tmp_path, ".", "-q", "--select", "TEAM")
    assert found.returncode == 1
    assert "set-up.sh:2:1: " in found.stdout
    assert "TEAM101 team-wizard" in found.stdout
    page = agentlint(site, tmp_path, "rule", "team-wizard")
    assert "| origin | agentlint-example-plugin |" in page.stdout


def install(folder: Path, name: str, rule: str, entry: str = "") -> None:
    """A plugin written straight into a folder: its metadata and one rule file."""
    package = name.replace("-", "_")
    metadata = folder / f"{package}-1.0.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(f"[agentlint.rules]\nown = {entry or package}\n")
    (folder / package).mkdir()
    (folder / package / "__init__.py").write_text("")
    (folder / package / "TEAM101_team_wizard.py").write_text(rule)


RULE = (EXAMPLE / "agentlint_example/rules/TEAM101_team_wizard.py").read_text()


def test_a_crashing_plugin_costs_one_rule_on_one_file(tmp_path: Path) -> None:
    site, tree = tmp_path / "site", tmp_path / "tree"
    install(site, "crashing-plugin", RULE.replace("    at = command.program_span.end\n", "    at = 1 // 0\n"))
    tree.mkdir()
    (tree / "a.sh").write_text("#!/bin/sh\nteam-wizard new\nread -p 'Name? ' name\n")
    (tree / "b.sh").write_text("#!/bin/sh\nread -p 'Name? ' name\n")
    done = agentlint(site, tree, ".", "--output-format", "json")
    document = json.loads(done.stdout)
    assert done.returncode == 1
    assert {finding["path"] for finding in document["findings"] if finding["rule"] == "INT102"} == {"a.sh", "b.sh"}
    assert len(document["errors"]) == 1
    assert document["errors"][0]["path"] == "a.sh"
    assert (
        "rule TEAM101 (team-wizard) of crashing-plugin crashed (ZeroDivisionError" in document["errors"][0]["message"]
    )


@pytest.mark.parametrize(
    ("rule", "entry", "says"),
    [
        (RULE.replace("RULE = Rule(", "RULE = Rul("), "", "TEAM101_team_wizard.py:12: NameError"),
        (RULE.replace("command: Command,", "command: Comand,"), "", "TEAM101_team_wizard.py:"),
        (RULE, "no_such_module", "the plugin broken-plugin (entry point own) does not load"),
        (RULE.replace("TEAM101", "INT102"), "", "'INT102' is taken already"),
    ],
)
def test_a_plugin_that_does_not_load_is_named(tmp_path: Path, rule: str, entry: str, says: str) -> None:
    site = tmp_path / "site"
    install(site, "broken-plugin", rule, entry)
    done = agentlint(site, tmp_path, ".")
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_entry_points_are_read_as_the_standard_library_reads_them() -> None:
    from importlib import metadata

    from agentlint.rule.entry_points import entry_points

    for group in ("agentlint.rules", "console_scripts", "pytest11"):
        ours = {(entry.name, entry.value) for entry in entry_points(group)}
        assert ours == {(entry.name, entry.value) for entry in metadata.entry_points(group=group)}
    assert "agentlint-audit" in {entry.package for entry in entry_points("agentlint.rules")}
