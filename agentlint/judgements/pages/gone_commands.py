"""Commands of documents that their program, or the service they speak to, does not take any more."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.documents.code_in_text import Form
from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.lines import line_of, line_start
from agentlint.files.source import Place
from agentlint.judgements.pages.documented import is_about_this
from agentlint.judgements.pages.mentions import Mention, judged_documents, mentions, own_names, text_of
from agentlint.programs.gone_commands import GoneCommand, gone_commands

_MARK = lazily(
    r"git://(?:www\.)?github\.com/|\bruff\b|\bbuild_sphinx\b|\bbrew cask\b|\bpipenv lock\b|--no-r(?:i|doc)\b|\bflutter format\b"
    r"|\bnpm bin\b|\bhelm (?:init|install|delete)\b|\blerna bootstrap\b"
)
"""One of these stands on a page with such a command."""
_PAST = r"no longer|remov|deprecat|formerly|(?<!be )\bused to\b|replac|renam|obsolet|\bolder\b|legacy|before version|prior to|\bHelm v?2\b"
_SPOKEN_OF = lazily(rf"{_PAST}|instead|\bold\b|\bnot\b|n't\b|never", re.IGNORECASE)
_ANNOUNCED_AS_PAST = lazily(_PAST, re.IGNORECASE)


def commands_gone(repository: Repository) -> Iterator[tuple[Place, GoneCommand]]:
    """Each such command of a page on this repository, with what became of it."""
    own = own_names(repository)
    for page in judged_documents(repository):
        text = text_of(page, repository) if is_about_this(page) else ""
        if not text or not _MARK.search(text):
            continue
        for mention in mentions(page, repository):
            program, words = _called(mention.command)
            for entry in gone_commands().get(program, ()):
                if program in own or (entry.package and entry.package in own) or not entry.is_meant(words):
                    continue
                if not (_is_spoken_of(mention, text) or _is_kept(entry, repository)):
                    yield mention.command.place, entry


def _called(command: Command) -> tuple[str, tuple[str, ...]]:
    """The program and its words; for what Python is given to run, that file."""
    words = command.texts()
    if re.match(r"python|py$", command.program) and words[:1] in {("setup.py",), ("./setup.py",)}:
        return "setup.py", words[1:]
    return command.program, words


def _is_spoken_of(mention: Mention, text: str) -> bool:
    """True where the sentence, or the one that announces the block, says that the command is gone or for older versions."""
    start = mention.command.place.span.start
    if _SPOKEN_OF.search(line_of(text, start)):
        return True
    if mention.piece.form is Form.INLINE:
        return False
    head = text[max(0, line_start(text, mention.piece.span.start) - 300) : mention.piece.span.start]
    said = re.split(r"\n[ \t\r]*\n", re.sub(r"\n?[^\n]*\Z", "", head).rstrip())[-1]
    return bool(_ANNOUNCED_AS_PAST.search(said + " " + mention.piece.heading))


def _is_kept(entry: GoneCommand, repository: Repository) -> bool:
    """True where the repository brings the command itself, or keeps its program at a version that has it."""
    if entry.own and any(word in repository.text(path) for path in ("setup.py", "setup.cfg") for word in entry.own):
        return True
    if not entry.package:
        return False
    kept = [
        dependency.constraint
        for manifest in repository.project.manifests
        for dependency in manifest.dependencies
        if dependency.name.lower() == entry.package
    ]
    if entry.declared and not kept:
        return True
    return any(_is_below(constraint, entry.since) for constraint in kept)


_BOUND = lazily(r"(==|~=|\^|~|<=?|=|)\s*v?(\d+(?:\.\d+)*)")


def _is_below(constraint: str, version: tuple[int, ...]) -> bool:
    """True where the constraint lets in no version from this one on."""
    for sign, written in _BOUND.findall(re.sub(r">=?\s*v?[\d.]+", " ", constraint)):
        parts = tuple(int(part) for part in written.split("."))
        if parts < version or (sign == "<" and parts[: len(version)] <= version and not any(parts[len(version) :])):
            return True
    return False
