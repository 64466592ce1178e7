"""The advice on jobs is written as the shell of the place reads it: pasted as it stands, it works."""

from __future__ import annotations

import pytest

from agentlint.engine.audit import audit_files

_SOURCES = {f"src/part{number}.c": "int x;\n" for number in range(24)}


@pytest.mark.parametrize(
    ("path", "text", "cores"),
    [
        ("Makefile", "lib:\n\tcd dep && ./configure && make\n", '-j"$$(nproc)"'),
        ("build.sh", "#!/bin/sh\nset -e\n./configure\nmake\n", '-j"$(nproc)"'),
        ("build.bat", "bash ./configure\nmingw32-make\n", '-j"%NUMBER_OF_PROCESSORS%"'),
        (".appveyor.yml", 'build_script:\n  - bash -c "./configure"\n  - mingw32-make\n', '-j"%NUMBER_OF_PROCESSORS%"'),
    ],
)
def test_the_number_of_cores_is_spelled_for_the_shell(path: str, text: str, cores: str) -> None:
    files = {path: text, "configure.ac": "AC_INIT\n", **_SOURCES}
    audit = audit_files({name: body.encode() for name, body in files.items()})
    told = [found.message for found in audit.findings if found.rule == "SER304"]
    assert [message for message in told if cores in message] == told
    assert told
