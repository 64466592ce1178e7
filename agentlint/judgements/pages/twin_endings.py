"""YAML files that running text calls by the other ending: `stack-with-kafka.yaml`, where stack-with-kafka.yml stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from agentlint.documents.code_in_text import Form
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.lines import line_of
from agentlint.files.source import Place, Span
from agentlint.judgements.absences.absent_files import is_literal, made_by_build
from agentlint.judgements.pages.documented import is_about_this, is_for_developers
from agentlint.judgements.pages.ignored_paths import is_ignored
from agentlint.judgements.pages.mentions import judged_documents, pieces_of, text_of

_NAME = lazily(r"(?<![\w./\\<>{}*$@:=-])([\w]+(?:[-_]\w+){2,})\.(ya?ml)\b(?![\w/-]|\.\w)")
"""Names of three words or more: shorter ones are a reader's or another program's as well (`docker-compose.yml`)."""
_NOT_MEANT = lazily(
    r"no longer|remov|deprecat|formerly|used to|instead|renam|moved|\bnew\b|creat|\byours?\b|\bwas\b|\bwere\b|e\.g\.|example|such as|\blike\b|upstream|generat"
    r"|\bwill\b|download|\bcp\b|copy|\bsav|writ|output|optional|\brepo(?:sitory)?\b|https?://",
    re.IGNORECASE,
)
MOST_NAMES = 500


def other_endings(repository: Repository) -> Iterator[tuple[Place, str, str]]:
    """Each such name of a page about this repository, with where the one file by the other ending stands."""
    for page in judged_documents(repository):
        if not (is_about_this(page) and (is_for_developers(page) or "/" in page)):
            continue
        text = text_of(page, repository)
        names = list(islice(_NAME.finditer(text), MOST_NAMES)) if ".yaml" in text or ".yml" in text else []
        for match in names:
            written = match[0]
            if written in repository.paths_by_name:
                continue
            twin = match[1] + (".yml" if match[2] == "yaml" else ".yaml")
            homes = repository.paths_by_name.get(twin, ())
            line = line_of(text, match.start(), match.end())
            if len(homes) != 1 or twin in line or _NOT_MEANT.search(line):
                continue
            span = Span(match.start(), match.end())
            if in_block(page, span, repository) or not is_literal(written):
                continue
            if not made_by_build(written, repository) and not is_ignored(written, repository):
                yield Place(page, span), written, homes[0]


def in_block(page: str, span: Span, repository: Repository) -> bool:
    """True inside a block of code, where CTX701 reads the commands and the rest may be another's."""
    return any(
        piece.form is not Form.INLINE and piece.span.start <= span.start < piece.span.end
        for piece in pieces_of(page, repository)
    )
