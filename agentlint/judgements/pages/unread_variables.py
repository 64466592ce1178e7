"""Environment variables with the repository's own prefix that a page names and no other file knows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.lines import line_around
from agentlint.files.source import Place, SourceFile, Span
from agentlint.judgements.pages.documented import is_about_this, is_for_developers
from agentlint.judgements.pages.documented_options import MOST_FILES, program_sources
from agentlint.judgements.pages.mentions import judged_documents, own_names, text_of

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
                and not _DOUBT.search(line_around(text, match.start(), match.end()))
                and not re.search(rf"\$\{{?{match[group]}\b", text)
            )
    named = _of_own_prefix(named, repository) if named else []
    if not named:
        return
    prefixes = frozenset(name.split("_")[0].lower() for _, name in named)
    sources = tuple(program_sources(repository))
    if len(sources) >= MOST_FILES:
        return  # too large to be read whole
    words = _known_words(sources, prefixes)
    unknown = [(place, name) for place, name in named if _is_unknown(name, words)]
    made = _put_together(sources, prefixes) if unknown else frozenset("*")
    if "*" not in made:
        heads = tuple(f"{head}_" for head in made)
        yield from ((place, name) for place, name in unknown if not name.startswith(heads))


def _is_unknown(name: str, words: frozenset[str]) -> bool:
    """True for a name that nothing knows, though enough others bear its prefix."""
    prefix = name.split("_")[0]
    return (
        name not in words
        and sum(word.startswith(prefix + "_") for word in words) >= FEWEST_KIN
        and not _is_part(name, words)
    )


def _of_own_prefix(named: list[tuple[Place, str]], repository: Repository) -> list[tuple[Place, str]]:
    """Those whose first word is a name of this repository: its own, or that of a folder near its root."""
    parts = {part.lower() for path in repository.project.paths for part in path.split("/")[:3]} | own_names(repository)
    own = {form for part in parts for form in (part, part.replace("-", ""), part.split("-")[0])}
    return [(place, name) for place, name in named if name.split("_")[0].lower() in own]


def _is_part(name: str, words: frozenset[str]) -> bool:
    """True for the beginning of longer names, or the end of one that bears another prefix."""
    return any(word.startswith(name + "_") or word.endswith("_" + name) for word in words)


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
_VIPER = lazily(r"\bSetEnvPrefix\(\"([A-Za-z]\w*)\"\)")
"""Viper makes names with this prefix, and no others. Source: github.com/spf13/viper, Working with Environment Variables."""
_LIBRARIES = tuple(
    "env_prefix envprefix envvar_prefix automaticenv envconfig alecthomas/kong basesettings figment config::environment dynaconf koanf".split()
)


def _speaking(sources: Sequence[SourceFile], prefixes: frozenset[str]) -> Iterator[str]:
    """The texts that hold a name with one of these prefixes, or speak of prefixes."""
    starts = tuple(prefix.upper() + "_" for prefix in prefixes)
    for source in sources:
        if any(start in source.text for start in starts) or "prefix" in source.text.lower():
            yield source.text


def _known_words(sources: Sequence[SourceFile], prefixes: frozenset[str]) -> frozenset[str]:
    """The names that files which speak of one of these prefixes hold."""
    return frozenset(word for text in _speaking(sources, prefixes) for word in _ANY.findall(text))


def _put_together(sources: Sequence[SourceFile], prefixes: frozenset[str]) -> frozenset[str]:
    """The prefixes from which code puts names together; "*" where a library makes names of any kind."""
    given: set[str] = set()
    for source in sources:
        lowered = source.text.lower()
        if any(mark in lowered for mark in _LIBRARIES) and _BY_LIBRARY.search(source.text):
            own = _VIPER.findall(source.text) if "AutomaticEnv" in source.text else []
            if not own:
                return frozenset("*")
            given.update(prefix.upper() for prefix in own)
    return frozenset(given).union(
        word.upper()
        for text in _speaking(sources, prefixes)
        if "_" in text
        for match in _PUT_TOGETHER.finditer(text)
        for word in match.groups()
        if word
    )
