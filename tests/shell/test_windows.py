"""PowerShell and batch: what is run and asked, and under which conditions."""

from __future__ import annotations

import pytest

from agentlint.facts.command import Command, GuardKind, Input
from tests.shell.support import reading

NOT_AUTOMATED, OPTION, VARIABLE = GuardKind.NOT_AUTOMATED, GuardKind.OPTION, GuardKind.VARIABLE

POWERSHELL: list[tuple[str, GuardKind | None]] = [
    ('$x = Read-Host "Name"', None),
    ('$x = Read-Host "Name" # why', None),
    ("if (-not $env:CI) { Read-Host x }", NOT_AUTOMATED),
    ("if ($env:CI) { build } else { Read-Host x }", NOT_AUTOMATED),
    ("if ($env:CI) { return }\nRead-Host x", NOT_AUTOMATED),
    ("if ([Environment]::UserInteractive) { Read-Host x }", GuardKind.TERMINAL),
    ("param([switch]$Force)\nif (-not $Force) { Read-Host x }", OPTION),
    ("param([string]$Name = (Read-Host x))", OPTION),
    ("param($Name)\nif ([string]::IsNullOrEmpty($Name)) { Read-Host x }", VARIABLE),
    ("while ($true) { Read-Host x }", None),
    ("if (-not $env:CI)\n{\n  Read-Host x\n}", NOT_AUTOMATED),
    ("if ($env:CI)\n{\n  build\n}\nelse\n{\n  Read-Host x\n}", NOT_AUTOMATED),
]


def _only(text: str, program: str, dialect: str) -> Command:
    (found,) = [command for command in reading(text, dialect=dialect).commands if command.program == program]
    return found


@pytest.mark.parametrize(("text", "kind"), POWERSHELL)
def test_powershell_guards(text: str, kind: GuardKind | None) -> None:
    guard = _only(text, "Read-Host", "pwsh").answering_guard
    assert (guard.kind if guard else None) is kind


@pytest.mark.parametrize(
    "text",
    [
        "for ($i = 0; $i -lt 9; $i++) { Start-Sleep 5 }",
        "for (;;) { Start-Sleep 5 }",
        "while (-not $up)\n{\n  Start-Sleep 5\n}",
        "do\n{\n  Start-Sleep 5\n} until ($up)",
    ],
)
def test_powershell_loops(text: str) -> None:
    assert _only(text, "Start-Sleep", "pwsh").in_loop


BATCH: list[tuple[str, GuardKind | None]] = [
    ("pause", None),
    ("if not defined CI pause", NOT_AUTOMATED),
    ("if defined CI (npm ci) else (\n  pause\n)", NOT_AUTOMATED),
    ('if "%CI%"=="" pause', NOT_AUTOMATED),
    ('if "%~1"=="" pause', VARIABLE),
    ("if %errorlevel% neq 0 pause", None),
]


@pytest.mark.parametrize(("text", "kind"), BATCH)
def test_batch_guards(text: str, kind: GuardKind | None) -> None:
    guard = _only(text, "pause", "cmd").answering_guard
    assert (guard.kind if guard else None) is kind


def test_comments_and_text_run_nothing() -> None:
    assert reading("<# Read-Host #>\n# Read-Host\n$a = 'Read-Host'\n", dialect="pwsh").commands == ()
    assert reading("rem pause\n:: pause\necho pause\n", dialect="cmd").commands == ()


def test_wrappers_come_off() -> None:
    assert _only("npx --yes probe a", "probe", "pwsh").wrappers == ("npx",)
    assert _only("call npx probe a", "probe", "cmd").texts() == ("a",)
    assert _only("timeout /t 5", "timeout", "cmd").texts() == ("/t", "5")


def test_input() -> None:
    assert _only("echo y | probe", "probe", "cmd").input is Input.PIPE
    assert _only("probe < nul", "probe", "cmd").input is Input.NULL
    assert _only("'y' | probe", "probe", "pwsh").input is Input.PIPE


def test_places() -> None:
    text = '$x = Read-Host "Name"\r\nif (1) { npm ci }\r\n'
    commands = reading(text, dialect="pwsh").commands
    assert [text[c.place.span.start : c.place.span.end] for c in commands] == ['Read-Host "Name"', "npm ci"]


def test_steps_in_other_languages_give_no_commands() -> None:
    assert reading("import os\nos.system('x')", dialect="python").commands == ()
