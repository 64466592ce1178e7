"""YAML files whose name tells nothing: Azure's pipelines and compose files are known by what stands in them."""

from __future__ import annotations

from agentlint.adapters.context import TreeContext
from agentlint.facts.filefacts import FileFacts
from agentlint.files.prefilters import AZURE
from agentlint.files.source import SourceFile


def facts(file: SourceFile, tree: TreeContext) -> FileFacts:
    """The facts of the file as what it turns out to be."""
    if AZURE.search(file.data):
        from agentlint.adapters.ci import azure

        return azure.facts(file, tree)
    from agentlint.adapters import compose

    return compose.facts_by_content(file, tree)
