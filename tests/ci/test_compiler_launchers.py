"""What a job that compiles without a cache is advised: a launcher only where its generator calls one."""

from __future__ import annotations

import pytest

from agentlint.engine.audit import audit_files

_CI = ".github/workflows/ci.yml"
_JOB = "on: pull_request\njobs:\n  t:\n    runs-on: {runner}\n    steps:\n      - uses: actions/checkout@v4\n      - run: {run}\n"
_SOURCES = {f"src/part{number}.cpp": "int x;\n" for number in range(40)}


def _advice(runner: str, run: str) -> str:
    files = {_CI: _JOB.format(runner=runner, run=run), "CMakeLists.txt": "project(x)\n", **_SOURCES}
    audit = audit_files({name: text.encode() for name, text in files.items()})
    return next(one.message for one in audit.findings if one.rule == "CAC206").partition("each run; ")[2]


@pytest.mark.parametrize(
    ("runner", "options", "advice"),
    [
        ("ubuntu-latest", "", "set CMAKE_CXX_COMPILER_LAUNCHER=ccache and keep ~/.cache/ccache between runs"),
        (
            "windows-latest",
            "",
            "generate for Ninja (Visual Studio's generator takes no launcher), set CMAKE_CXX_COMPILER_LAUNCHER=ccache "
            "with /Z7 for /Zi and keep %LOCALAPPDATA%\\ccache between runs",
        ),
        (
            "windows-latest",
            "-G Ninja",
            "set CMAKE_CXX_COMPILER_LAUNCHER=ccache and keep %LOCALAPPDATA%\\ccache between runs",
        ),
        (
            "windows-latest",
            "--preset x",
            "set CMAKE_CXX_COMPILER_LAUNCHER=ccache and keep %LOCALAPPDATA%\\ccache between runs",
        ),
        (
            "macos-15",
            "-G Xcode",
            "generate for Ninja (Xcode's takes no launcher), set CMAKE_CXX_COMPILER_LAUNCHER=ccache and keep "
            "~/Library/Caches/ccache between runs",
        ),
    ],
)
def test_a_launcher_is_named_where_it_is_called(runner: str, options: str, advice: str) -> None:
    assert _advice(runner, f"cmake -B build {options} . && cmake --build build") == advice
