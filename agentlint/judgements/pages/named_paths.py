"""Paths that the running text of developers' pages names, and that are not there."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from itertools import islice

from agentlint.documents.code_in_text import CodePiece, Form
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.lines import line_around, line_start
from agentlint.files.source import Place, Span
from agentlint.judgements.absences.absent_files import ends_somewhere, is_literal, made_by_build
from agentlint.judgements.absences.places_meant import all_folders
from agentlint.judgements.pages.documented import is_about_this, is_for_developers, is_only_spoken_of
from agentlint.judgements.pages.mentions import judged_documents, pieces_of, text_of

LAYOUT_PAGES = lazily(
    r"(?:\.github/)?(?:AGENTS?|CLAUDE|GEMINI|copilot-instructions|CONTRIBUTING|DEVELOPMENT|DEVELOPING|HACKING)(?:\.\w+)?|docs?/(?:CONTRIBUTING|DEVELOPMENT)\.\w+",
    re.IGNORECASE,
)
_PATH = lazily(r"(?:\./)?[\w.-]+(?:/[\w.-]+)*/[\w.-]*")


_HELD_IN = lazily(
    r"\b(?:defined|declared|listed|found|located|kept|configured|set|lives?|from) (?:with)?in (?:the (?:file )?)?[`*_]*$",
    re.IGNORECASE,
)
_FILE = lazily(
    r"[\w-]+(?:\.[\w-]+)*\.(?:gradle|kts|rst|md|py|js|mjs|ts|rb|go|rs|sh|toml|ya?ml|json|cfg|ini|mk|cmake|tf|php|java|kt)"
)


def absent_named_files(repository: Repository) -> Iterator[tuple[Place, str]]:
    """Files by name alone, in which a page about a part of this repository says that something of it stands."""
    names = {posixpath.basename(path) for path in repository.project.paths}
    for page in judged_documents(repository):
        if not (is_about_this(page) and (is_for_developers(page) or "/" in page)):
            continue
        text = text_of(page, repository)
        for piece in pieces_of(page, repository):
            written = piece.text.text
            if piece.form is not Form.INLINE or not _FILE.fullmatch(written) or written in names:
                continue
            if not _HELD_IN.search(text, max(0, piece.span.start - 60), piece.span.start - 1):
                continue
            if is_literal(written) and not made_by_build(written, repository) and not is_only_spoken_of(piece, text):
                yield Place(page, piece.span), written


_SCRIPT_SAID = lazily(
    r"\b(?:run|runs|running|use|uses|execute|launch|call|start)\b[^.;:\n]{0,60}\bscripts? \(?([A-Za-z][\w-]{3,40}\.(?:py|sh|rb|pl|ps1|bat))\b(?![/.\w-])"
    r"|\b(?:run|runs|running|use|uses|execute|launch|call|start)\b[^.;:\n]{0,60}\bscripts? \(([A-Za-z][\w-]{3,40}\.(?:py|sh|rb|pl|ps1|bat))\)",
    re.IGNORECASE,
)


def absent_scripts_said(repository: Repository) -> Iterator[tuple[Place, str]]:
    """Scripts that a developers' page tells to run in plain words: "use the test script (run-all.py)"."""
    names = {posixpath.basename(path) for path in repository.project.paths}
    for page in judged_documents(repository):
        if not LAYOUT_PAGES.fullmatch(page):
            continue
        text = text_of(page, repository)
        for match in islice(_SCRIPT_SAID.finditer(text), MOST_SCRIPTS):
            group = 1 if match[1] else 2
            written = match[group]
            if written in names or not is_literal(written) or made_by_build(written, repository):
                continue
            if not _NOT_OURS.search(match[0]):
                yield Place(page, Span(match.start(group), match.end(group))), written


MOST_SCRIPTS = 50
_LAYOUT = lazily(
    r"structure|layout|organi[sz]ation|directories|folders|where things are|overview of the (?:code|repo)",
    re.IGNORECASE,
)
_README = lazily(r"(?:[\w.-]+/)?README(?:[._-]\w+){0,3}", re.IGNORECASE)


