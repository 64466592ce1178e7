"""Links of the documents about this repository that lead to files of it which are not there."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from urllib.parse import unquote

from agentlint.documents.code_in_text import markup_of
from agentlint.facts.remembered import remembered
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.lines import line_of
from agentlint.files.source import Place, Span
from agentlint.judgements.absences.absent_files import made_by_build
from agentlint.judgements.absences.places_meant import all_folders
from agentlint.judgements.pages.documented import is_about_this, is_for_developers
from agentlint.judgements.pages.ignored_paths import is_ignored
from agentlint.judgements.pages.mentions import documents, judged_documents, outside_fences, text_of

_LINKS = {
    "markdown": lazily(
        r"\[[^\]\n]{1,200}\]\([ \t]*<?(?P<to>[^)\s#>]{1,300})>?(?:#[^)\s]*)?(?:[ \t]+[\"'][^\"'\n]{0,200}[\"'])?[ \t]*\)"
        r"|^ {0,3}\[[^\]\n]{1,200}\]:[ \t]*<?(?P<ref>[^\s#>]{1,300})",
        re.MULTILINE,
    ),
    "rst": lazily(
        r"`[^`<>\n]{1,200}\n?[^`<>\n]{0,200}<(?P<to>[^>\s#]{1,300})(?:#[^>\s]*)?>`__?"
        r"|^\.\. _[^:\n]{1,200}:[ \t]+(?P<ref>[^\s#]{1,300})",
        re.MULTILINE,
    ),
    "asciidoc": lazily(r"\b(?:link:|xref:)(?P<to>[^\[\s#]{1,300})(?:#[^\[\s]*)?\[(?P<ref>(?!))?"),
}
_ELSEWHERE = lazily(r"[a-z][a-z0-9+.-]*:|/|<|`|\$|\{|@|\.{3}|.*[\[\](*|,]", re.IGNORECASE)
_TEXT = lazily(
    r"\.(?:md|markdown|mdx|rst|adoc|asciidoc|txt|org|sh|bash|py|rb|js|[cm]js|ts|tsx|go|rs|java|kt|kts|gradle|c|cc|cpp|h|hpp|cs|php|pl|lua|vim|ps1|bat|toml|ya?ml|json|cfg|ini"
    r"|mk|cmake|nix|tf|swift|ex|exs|proto|sql|env|example)$|(?:^|/)(?:Makefile|Dockerfile|Jenkinsfile|Rakefile|Gemfile|justfile|Vagrantfile|Procfile)$"
)
"""What an agent reads or runs; pages of a built site and pictures are not of this kind."""
_NOT_OF_WORK = lazily(
    r"(?:^|/)(?:LICEN[CS]E|COPYING|CODE_OF_CONDUCT|CHANGE|HISTORY|NEWS|SPONSORS|BACKERS|README[._-][a-z]{2}(?:-\w+)?\.\w+)[^/]*$",
    re.I,
)
_FRONT = lazily(r"(?:^|/)README(?:\.(?:md|markdown|rst|adoc|asciidoc))?$", re.IGNORECASE)
_AT_HOST = lazily(
    r"https?://(?:www\.)?(?:(?:github|gitlab)\.com/(?P<owner>[\w.-]+)/(?P<name>[\w.-]+)/(?:-/)?(?:blob|tree|raw|edit)"
    r"|raw\.githubusercontent\.com/(?P<raw_owner>[\w.-]+)/(?P<raw_name>[\w.-]+)(?:/refs/heads)?)"
    r"/(?P<branch>main|master|HEAD|trunk)/(?P<path>[\w./%@+-]*[\w%@+-])",
    re.IGNORECASE,
)
_ESCAPED = lazily(r"\\([!-/:-@\[-`{-~])")
"""A mark of Markdown's that a backslash makes an ordinary character (spec.commonmark.org, 6.1)."""
_OPTIONAL = lazily(r"creating th|optional|will be created|if (?:it|present)", re.IGNORECASE)
_PLACE_HOLDING = lazily(r"(?:^|/)(?:url|link|path|file|page|x|foo|bar|example|your)[\w-]*(?:\.\w+)?$", re.IGNORECASE)


def dead_links(repository: Repository) -> Iterator[tuple[Place, str]]:
    """Links to files of the repository that are not there, from READMEs and from pages for who works on it."""
    for path in judged_documents(repository):
        if is_about_this(path) and (is_for_developers(path) or _FRONT.search(path)):
            yield from _of_page(path, text_of(path, repository), repository)


def _of_page(path: str, text: str, repository: Repository) -> Iterator[tuple[Place, str]]:
    shown = outside_fences(text)
    for match in _LINKS[markup_of(path)].finditer(shown):
        target = _ESCAPED.sub(r"\1", match["to"] or match["ref"])
        line = line_of(text, match.start(), match.end())
        if not _ELSEWHERE.match(target) and not _OPTIONAL.search(line) and _is_dead(path, target, repository):
            yield Place(path, Span(match.start(), match.end())), target
    for match in _AT_HOST.finditer(shown):
        if text.startswith("\\", match.end()):
            continue  # an escaped mark (`free\\_shipping.rb`): what is meant goes on behind it
        if _is_own_address(match, repository) and not _is_there(unquote(match["path"]).rstrip("/"), repository):
            yield Place(path, Span(match.start(), match.end())), match["path"]


