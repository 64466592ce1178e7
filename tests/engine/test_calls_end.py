"""The search for what a command calls has an end, whatever folder the command runs in."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agentlint.config import Config
from agentlint.engine import limit
from agentlint.engine.audit import audit_files
from agentlint.facts.calls import _RESOLVERS, called_units

FILES = {
    "Makefile": b"test:\n\ttrue\n",
    "package.json": b'{"scripts": {"test": "true"}}',
    "app/package.json": b'{"scripts": {"test": "true"}}',
}
WORDS = ("test", "run test", "--prefix /usr/local run test", "-C / test", "-f /x/Makefile test", "up", "-m pytest")


@pytest.mark.parametrize("folder", ["/", "//", "/opt/app", "..", "../../x", "app/../..", ".", "", "app", None])
def test_of_any_folder(folder: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    script = "".join(f"{program} {words}\n" for program in sorted(_RESOLVERS) for words in WORDS)
    found = audit_files({**FILES, "run.sh": script.encode()}, Config(select=("INT101",)))
    assert found.repository is not None
    assert len(found.repository.commands) >= len(_RESOLVERS)
    monkeypatch.setattr(limit, "SECONDS", 0.5)
    with limit.limited():
        for command in found.repository.commands:
            with limit.PIECE:
                called = called_units(replace(command, directory=folder), found.repository.unit_index)
            if folder in {"/", "//", "/opt/app", "..", "../../x", "app/../.."} and command.program in {"npm", "yarn"}:
                assert called == ()
