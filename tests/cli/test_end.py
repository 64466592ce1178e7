"""The installed command ends its process at once: with everything said, and not where somebody waits for Python's own end."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "setup.sh").write_text("#!/bin/sh\nread -p 'Name? ' name\n")
    return tmp_path


def _python(tree: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], cwd=tree, capture_output=True, text=True, check=False)


def test_output_that_waits_in_a_buffer_is_written(tree: Path) -> None:
    done = _python(tree, "-m", "agentlint", ".", "--no-cache")
    assert done.returncode == 1
    assert "INT102" in done.stdout
    assert done.stderr == ""


def test_a_named_file_is_whole(tree: Path) -> None:
    done = _python(tree, "-m", "agentlint", ".", "--no-cache", "--output-format", "json", "--output-file", "out.json")
    assert (done.returncode, done.stdout) == (1, "")
    assert (tree / "out.json").read_text().rstrip().endswith("}")


def test_what_was_asked_to_be_done_at_the_end_is_done(tree: Path) -> None:
    code = (
        "import atexit, sys; from agentlint.__main__ import command; sys.argv[1:] = ['.', '--no-cache', '-q'];"
        "atexit.register(print, 'the end'); command()"
    )
    assert _python(tree, "-c", code).stdout.rstrip().endswith("the end")


def test_a_profiler_tells_what_it_saw(tree: Path) -> None:
    assert "function calls" in _python(tree, "-m", "cProfile", "-m", "agentlint", ".", "--no-cache").stdout


def test_used_as_a_function_it_gives_its_status_back(tree: Path) -> None:
    code = (
        "import sys; from agentlint.__main__ import main; sys.argv[1:] = ['.', '--no-cache', '-q'];"
        "print('status', main())"
    )
    assert _python(tree, "-c", code).stdout.rstrip().endswith("status 1")
