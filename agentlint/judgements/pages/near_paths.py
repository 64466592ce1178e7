"""Paths of developers' pages that are not there, where one that is almost the same stands: `common/type/errors.go`, of common/types."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from itertools import islice

from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.lines import line_start
from agentlint.files.source import Place, Span
from agentlint.judgements.absences.absent_files import ends_somewhere, is_literal, made_by_build
from agentlint.judgements.absences.places_meant import all_folders
from agentlint.judgements.pages.documented import is_about_this
from agentlint.judgements.pages.ignored_paths import is_ignored
from agentlint.judgements.pages.mentions import judged_documents, text_of
from agentlint.judgements.pages.spelling import extra_letter, letters_swapped
from agentlint.judgements.pages.twin_endings import in_block

_PATH = lazily(r"(?<![\w./\\<>{}*$@:=~%#-])/?[\w-][\w.-]*(?:/[\w-][\w.-]*)+\.[A-Za-z]{1,5}\b(?![\w/*{<-]|\.\w)")
_CALL = lazily(r"(?<![\w./\\-])\./([A-Za-z][\w-]*)(?=[ `\n])(?!\.)")
_SCRIPTS = (".sh", ".bash", ".py", ".rb", ".pl")
_ALIKE = (frozenset({"doc", "docs", "documentation"}), frozenset({"test", "tests", "testing"}))
"""Names of folders that say the same."""
_GONE_BY_RIGHT = lazily(
    r"no longer|remov|deprecat|formerly|used to|renam|moved|\bnew\b|creat|\byours?\b|\bwas\b|\bwere\b|e\.g\.|example|such as|\blike\b|upstream"
    r"|generat|\bwill\b|planned|future|optional|download|copy|instead of|https?://|\]\(",
    re.IGNORECASE,
)
_GONE_SINCE = lazily(
    r"no longer|remov|deprecat|formerly|renam|moved|\bwas\b|\bwere\b|\bwill\b|generat|planned|optional|exist",
    re.IGNORECASE,
)
"""The same behind the path: what stands there speaks of other things as well."""
_BEFORE, _SHORTLY, _AFTER = 45, 20, 40
"""Letters around a path, and before a call, in which the page would say so."""
MOST_PATHS = 500
_SHORTEST = 4
"""Letters of a name of which one may be wrong: of shorter ones, another name is as likely meant."""


def near_paths(repository: Repository) -> Iterator[tuple[Place, str, str]]:
    """Each such path outside of blocks, and each call of a script without its ending; with what stands there."""
    for page in judged_documents(repository):
        if not is_about_this(page):
            continue
        text = text_of(page, repository)
        for match in islice(_PATH.finditer(text), MOST_PATHS):
            written = match[0]
            span = Span(match.start(), match.end())
            plain = written.removeprefix("/")
            now = _near(plain, page, repository)
            if now and plain == written and ends_somewhere(plain, repository):
                continue
            if now and now not in text and _is_meant(span, text, _BEFORE) and not in_block(page, span, repository):
                yield Place(page, span), written, now
        yield from _calls(page, text, repository)


def _is_meant(span: Span, text: str, before: int) -> bool:
    start = max(line_start(text, span.start), span.start - before)
    after = text[span.end : span.end + _AFTER].partition("\n")[0]
    return not (_GONE_BY_RIGHT.search(text, start, span.start) or _GONE_SINCE.search(after))


def _near(plain: str, page: str, repository: Repository) -> str:
    """The one path that is this one but for a part that is almost the same; "" where this one may be there or be made."""
    paths = repository.project.paths
    beside = posixpath.normpath(posixpath.join(posixpath.dirname(page), plain))
    if plain in paths or beside in paths or ".." in plain:
        return ""
    found = _by_folder(plain, repository) | _by_name(plain, repository)
    if len(found) != 1 or not is_literal(plain, all_folders(repository)):
        return ""
    if made_by_build(plain, repository) or is_ignored(plain, repository):
        return ""
    return next(iter(found))


def _by_folder(plain: str, repository: Repository) -> set[str]:
    """Files of this name whose folders differ in one part."""
    *folders, name = plain.split("/")
    found = set()
    for path in repository.paths_by_name.get(name, ()):
        others = path.split("/")[:-1]
        if len(others) == len(folders):
            unlike = [pair for pair in zip(folders, others, strict=True) if pair[0] != pair[1]]
            if len(unlike) == 1 and _almost(*unlike[0]):
                found.add(path)
    return found


def _by_name(plain: str, repository: Repository) -> set[str]:
    """Files of this folder whose names are this one but for a letter."""
    folder, name = posixpath.split(plain)
    stem, ending = posixpath.splitext(name)
    others = (posixpath.splitext(posixpath.basename(path)) for path in repository.paths_by_folder.get(folder, ()))
    return {f"{folder}/{other}{ending}" for other, end in others if end == ending and _almost(stem, other)}


def _almost(left: str, right: str) -> bool:
    """True for names a letter apart, or that say the same of a folder."""
    if any(left in names and right in names for names in _ALIKE):
        return True
    if min(len(left), len(right)) < _SHORTEST or any(letter.isdigit() for letter in left + right):
        return False
    return (len(left) == len(right) and letters_swapped(left, right)) or extra_letter(left, right) is not None


def _calls(page: str, text: str, repository: Repository) -> Iterator[tuple[Place, str, str]]:
    """`./publish 1.0`, where the script beside the page is publish.sh: no shell looks for endings."""
    folder = posixpath.dirname(page)
    here = repository.paths_by_folder.get(folder, ()) if "./" in text else ()
    for match in islice(_CALL.finditer(text), MOST_PATHS) if here else ():
        plain = posixpath.join(folder, match[1])
        scripts = [path for path in here if path.startswith(plain + ".") and path[len(plain) :] in _SCRIPTS]
        if len(scripts) != 1 or plain in all_folders(repository) or plain in repository.project.paths:
            continue
        span = Span(match.start(), match.end())
        if made_by_build(match[1], repository) or is_ignored(plain, repository) or not _is_meant(span, text, _SHORTLY):
            continue
        yield Place(page, span), match[0], "./" + posixpath.basename(scripts[0])
