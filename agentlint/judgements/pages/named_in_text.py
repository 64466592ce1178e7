"""All that the running text of developers' pages names and that is not there, however it names it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from agentlint.facts.repository import Repository
from agentlint.files.source import Place
from agentlint.judgements.pages.bare_names import absent_bare_names
from agentlint.judgements.pages.drawn_trees import absent_entries
from agentlint.judgements.pages.gone_paths import gone_paths
from agentlint.judgements.pages.ignored_paths import is_ignored
from agentlint.judgements.pages.listed_files import absent_files_pointed_at, absent_items
from agentlint.judgements.pages.named_paths import (
    absent_folders_of_layouts,
    absent_named_files,
    absent_paths,
    absent_scripts_said,
)
from agentlint.judgements.pages.told_paths import gone_from_root, gone_packages


def named_and_absent(repository: Repository) -> Iterator[tuple[Place, str]]:
    """Each path or name, where it is written; one place may come twice. What git ignores or a submodule holds is nobody's fault."""
    for place, written in _found(repository):
        if not is_ignored(posixpath.normpath(written), repository):
            yield place, written


def _found(repository: Repository) -> Iterator[tuple[Place, str]]:
    yield from absent_paths(repository)
    yield from absent_folders_of_layouts(repository)
    yield from absent_named_files(repository)
    yield from absent_scripts_said(repository)
    yield from absent_items(repository)
    yield from absent_files_pointed_at(repository)
    yield from absent_entries(repository)
    yield from gone_paths(repository)
    yield from gone_packages(repository)
    yield from gone_from_root(repository)
    yield from absent_bare_names(repository)
