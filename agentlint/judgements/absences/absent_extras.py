"""Extras and groups of a Python package that a command asks for and that the package's own file does not declare.

An extra is not a group: `pip install -e '.[dev]'` knows nothing of `[dependency-groups]` or of Poetry's groups, says so in a
warning, and installs none of the tools.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.documents.node import Node
from agentlint.documents.toml import read_toml
from agentlint.facts.command import Command
from agentlint.facts.project import normal_name
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.judgements.absences.places_meant import Meant

_LOCAL_EXTRA = lazily(r"^(?:-e)?(?:\.|\./)\[([A-Za-z0-9_.,\s-]+)\]$")
_DYNAMIC = lazily(r"^dynamic\s*=\s*\[[^\]]*optional-dependencies", re.MULTILINE)
_EXTRA_TABLES = (
    ("project", "optional-dependencies"),
    ("tool", "poetry", "extras"),
    ("tool", "flit", "metadata", "requires-extra"),
)
_GROUP_TABLES = (("dependency-groups",), ("tool", "poetry", "group"))


def absent_extras(command: Command, meant: Meant, repository: Repository) -> Iterator[str]:
    """`pip install -e '.[test]'` where the manifest declares no extra of that name; a group of that name is none."""
    words = command.texts()
    if command.program == "poetry" or (command.program == "uv" and words[:2] != ("pip", "install")):
        yield from _mistaken(command, meant, repository)
        return
    wanted = [
        extra.strip()
        for word in command.arguments
        if (match := _LOCAL_EXTRA.match(word.text))
        for extra in match[1].split(",")
        if extra.strip()
    ]
    if not wanted:
        return
    older = [
        path
        for name in ("setup.py", "setup.cfg")
        for path in meant.candidates(name)
        if path in repository.project.paths
    ]
    if older:
        yield from _of_setup(wanted, older, repository)
        return
    path, root = _manifest(meant, repository)
    if root is None or _DYNAMIC.search(repository.text(path)):
        return
    known = _names(root, _EXTRA_TABLES)
    yield from (f"the extra `{extra}` of {path}" for extra in wanted if normal_name(extra) not in known)


def _mistaken(command: Command, meant: Meant, repository: Repository) -> Iterator[str]:
    """`uv sync --extra dev` where `dev` is a group, `uv sync --group docs` where `docs` is an extra: uv refuses both.

    Poetry refuses `--extras dev` and `--with docs` in the same way.
    """
    elsewhere = command.option("--package", "--all-packages", "--directory", "--project", "-C", "-P")
    if command.texts()[:1] not in {("sync",), ("run",), ("install",)} or elsewhere is not None:
        return
    manifests = [path for path in repository.project.paths if path.endswith("pyproject.toml")]
    path, root = _manifest(meant, repository)
    if root is None or len(manifests) != 1 or _DYNAMIC.search(repository.text(path)):
        return
    poetry = command.program == "poetry"
    extras, groups = _names(root, _EXTRA_TABLES), _names(root, _GROUP_TABLES if poetry else _GROUP_TABLES[:1])
    extra = command.value_of(*(("-E", "--extras") if poetry else ("--extra",))) or ""
    group = command.value_of(*(("--with", "--only") if poetry else ("--group", "--only-group"))) or ""
    if extra and normal_name(extra) in groups - extras:
        yield f"the extra `{extra}` of {path}"
    if group and normal_name(group) in extras - groups - {"dev"}:
        yield f"the group `{group}` of {path}"


def _manifest(meant: Meant, repository: Repository) -> tuple[str, Node | None]:
    """The pyproject.toml that the command is about, where it declares a package."""
    path = next((path for path in meant.candidates("pyproject.toml") if path in repository.project.paths), "")
    source = repository.read(path) if path else None
    root = read_toml(source.text).root if source is not None else None
    declares = root is not None and (root.get("project") is not None or root.at("tool", "poetry") is not None)
    return path, root if declares else None


def _names(root: Node, tables: tuple[tuple[str, ...], ...]) -> frozenset[str]:
    nodes = (root.at(*table) for table in tables)
    return frozenset(normal_name(name) for node in nodes if node is not None for name, _ in node.pairs())


def _of_setup(wanted: list[str], manifests: list[str], repository: Repository) -> Iterator[str]:
    """An extra that setup.py or setup.cfg would have to declare, and in which its name does not even occur."""
    paths = (*manifests, *(path for path in ("pyproject.toml",) if path in repository.project.paths))
    texts = [source.text for path in paths if (source := repository.read(path)) is not None]
    if not any("extras_require" in text for text in texts):
        return
    for extra in wanted:
        name = re.split(r"[-_]", extra)[0]
        if not any(name in text for text in texts) and not any(name in path for path in repository.project.paths):
            yield f"the extra `{extra}` of {manifests[0]}"
