"""A PowerShell or batch script that asks."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.judgements.asking.asking import HANGS
from agentlint.judgements.asking.reading import asks_here
from agentlint.judgements.running.scope import as_written
from agentlint.rule import Bad, Category, Confidence, Good, Hit, Rule, Severity

RULE = Rule(
    id="INT115",
    name="windows-prompt",
    category=Category.INTERACTIVE,
    summary="A PowerShell or batch script asks (`Read-Host`, `Get-Credential`, `pause`, `choice`, `set /p`).",
    why=(
        "`Read-Host` and `pause` wait at the console. A shell started with -NonInteractive turns the question into an error; without "
        "it, the run stops there until the time limit."
    ),
    remediation="Take the value as a parameter or an environment variable, and leave `pause` out (or keep it for an interactive session).",
    severity=Severity.BLOCKER,
    programs=frozenset(
        {
            "Read-Host",
            "Get-Credential",
            "Out-GridView",
            "pause",
            "Pause",
            "choice",
            "set",
            "rmdir",
            "rd",
            "del",
            "erase",
        }
    ),
    references=("https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_pwsh",),
    bad=(
        Bad({"setup.ps1": "$name = Read-Host 'Name'\nWrite-Output $name\n"}, at=("setup.ps1:1",)),
        Bad({"build.bat": "@echo off\ncall make.bat\npause\n"}, at=("build.bat:3",)),
        Bad({"ask.cmd": "@echo off\nset /p NAME=Name: \n"}, at=("ask.cmd:2",)),
        Bad({"clean.bat": "@echo off\nrmdir /s build\n"}, at=("clean.bat:2",), title="asks “Are you sure (Y/N)?”"),
        Bad(
            {"clean.ps1": "if ($PSCmdlet.ShouldContinue('Remove it', 'Sure?')) { Remove-Item data }\n"},
            at=("clean.ps1:1",),
        ),
        Bad(
            {
                "setup.ps1": (
                    "function Exit-Script {\n  param (\n    [int]$ExitCode,\n    [bool]$WaitForKeypress = $true\n  )\n\n"
                    "  if ($ExitCode -ne 0) {\n    $openLog = Read-Host\n  }\n  elseif ($WaitForKeypress) {\n"
                    '    $host.UI.RawUI.ReadKey("NoEcho,IncludeKeyDown") | Out-Null\n  }\n}\n\n'
                    "if (-not (Test-Path app)) { Exit-Script -exitCode 1 }\nExit-Script -exitCode 0\n"
                )
            },
            at=("setup.ps1:8", "setup.ps1:11"),
            title="parameters of a function, which the script's own calls leave at what asks",
        ),
        Bad({"ask.bat": '@echo off\nchoice /c yn /m "Go on"\n'}, at=("ask.bat:2",)),
    ),
    good=(
        Good(
            {"setup.ps1": "param($Name)\nif (-not $Name) { $Name = Read-Host 'Name' }\n"}, because="a parameter answers"
        ),
        Good(
            {"setup.ps1": "if ([Environment]::UserInteractive) { Read-Host 'Name' }\n"},
            because="only where somebody is there",
        ),
        Good({"ask.cmd": "@echo off\nset /p VERSION=<version.txt\n"}, because="reads a file"),
        Good({"ask.bat": "@echo off\nchoice /c yn /t 5 /d y\n"}, because="answers by itself after five seconds"),
        Good({"clean.bat": "@echo off\nrmdir /s /q build\ndel /q temp\\*.*\n"}, because="/q answers"),
        Good({"clean.sh": "#!/bin/sh\nrmdir build\n"}, because="the rmdir of Unix asks nothing"),
        Good(
            {
                "clean.ps1": "param([switch]$Force)\nif ($Force -or $PSCmdlet.ShouldContinue('a', 'b')) { Remove-Item data }\n"
            },
            because="a parameter answers",
        ),
        Good(
            {
                "deploy.ps1": (
                    "param([switch]$Yes)\n\nfunction Confirm-Step {\n  param([string]$Text, [bool]$Assume)\n"
                    "  if (-not $Assume) { Read-Host $Text }\n}\n\nConfirm-Step 'Deploy?' -Assume $Yes\n"
                )
            },
            because="a parameter of the script comes through",
        ),
        Good(
            {
                "setup.Tests.ps1": "It 'asks' {\n  Mock Read-Host { return 'A' }\n  Should -Invoke Read-Host -Exactly 1\n}\n"
            },
            because="a test puts something else in its place",
        ),
        Good(
            {
                "Tests/Rules/AvoidPrompt.ps1": "$name = Read-Host 'Name'\n",
                "Tests/Rules/AvoidPrompt.tests.ps1": "$found = Invoke-ScriptAnalyzer $PSScriptRoot\\AvoidPrompt.ps1\n",
            },
            because="sample input of a linter's test",
        ),
        Good({"set.sh": "#!/bin/sh\nset -p\n"}, because="the set of another shell"),
        Good({"draw.sh": "#!/bin/sh\nant -f draw.xml\npause\n"}, because="a shell of Unix has no such command"),
        Good({"build.bat": "@echo off\necho | pause\n"}, because="fed by a pipe"),
    ),
)


def check(command: Command, repository: Repository) -> Iterator[Hit]:
    """Flag console questions of Windows' shells."""
    fed_is_shown = command.program == "Out-GridView" and command.answering_guard is None
    if not (fed_is_shown or asks_here(command, repository)) or not _asks(command):
        return
    if _is_analysed(command, repository) or _of_unix(command, repository):
        return
    yield Hit(
        place=command.place,
        message=f"`{as_written(command, repository, 60)}` waits for somebody at the console; take the value as a parameter or a variable",
        unit=command.unit,
        cost=HANGS,
        confidence=Confidence.HIGH,
    )


def _of_unix(command: Command, repository: Repository) -> bool:
    """True in a script for a shell of Unix, which knows no `pause` and fails at once instead of waiting."""
    source = repository.read(command.place.path)
    return source is not None and source.kind in _UNIX


_UNIX = frozenset({"shell", "fish", "makefile"})
_TEST_FOLDER = lazily(r"(?:^|/)(?:tests?|specs?)/", re.IGNORECASE)


def _is_analysed(command: Command, repository: Repository) -> bool:
    """True for what a linter's own test reads: a test beside it hands it to the analyser, and nothing runs it."""
    path = command.place.path
    folder, slash, name = path.rpartition("/")
    if not _TEST_FOLDER.search(path) or ".tests." in name.lower():
        return False
    return any(
        name in source.text and "Invoke-ScriptAnalyzer" in source.text
        for test in repository.project.paths
        if test.startswith(folder + slash)
        and test.lower().endswith(".tests.ps1")
        and test.count("/") == path.count("/")
        if (source := repository.read(test)) is not None
    )


def _asks(command: Command) -> bool:
    texts = [text.lower() for text in command.texts()]
    if command.program == "set":
        return texts[:1] == ["/p"] or any(text.startswith("/p") for text in texts[:1])
    if command.program == "choice":
        return not any(text.startswith("/t") for text in texts)
    if command.program in {"rmdir", "rd"}:
        return "/s" in texts and "/q" not in texts
    if command.program in {"del", "erase"}:
        return "/p" in texts or (
            "/q" not in texts and bool(texts) and re.search(r"(^|\\)\*(\.\*)?$", texts[-1]) is not None
        )
    if command.program == "Get-Credential":
        return "-credential" not in texts
    return (
        command.program != "Out-GridView"
        or "-passthru" in texts
        or any(text.startswith("-outputmode") for text in texts)
    )
