"""What the tests of this folder share: adapters run over texts held in memory, facts put in few words."""

from __future__ import annotations

import importlib
from collections.abc import Mapping

from agentlint.adapters.context import TreeContext
from agentlint.facts.command import Command
from agentlint.facts.filefacts import FileFacts
from agentlint.facts.repository import commands_of
from agentlint.files.source import SourceFile, Span


def facts(adapter: str, path: str, text: str, others: Mapping[str, str] | None = None) -> FileFacts:
    """The facts that an adapter gives for one file of a small tree."""
    files = {path: text, **(others or {})}

    def read(wanted: str) -> SourceFile | None:
        return SourceFile(wanted, "", files[wanted].encode()) if wanted in files else None

    module = importlib.import_module(f"agentlint.adapters.{adapter}")
    found: FileFacts = module.facts(SourceFile(path, "", text.encode()), TreeContext(read, frozenset(files)))
    return found


def line_of(command: Command) -> str:
    """A command as a line of text."""
    return " ".join([command.program, *command.texts()])


def lines(found: FileFacts) -> list[str]:
    """All commands with the name of their unit: "test: pytest -x"."""
    return [f"{command.unit.partition('#')[2].partition(':')[2]}: {line_of(command)}" for command in commands_of(found)]


def calls(found: FileFacts) -> dict[str, list[str]]:
    """Each unit's calls by name; those into other files with their path."""
    named = {unit.id: unit.name for unit in found.units}
    return {unit.name: [named.get(called, called) for called in unit.calls] for unit in found.units}


def settings(found: FileFacts) -> dict[str, str]:
    """Settings as "tool key": value."""
    return {f"{setting.tool} {setting.key}": setting.value for setting in found.settings}


def dependencies(found: FileFacts) -> list[tuple[str, str, str]]:
    """All declared dependencies."""
    return [(d.name, d.constraint, d.group) for manifest in found.manifests for d in manifest.dependencies]


def cut(text: str, span: Span) -> str:
    """What stands in a span."""
    return text[span.start : span.end]
