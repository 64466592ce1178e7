"""Classes and functions that a page for developers names and that the code calls otherwise today.

A name in a page may be a library's, or one that the reader shall choose. So a name counts only where the page's other names are the
code's, no file holds it in any spelling, and the code declares one of almost the same words: that is what it has become.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, islice

from agentlint.documents.code_in_text import CodePiece, Form
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.lines import line_end, line_start
from agentlint.files.source import Place, Span
from agentlint.judgements.pages.documented import is_about_this, is_for_developers
from agentlint.judgements.pages.mentions import documents, judged_documents, outside_fences, pieces_of, text_of

MOST_FILES = 6000
LARGEST = 3_000_000
FEWEST_FOUND = 2
"""Other names of the page that the code holds: with fewer, the page may be about something else."""
FEWEST_WORDS = 3
"""Of names of two words, too many are a library's."""
_NAME = lazily(r"@?(?:(?P<of>[A-Za-z_]\w*)(?:\.|::|#))?(?P<name>[A-Za-z][A-Za-z0-9_]{7,60})(?P<call>\(\)|\(\.{3}\))?")
_SOURCE = lazily(
    r"\.(?:py|pyi|pyx|go|rs|[cm]?[jt]sx?|vue|svelte|rb|c|h|cc|cpp|cxx|hpp|hh|java|kt|kts|scala|groovy|php|cs|fs|swift|dart|lua|ex|exs|clj|m|mm|zig|hs|ml"
    r"|api|proto|graphql|gradle|toml|ya?ml|json|xml|properties|sh|pl|pm|jl|r|R|nim|d|tmpl|j2|erb|txt)$"
)
_SITE = lazily(r"(?:^|/)(?:website|versioned_docs|i18n|blog)/")
_DECLARED = lazily(
    r"\b(?:class|interface|object|fun|def|func|fn|struct|type|function|trait|enum|record|protocol|module)[ \t]+(?:\([^)\n]{0,60}\)[ \t]*)?(?:<[^>\n]{0,40}>[ \t]*)?(?:[A-Z]\w*\.)?([A-Za-z]\w{5,60})"
    r"|\b(?:const|let|val|var)[ \t]+([A-Za-z]\w{5,60})[ \t]*="
)
_WORDS = lazily(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+")
_STANDS_FOR = frozenset(
    "my your foo bar baz some example sample new custom hello acme dummy xyz something name pascal camel snake kebab case".split()
)
_CHOSEN = lazily(
    r"\bnam(?:e|ed|es|ing)\b|\bcalled\b|e\.g\.|for example|for instance|\blike\b|prefix|suffix|Pascal|[cC]amel|snake_|convention|\bcreat|\bnew\b|\badd\b|no longer|remov|deprecat|instead of|formerly|used to|renam|legacy|previous"
    r"|\bold\b|\bwas\b|\bwere\b|\bnot\b|n't\b|never|avoid|rather than|→|->|\byour?\b|librar|third.party|upstream|plugin|consider|propos|future|todo|plan|could|should have|might|wish",
    re.IGNORECASE,
)
"""Sentences on what is past, or on how to call what is yet to be written."""


def gone_names(repository: Repository) -> Iterator[tuple[Place, str, str]]:
    """Names of classes and functions on developers' pages that no source has, each with the declared name that is nearest."""
    pages = [page for page in judged_documents(repository) if is_about_this(page) and is_for_developers(page)]
    named = [(page, piece, name) for page in pages for piece, name in _names(page, repository)]
    if not named or ".gitmodules" in repository.project.paths:
        return
    texts = _texts(repository)
    if texts is None:
        return
    there = {name for name in {name for _, _, name in named} if _is_there(name, texts)}
    found: dict[str, set[str]] = {}
    for page, _, name in named:
        if name in there:
            found.setdefault(page, set()).add(name)
    left = [item for item in named if item[2] not in there and len(_WORDS.findall(item[2])) >= FEWEST_WORDS]
    left = [item for item in left if len(found.get(item[0], ())) >= FEWEST_FOUND]
    left = [item for item in left if not _is_chosen(item[1], text_of(item[0], repository))]
    kin = _kin({name for _, _, name in left}, tuple(texts.values())) if left else {}
    for page, piece, name in left:
        if name in kin:
            yield Place(page, piece.span), name, kin[name]
    for page, name in sorted({(page, name) for page, _, name in left if name in kin}):
        for span in shown_in_fences(name, text_of(page, repository)):
            yield Place(page, span), name, kin[name]


def shown_in_fences(name: str, text: str) -> Iterator[Span]:
    """Where the page's blocks of code use a name that its running text has told to be the repository's."""
    prose = outside_fences(text)
    for match in re.finditer(rf"(?<!\w){name}(?!\w)", text):
        if prose[match.start()] == " ":
            yield Span(match.start(), match.end())


def _names(page: str, repository: Repository) -> Iterator[tuple[CodePiece, str]]:
    """Names of two words or more in running text."""
    for piece in pieces_of(page, repository):
        match = _NAME.fullmatch(piece.text.text) if piece.form is Form.INLINE else None
        if match is None:
            continue
        name = match["name"]
        parts = [part.lower() for part in _WORDS.findall(name)]
        typed = name[0].isupper() and not match["of"] and not name.isupper() and "_" not in name
        if len(parts) >= 2 and (typed or match["call"]) and _STANDS_FOR.isdisjoint(parts):
            yield piece, name


def _texts(repository: Repository) -> dict[str, str] | None:
    """The texts of everything that may declare a name, by their paths; None where there is too much of it."""
    pages = frozenset(documents(repository))
    paths = [
        path
        for path in repository.ordered_paths
        if _SOURCE.search(path) and path not in pages and not _SITE.search(path)
    ]
    if len(paths) > MOST_FILES:
        return None
    found = {}
    for path in paths:
        source = repository.read(path)
        if source is not None and len(source.data) <= LARGEST:
            found[path] = repository.text(path)
    return found


def _is_there(name: str, texts: dict[str, str]) -> bool:
    """Whether some text holds the name, as it stands or in the spelling of another language.

    Most classes stand in a file of their name: that one is asked first.
    """
    forms = _spellings(name)
    core = _core(forms)
    own = (text for path, text in texts.items() if core in path and any(form in path for form in forms))
    every = (text for text in texts.values() if core in text)
    return any(form in text for text in chain(own, every) for form in forms)


def _spellings(name: str) -> frozenset[str]:
    words = [word.lower() for word in _WORDS.findall(name)]
    camel = "".join(word.capitalize() for word in words)
    forms = {name, "_".join(words), "-".join(words)}
    return frozenset(forms if name[0].isupper() else forms | {camel, camel[0].lower() + camel[1:]})


def _core(forms: frozenset[str]) -> str:
    """What all spellings of a name have in common, so that one look refuses most texts: most of its longest word."""
    words = sorted((word[1:] for form in forms for word in _WORDS.findall(form)), key=lambda word: (-len(word), word))
    return next((word for word in words if all(word in form for form in forms)), "")


def _kin(names: set[str], texts: tuple[str, ...]) -> dict[str, str]:
    """For each name the declared one that shares most of its words, in their order, and does not hold all of them."""
    wanted = {name: [part.lower() for part in _WORDS.findall(name)] for name in names}
    forms = sorted({form for name, words in wanted.items() for form in _rare(name, words)})
    declared = {name for text in texts for name in _declared(text, forms)}
    best: dict[str, tuple[int, float, str]] = {}
    for other in sorted(declared):
        parts = [part.lower() for part in _WORDS.findall(other)]
        for name, words in wanted.items():
            if name[0].isupper() != other[0].isupper() or not set(words) & set(parts):
                continue
            shared = _shared(words, parts)
            alike = shared >= 2 and shared * 3 >= max(len(words), len(parts)) * 2 - 1
            if alike and shared < len(words) and shared >= best.get(name, (0, 0.0, ""))[0]:
                best[name] = max(best.get(name, (0, 0.0, "")), (shared, _likeness(name, other), other))
    return {name: other for name, (_, _, other) in best.items()}


def _likeness(name: str, other: str) -> float:
    """From 0 to 1: of names that share as many words, the one that differs by a letter is meant."""
    from difflib import SequenceMatcher

    return SequenceMatcher(None, name, other, autojunk=False).ratio()


def _rare(name: str, words: list[str]) -> Iterator[str]:
    """A name's two longest words as its kin write them: those of a class begin with capitals."""
    for word in sorted(words, key=len)[-2:]:
        yield word.capitalize()
        if not name[0].isupper():
            yield word


def _declared(text: str, forms: list[str]) -> Iterator[str]:
    """The names that a text declares, on the lines that hold any of these words."""
    for start in {start for form in forms for start in islice(_lines_with(form, text), MOST_PLACES)}:
        for match in _DECLARED.finditer(text, start, start + _LONGEST):
            yield match[1] or match[2]


def _lines_with(word: str, text: str) -> Iterator[int]:
    """Where the lines that hold a word begin."""
    at = text.find(word)
    while at >= 0:
        yield line_start(text, at)
        at = text.find(word, line_end(text, at))


_LONGEST = 200
"""Of a declaration that is still read, in characters from the start of its line."""
MOST_PLACES = 2000


def _shared(left: list[str], right: list[str]) -> int:
    """How many words two names have in common in the same order."""
    row = [0] * (len(right) + 1)
    for word in left:
        last = row
        row = [0]
        for at, other in enumerate(right):
            row.append(last[at] + 1 if word == other else max(last[at + 1], row[at]))
    return row[-1]


def _is_chosen(piece: CodePiece, text: str) -> bool:
    start, end = line_start(text, piece.span.start), line_end(text, piece.span.end)
    line = (
        text[max(start, piece.span.start - 160) : piece.span.start]
        + " "
        + text[piece.span.end : min(end, piece.span.end + 100)]
    )
    return bool(_CHOSEN.search(line) or re.search(r"nam|style|convention|example|migrat", piece.heading, re.IGNORECASE))
