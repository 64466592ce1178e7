"""Scripts that bear the names of a makefile's targets, and make's own loop."""

from __future__ import annotations

from agentlint.documents.embedded import EmbeddedText
from agentlint.documents.make_expansion import expand
from agentlint.engine.audit import audit_files
from agentlint.judgements.running.scope import carried_out


def test_each_of_many_targets_runs_the_script_of_its_name() -> None:
    files = {
        ".github/workflows/ci.yml": b"on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: make lint\n",
        "Makefile": b"TASKS := build lint test\n\n$(TASKS):\n\t./scripts/$@\n",
        "scripts/lint": b"#!/bin/bash\nshellcheck run.sh\n",
        "scripts/test": b"#!/bin/bash\nbats tests\n",
    }
    repository = audit_files(files).repository
    made = next(command for command in repository.commands if command.program == "make")
    run = {command.program for command in carried_out(made, repository)}
    assert "shellcheck" in run
    assert "bats" not in run


def test_a_foreach_of_commands_is_a_loop_of_the_shell() -> None:
    text = EmbeddedText.whole_file("$(foreach one, $(sort $(ALL)), $(MAKE) $(one);)")
    assert expand(text, {"MAKE": "make"}).text == "for one in ${MAKE_WORDS}; do  make ${one}; done"


def test_a_foreach_of_words_is_none() -> None:
    text = EmbeddedText.whole_file("echo $(foreach one,$(ALL),-I$(one))")
    assert expand(text, {}).text == "echo ${MAKE_foreach}"
