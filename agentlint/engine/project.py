"""The project as a whole: what all files declare together, and what their names alone tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from agentlint.facts.filefacts import FileFacts
from agentlint.facts.project import Project
from agentlint.facts.project_summary import summarise
from agentlint.files.kinds import Kind


def project_of(
    facts: Mapping[str, FileFacts], considered: Iterable[str], kinds: Mapping[str, Kind], paths: frozenset[str]
) -> Project:
    """Gather the project from the facts of its files and the names of all of them."""
    return summarise(considered, facts, every=paths)
