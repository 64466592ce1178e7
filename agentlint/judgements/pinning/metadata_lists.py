"""Requirement files that are part of a distribution's metadata: what users get, and not what a run here installs."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily

_IN_PYPROJECT = lazily(r"\bfiles?\s*=\s*(?:\[[^\]]*\]|\"[^\"\n]*\"|'[^'\n]*')")
"""`dependencies = {file = ["requirements.txt"]}` of setuptools; `files = [...]` of hatch-requirements-txt."""
_IN_SETUP_CFG = lazily(r"^\s*[\w.-]+\s*=\s*file:[^\n]*", re.MULTILINE)
_NAMES = lazily(r"[\w./-]+\.(?:txt|pip)\b")
_FOR_WORK = lazily(
    r"(?:^|[-_./])(?:dev\w*|tests?|testing|docs?|lint\w*|ci|build|examples?|typing|types|check\w*|format\w*|qa|coverage|bench\w*|release|tools?)(?=[-_./])",
    re.IGNORECASE,
)
"""Lists for who works on the project, though an extra may offer them too."""


def declares_package(path: str, repository: Repository) -> bool:
    """True for a requirements file that a build backend or setup.py copies into the metadata of a distribution."""
    known = repository.memory("requirement files in metadata")
    if known is None:
        known = repository.remember("requirement files in metadata", frozenset(_declared(repository)))
    assert isinstance(known, frozenset)
    return path in known and not _FOR_WORK.search(path)


def _declared(repository: Repository) -> Iterator[str]:
    for path in repository.project.paths:
        base = posixpath.basename(path)
        if base not in {"setup.py", "setup.cfg", "pyproject.toml"}:
            continue
        source = repository.read(path)
        text = source.text if source is not None else ""
        if ".txt" not in text and ".pip" not in text:
            continue
        stretches = [text]
        if base == "pyproject.toml":
            dynamic = "setuptools.dynamic" in text or "requirements_txt" in text
            stretches = _IN_PYPROJECT.findall(text) if dynamic else []
        elif base == "setup.cfg":
            stretches = _IN_SETUP_CFG.findall(text)
        for stretch in stretches:
            for name in _NAMES.findall(stretch):
                yield posixpath.normpath(posixpath.join(posixpath.dirname(path), name))