def absent_folders_of_layouts(repository: Repository) -> Iterator[tuple[Place, str]]:
    """Folders that head the items of a list about the repository's structure, most of which are there."""
    known = all_folders(repository)
    for page in judged_documents(repository):
        if not (LAYOUT_PAGES.fullmatch(page) or _README.fullmatch(page)):
            continue
        text, here = text_of(page, repository), posixpath.dirname(page)
        items: dict[str, list[tuple[Place, str, bool]]] = {}
        for piece in pieces_of(page, repository):
            written = piece.text.text
            line = text[line_start(text, piece.span.start) : piece.span.start]
            if (
                piece.form is not Form.INLINE
                or not _LAYOUT.search(piece.heading)
                or line.strip("`* \t-+")
                or "-" not in line + "-"
            ):
                continue
            if re.fullmatch(r"(?:[\w.-]+/)+", written) and re.match(r"[ \t]*[-*+] ", line):
                paths = [posixpath.normpath(posixpath.join(folder, written)) for folder in (here, "")]
                there = any(path in known for path in paths) or ends_somewhere(written.rstrip("/"), repository)
                items.setdefault(piece.heading, []).append((Place(page, piece.span), written, there))
        for found in items.values():
            if any(there for _, _, there in found):
                yield from (
                    (place, written)
                    for place, written, there in found
                    if not there
                    and is_literal(written, known)
                    and not made_by_build(written.rstrip("/") + "/x", repository)
                )


_WITH_SUFFIX = lazily(
    r".*/[\w.-]+\.(?:sh|bash|py|rb|[cm]?[jt]sx?|go|rs|java|kt|gradle|kts|php|c|cc|cpp|h|hpp|md|rst|toml|ya?ml|json|cfg|ini|mk|cmake|tf|lua|cs|swift)"
)
_NOT_OURS = lazily(
    r"custom|overrid|source tree|upstream|another (?:repo|project)|\buser\b|\byour?\b|\bin the \S+ (?:repo|repository|project)\b",
    re.IGNORECASE,
)


def absent_paths(repository: Repository) -> Iterator[tuple[Place, str]]:
    """Folders and files, named as `here/there`, of which the first part is there and the whole is not.

    READMEs and the longer pages of a manual name so much besides that only files with a suffix are looked for there.
    """
    paths, folders = repository.project.paths, all_folders(repository)
    for page in judged_documents(repository):
        strict = not LAYOUT_PAGES.fullmatch(page)
        if strict and not (is_about_this(page) and (is_for_developers(page) or _README.fullmatch(page))):
            continue
        text = text_of(page, repository)
        for piece in pieces_of(page, repository):
            written = piece.text.text
            if piece.form is not Form.INLINE or not _PATH.fullmatch(written) or not is_literal(written, folders):
                continue
            if strict and not _is_surely_ours(piece, text):
                continue
            plain = posixpath.normpath(written)
            beside = posixpath.normpath(posixpath.join(posixpath.dirname(page), plain))
            if (
                plain.split("/")[0] not in folders
                or plain in paths
                or plain in folders
                or beside in paths
                or beside in folders
                or ends_somewhere(plain, repository)
                or _RELEASE.search(plain)
                or re.search(r"/\.(?!github|vscode|config)[\w-]+/", plain)  # where programs keep what they make
                or _without_suffix(plain, beside, repository)
                or _is_symbol(plain, repository)
            ):
                continue
            if not made_by_build(plain, repository) and not is_only_spoken_of(piece, text):
                yield Place(page, piece.span), written


def _is_surely_ours(piece: CodePiece, text: str) -> bool:
    """True for a file with a suffix in a sentence that speaks of nothing of the reader's or of another project's."""
    line = line_around(text, piece.span.start, piece.span.end)
    written = piece.text.text
    return (
        bool(_WITH_SUFFIX.fullmatch(written)) and not re.search(r"N{3,}|X{3,}", written) and not _NOT_OURS.search(line)
    )


_RELEASE = lazily(r"/v?\d+(?:\.\d+)+$")
"""A tag of a part (`cli/v1.0.3`), which no path is."""


def _without_suffix(plain: str, beside: str, repository: Repository) -> bool:
    """True for a module as an import names it (`src/logger` where src/logger.ts stands)."""
    heads = (plain + ".", beside + ".")
    return "." not in posixpath.basename(plain) and any(path.startswith(heads) for path in repository.project.paths)


MOST_NEIGHBOURS = 200


def _is_symbol(plain: str, repository: Repository) -> bool:
    """True for a name that the sources of the folder before it hold (`pkg/proc/BinaryInfo`): a type of that package."""
    folder, _, name = plain.rpartition("/")
    if not re.fullmatch(r"_*[A-Z]\w*", name):
        return False
    word = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
    beside = repository.paths_by_folder.get(folder, ())[:MOST_NEIGHBOURS]
    return any(word.search(repository.text(path)) for path in beside)
