"""Settings of tools that keep them in a file of YAML by a name of their own."""

from __future__ import annotations

from agentlint.adapters.context import TreeContext
from agentlint.adapters.gather import Gathering, yaml_root
from agentlint.facts.filefacts import FileFacts
from agentlint.files.source import SourceFile


def facts(file: SourceFile, tree: TreeContext) -> FileFacts:
    """Every scalar of the file, under the name of the tool that reads it."""
    found = Gathering(file)
    found.flat_settings("golangci" if "golangci" in file.path else "megalinter", yaml_root(found))
    return found.facts()
