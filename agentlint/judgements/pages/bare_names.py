"""Files that a page names by name alone: workflows, and what its own drawn tree already shows to be gone."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from agentlint.documents.code_in_text import CodePiece, Form
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.lines import line_of
from agentlint.files.source import Place
from agentlint.judgements.absences.absent_files import is_literal, made_by_build
from agentlint.judgements.absences.places_meant import all_folders
from agentlint.judgements.pages.documented import is_about_this, is_for_developers, is_only_spoken_of
from agentlint.judgements.pages.drawn_trees import absent_entries
from agentlint.judgements.pages.mentions import judged_documents, own_names, pieces_of, text_of

WORKFLOWS = ".github/workflows"
_WORKFLOW = lazily(r"[\w-]+(?:\.[\w-]+)*\.ya?ml")
_OTHER_FILES = lazily(
    r"^(?:docker-)?compose|^(?:mkdocs|action|config|settings|values|kustomization|openapi|swagger|pubspec|buf|dependabot|codecov|labeler|release-drafter|renovate"
    r"|citation|environment|taskfile|playbook|inventory|main|pnpm-workspace|pnpm-lock|application|catalog-info|chart|skaffold)\b|-compose\.|lock",
    re.IGNORECASE,
)
"""Names that other YAML files have: nothing tells that a workflow is meant."""
_SAYS_BEFORE = lazily(r"\b(?:[Ww]orkflow(?: file)?|GitHub Actions?|Actions? workflow)[ \t]*[:(]?[ \t]*[`*_(\[]*$")
_SAYS_AFTER = lazily(
    r"^[`*_)\]]*[ \t]+(?:GitHub Actions? |CI |reusable |release |GHA )?(?:[Ww]orkflow|GitHub Actions?|[Aa]ction runs)\b"
)
_OF_OTHERS = lazily(
    r"\b(?:your|their|another|other|upstream|each|every|any|organi[sz]ation|user|consumer|caller|downstream|project'?s|template|central|shared|fork)\b",
    re.IGNORECASE,
)
_GONE_OR_OTHER = lazily(
    r"\b(?:your|their|another|upstream|downstream|removed|deprecated|formerly|no longer|used to|instead of|renamed|creat\w*|not yet|new)\b",
    re.IGNORECASE,
)
_NAMES_A_REPOSITORY = lazily(
    r"(?<![\w./-])[`*\[]?(?!\.)[\w.-]+/(?P<name>[\w.-]+)[`*\]]?(?:\([^)\s]*\))? repo|\brepo(?:sitory)? [`*\[]?[\w.-]+/"
)


def absent_bare_names(repository: Repository) -> Iterator[tuple[Place, str]]:
    """Inline names without a folder, of files that stand nowhere and that the page itself places in this repository."""
    drawn: dict[str, dict[str, str]] = {}
    for place, path in absent_entries(repository):
        drawn.setdefault(place.path, {})[posixpath.basename(path)] = path
    has_workflows = WORKFLOWS in all_folders(repository)
    for page in judged_documents(repository):
        gone = drawn.get(page, {})
        if not gone and not (has_workflows and is_about_this(page) and is_for_developers(page)):
            continue
        text = text_of(page, repository)
        for piece in pieces_of(page, repository):
            name = piece.text.text
            if piece.form is not Form.INLINE or _is_there(name, gone.get(name), repository):
                continue
            if name in gone:
                if _is_spoken_of_as_here(piece, text):
                    yield Place(page, piece.span), name
            elif has_workflows and is_for_developers(page) and _is_workflow(piece, text):
                if _is_meant(piece, text, repository):
                    yield Place(page, piece.span), name


def _is_there(name: str, drawn: str | None, repository: Repository) -> bool:
    """True where a file has this name, anywhere; of a workflow that is drawn, where a workflow has it."""
    homes = repository.paths_by_name.get(name, ())
    if drawn is not None and posixpath.dirname(drawn) == WORKFLOWS:
        return any(path.startswith(WORKFLOWS) or not path.startswith(".github/") for path in homes)
    return bool(homes)


def _is_workflow(piece: CodePiece, text: str) -> bool:
    """True for the name of a YAML file that the words next to it call a workflow."""
    name = piece.text.text
    if not _WORKFLOW.fullmatch(name) or _OTHER_FILES.search(name):
        return False
    start, end = piece.span.start, piece.span.end
    return bool(_SAYS_BEFORE.search(text[max(0, start - 40) : start]) or _SAYS_AFTER.match(text[end : end + 40]))


def _is_spoken_of_as_here(piece: CodePiece, text: str) -> bool:
    """True where the line speaks of a file that the page has drawn, and not of its end or of another one by the name."""
    line = line_of(text, piece.span.start, piece.span.end)
    return not _GONE_OR_OTHER.search(line)


def _is_meant(piece: CodePiece, text: str, repository: Repository) -> bool:
    """True where the sentence neither speaks of another repository nor of what is past, an example or yet to be made."""
    name = piece.text.text
    line = line_of(text, piece.span.start, piece.span.end)
    if _OF_OTHERS.search(line.replace(name, "")) or not is_literal(name) or made_by_build(name, repository):
        return False
    other = _NAMES_A_REPOSITORY.search(line)
    if other is not None and (other["name"] or "").lower() not in own_names(repository):
        return False
    return not is_only_spoken_of(piece, text)
