"""Python versions that a documented command chooses and that the manifest does not let in."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from agentlint.documents.code_in_text import Form
from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.source import Place
from agentlint.judgements.pages.documented import is_about_this, is_for_developers, is_only_spoken_of
from agentlint.judgements.pages.mentions import judged_documents, mentions, text_of

_BOUNDS = {
    "pyproject.toml": lazily(r"^(?:requires-python|python)\s*=\s*[\"'](?:>=|\^|~=)\s*(\d)\.(\d+)", re.MULTILINE),
    "setup.cfg": lazily(r"^python_requires\s*=\s*(?:>=|~=)\s*(\d)\.(\d+)", re.MULTILINE),
    "setup.py": lazily(r"python_requires\s*=\s*[\"'](?:>=|~=)\s*(\d)\.(\d+)"),
}
"""Where the lowest version stands that an installer lets in."""
_VERSION = lazily(r"(?:python|cpython)?[-@=]?(\d)\.(\d+)(?:\.\d+)?")
_ENVIRONMENT = lazily(r"(?:^|-)py(\d)\.?(\d+)(?=-|$)")
_SESSION = lazily(r"[\w-]+-(\d)\.(\d+)")
_CHOOSING = {
    "uv": ("-p", "--python"),
    "virtualenv": ("-p", "--python"),
    "pipenv": ("--python",),
    "pipx": ("--python",),
    "hatch": ("--python",),
    "nox": ("-p", "--python", "--force-python"),
    "pdm": ("--python",),
}
"""Options that choose the interpreter of an environment; each is in the program's own `--help`."""
_CHOOSING_WORDS = {
    "pyenv": {"install", "local", "virtualenv", "shell"},
    "poetry": {"use"},
    "conda": {"create"},
    "mamba": {"create"},
    "micromamba": {"create"},
    "pdm": {"use"},
}


def pythons_too_old(repository: Repository) -> Iterator[tuple[Place, str, str]]:
    """Where a developers' page chooses a version that an installation of this repository refuses: place, said, asked."""
    lowest = _lowest(repository)
    for path in judged_documents(repository):
        if lowest is None or not (is_about_this(path) and is_for_developers(path)):
            continue
        for mention in mentions(path, repository):
            low = [version for version in _chosen(mention.command) if version < lowest and version[0] == lowest[0]]
            if low and not (
                mention.piece.form is Form.INLINE
                and is_only_spoken_of(mention.piece, text_of(path, repository), files=False)
            ):
                yield mention.command.place, f"{low[0][0]}.{low[0][1]}", f"{lowest[0]}.{lowest[1]}"


def _chosen(command: Command) -> Iterator[tuple[int, int]]:
    words = command.texts()
    if command.program == "tox":
        for name in (command.value_of("-e") or "").split(","):
            yield from ((int(found[1]), int(found[2])) for found in _ENVIRONMENT.finditer(name))
    if command.program == "nox":
        for name in (command.value_of("-s", "--session", "--sessions") or "").split(","):
            found = _SESSION.fullmatch(name)
            if found:
                yield int(found[1]), int(found[2])
    program = posixpath.basename(command.program_path)
    named = re.fullmatch(r"python(\d)\.(\d+)", program)
    if named and words[:2] in {("-m", "venv"), ("-m", "virtualenv")}:
        yield int(named[1]), int(named[2])
    written = [command.value_of(*_CHOOSING[command.program])] if command.program in _CHOOSING else []
    if _CHOOSING_WORDS.get(command.program, set()) & set(words[:2]):
        written.extend(words[1:])
    for word in written:
        found = _VERSION.fullmatch(word or "")
        if found:
            yield int(found[1]), int(found[2])


def _lowest(repository: Repository) -> tuple[int, int] | None:
    for path, pattern in _BOUNDS.items():
        source = repository.read(path) if path in repository.project.paths else None
        found = pattern.search(source.text) if source is not None else None
        if found:
            return int(found[1]), int(found[2])
    return None
