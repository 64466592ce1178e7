"""Test projects of .NET are run by one call each, one after another."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.source import Place
from agentlint.judgements.running.scope import in_prose
from agentlint.programs import table
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity, Station

_CALLS = "".join(f"dotnet test tests/{name} -c Release\n" for name in ("Core", "Http", "Json", "Zip"))

RULE = Rule(
    id="SER317",
    name="projects-tested-one-after-another",
    category=Category.SERIAL,
    summary="Four or more test projects of .NET are run by one call each, one after another.",
    why=(
        "Each call evaluates the build, starts a test host and waits for it. Given a solution, `dotnet test` builds once and runs the "
        "projects at once, as many as there are cores (E15)."
    ),
    remediation="Test the solution, or a solution filter (.slnf) that names the projects, in one call.",
    severity=Severity.MINOR,
    confidence=Confidence.MEDIUM,
    cost=Cost(seconds=40, source="E15"),
    station=Station.TEST,
    programs=frozenset({"dotnet"}),
    evidence=("E15",),
    references=("https://learn.microsoft.com/dotnet/core/tools/dotnet-test",),
    bad=(
        Bad({"test.sh": "#!/bin/sh\nset -e\n" + _CALLS}, at=("test.sh:3",)),
        Bad(
            {"test.ps1": "if ($IsWindows) {\n" + _CALLS + "}\nelse {\ndotnet test tests/Core -f net8.0\n}\n"},
            at=("test.ps1:2",),
        ),
    ),
    good=(
        Good(
            {"test.sh": "#!/bin/sh\nset -e\ndotnet test App.sln -c Release\n"}, because="the solution runs them at once"
        ),
        Good(
            {"test.sh": "#!/bin/sh\nset -e\n" + _CALLS.replace("Http", "Core").replace("Zip", "Json")},
            because="two projects, and more than one framework of each",
        ),
        Good({"test.sh": "#!/bin/sh\n" + _CALLS.replace("Release\n", "Release &\n") + "wait\n"}, because="all at once"),
        Good(
            {
                "test.sh": "#!/bin/sh\ncase $1 in\n"
                + "".join(f"p{number})\n{call}\n;;\n" for number, call in enumerate(_CALLS.splitlines()))
                + "esac\n"
            },
            because="the caller picks one",
        ),
        Good(
            {
                "test.ps1": "if ($IsWindows) {\n"
                + "".join(_CALLS.splitlines(keepends=True)[:2])
                + "}\nelse {\n"
                + "".join(_CALLS.splitlines(keepends=True)[2:])
                + "}\n"
            },
            because="two of them on each system",
        ),
        Good({"README.md": "```sh\n" + _CALLS + "```\n"}, because="a document lists them"),
    ),
)

MANY = 4
"""Projects in single file from which on it is worth saying."""


def check(command: Command, repository: Repository) -> Iterator[Hit]:
    """Flag the first of several calls that test one project each."""
    own = _project(command)
    if not own or in_prose(command, repository):
        return
    row = _row(command, repository)
    if not row or row[0] is not command or len({_project(one) for one in row}) < MANY:
        return
    yield Hit(
        place=Place(command.place.path, command.place.span.cover(row[-1].place.span)),
        message=f"{len(row)} calls of `dotnet test` run {len({_project(one) for one in row})} projects one after another; test a solution",
        unit=command.unit,
    )


_OTHERWISE = lazily(r"^[ \t})]*(?:else|elseif|elif|elsif)\b|;;", re.MULTILINE | re.IGNORECASE)


def _row(command: Command, repository: Repository) -> list[Command]:
    """The calls of the same branch that test one project each, from the first of them to the last."""
    text = repository.text(command.place.path)
    row: list[Command] = []
    for other in repository.commands_by_unit.get(command.unit, ()):
        if other.guards != command.guards or other.place.path != command.place.path or not _project(other):
            continue
        if row and _OTHERWISE.search(text, row[-1].place.span.end, other.place.span.start):
            if command in row:
                break
            row = []
        row.append(other)
    return row if command in row else []


def _project(command: Command) -> str:
    """The one project that a call of `dotnet test` is about; "" for a solution, a variable, a call of another kind."""
    words = command.texts()
    if command.program != "dotnet" or words[:1] != ("test",) or command.background or command.in_loop:
        return ""
    program = table().of(command)
    operands = program.operands(command)[1:] if program is not None else ()
    written = operands[0].strip("'\"").replace("\\", "/").rstrip("/") if operands else ""
    if not written or "$" in written or "*" in written or written.endswith((".sln", ".slnx", ".slnf", ".dll")):
        return ""
    known = posixpath.splitext(written)[1] in {".csproj", ".fsproj", ".vbproj"} or "/" in written
    return posixpath.normpath(written) if known and not written.startswith("-") else ""
