"""Drone: the older sibling of Woodpecker; each document is a pipeline."""

from __future__ import annotations

from agentlint.adapters.ci.woodpecker import read
from agentlint.adapters.context import TreeContext
from agentlint.facts.filefacts import FileFacts
from agentlint.files.source import SourceFile


def facts(file: SourceFile, tree: TreeContext) -> FileFacts:
    """The facts of a .drone.yml. Jsonnet is a program and is left alone."""
    if file.path.endswith((".jsonnet", ".star")):
        return FileFacts()
    return read(file, tree, "drone")
