"""What the names of files alone tell of a project."""

from __future__ import annotations

import pytest

from agentlint.facts.filefacts import FileFacts
from agentlint.facts.project import ToolSetting
from agentlint.facts.project_summary import LANGUAGES, is_agent_document, is_test, summarise
from agentlint.files.source import Place, Span

TESTS = (
    "tests/test_a.py", "pkg/a_test.go", "src/a.test.ts", "src/a.spec.jsx", "src/test/java/ATest.java", "spec/a_spec.rb", "tests/ATest.php",
    "tests/a.rs", "test/a.js", "t/a.t", "test/a_test.exs", "A.Tests/BTests.cs", "tests/a.bats", "cypress/a.cy.ts",
)  # fmt: skip
NO_TESTS = (
    "tests/conftest.py",
    "tests/helpers.js",
    "src/latest.py",
    "src/contest.go",
    "src/main/java/Attest.kt",
    "tests/util.h",
    "spec.rb",
)


@pytest.mark.parametrize("path", TESTS)
def test_is_a_test(path: str) -> None:
    assert is_test(path, LANGUAGES["." + path.rpartition(".")[2]])


@pytest.mark.parametrize("path", NO_TESTS)
def test_is_no_test(path: str) -> None:
    assert not is_test(path, LANGUAGES["." + path.rpartition(".")[2]])


def test_counts_leave_out_what_others_wrote() -> None:
    project = summarise(
        [
            "test_a.py",
            "a.py",
            "vendor/b.py",
            "tests/fixtures/test_b.py",
            "node_modules/x/a.test.js",
            "uv.lock",
            "AGENTS.md",
        ],
        {},
    )
    assert project.test_files == {"python": 1}
    assert project.source_files == {"python": 1}
    assert project.lock_files == ("uv.lock",)
    assert project.agent_documents == ("AGENTS.md",)


def test_the_nearest_setting_counts_first() -> None:
    def one(path: str, value: str) -> FileFacts:
        return FileFacts(settings=(ToolSetting("pytest", "addopts", value, Place(path, Span(0, 0))),))

    project = summarise(
        [], {"a/deep/pytest.ini": one("a/deep/pytest.ini", "1"), "pyproject.toml": one("pyproject.toml", "2")}
    )
    setting = project.setting("pytest", "addopts")
    assert setting is not None
    assert setting.value == "2"


def test_agent_documents() -> None:
    assert is_agent_document(".github/copilot-instructions.md")
    assert is_agent_document(".cursor/rules/a.mdc")
    assert not is_agent_document("README.md")
