"""Environment variables with the repository's own prefix that a page names and no other file knows."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.facts.repository import Repository
from agentlint.files.source import Place, Span
from agentlint.rule.documented import is_about_this, is_for_developers, own_names
from agentlint.rule.documented_options import MOST_FILES, program_sources
from agentlint.rule.lazily import lazily
from agentlint.rule.mentions import judged_documents, text_of

FEWEST_KIN = 3
"""With fewer names of the same prefix in the code, the prefix may be another program's."""
_NAME = r"[A-Z][A-Z0-9]{2,30}(?:_[A-Z0-9]{2,30}){1,6}"
_NAMED = lazily(
    rf"`{{1,2}}\$?\{{?(?P<code>{_NAME})\}}?(?:=[^`\n]{{0,80}})?`|^[ \t]*(?:[$>] )?(?:export |env |set |setx )?(?P<set>{_NAME})=(?=\S)[^\n]*",
    re.MULTILINE,
)
_ANY = lazily(r"(?<![A-Za-z0-9_])[A-Z][A-Z0-9]{2,30}_[A-Z0-9_]{2,120}(?![a-z0-9])")
_FOREIGN = frozenset(
    "AWS GCP GCLOUD AZURE GITHUB GITLAB GOOGLE DOCKER NODE NPM YARN PNPM PYTHON PYTEST PIP TOX RUST CARGO CMAKE GO JAVA MAVEN GRADLE RUBY BUNDLE RAILS CI SSH GIT GPG HTTP HTTPS SSL TLS"
    " POSTGRES MYSQL PG REDIS DATABASE DB API APP TEST MY USER SECRET ACCESS CLIENT AUTH TWINE COVERAGE OPENAI ANTHROPIC SENTRY SLACK DD OTEL LC XDG QT DOTNET NUGET CC CXX LD DYLD MSYS WINDOWS ANDROID KUBE"
    " HOMEBREW COMPOSE BUILDKIT BASH ZSH MAKE SKIP NO USE ENABLE DISABLE YOUR SOME FOO BAR EXAMPLE NEW SIGNING ORG SONATYPE GRPC LLVM CLANG GCC MACOSX IPHONEOS CONFIG NEXT VITE REACT DJANGO FLASK".split()
)
"""First words of names that other programs read, or that everybody takes."""
_MARKED_UP = lazily(r"\.\w+$")
"""A file called `install` is as likely a script."""
_DOUBT = lazily(
    r"no longer|remov|deprecat|instead of|formerly|used to|renam|legacy|previous|\byour?\b.{0,20}\b(?:app|project|plugin)|e\.g\.|for example|such as|was\b|were\b|→",
    re.IGNORECASE,
)


def unread_variables(repository: Repository) -> Iterator[tuple[Place, str]]:
    """Variables that pages on this repository name, and that neither its code nor its settings know."""
    named: list[tuple[Place, str]] = []
    for page in judged_documents(repository):
        if is_about_this(page) and is_for_developers(page) and _MARKED_UP.search(page):
            text = text_of(page, repository)
            named.extend(
                (Place(page, Span(match.start(group), match.end(group))), match[group])
                for match in _NAMED.finditer(text)
                if match[group := "code" if match["code"] else "set"].split("_")[0] not in _FOREIGN
                and not _DOUBT.search(_line(text, match))
                and not re.search(rf"\$\{{?{match[group]}\b", text)
            )
    if not named:
        return
    words, made = _known_words(repository)
    if not made.isdisjoint({"*"}):
        return
    own = {part.lower() for path in repository.project.paths for part in path.split("/")[:3]} | own_names(repository)
    for place, name in named:
        prefix = name.split("_")[0]
        if not any(prefix.lower() in {known, known.replace("-", ""), known.split("-")[0]} for known in own):
            continue
        kin = sum(word.startswith(prefix + "_") for word in words)
        if name not in words and kin >= FEWEST_KIN and prefix not in made and not _is_part(name, words):
            yield place, name


def _is_part(name: str, words: frozenset[str]) -> bool:
    """True for the beginning of longer names, or the end of one that bears another prefix."""
    return any(word.startswith(name + "_") or word.endswith("_" + name) for word in words)


def _line(text: str, match: re.Match[str]) -> str:
    start, end = text.rfind("\n", 0, match.start()) + 1, text.find("\n", match.end())
    return text[max(start, match.start() - 160) : min(end if end >= 0 else len(text), match.end() + 160)]


_PUT_TOGETHER = lazily(
    r"[\"'`]([A-Z][A-Z0-9]{2,30})_(?:[\"'`]|%|\$|\{)|\b([A-Z][A-Z0-9]{2,30})_(?:\$[{(\w]|%[{(s]|#\{|\{|<|@|\*)|(?:prefix|Prefix|PREFIX)\w*[^\n]{0,40}[\"']([A-Za-z][A-Za-z0-9]{2,30})_?[\"']"
    r"|\bconcat!\(\s*\"([A-Z]+)_"
)
"""Where a name is put together of a prefix and something else, no word of it need stand anywhere."""
_BY_LIBRARY = lazily(
    r"env_?prefix|envvar_prefix|AutomaticEnv|\benvconfig\b|alecthomas/kong|BaseSettings|\bfigment\b|config::Environment|dynaconf|koanf",
    re.IGNORECASE,
)
"""Libraries that make the names of variables from those of options."""


def _known_words(repository: Repository) -> tuple[frozenset[str], frozenset[str]]:
    """The names that files other than documents hold, and the prefixes from which code puts names together."""
    known = repository.memory("words like variables")
    if known is None:
        words: set[str] = set()
        made: set[str] = set()
        for number, source in enumerate(program_sources(repository)):
            if number + 1 >= MOST_FILES:
                words.clear()
                break
            found = _ANY.findall(source.text)
            words.update(found)
            if _BY_LIBRARY.search(source.text):
                made.add("*")
            if "_" in source.text:
                made.update(
                    word.upper() for match in _PUT_TOGETHER.finditer(source.text) for word in match.groups() if word
                )
        known = repository.remember("words like variables", (frozenset(words), frozenset(made)))
    assert isinstance(known, tuple)
    return known
