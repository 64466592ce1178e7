"""Files that a document names by a folder they have left: the path is gone, and its name stands elsewhere below the same folder."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.lines import line_end, line_start
from agentlint.files.source import Place, Span
from agentlint.judgements.absences.absent_files import ends_somewhere, is_literal
from agentlint.judgements.absences.places_meant import all_folders
from agentlint.judgements.pages.documented import is_about_this, is_for_developers, is_of_others
from agentlint.judgements.pages.mentions import judged_documents, outside_fences, text_of

MOST_PLACES = 3
"""A name that stands in more places than this tells nothing of where a file went."""
_PATH = lazily(
    r"(?<![\w/.:@~$}>-])(?:\./)?((?:[\w.-]{1,60}/){1,9}[\w-][\w.-]{0,60}\.(?:sh|bash|py|pyx|rb|[cm]?[jt]sx?|go|rs|java|kt|kts|gradle|php|c|cc|cpp|h|hpp|cs|swift|ps1|bat|md|rst|adoc|toml|ya?ml|json|cfg|ini"
    r"|mk|cmake|tf|lua|ex|exs|proto|sql|ld|pl|pm|scala|dart|zig|vue|svelte|s?css|csproj|props|targets|service|ipynb|graphql|thrift|bats|fish|zsh|nix))(?![\w/*({<-]|\.\w)"
)
_BRACED = lazily(
    r"(?<![\w/.:@~$}>-])(?:\./)?((?:[\w.-]{1,60}/){1,9}[\w-][\w.-]{0,60}\.)\{([a-z]{1,6}(?:, ?[a-z]{1,6}){1,4})\}(?![\w/*({<-])"
)
"""Files that are named together: `src/queue.{h,c}`."""
_OF_THE_PAST = lazily(
    r"chang|histor|news|release|upgrad|migrat|what.?s.?new|blog|adr|decision|rfc|proposal|archive|roadmap|plan|\bspecs?/|versioned|licen[cs]e",
    re.IGNORECASE,
)
_SAID_TO_BE_GONE = lazily(
    r"no longer|remov|deprecat|instead of|formerly|used to|mov(?:e|es|ed|ing)\b|renam|replac|was\b|were\b|previous|\bold\b|\byour?\b|creat|\bnew\b|example|e\.g\.|such as|custom|overrid|upstream|\b(?:in|of|from) the \S+ repo(?:sitory)?\b|→|->",
    re.IGNORECASE,
)
_KEPT_ALONE = frozenset({"local", "private", "secrets", "secret", "personal", "results", "artifacts"})
"""Folders that are each reader's own, with copies of files from elsewhere."""
_COMMON = lazily(
    r"(?:index|init|main|mod|lib|app|config|settings|conf|README|package|setup|test|tests|utils?|helpers?|types|constants|models?|views?|urls|routes?|page|layout|default|values|Chart|deployment|service|docker-compose|action|conftest|__\w+__|\w)\.\w+",
    re.IGNORECASE,
)
"""Names that many folders have a file by."""


def moved_paths(repository: Repository) -> Iterator[tuple[Place, str, str]]:
    """Paths that documents name, each with where the file of that name stands today."""
    for page in judged_documents(repository):
        if is_of_others(page) or _OF_THE_PAST.search(page):
            continue
        text = text_of(page, repository)
        if "/" not in text:
            continue
        shown = ""
        told: set[str] = set()
        for match in _paths_in(text):
            written = match[1]
            now = _where_it_went(written, page, repository)
            shown = shown or (outside_fences(text) if now else "")
            if not now or written in told or shown[match.start(1)] == " ":
                continue
            if not _is_followed(match, page, text) and _is_told_as_there(match, text):
                told.add(written)
                yield Place(page, Span(match.start(1), match.end(1))), written, now
        if ".{" in text:
            yield from _moved_together(page, shown or outside_fences(text), repository)


def _paths_in(text: str) -> Iterator[re.Match[str]]:
    """Line by line, since most lines name no path, and a search of a line that has no slash is dear."""
    at = text.find("/")
    while at >= 0:
        end = line_end(text, at)
        yield from _PATH.finditer(text, line_start(text, at), end)
        at = text.find("/", end)


def _moved_together(page: str, text: str, repository: Repository) -> Iterator[tuple[Place, str, str]]:
    """Files that are named by one path with several suffixes, none of which is there."""
    for match in _BRACED.finditer(text):
        suffixes = [suffix.strip() for suffix in match[2].split(",")]
        now = [_where_it_went(match[1] + suffix, page, repository) for suffix in suffixes]
        if all(now) and not _is_followed(match, page, text) and _is_told_as_there(match, text):
            written = text[match.start(1) : match.end()]
            yield Place(page, Span(match.start(1), match.end())), written, now[0]


def _where_it_went(written: str, page: str, repository: Repository) -> str:
    """The path that the file of this name has today; "" where it is there, or too little tells."""
    plain = posixpath.normpath(written)
    name, parts = posixpath.basename(plain), plain.split("/")
    places = repository.paths_by_name.get(name, ())
    folders = all_folders(repository)
    if not 0 < len(places) <= MOST_PLACES or parts[0] not in folders or _COMMON.fullmatch(name):
        return ""
    beside = posixpath.normpath(posixpath.join(posixpath.dirname(page), plain))
    if plain in repository.project.paths or beside in repository.project.paths:
        return ""
    # A file of that very name is there, so that its capitals stand for nothing else (`locale_en-US.ini`).
    if not (
        is_literal(written, folders) or is_literal(posixpath.join(posixpath.dirname(plain), name.lower()), folders)
    ):
        return ""
    if ends_somewhere(plain, repository) or not _KEPT_ALONE.isdisjoint(parts):
        return ""
    deep = len(parts) > 2 and "/".join(parts[:2]) in folders
    if not deep and not (is_about_this(page) and is_for_developers(page)):
        return ""
    head = "/".join(parts[: 2 if deep else 1]) + "/"
    near = [path for path in places if path.startswith(head)]
    return near[0] if near else ""


def _is_followed(match: re.Match[str], page: str, text: str) -> bool:
    """True for a link, its text or its target, on a page whose links another rule follows."""
    linked = text.startswith(("](", "`](", "][", "`][", ")"), match.end()) or text.startswith("](", match.start() - 2)
    readme = posixpath.basename(page).upper().startswith("README")
    return linked and is_about_this(page) and (is_for_developers(page) or readme)


def _is_told_as_there(match: re.Match[str], text: str) -> bool:
    """False in a sentence on what is past, yet to be made, or the reader's own."""
    start, end = line_start(text, match.start()), line_end(text, match.end())
    before = text[max(start, match.start() - 120) : match.start()]
    after = text[match.end() : min(end, match.end() + 80)]
    return not _SAID_TO_BE_GONE.search(before + " " + after)
