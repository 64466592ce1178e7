"""Documented commands that need a manifest where they are run, and whose manifest stands in a folder that the page never names."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.source import Place
from agentlint.judgements.absences.places_meant import all_folders, folders_of
from agentlint.judgements.pages.documented import is_about_this, is_for_developers
from agentlint.judgements.pages.mentions import Mention, judged_documents, mentions, own_names, text_of
from agentlint.judgements.running.scope import aside

_WITHOUT_OPERAND = frozenset(
    {"install", "i", "ci", "test", "build", "run", "check", "clippy", "verify", "package", "start", "exec"}
)
_NODE = ("package.json", _WITHOUT_OPERAND)
_NEEDS = {
    "go": ("go.mod", frozenset({"run", "build", "test", "vet"})),
    "npm": _NODE,
    "yarn": _NODE,
    "pnpm": _NODE,
    "cargo": ("Cargo.toml", frozenset({"build", "run", "test", "check", "clippy", "bench"})),
    "bundle": ("Gemfile", frozenset({"install", "exec"})),
    "mvn": ("pom.xml", frozenset({"test", "verify", "package", "install", "compile"})),
    "composer": ("composer.json", frozenset({"install", "test"})),
    "mix": ("mix.exs", frozenset({"deps.get", "test", "compile"})),
    "poetry": ("pyproject.toml", frozenset({"install", "run"})),
    "swift": ("Package.swift", frozenset({"build", "test", "run"})),
}
"""Programs that look for a file where they are run and above; each one's own manual."""
_WORK = lazily(r"develop|build|contribut|\bsources?\b|hack|\btest|\bruns?\b|running|compil|set-?\s?up", re.IGNORECASE)
_ELSEWHERE = (
    "-C", "--prefix", "--cwd", "--dir", "--manifest-path", "-f", "--file", "-w", "--workspace", "--filter", "-r", "--recursive", "-g", "--global",
    "-d", "--working-dir", "--directory", "--project", "--package-path", "--gemfile", "-F", "--root", "-P",
)  # fmt: skip
_SAYS_WHERE = lazily(
    r"\b(?:director(?:y|ies)|folders?|sub-?folders?|workspaces?|(?:the|each|every|that|your|a) (?:\S+ )?(?:package|module|crate|app|project|example)s?)\b|\bcd\b|\byour own\b",
    re.IGNORECASE,
)
_NEAR = 400
_LARGEST = 60
"""More homes than that: no page names them one by one."""


def distant_manifests(repository: Repository) -> Iterator[tuple[Place, str, str, str]]:
    """Each such command: its place, its words, the manifest, and where that stands."""
    for page in judged_documents(repository):
        if not is_about_this(page) or posixpath.dirname(page) not in {"", ".github", "docs"}:
            continue
        text = text_of(page, repository)
        if not any(f"{program} " in text for program in _NEEDS):
            continue
        for mention in mentions(page, repository):
            name, words = _NEEDS.get(mention.command.program, ("", frozenset()))
            if name and _is_run_here(mention.command, words) and _is_of_work(mention):
                home = _home(name, mention, text, repository)
                if home:
                    called = " ".join((mention.command.program, *mention.command.texts()))
                    yield mention.command.place, called, name, home


def _is_run_here(command: Command, words: frozenset[str]) -> bool:
    """True for a call that looks for its manifest in the folder in which the page stands."""
    if command.opaque or command.wrappers or command.directory != "" or command.option(*_ELSEWHERE) is not None:
        return False
    texts = [word for word in command.texts() if not word.startswith("-")]
    if not texts or texts[0] not in words:
        return False
    if command.program == "go":
        return set(texts[1:]) <= {".", "./..."} or (texts[:1] == ["run"] and texts[1:2] == ["."])
    return texts[0] not in {"install", "i"} or len(texts) == 1


def _is_of_work(mention: Mention) -> bool:
    return is_for_developers(mention.path) or bool(_WORK.search(mention.piece.heading))


def _home(name: str, mention: Mention, text: str, repository: Repository) -> str:
    """The folder of the only manifest that may be meant; "" where one is in reach, or the page tells where to go."""
    homes = _homes(name, repository)
    if not homes or len(homes) > _LARGEST or "go.work" in repository.project.paths:
        return ""
    if any(posixpath.normpath(folder or ".") in homes for folder in folders_of(mention.path, text, "", repository)):
        return ""
    before = text[max(0, mention.piece.span.start - _NEAR) : mention.command.place.span.start]
    if _SAYS_WHERE.search(before) or any(_names(home, text) for home in homes) or _goes_away(text, repository):
        return ""
    return min(homes, key=lambda home: (home.count("/"), home))


def _homes(name: str, repository: Repository) -> frozenset[str]:
    """The folders with such a manifest that stand below no other; "." for the root."""
    found = {
        posixpath.dirname(path) or "."
        for path in repository.paths_by_name.get(name, ())
        if not aside(path) and path not in repository.project.left_out
    }
    if "." in found:
        return frozenset({"."})
    return frozenset(home for home in found if not any(home.startswith(f"{other}/") for other in found))


def _names(home: str, text: str) -> bool:
    """True where the page names the folder, or the last part of its path."""
    return re.search(rf"(?<![\w-]){re.escape(posixpath.basename(home))}(?![\w-])", text) is not None


_GOES = lazily(r"(?:^|[\s`;&(])(?:cd|pushd) +[\"']?(?:\./)?([^\s`;&|)\"']+)", re.MULTILINE)


def _goes_away(text: str, repository: Repository) -> bool:
    """True where the page goes anywhere but into the clone of this repository, or a folder of it without a manifest."""
    return any(
        match[1].rstrip("/").split("/")[-1].lower() not in own_names(repository)
        and match[1].rstrip("/") not in all_folders(repository)
        for match in _GOES.finditer(text)
    )
