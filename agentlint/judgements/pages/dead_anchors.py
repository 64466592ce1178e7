"""Links to a section of another page of the repository, where the page is there and no heading of it bears that name."""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import unquote

from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.source import Place, Span
from agentlint.judgements.pages.documented import is_about_this, is_for_developers, is_of_others
from agentlint.judgements.pages.mentions import judged_documents, outside_fences, text_of
from agentlint.judgements.pages.named_links import own_address

_LINK = lazily(
    r"\]\([ \t]*<?(?P<to>[^)\s#>]{1,300})#(?P<anchor>[^)\s>\"']{1,200})>?(?:[ \t]+[\"'(][^)\n]{0,100})?[ \t]*\)"
    r"|^ {0,3}\[[^\]\n]{1,200}\]:[ \t]*<?(?P<ref>[^\s#>]{1,300})#(?P<part>[^\s>]{1,200})"
    r"|(?<![(\w])(?P<bare>https://github\.com/[\w.-]+/[\w.-]+/blob/[\w./-]+\.md)#(?P<place>[\w%-]{1,200})",
    re.MULTILINE | re.IGNORECASE,
)
_AT_HOST = lazily(
    r"https?://(?:www\.)?(?:github|gitlab)\.com/([\w.-]+/[\w.-]+)/(?:-/)?blob/(?:main|master|HEAD|trunk|develop)/([^?\s]+)",
    re.IGNORECASE,
)
_FORM = lazily(r"(?:\.github/|docs/)?(?:PULL_REQUEST_TEMPLATE|ISSUE_TEMPLATE)(?:/[^/]+)?(?:\.md)?", re.IGNORECASE)
"""Forms that whoever proposes a change is given to fill in; they are no documents, and yet are read."""
_HEADING = lazily(
    r"^[ \t>*+-]*(?:\d+\.[ \t]+)?#{1,6}[ \t]*(?P<hash>[^\n]+)|^[ \t>]*(?P<under>[^\n]+)\n[ \t>]*(?:=+|-+)[ \t]*\r?$"
    r"|<(?:h[1-6]|summary|dt|strong|b)\b[^>]*>(?P<tag>.*?)</(?:h[1-6]|summary|dt|strong|b)>",
    re.MULTILINE | re.DOTALL | re.IGNORECASE,
)
_NAMED = lazily(
    r"\b(?:id|name)[ \t]*=[ \t]*[\"']?(?P<id>[^\"'\s>]{1,200})|\{[:#]?[ \t]*#(?P<brace>[\w:.-]{1,200})|^\((?P<label>[\w:. -]{1,200})\)=",
    re.MULTILINE | re.IGNORECASE,
)
_OF_RELEASES = lazily(r"(?:^|/)(?:CHANGE|HISTORY|NEWS|RELEASE)[^/]*$", re.IGNORECASE)
"""Pages whose sections come and go with each release."""
_LINES = lazily(r"L\d+(?:C\d+)?(?:-L?\d+(?:C\d+)?)?$|:~:|!|/|\?", re.IGNORECASE)
_MADE_OF_OTHERS = lazily(r"\{%|\{\{|<!--[ \t]*(?:#|include)|--8<--|^import |^:::|<[A-Z]\w+|\$\{", re.MULTILINE)
"""A page into which a generator puts more than stands in it."""


def dead_anchors(repository: Repository) -> Iterator[tuple[Place, str]]:
    """Links of pages for who works here to a section that the page they lead to does not have (any more)."""
    forms = [path for path in repository.judged if path.count("/") < 3 and _FORM.fullmatch(path)]
    pages = [path for path in judged_documents(repository) if is_about_this(path) and _is_for_work(path)]
    for page in (*forms, *pages):
        text = repository.text(page) if page in forms else text_of(page, repository)
        if ".md" not in text.lower() or "#" not in text or is_of_others(page):
            continue
        for match in _LINK.finditer(outside_fences(text) if page not in forms else text):
            target = match["to"] or match["ref"] or match["bare"]
            anchor = match["anchor"] or match["part"] or match["place"]
            path = _meant(page, target, repository)
            if path and not _LINES.match(anchor) and not _has(path, anchor, repository):
                yield Place(page, Span(match.start(), match.end())), f"{posixpath.relpath(path, '.')}#{anchor}"


def _is_for_work(path: str) -> bool:
    return is_for_developers(path) or posixpath.basename(path).upper().startswith("README")


def _meant(page: str, target: str, repository: Repository) -> str:
    """The Markdown page of this repository that a link leads to; "" for anything else."""
    if not target.lower().endswith((".md", ".markdown")) or _OF_RELEASES.search(target):
        return ""
    host = _AT_HOST.fullmatch(target)
    if host is not None:
        path = unquote(host[2]) if host[1].lower() == own_address(repository) else ""
    elif re.match(r"[a-z][a-z0-9+.-]*:|<|\$|\{|@", target, re.IGNORECASE):
        path = ""
    elif target.startswith("/"):
        path = unquote(target[1:])
    else:
        path = posixpath.normpath(posixpath.join(posixpath.dirname(page), unquote(target)))
    return path if path in repository.project.paths and path != page else ""


def _has(path: str, anchor: str, repository: Repository) -> bool:
    """True where a heading or a name of the page may bear this anchor, by whatever rule it is made; or where we cannot tell."""
    known = repository.memory(("anchors of", path))
    if known is None:
        known = repository.remember(("anchors of", path), _anchors(text_of(path, repository)))
    assert known is None or isinstance(known, frozenset)
    if not known:
        return True
    wanted = _bare(unquote(anchor).removeprefix("user-content-"))
    return not wanted or wanted in known or re.sub(r"\d+$", "", wanted) in known


def _anchors(text: str) -> frozenset[str]:
    """The anchors of a page without all that rules of slugs treat in different ways; none where a part of it is made elsewhere."""
    if _MADE_OF_OTHERS.search(text):
        return frozenset()
    found = {_bare(match["id"] or match["brace"] or match["label"]) for match in _NAMED.finditer(text)}
    for match in _HEADING.finditer(text):
        written = match["hash"] or match["under"] or match["tag"] or ""
        shown = re.sub(r"!?\[([^\]\n]*)\](?:\([^)\n]*\)|\[[^\]\n]*\])", r"\1", written)
        plain = re.sub(r"<[^>\n]*>", "", shown)
        coded = re.sub(r":[a-z0-9_+-]+:", "", plain)
        found |= {_bare(form) for form in (written, shown, plain, coded, re.sub(r"&\w+;", "", plain))}
    return frozenset(found)


def _bare(name: str) -> str:
    """Letters and digits alone, in small ASCII where there is any."""
    folded = unicodedata.normalize("NFKD", name.lower())
    return re.sub(r"[^a-z0-9]", "", folded)
