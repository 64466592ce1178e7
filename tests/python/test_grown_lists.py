"""Lists of arguments that a Python program fills above the place where it runs them."""

from __future__ import annotations

import pytest

from agentlint.engine.audit import audit_files

_WORKFLOW = b"on: pull_request\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: python tools/run_tests.py\n"
_SCRIPT = (
    "import subprocess\nimport sys\n\n\ndef main(args):\n    words = [sys.executable, '-m', 'pytest', 'tests']\n"
    "    if args.slow:\n        words += {more}\n    subprocess.run(words, check=True)\n"
)


@pytest.mark.parametrize(
    ("more", "arguments"),
    [
        ("['--slow', '-x']", ("tests", "--slow", "-x")),
        ("('--slow',)", ("tests", "--slow")),
        ("args.more", None),
    ],
)
def test_what_may_be_added(more: str, arguments: tuple[str, ...] | None) -> None:
    files = {"tools/run_tests.py": _SCRIPT.format(more=more).encode()}
    found = [one.texts() for one in audit_files(files).repository.commands if one.program == "pytest"]
    assert found == ([arguments] if arguments else [])


def test_the_report_is_missed_where_the_list_is_written() -> None:
    script = _SCRIPT.format(more="['-x']")
    found = _told(script)
    assert "tools/run_tests.py:6" in found
    assert not any(one.startswith("tools/run_tests.py:9") for one in found)
    assert _told(_SCRIPT.format(more="['--junitxml=report.xml']")) == set()


def _told(script: str) -> set[str]:
    files = {".github/workflows/ci.yml": _WORKFLOW, "tools/run_tests.py": script.encode()}
    return {f"{one.path}:{one.line}" for one in audit_files(files).findings if one.rule == "OUT401"}
