"""Whether git keeps a path out of the repository, or has it from another one: then its absence tells nothing."""

from __future__ import annotations

import fnmatch
import posixpath
import re

from agentlint.facts.repository import Repository


def is_ignored(path: str, repository: Repository) -> bool:
    """True where the root's .gitignore names the path or a folder above it, or a submodule holds it."""
    modules = re.findall(r"^\s*path\s*=\s*(\S+)", repository.text(".gitmodules"), re.MULTILINE)
    if any((path + "/").startswith(module.rstrip("/") + "/") for module in modules):
        return True
    parts = path.split("/")
    heads = ["/".join(parts[:end]) for end in range(1, len(parts) + 1)]
    patterns = (line.strip().strip("/").removeprefix("**/") for line in repository.text(".gitignore").splitlines())
    return any(_fits(pattern, heads) for pattern in patterns if pattern and pattern[0] not in "#!")


def _fits(pattern: str, heads: list[str]) -> bool:
    names = [posixpath.basename(head) for head in heads] if "/" not in pattern else []
    return any(fnmatch.fnmatchcase(name, pattern) for name in (*heads, *names))
