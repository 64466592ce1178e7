"""Paths of developers' pages that are gone with the folders they stood in, and folders that a list of folders names in vain."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from agentlint.documents.code_in_text import CodePiece, Form
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.lines import line_end, line_start
from agentlint.files.source import Place
from agentlint.judgements.absences.absent_files import ends_somewhere, is_literal
from agentlint.judgements.absences.places_meant import all_folders
from agentlint.judgements.pages.documented import is_about_this, is_for_developers
from agentlint.judgements.pages.ignored_paths import is_ignored
from agentlint.judgements.pages.mentions import judged_documents, pieces_of, text_of

_PATH = lazily(r"(?:\./)?[\w.-]+(?:/[\w.-]+)+/?")
_NOT_OURS = lazily(
    r"custom|overrid|source tree|upstream|another (?:repo|project)|\buser\b|\byours?\b|\byou\b|\bin the \S+ (?:repo|repository|project)\b|e\.g\.|for example|such as|\blike\b|would|optional|download|\badd\b|creat|\bnew\b|generat|no longer|remov|deprecat|formerly|used to|instead|renam|moved|→|->|\bnot\b|n't\b|\bwas\b|\bwere\b",
    re.IGNORECASE,
)
MOST_PLACES = 2
FEWEST_KIN = 3
"""Other paths of the page, or other items of its list, that are there."""


def gone_paths(repository: Repository) -> Iterator[tuple[Place, str]]:
    """Paths that are not there and whose end stands elsewhere, on pages whose other paths are there."""
    for page in judged_documents(repository):
        if not (is_about_this(page) and is_for_developers(page)):
            continue
        text = text_of(page, repository)
        pieces = [
            piece
            for piece in pieces_of(page, repository)
            if piece.form is Form.INLINE and _PATH.fullmatch(piece.text.text)
        ]
        there = {piece.text.text for piece in pieces if _is_there(piece.text.text, page, repository)}
        if len(there) < FEWEST_KIN:
            continue
        for piece in pieces:
            written = piece.text.text
            plain = posixpath.normpath(written)
            if written in there or not _may_be_gone(plain, repository):
                continue
            if _stands_elsewhere(plain, repository) and _is_meant(piece, text):
                yield Place(page, piece.span), written
        yield from _gone_items(page, text, pieces, repository)


def _is_there(written: str, page: str, repository: Repository) -> bool:
    plain = posixpath.normpath(written)
    beside = posixpath.normpath(posixpath.join(posixpath.dirname(page), plain))
    known = all_folders(repository)
    return not {plain, beside}.isdisjoint(repository.project.paths) or not {plain, beside}.isdisjoint(known)


def _may_be_gone(plain: str, repository: Repository) -> bool:
    """True for three parts or more that neither a build makes, nor git ignores, nor an import names."""
    own = plain.removeprefix("vendor/")
    if plain.count("/") < 2 or not is_literal(own, all_folders(repository)) or ends_somewhere(plain, repository):
        return False
    if own == plain and re.match(r"[\w-]+\.[a-z]{2,6}/", plain):
        return False  # a module by its address
    return not is_ignored(plain, repository)


def _stands_elsewhere(plain: str, repository: Repository) -> bool:
    """True where the path's last part is the name of one folder here, or its last two are the end of one path."""
    parts = plain.split("/")
    if "." in parts[-1]:
        tail = "/" + "/".join(parts[-2:])
        return 0 < sum(path.endswith(tail) for path in repository.paths_by_name.get(parts[-1], ())) <= MOST_PLACES
    if len(parts[-1]) < 5:
        return False
    homes = [folder for folder in all_folders(repository) if folder.endswith("/" + parts[-1])]
    return 0 < len(homes) <= MOST_PLACES and (
        parts[0] == "vendor" or posixpath.basename(posixpath.dirname(homes[0])) == parts[-2]
    )


def _is_meant(piece: CodePiece, text: str) -> bool:
    start, end = line_start(text, piece.span.start), line_end(text, piece.span.end)
    after = text[piece.span.end : min(end, piece.span.end + 100)]
    line = text[max(start, piece.span.start - 120) : piece.span.start] + " " + re.split(r"\. ", after)[0]
    return not _NOT_OURS.search(line)


def _gone_items(page: str, text: str, pieces: list[CodePiece], repository: Repository) -> Iterator[tuple[Place, str]]:
    """Folders that head items of a list whose other items are folders beside them: `pkg/gui/modes`, `pkg/gui/keys`."""
    folders = all_folders(repository)
    heads = [piece for piece in pieces if heads_item(piece, text) and "." not in posixpath.basename(piece.text.text)]
    homes: dict[str, list[CodePiece]] = {}
    for piece in heads:
        homes.setdefault(posixpath.dirname(posixpath.normpath(piece.text.text)), []).append(piece)
    for home, items in homes.items():
        there = [piece for piece in items if posixpath.normpath(piece.text.text) in folders]
        if len(there) < FEWEST_KIN or len(there) * 4 < len(items) * 3:
            continue
        for piece in items:
            plain = posixpath.normpath(piece.text.text)
            absent = plain not in folders and plain not in repository.project.paths and home in folders
            if absent and is_literal(plain, folders):
                if not is_ignored(plain, repository) and _is_meant_as_item(piece, text):
                    yield Place(page, piece.span), piece.text.text


def heads_item(piece: CodePiece, text: str) -> bool:
    """True for code that an item of a list, or a row of a table, begins with."""
    line = text[line_start(text, piece.span.start) : piece.span.start]
    return bool(re.fullmatch(r"[ \t]*(?:[-*+|]|\d+\.)[ \t]+[*_]{0,2}`", line))


def _is_meant_as_item(piece: CodePiece, text: str) -> bool:
    end = line_end(text, piece.span.end)
    rest = text[piece.span.end : min(end, piece.span.end + 120)]
    return not re.search(
        r"generat|created|optional|gitignore|ignored|removed|deprecat|\byour\b|planned|future", rest, re.IGNORECASE
    )
