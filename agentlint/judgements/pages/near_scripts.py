"""Scripts and tests that pages tell to run by a name that is not quite right: next to it, or further down, stands the one that is meant."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from agentlint.documents.code_in_text import Form
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.source import Place
from agentlint.judgements.absences.absent_files import is_literal
from agentlint.judgements.absences.places_meant import all_folders
from agentlint.judgements.pages.documented import (
    is_about_this,
    is_for_developers,
    is_of_others,
    is_only_spoken_of,
    stale_mentions,
)
from agentlint.judgements.pages.mentions import Mention, judged_documents, mentions, pieces_of, text_of
from agentlint.judgements.pages.spelling import extra_letter

_SCRIPT = lazily(r"(?:\./)?(?:[\w.-]+/)+[\w-]+\.(?:sh|bash|py|rb|pl|ps1|js|mjs|ts)")
_WORDS = lazily(r"[A-Za-z]+|\d+")
FEWEST_LETTERS = 6
"""Of the names of scripts: shorter ones are alike by chance."""


def near_scripts(repository: Repository) -> Iterator[tuple[Place, str, str]]:
    """Each place that names such a script, with the path that is there."""
    told = {mention.command.place for mention, _ in stale_mentions(repository)}
    for page in judged_documents(repository):
        if is_of_others(page) or not is_about_this(page):
            continue
        text = text_of(page, repository)
        if "pytest" in text and is_for_developers(page):
            yield from (one for one in _tests_further_down(page, text, repository) if one[0] not in told)
        if "/" not in text:
            continue
        for mention in mentions(page, repository):
            written = mention.command.program_path
            now = _near(written, page, repository) if mention.piece.form is not Form.INLINE else ""
            if now and not mention.command.directory and mention.command.place not in told:
                yield mention.command.place, written, now
        for piece in pieces_of(page, repository):
            written = piece.text.text
            now = _near(written, page, repository) if piece.form is Form.INLINE else ""
            if now and not is_only_spoken_of(piece, text, files=False):
                yield Place(page, piece.span), written, now


def _near(written: str, page: str, repository: Repository) -> str:
    """The one script in the folder that is named whose name has the same words, one more, or is a letter apart."""
    if not _SCRIPT.fullmatch(written) or not is_literal(written, all_folders(repository)):
        return ""
    plain = posixpath.normpath(written)
    folder, name = posixpath.split(plain)
    paths = repository.project.paths
    beside = posixpath.normpath(posixpath.join(posixpath.dirname(page), plain))
    stem, ending = posixpath.splitext(name)
    if plain in paths or beside in paths or name in repository.paths_by_name or len(stem) < FEWEST_LETTERS:
        return ""
    others = [path for path in repository.paths_by_folder.get(folder, ()) if path.endswith(ending)]
    found = [path for path in others if _alike(stem, posixpath.splitext(posixpath.basename(path))[0])]
    return found[0] if len(found) == 1 else ""


def _alike(left: str, right: str) -> bool:
    ours, theirs = _WORDS.findall(left.lower()), _WORDS.findall(right.lower())
    longer, shorter = (ours, theirs) if len(ours) > len(theirs) else (theirs, ours)
    if len(longer) == len(shorter) + 1 and longer[: len(shorter)] == shorter:
        return longer[-1] in _WHAT_IT_IS
    apart = [(one, other) for one, other in zip(ours, theirs, strict=False) if one != other]
    return len(ours) == len(theirs) and len(apart) == 1 and _one_letter_apart(*apart[0])


_WHAT_IT_IS = frozenset({"test", "tests", "script", "check", "all", "run"})
"""Words that a file's name bears or not, for the same file."""
_SHORTEST = 5


def _one_letter_apart(left: str, right: str) -> bool:
    return (
        min(len(left), len(right)) >= _SHORTEST and (left + right).isalpha() and extra_letter(left, right) is not None
    )


_TEST_FILE = lazily(r"test_[\w-]+\.py|[\w-]+_test\.py")
_GOES_INTO = lazily(
    r"\bcd\b|\bchdir\b|\bpushd\b|rootdir|(?:in|from|inside|within) (?:the )?[`\"']?\w*tests?[`\"'/]", re.IGNORECASE
)


def _tests_further_down(page: str, text: str, repository: Repository) -> Iterator[tuple[Place, str, str]]:
    """`pytest test_aliases.py`, where the one file of that name stands in tests/ and the page goes into no folder."""
    if _GOES_INTO.search(text) or posixpath.dirname(page) not in {"", "docs", "doc", ".github"}:
        return
    for mention in mentions(page, repository):
        if mention.command.program not in {"pytest", "py.test"} or mention.command.directory:
            continue
        found = [(word, now) for word in mention.command.texts() if (now := _home_of(word, mention, repository))]
        if found:
            yield mention.command.place, found[0][0], found[0][1]


def _home_of(word: str, mention: Mention, repository: Repository) -> str:
    name = word.partition("::")[0]
    if not _TEST_FILE.fullmatch(name) or mention.piece.form is Form.INLINE:
        return ""
    places = repository.paths_by_name.get(name, ())
    return places[0] if len(places) == 1 and "/" in places[0] else ""
