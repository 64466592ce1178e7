"""requirements*.txt and Pipfile: dependencies with their pins."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from agentlint.adapters.context import TreeContext
from agentlint.adapters.gather import Gathering
from agentlint.adapters.python_requirements import requirements
from agentlint.documents.embedded import EmbeddedText
from agentlint.documents.node import Node
from agentlint.documents.toml import read_toml
from agentlint.facts.filefacts import FileFacts
from agentlint.facts.project import Dependency
from agentlint.files.source import SourceFile

_DEVELOPMENT = re.compile(r"dev|test|lint|doc|ci\b|style|build|typing|bench", re.IGNORECASE)


def facts(file: SourceFile, tree: TreeContext) -> FileFacts:
    """The facts of a requirements file."""
    found = Gathering(file)
    if posixpath.basename(file.path) == "Pipfile":
        document = read_toml(file.text)
        found.faults(document.errors)
        found.manifest("python", dependencies=_pipfile(document.root), package_manager="pipenv")
        return found.facts()
    stem = posixpath.basename(file.path).rsplit(".", 1)[0]
    group = "dev" if _DEVELOPMENT.search(stem) else "constraints" if stem.startswith("constraints") else "runtime"
    found.manifest("python", dependencies=requirements(_lines(file.text), group), package_manager="pip")
    return found.facts()


def _lines(text: str) -> Iterator[EmbeddedText]:
    """The lines that are not comments, each up to its line end; a continued line counts up to its backslash."""
    at = 0
    goes_on = False
    for line in text.split("\n"):
        stripped = line.strip()
        if stripped and not stripped.startswith("#") and not goes_on:
            yield EmbeddedText.at(line.rstrip("\r"), at)
        goes_on = line.rstrip().endswith("\\")
        at += len(line) + 1


def _pipfile(root: Node) -> list[Dependency]:
    found = []
    for key, group in (("packages", "runtime"), ("dev-packages", "dev")):
        table = root.get(key)
        for name, value in table.pairs() if table is not None else ():
            found.append(
                Dependency(name, value.text if value.is_scalar else value.value("version"), group, value.entry)
            )
    return found
