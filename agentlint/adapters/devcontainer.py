"""devcontainer.json: the commands that set a container up, its image and features."""

from __future__ import annotations

from agentlint.adapters.context import TreeContext
from agentlint.adapters.gather import Gathering
from agentlint.documents.json import read_json
from agentlint.documents.node import Node
from agentlint.facts.command import Word
from agentlint.facts.filefacts import FileFacts
from agentlint.facts.unit import UnitKind
from agentlint.files.source import SourceFile, Span

_COMMANDS = (
    "initializeCommand",
    "onCreateCommand",
    "updateContentCommand",
    "postCreateCommand",
    "postStartCommand",
    "postAttachCommand",
)


def facts(file: SourceFile, tree: TreeContext) -> FileFacts:
    """The facts of a devcontainer.json."""
    found = Gathering(file)
    document = read_json(file.text)
    found.faults(document.errors)
    root = document.root
    for key in _COMMANDS:
        node = root.get(key)
        if node is not None:
            unit = found.unit(UnitKind.SCRIPT, key, node.entry, documented=True)
            _command(found, node, unit)
    for key in ("image", "build", "dockerComposeFile", "remoteEnv", "containerEnv"):
        found.flat_settings("devcontainer", root.get(key), key)
    features = root.get("features")
    for name, value in features.pairs() if features is not None else ():
        found.setting("devcontainer", f"feature:{name}", value.value("version"), value.entry)
    return found.facts()


def _command(found: Gathering, node: Node, unit: str) -> None:
    """A string is read by a shell, a list is an argument list, a map holds several of both."""
    if node.is_string:
        found.shell(node.embedded(), unit, dialect="sh", directory="")
    elif node.is_list:
        words = [
            Word(child.text, Span(child.span.start + 1, child.span.end - 1), "$" not in child.text, True)
            for child in node.children
            if child.is_string
        ]
        if words:
            found.execute(words, unit, directory="")
    else:
        for _, value in node.pairs():
            if not value.is_map:
                _command(found, value, unit)
