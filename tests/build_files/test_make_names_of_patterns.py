"""Targets that a pattern makes of others' names, and programs below a folder that only the machine knows."""

from __future__ import annotations

from pathlib import Path

from agentlint.engine.audit import audit_tree

_COMMON = "LINTER :=\nifeq ($(CI),)\nLINTER := $(GOBIN)/golangci-lint\nendif\n\n%: common-% ;\n\ncommon-lint:\n\t$(LINTER) run ./...\n\ncommon-test:\n\tgo test ./...\n"


def test_a_pattern_that_renames(tmp_path: Path) -> None:
    (tmp_path / "Makefile").write_text("include Makefile.common\n\nall: lint test\n\ntest:\n\tgo test -short ./...\n")
    (tmp_path / "Makefile.common").write_text(_COMMON)
    edges = audit_tree(tmp_path).repository.graph.edges
    assert edges["Makefile#target:lint"] == ("Makefile#target:common-lint",)
    assert "Makefile#target:common-test" not in edges.get("Makefile#target:test", ())


def test_a_program_in_a_folder_nobody_knows(tmp_path: Path) -> None:
    (tmp_path / "Makefile").write_text(
        "GOLANGCI = $(GOPATH)/bin/golangci-lint\nFLAGS :=\nifdef ALL\nFLAGS := --all\nendif\n\nlint:\n\t$(GOLANGCI) run $(FLAGS)\n\n"
        "vet:\n\t$(shell go env GOPATH)/bin/staticcheck ./...\n"
    )
    commands = audit_tree(tmp_path).repository.commands
    assert [(one.program, one.texts()) for one in commands] == [
        ("golangci-lint", ("run",)),
        ("staticcheck", ("./...",)),
    ]


def test_an_emptied_program_is_filled_by_a_condition(tmp_path: Path) -> None:
    (tmp_path / "Makefile").write_text(_COMMON)
    commands = audit_tree(tmp_path).repository.commands
    assert [one.program for one in commands] == ["golangci-lint", "go"]
