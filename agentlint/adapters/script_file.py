"""A whole script file, for the languages that are read line by line: one unit, and the commands in it."""

from __future__ import annotations

from collections.abc import Callable

from agentlint.adapters.shell.reading import ShellReading
from agentlint.documents.embedded import EmbeddedText
from agentlint.facts.filefacts import FileError, FileFacts
from agentlint.facts.unit import Unit, UnitKind, unit_id
from agentlint.files.source import Place, SourceFile, UndecodableFile


def script_facts(file: SourceFile, read: Callable[[EmbeddedText, str, str], ShellReading]) -> FileFacts:
    """The facts of a script whose text `read` turns into commands, given the text, its path and its unit."""
    try:
        text = file.text
    except UndecodableFile as error:
        return FileFacts(errors=(FileError(file.path, 1, str(error)),))
    unit = unit_id(file.path, UnitKind.SCRIPT, file.path)
    reading = read(EmbeddedText.whole_file(text), file.path, unit)
    own = Unit(unit, UnitKind.SCRIPT, file.path, Place(file.path, file.whole))
    return FileFacts(commands=reading.commands, units=(own,))
