"""Whether git keeps a path out of the repository, or has it from another one: then its absence tells nothing."""

from __future__ import annotations

import posixpath
import re

from agentlint.facts.remembered import remembered
from agentlint.facts.repository import Repository
from agentlint.files import gitignore


def is_ignored(path: str, repository: Repository) -> bool:
    """True where a .gitignore on the way names the path or a folder above it, or a submodule holds it.

    What is not there may be a file or a folder: a pattern for either counts.
    """
    path = path.rstrip("/")
    if f"{path}/".startswith(_submodules(repository)):
        return True
    specs = _in_force(posixpath.dirname(path), repository)
    return bool(specs) and any(gitignore.is_ignored(form, specs) for form in (path, f"{path}/"))


@remembered
def _submodules(repository: Repository) -> tuple[str, ...]:
    named = re.findall(r"^\s*path\s*=\s*(\S+)", repository.text(".gitmodules"), re.MULTILINE)
    return tuple(module.rstrip("/") + "/" for module in named)


@remembered
def _in_force(folder: str, repository: Repository) -> gitignore.Specs:
    """The .gitignore files of the root and of every folder down to this one."""
    text = repository.text(posixpath.join(folder, ".gitignore"))
    own: gitignore.Specs = ((folder and f"{folder}/", gitignore.spec_of(text)),) if text else ()
    outer = _in_force(posixpath.dirname(folder), repository) if folder else ()
    return (*outer, *own)
