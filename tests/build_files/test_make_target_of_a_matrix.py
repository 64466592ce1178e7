"""A make target whose name a matrix completes."""

from __future__ import annotations

from agentlint.engine.audit import audit_files
from agentlint.facts.calls import called_units

_WORKFLOW = (
    "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    strategy:\n      matrix:\n        base: [debian, alpine]\n    steps:\n"
    "      - run: make build-image-${{ matrix.base }}\n      - run: make ${{ matrix.base }}\n"
)


def test_the_first_target_that_fits_is_called() -> None:
    files = {
        ".github/workflows/ci.yml": _WORKFLOW.encode(),
        "Makefile": b"build-image-debian:\n\tdocker build -t a .\nbuild-image-alpine:\n\tdocker build -t b .\n",
    }
    repository = audit_files(files).repository
    made = [command for command in repository.commands if command.program == "make"]
    assert [len(called_units(command, repository.unit_index)) for command in made] == [1, 0]
