"""A variable that two branches set to one program, with a version behind its name or without."""

from __future__ import annotations

from pathlib import Path

import pytest

from agentlint.engine.audit import audit_tree


@pytest.mark.parametrize(("names", "program"), [("ctest3 ctest", "ctest"), ("apt dnf", ""), ("ctest3 cmake3", "")])
def test_versions_behind_the_name(tmp_path: Path, names: str, program: str) -> None:
    first, second = names.split()
    (tmp_path / "t.sh").write_text(
        f'if command -v {first} >/dev/null; then\n  Run="{first}"\nelif command -v {second} >/dev/null; then\n  Run={second}\n'
        "else\n  exit 1\nfi\n$Run --all\n"
    )
    commands = audit_tree(tmp_path).repository.commands
    assert [one.program for one in commands if one.texts() == ("--all",)] == [program]


_CHOSEN = 'if [ -f "$BELOW" ]; then\n  LINT="$BELOW"\nelif command -v golangci-lint; then\n  LINT="golangci-lint"\nelse\n  exit 1\nfi\n'


@pytest.mark.parametrize(
    ("script", "program"),
    [
        ('BELOW="$(go env GOPATH)/bin/golangci-lint"\nLINT=""\n' + _CHOSEN + '"$LINT" run --fast\n', "golangci-lint"),
        ("LINT=$GOBIN/staticcheck\n$LINT run --fast\n", "staticcheck"),
        ("LINT=$DATA/list.txt\n$LINT run --fast\n", ""),
        ('if [ -n "$A" ]; then\n  T=$A/bin/mypy\nelse\n  T=$B/bin/ruff\nfi\n$T run --fast\n', ""),
    ],
)
def test_a_program_below_a_folder_nobody_knows(tmp_path: Path, script: str, program: str) -> None:
    (tmp_path / "t.sh").write_text(script)
    commands = audit_tree(tmp_path).repository.commands
    assert [one.program for one in commands if one.texts() == ("run", "--fast")] == [program]
