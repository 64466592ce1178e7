"""Reading a source text as the engine does: through its kind, prefilter included."""

from __future__ import annotations

import importlib
from collections.abc import Mapping

from agentlint.adapters.context import TreeContext
from agentlint.facts.filefacts import FileFacts
from agentlint.files.kind_of_file import kind_of
from agentlint.files.source import SourceFile


def read(path: str, text: str, others: Mapping[str, str] | None = None) -> FileFacts:
    """The facts of one file of a small tree."""
    kind = kind_of(path, text.encode()[:256])
    assert kind is not None, path
    tree = {path: text, **(others or {})}

    def file(wanted: str) -> SourceFile | None:
        return SourceFile(wanted, "", tree[wanted].encode()) if wanted in tree else None

    data = text.encode("utf-8", "surrogateescape")
    if kind.prefilter is not None and not kind.prefilter.search(data):
        return FileFacts()
    found = importlib.import_module(kind.adapter).facts(
        SourceFile(path, kind.name, data), TreeContext(file, frozenset(tree))
    )
    assert isinstance(found, FileFacts)
    return found


def ask_words(facts: FileFacts) -> list[str]:
    """Each ask as "kind", with "guarded" where a run with nobody there gets past it."""
    return [ask.kind.value + (" answered" if ask.answerable else "") for ask in facts.asks]
