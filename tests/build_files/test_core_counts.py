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


_UNPACKED = "set -e\ntar xf {0}-1.2.tar.gz\ncd {1}\nmake {2}\n"


@pytest.mark.parametrize(
    ("archive", "folder", "goals", "lines"),
    [
        ("lib", "lib-1.2", "SHARED=1", [4]),
        ("lib", "lib-1.2", "install", []),
        ("lib", "lib-1.2", "-f Makefile.tool", []),
        ("lib", "other", "", []),
        ("tool", "tool-1.2", "", []),
    ],
    ids=["another's sources", "what installs", "a makefile by name", "another folder", "the own archive"],
)
def test_make_in_an_unpacked_folder(archive: str, folder: str, goals: str, lines: list[int]) -> None:
    files = {"README.md": "https://github.com/team/tool\n", "get.sh": _UNPACKED.format(archive, folder, goals)}
    audit = audit_files({name: body.encode() for name, body in files.items()})
    assert [found.line for found in audit.findings if found.rule == "SER304"] == lines
