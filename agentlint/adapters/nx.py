"""nx.json, project.json and lerna.json: targets, what they run, and whether they are cached."""

from __future__ import annotations

from agentlint.adapters.context import TreeContext
from agentlint.adapters.gather import Gathering
from agentlint.documents.json import read_json
from agentlint.documents.node import Node
from agentlint.facts.filefacts import FileFacts
from agentlint.facts.unit import UnitKind
from agentlint.files.source import SourceFile


def facts(file: SourceFile, tree: TreeContext) -> FileFacts:
    """The facts of one of Nx's or Lerna's files."""
    found = Gathering(file)
    document = read_json(file.text)
    root = document.root
    if file.path.endswith("project.json"):
        targets = root.get("targets")
        if targets is None or not targets.is_map:
            return found.facts()
        for name, target in targets.pairs():
            _target(found, name, target)
        return found.facts()
    found.faults(document.errors)
    found.flat_settings("lerna" if file.path.endswith("lerna.json") else "nx", root)
    return found.facts()


def _target(found: Gathering, name: str, target: Node) -> None:
    """One target of a project."""
    depends = target.get("dependsOn")
    names = [text.lstrip("^") for text in depends.texts()] if depends is not None else []
    calls = [found.sibling(UnitKind.TARGET, other) for other in names if other != name]
    unit = found.unit(UnitKind.TARGET, name, target.entry, calls=calls)
    options = target.get("options")
    command = target.get("command") or (options.get("command") if options is not None else None)
    if command is not None and command.is_string:
        found.shell(command.embedded(), unit, dialect="sh", directory="")
    commands = options.get("commands") if options is not None else None
    for child in commands.children if commands is not None else ():
        inner = child.get("command") if child.is_map else child
        if inner is not None and inner.is_string:
            found.shell(inner.embedded(), unit, dialect="sh", directory="")
    found.setting("nx", f"{name}.executor", target.value("executor"), target.entry)
    for key in ("parallel", "maxWorkers", "runInBand", "ci", "watch"):
        node = options.get(key) if options is not None else None
        if node is not None and node.is_scalar:
            found.setting("nx", f"{name}.{key}", node.text, node.entry)
