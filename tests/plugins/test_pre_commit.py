"""The hooks as users run them: the real pre-commit, on a temporary repository, with this repository as the hooks' source.

Offline: what the hooks' environment needs is lent to it from the environment that runs the tests.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent

pytestmark = pytest.mark.skipif(
    not (ROOT / ".git").exists(), reason="pre-commit clones the hooks from a git repository"
)

WORKFLOW = """\
on: push
concurrency: {group: ci, cancel-in-progress: true}
jobs:
  test:
    runs-on: ubuntu-latest
    timeout-minutes: 5
    steps:
      - run: ./set-up.sh
"""


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Variables under which pip takes everything from here and nothing from a network."""
    lent = tmp_path_factory.mktemp("lent")
    for entry in Path(sysconfig.get_path("purelib")).iterdir():
        if "agentlint" not in entry.name and entry.suffix != ".pth":
            (lent / entry.name).symlink_to(entry)
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
        "PRE_COMMIT_HOME": str(tmp_path_factory.mktemp("home")),
        "PYTHONPATH": str(lent),
        "PIP_NO_INDEX": "1",
        "PIP_NO_BUILD_ISOLATION": "0",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "safe.directory",
        "GIT_CONFIG_VALUE_0": "*",
    }


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A repository whose set-up asks a question."""
    (tmp_path / ".github/workflows").mkdir(parents=True)
    (tmp_path / ".github/workflows/ci.yml").write_text(WORKFLOW)
    (tmp_path / "set-up.sh").write_text("#!/bin/sh\nread -p 'Name? ' name\n")
    for arguments in (["init", "-q"], ["add", "."]):
        subprocess.run(["git", *arguments], cwd=tmp_path, check=True)
    return tmp_path


def hook(tree: Path, environment: dict[str, str], name: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pre_commit", "try-repo", str(ROOT), name, "--all-files", "--color", "never"],
        cwd=tree,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("name", ["agentlint", "agentlint-repo"])
def test_a_planted_prompt_fails_and_its_mending_passes(tree: Path, environment: dict[str, str], name: str) -> None:
    failed = hook(tree, environment, name)
    assert failed.returncode == 1, failed.stdout + failed.stderr
    assert "set-up.sh" in failed.stdout
    assert "INT102 read-waits" in failed.stdout
    (tree / "set-up.sh").write_text("#!/bin/sh\nname=${1:?name}\n")
    subprocess.run(["git", "add", "."], cwd=tree, check=True)
    passed = hook(tree, environment, name)
    assert passed.returncode == 0, passed.stdout + passed.stderr
    assert "Passed" in passed.stdout
