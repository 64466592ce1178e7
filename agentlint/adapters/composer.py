"""composer.json: scripts as units, dependencies, settings."""

from __future__ import annotations

from agentlint.adapters.context import TreeContext
from agentlint.adapters.gather import Gathering
from agentlint.documents.embedded import EmbeddedText
from agentlint.documents.json import read_json
from agentlint.documents.node import Node
from agentlint.facts.filefacts import FileFacts
from agentlint.facts.project import Dependency
from agentlint.facts.unit import UnitKind
from agentlint.files.source import SourceFile


def facts(file: SourceFile, tree: TreeContext) -> FileFacts:
    """The facts of a composer.json."""
    found = Gathering(file)
    document = read_json(file.text)
    found.faults(document.errors)
    root = document.root
    binaries = root.get("bin")
    found.manifest(
        "php",
        name=root.value("name"),
        dependencies=[
            Dependency(name, value.text, group, value.entry)
            for key, group in (("require", "runtime"), ("require-dev", "dev"))
            for name, value in (root.get(key) or Node("map", root.span)).pairs()
        ],
        package_manager="composer",
        entry_points=(binaries.texts() or (binaries.text,)) if binaries is not None else (),
        application=root.value("type") == "project",
    )
    found.flat_settings("composer", root.get("config"), "config")
    descriptions = root.get("scripts-descriptions")
    scripts = root.get("scripts")
    for name, value in scripts.pairs() if scripts is not None else ():
        described = descriptions is not None and descriptions.get(name) is not None
        unit = found.unit(UnitKind.PACKAGE_SCRIPT, name, value.entry, documented=described)
        for child in value.children or (value,):
            if child.is_string:
                _command(found, child.embedded(), unit)
    return found.facts()


def _command(found: Gathering, text: EmbeddedText, unit: str) -> None:
    """One entry of a script: another script, a PHP callback, or a command."""
    if text.text.startswith("@"):
        first = text.text[1:].split(" ")[0]
        if first in {"php", "composer", "putenv"}:
            found.shell(text.slice(1, len(text.text)), unit, dialect="sh", directory=found.directory)
        else:
            found.call(unit, (found.sibling(UnitKind.PACKAGE_SCRIPT, first),))
    elif "::" not in text.text.split(" ")[0]:
        found.shell(text, unit, dialect="sh", directory=found.directory)
