"""A listing that Python adds up line by line and prints as a whole is a listing all the same."""

from __future__ import annotations

from agentlint.judgements.printing.layouts import dialect_of, layouts

_TEXT = "def list_apps(db):\n    output = 'Supported:\\n'\n    for name in db:\n        output += f' - {name}\\n'\n    {end}\n"


def test_lines_added_to_what_is_printed() -> None:
    (found,) = layouts(_TEXT.replace("{end}", "print(output)"), "py")
    assert found.listed
    assert found.function == "list_apps"


def test_lines_added_to_what_is_returned() -> None:
    assert not list(layouts(_TEXT.replace("{end}", "return output"), "py"))


def test_consoles_of_a_program_s_own_and_the_calls_chained_to_them() -> None:
    text = (
        "class ListSettings\n{\n    public override Task RunAsync()\n    {\n        foreach (var one in found)\n        {\n"
        '            ColoredConsole\n                .WriteLine($"   -> {Title("Name")}: {one.Key}")\n'
        '                .WriteLine($"      {Title("Value")}: {one.Value}");\n        }\n    }\n}\n'
    )
    assert [(one.function, one.lines, one.listed) for one in layouts(text, "cs")] == [("RunAsync", 2, True)]
    assert not list(layouts(text.replace("WriteLine", "AppendLine"), "cs"))


def test_the_first_line_of_a_script_says_its_language_whatever_its_ending() -> None:
    assert dialect_of("bin/list.sh", "#!/usr/bin/env php\n<?php\n") == "php"
    assert dialect_of("bin/list.sh", "#!/bin/sh\n") == dialect_of("bin/list.sh", "") == "sh"
