"""Whether git keeps a path out of the repository, or has it from another one: then its absence tells nothing."""

from __future__ import annotations

import fnmatch
import posixpath
import re

from agentlint.facts.repository import Repository


def is_ignored(path: str, repository: Repository) -> bool:
    """True where the root's .gitignore names the path or a folder above it, or a submodule holds it."""
    modules, patterns = _left_out(repository)
    if (path + "/").startswith(modules):
        return True
    parts = path.split("/")
    heads = ["/".join(parts[:end]) for end in range(1, len(parts) + 1)]
    return any(_fits(pattern, heads) for pattern in patterns)


def _left_out(repository: Repository) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The folders of submodules, and the patterns of the root's .gitignore, without those that take something back."""
    known = repository.memory("ignored paths")
    if known is None:
        modules = re.findall(r"^\s*path\s*=\s*(\S+)", repository.text(".gitmodules"), re.MULTILINE)
        lines = (line.strip().strip("/").removeprefix("**/") for line in repository.text(".gitignore").splitlines())
        patterns = tuple(line for line in lines if line and line[0] not in "#!")
        known = repository.remember("ignored paths", (tuple(module.rstrip("/") + "/" for module in modules), patterns))
    assert isinstance(known, tuple)
    return known


def _fits(pattern: str, heads: list[str]) -> bool:
    names = [posixpath.basename(head) for head in heads] if "/" not in pattern else []
    return any(fnmatch.fnmatchcase(name, pattern) for name in (*heads, *names))
