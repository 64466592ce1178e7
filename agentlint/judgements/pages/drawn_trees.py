"""Trees of folders and files that documents draw, and the entries of them that are not there."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass

from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.source import Place, Span
from agentlint.judgements.absences.absent_files import is_literal, made_by_build
from agentlint.judgements.absences.places_meant import all_folders
from agentlint.judgements.pages.documented import is_about_this
from agentlint.judgements.pages.mentions import judged_documents, text_of

FEWEST_THERE = 5
MOST_LINES = 400
_BRANCH = lazily(
    r"^(?P<lead>[ \t│|\xa0]*)(?:├|└|\|--|`--|\+--)[─\- \xa0]*(?P<name>[\w.@+-][\w.@+/-]{0,80})(?P<rest>[^\n]*)$"
)
_PATTERN = lazily(r"^(?P<lead>[ \t│|\xa0]*)(?:├|└|\|--|`--|\+--)|^[ \t│|\xa0]*(?:#.*|\.\.\.|…)?$")
"""A line within a tree that names no one file: empty, a remark, `...`, or an entry that is a pattern (`*.ini`, `<name>/`)."""
_UNKNOWN = "*"
_ROOT = lazily(r"^[ \t]*(?:\./|\.|(?P<name>[\w.@+-]+(?:/[\w.@+-]+)*)/?)[ \t]*(?:[#(←-].*)?$")
_DOUBT = lazily(
    r"generat|creat|built|\bbuild output|output|optional|your|ignored|not (?:in|committed|tracked)|gitignore|download|install|temp|cache|local|secret|example|e\.g\.|new|future|planned|todo|if |auto|,|\.\.\.|…|submodule|symlink",
    re.IGNORECASE,
)
_UNWRITTEN = lazily(
    r"(?:^|/)(?:node_modules|dist|build|target|out|venv|\.venv|\.env(?:\.\w+)?|__pycache__|coverage|vendor|logs?|data|output|tmp|bin|obj|\.git)(?:/|$)"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a drawn tree, its path from the tree's own root, and the words behind it."""

    path: str
    span: Span
    rest: str


def absent_entries(repository: Repository) -> Iterator[tuple[Place, str]]:
    """Entries of drawn trees of this repository, where most of what the tree draws is there."""
    for page in judged_documents(repository):
        if not is_about_this(page):
            continue
        text = text_of(page, repository)
        if "├" not in text and "|--" not in text:
            continue
        for root, entries in _trees(text):
            base = _base(root, page, entries, repository)
            if base is not None:
                yield from _absent(entries, base, page, repository)


def _trees(text: str) -> Iterator[tuple[str, list[Entry]]]:
    """Each drawn tree: what stands above it as its root, and its entries."""
    found: list[Entry] = []
    stack: list[tuple[int, str]] = []
    root = above = ""
    at = 0
    for line in text.split("\n"):
        match = _BRANCH.match(line)
        if match is not None and len(found) < MOST_LINES:
            if not found:
                head = _ROOT.match(above)
                root = (head["name"] or "") if head is not None else ""
            depth = len(match["lead"])
            stack = [item for item in stack if item[0] < depth]
            name = match["name"].rstrip("/")
            path = posixpath.join(*(part for _, part in stack), name)
            start = at + match.start("name")
            if _UNKNOWN not in path:
                found.append(Entry(path, Span(start, start + len(match["name"])), match["rest"]))
            stack.append((depth, name))
        elif found and (other := _PATTERN.match(line)) is not None:
            if other["lead"] is not None:
                depth = len(other["lead"])
                stack = [*(item for item in stack if item[0] < depth), (depth, _UNKNOWN)]
        elif found:
            yield root, found
            found, stack = [], []
        above = line if line.strip("│| \t") else above
        at += len(line) + 1
    if found:
        yield root, found


def _base(root: str, page: str, entries: list[Entry], repository: Repository) -> str | None:
    """The folder that the tree is drawn of; None where too little of it is there to tell."""
    best, most = None, 0
    for base in dict.fromkeys((root, "", posixpath.dirname(page), posixpath.join(posixpath.dirname(page), root))):
        there = sum(_is_there(entry.path, base, repository) for entry in entries)
        if there > most:
            best, most = base, there
    return best if most >= FEWEST_THERE and most * 4 >= len(entries) * 3 else None


def _is_there(path: str, base: str, repository: Repository) -> bool:
    wanted = posixpath.normpath(posixpath.join(base, path))
    return wanted in repository.project.paths or wanted in all_folders(repository)


def _absent(entries: list[Entry], base: str, page: str, repository: Repository) -> Iterator[tuple[Place, str]]:
    folders = all_folders(repository)
    for entry in entries:
        wanted = posixpath.normpath(posixpath.join(base, entry.path))
        parent = posixpath.dirname(wanted)
        if _is_there(entry.path, base, repository) or (parent and parent not in folders):
            continue
        named = (
            bool(re.search(r"\.\w+$", wanted))
            or "/" in entry.rest[:1]
            or entry.span.end - entry.span.start > len(posixpath.basename(wanted))
        )
        if not named or _DOUBT.search(entry.rest) or _UNWRITTEN.search(wanted):
            continue
        if is_literal(wanted, folders) and not made_by_build(wanted, repository):
            yield Place(page, entry.span), wanted
