"""Words that a variable brings are no place for an edit: what stands there is the variable's name."""

from __future__ import annotations

import pytest

from agentlint.config import Config
from agentlint.engine.audit import audit_files
from agentlint.fix.applying import apply_fixes

JOB = "on: push\njobs:\n  t:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n      - run: ./ci.sh\n"


@pytest.mark.parametrize(
    "script",
    [
        'pytest="python -m pytest --color=yes"\n$pytest -m "$markers" "$@"\n',
        'run="docker run --rm -it"\n$run image make test\n',
        'pip="pip install --no-cache-dir"\n$pip -r requirements.txt\n',
        'make="make -j1"\n$make all\n',
        'npm="npm install"\n$npm\n',
    ],
)
def test_a_variable_is_not_taken_away(script: str) -> None:
    files = {
        "ci.sh": ("#!/bin/bash\nset -e\n" + script).encode(),
        ".github/workflows/ci.yml": JOB.encode(),
        "package-lock.json": b"{}",
        "package.json": b'{"name": "x"}',
        "CMakeLists.txt": b"project(x C)\n",
    }
    audit = audit_files(files, Config(pedantic=True))
    after = apply_fixes(audit.findings, audit.source, unsafe=True).texts.get("ci.sh", files["ci.sh"].decode())
    name = script.partition("=")[0]
    assert f"\n${name}" in after
