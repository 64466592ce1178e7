"""What .gitignore files say of a path."""

from __future__ import annotations

import pytest

from agentlint.files.gitignore import is_ignored, spec_of


@pytest.mark.parametrize(
    ("path", "ignored"), [("a.log", True), ("build/x", True), ("keep.log", False), ("src/a", False)]
)
@pytest.mark.parametrize("refused", ["", "!\n", "a\\\n"])
def test_a_line_that_is_refused_does_not_cost_the_others(path: str, ignored: bool, refused: str) -> None:
    specs = (("", spec_of(f"*.log\n{refused}!keep.log\nbuild/\n")),)
    assert is_ignored(path, specs) is ignored


def test_the_innermost_that_says_anything_decides() -> None:
    specs = (("", spec_of("*.log\n")), ("sub/", spec_of("!*.log\n")))
    assert not is_ignored("sub/a.log", specs)
    assert is_ignored("a.log", specs[:1])
