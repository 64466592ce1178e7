"""What the tests of shell reading share."""

from __future__ import annotations

from typing import Any

from agentlint.adapters.context import TreeContext
from agentlint.adapters.shell import ShellReading, facts, read_shell
from agentlint.documents.embedded import EmbeddedText
from agentlint.facts.command import Command
from agentlint.facts.filefacts import FileFacts
from agentlint.files.source import SourceFile


def reading(text: str, **options: Any) -> ShellReading:
    """Text as a CI step would hand it over."""
    return read_shell(EmbeddedText.whole_file(text), "step.yml", "unit", **options)


def script(text: str, path: str = "scripts/run.sh") -> FileFacts:
    """Text as a script file."""
    return facts(SourceFile(path, "shell", text.encode()), TreeContext(lambda _: None))


def the(text: str, program: str = "probe", **options: Any) -> Command:
    """The only command that runs `program`."""
    found = [command for command in reading(text, **options).commands if command.program == program]
    assert len(found) == 1, [command.program for command in reading(text, **options).commands]
    return found[0]


def in_script(text: str, program: str = "probe") -> Command:
    """The only command that runs `program` in a script file."""
    found = [command for command in script(text).commands if command.program == program]
    assert len(found) == 1, [command.program for command in script(text).commands]
    return found[0]