_PAGE = lazily(r"\[[^\]\n]{1,200}\]\((?P<to>(?:\./)?[\w-]+(?:/[\w-]+)+/?)(?:#[^)\s]*)?\)")
_PAGE_SUFFIXES = (".md", ".mdx", ".rst", ".ipynb", ".adoc", ".html", ".txt", ".yml", ".yaml", ".json")
FEWEST_BESIDE = 2


def dead_pages(repository: Repository) -> Iterator[tuple[Place, str]]:
    """Links without a suffix, as sites take them, to a page that is not beside the others which the same document links to."""
    for path in judged_documents(repository):
        if not (path.endswith((".md", ".mdx")) and is_about_this(path) and is_for_developers(path)):
            continue
        text = text_of(path, repository)
        links = list(_PAGE.finditer(outside_fences(text))) if "](" in text else []
        homes: dict[str, list[tuple[re.Match[str], str]]] = {}
        for match in links:
            wanted = posixpath.normpath(posixpath.join(posixpath.dirname(path), match["to"]))
            homes.setdefault(posixpath.dirname(wanted), []).append((match, wanted))
        for home, found in homes.items():
            if home not in all_folders(repository):
                continue
            there = {wanted for _, wanted in found if _is_page(wanted, repository)}
            for match, wanted in found:
                if wanted not in there and len(there) >= FEWEST_BESIDE and not _is_made_page(wanted, repository):
                    yield Place(path, Span(match.start(), match.end())), match["to"]


def _is_page(wanted: str, repository: Repository) -> bool:
    return _is_there(wanted, repository) or any(
        wanted + suffix in repository.project.paths for suffix in _PAGE_SUFFIXES
    )


def _is_made_page(wanted: str, repository: Repository) -> bool:
    """True for a page that git ignores: the site's build writes it."""
    return any(is_ignored(wanted + suffix, repository) for suffix in ("", *_PAGE_SUFFIXES))


def _is_dead(page: str, target: str, repository: Repository) -> bool:
    written = unquote(target).split("?")[0]
    if not _TEXT.search(written) or _NOT_OF_WORK.search(written) or _PLACE_HOLDING.search(written):
        return False
    wanted = posixpath.normpath(posixpath.join(posixpath.dirname(page), written))
    if wanted.startswith("..") or _is_there(wanted, repository) or made_by_build(wanted, repository):
        return False
    from_root = page.startswith(("doc/", "docs/", ".github/copilot-"))
    return not (from_root and _is_there(posixpath.normpath(written), repository))


def _is_there(wanted: str, repository: Repository) -> bool:
    return wanted in repository.project.paths or wanted in all_folders(repository)


def _is_own_address(match: re.Match[str], repository: Repository) -> bool:
    """True for the address of something of this repository that an agent may work with."""
    path = unquote(match["path"])
    told = f"{match['owner'] or match['raw_owner']}/{match['name'] or match['raw_name']}".lower()
    if told != own_address(repository) or _NOT_OF_WORK.search(path):
        return False
    return "/tree/" in match[0] or bool(_TEXT.search(path)) or "." not in posixpath.basename(path)


_MANIFESTS = (
    "package.json",
    "pyproject.toml",
    "Cargo.toml",
    "setup.py",
    "setup.cfg",
    "composer.json",
    "go.mod",
    "pom.xml",
)
_ADDRESS = r"(?:github|gitlab)\.com[/:](?P<address>[\w-][\w.-]*/[\w.-]+?)(?:\.git)?"
_IN_MANIFEST = lazily(
    rf"(?:repository|source|\burl\b|homepage|\bcode\b|scm|module|issues|bugs)[^\n]{{0,60}}\b{_ADDRESS}(?=[\"'/#\s<]|$)",
    re.IGNORECASE | re.M,
)
_ON_PAGE = lazily(rf"\b{_ADDRESS}(?:/(?:actions|workflows|issues|releases|pulls|discussions)\b|\.git\b)", re.IGNORECASE)


@remembered
def own_address(repository: Repository) -> str:
    """Owner and name of this repository, as its manifest at the root tells or the badges and links of its front page; "" if in doubt."""
    texts = [source.text[:20_000] for path in _MANIFESTS if (source := repository.read(path)) is not None]
    found = [match["address"].lower() for text in texts for match in _IN_MANIFEST.finditer(text)]
    if not found:
        pages = [path for path in documents(repository)[:12] if "/" not in path]
        found = [match["address"].lower() for path in pages for match in _ON_PAGE.finditer(text_of(path, repository))]
    most = max(set(found), key=lambda name: (found.count(name), name), default="")
    sure = found.count(most) * 5 >= len(found) * 3
    return most if sure else ""
