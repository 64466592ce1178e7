"""Files that a page lists beside others that are there, or points the reader to by name alone."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from agentlint.documents.code_in_text import CodePiece, Form
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.lines import line_end, line_start
from agentlint.files.source import Place
from agentlint.judgements.absences.absent_files import is_literal, made_by_build
from agentlint.judgements.pages.documented import is_about_this, is_for_developers, is_only_spoken_of
from agentlint.judgements.pages.mentions import judged_documents, pieces_of, text_of

_NAME = lazily(
    r"(?:\./)?(?:[\w-][\w.-]*/)*[\w-]+(?:\.[\w-]+)*\.(?:sh|bash|py|rb|pl|[cm]?[jt]sx?|go|rs|java|kt|kts|gradle|php|ps1|bat|md|rst|adoc|toml|ya?ml|json|cfg|ini|mk|cmake|tf|lua|nix|in|xml|txt|sql|proto|csv)"
    r"|(?:[\w-]+/)*(?:Dockerfile|Makefile|Jenkinsfile|Rakefile|Gemfile|justfile|Vagrantfile|Procfile)(?:\.[\w-]+)?"
)
_FIRST_OF_ITEM = lazily(r"[ \t]*(?:[-*+][ \t]+|\|[ \t]*|\d+[.)][ \t]+)(?:\*\*|__|\[)?`?")
_MADE = lazily(
    r"overrid|custom|generat|creat|produc|output|will be|built|download|written by|(?:your|the user'?s?) |optional|you (?:can|may|must|need)|if (?:present|it|you)|ignored",
    re.IGNORECASE,
)
_CODE = lazily(r"\.(?:py|rb|go|rs|[cm]?[jt]sx?|java|kt|php|lua|pl)$")
_MADE_CODE = lazily(
    r"overrid\w+ by|custom (?:\w+ )?(?:file|script)|(?:auto-?|is |are |be |been |\(|: |- )generated\b|generated (?:by|from|at|on|file|code|during)|created (?:by|at|on|when)|will be|written by|(?:your|the user'?s?) "
    r"|optional|you (?:can|may|must|need)|if (?:present|it|you)|ignored",
    re.IGNORECASE,
)
"""Of source code, `handles generated output` tells what it does, not where it comes from."""
_FEWEST_THERE = 2


def absent_items(repository: Repository) -> Iterator[tuple[Place, str]]:
    """Files that head the items of a list or a table, most of whose other items are there, beside the page or at the root."""
    for page in judged_documents(repository):
        if not is_about_this(page):
            continue
        text = text_of(page, repository)
        groups: dict[tuple[str, str], list[tuple[CodePiece, bool]]] = {}
        for piece in pieces_of(page, repository):
            written = piece.text.text
            if piece.form is Form.INLINE and _NAME.fullmatch(written) and _heads_item(text, piece):
                suffix = "/" if "/" in written else ""
                groups.setdefault((piece.heading, suffix), []).append((piece, _is_there(written, page, repository)))
        for found in groups.values():
            there = sum(known for _, known in found)
            if there >= _FEWEST_THERE and there * 2 > len(found):
                yield from (
                    (Place(page, piece.span), piece.text.text)
                    for piece, known in found
                    if not known and _is_gone(piece, text, repository)
                )


def _heads_item(text: str, piece: CodePiece) -> bool:
    start = line_start(text, piece.span.start)
    return bool(_FIRST_OF_ITEM.fullmatch(text[start : piece.span.start]))


def _is_there(written: str, page: str, repository: Repository) -> bool:
    """True for a file that stands beside the page, at the root, or anywhere by that name."""
    here = posixpath.dirname(page)
    near = {posixpath.normpath(posixpath.join(folder, written)) for folder in (here, "")}
    return bool(near & repository.project.paths) or posixpath.basename(written) in repository.paths_by_name


def _is_gone(piece: CodePiece, text: str, repository: Repository) -> bool:
    written = piece.text.text
    end = line_end(text, piece.span.end)
    line = text[piece.span.end : end]
    return (
        is_literal(written)
        and not made_by_build(written, repository)
        and not (_MADE_CODE if _CODE.search(written) else _MADE).search(piece.heading + " " + line[:200])
        and not line.startswith(("](", "`](", "`]("))
    )


_POINTED_AT = lazily(
    r"\b(?:[Ss]ee|[Cc]onfigured (?:in|via|by)|(?:[Dd]efined|[Dd]eclared|[Dd]ocumented|[Ll]isted|[Dd]escribed) in|[Ff]ollow(?:s|ing)?|(?:rules|settings|configuration|guidelines|conventions) (?:in|from|of)"
    r"|[Rr]efer to|[Cc]heck|[Rr]ead|[Uu]pdate|[Ee]dit|[Rr]eview|[Rr]evise|(?:entry|entries|line|note)s? (?:to|in)|script called|config(?:uration)? file)[ \t]+(?:also |out |the |file )*[`*_\[]*$"
)
_BARE = lazily(
    r"\.?[\w-]+(?:\.[\w-]+)*\.(?:gradle|kts|rst|md|py|[cm]?[jt]s|rb|go|rs|sh|toml|ya?ml|json|jsonc|cfg|ini|mk|cmake|tf|php|java|kt)|\.\w+rc"
)
_OF_OTHERS = lazily(
    r"\b(?:your|their|another|other|upstream|each|every|organi[sz]ation|user|consumer)\b", re.IGNORECASE
)


def absent_files_pointed_at(repository: Repository) -> Iterator[tuple[Place, str]]:
    """Files by name alone to which a page for developers or agents sends its reader ("see `.eslintrc.base.json`")."""
    for page in judged_documents(repository):
        if not (is_about_this(page) and is_for_developers(page)):
            continue
        text = text_of(page, repository)
        for piece in pieces_of(page, repository):
            written = piece.text.text
            if piece.form is not Form.INLINE or not _BARE.fullmatch(written) or written in repository.paths_by_name:
                continue
            before = text[max(line_start(text, piece.span.start), piece.span.start - 60) : piece.span.start - 1]
            if not _POINTED_AT.search(before) or _OF_OTHERS.search(before):
                continue
            if is_literal(written) and not made_by_build(written, repository) and not is_only_spoken_of(piece, text):
                yield Place(page, piece.span), written
