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
