"""Functions that stand in one script and are called by another, which sources it."""

from __future__ import annotations

import pytest

from agentlint.engine.audit import audit_files
from agentlint.facts.calls import called_units


@pytest.mark.parametrize(
    ("line", "called"),
    [
        ("run_specs", ("ci/functions.sh#function:run_specs",)),
        ('fold "specs" run_specs', ("ci/functions.sh#function:run_specs",)),
        ("with_log run_specs", ("ci/functions.sh#function:run_specs",)),
        ("./run_specs", ()),
        ("echo run_specs", ()),
        ("run_twice", ()),
    ],
)
def test_called_by_name(line: str, called: tuple[str, ...]) -> None:
    functions = "function run_specs {\n  bin/rspec\n}\nrun_twice() { true; }\n"
    audit = audit_files(
        {
            "ci/build": f"#!/bin/bash\nsource ci/functions.sh\n{line}\n".encode(),
            "ci/functions.sh": functions.encode(),
            "ci/other.sh": b"run_twice() { true; }\n",
        }
    )
    command = next(one for one in audit.repository.commands if one.place.path == "ci/build" and one.program != "source")
    assert called_units(command, audit.repository.unit_index) == called
