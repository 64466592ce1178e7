"""A listing that Python adds up line by line and prints as a whole is a listing all the same."""

from __future__ import annotations

from agentlint.rule.layouts import layouts

_TEXT = "def list_apps(db):\n    output = 'Supported:\\n'\n    for name in db:\n        output += f' - {name}\\n'\n    {end}\n"


def test_lines_added_to_what_is_printed() -> None:
    (found,) = layouts(_TEXT.replace("{end}", "print(output)"), "py")
    assert found.listed
    assert found.function == "list_apps"


def test_lines_added_to_what_is_returned() -> None:
    assert not list(layouts(_TEXT.replace("{end}", "return output"), "py"))
