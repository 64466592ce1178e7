"""How much a Meson build compiles, read from the build files that it reaches."""

from __future__ import annotations

import posixpath

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.judgements.compiling.native_code import weight_of

LITTLE = 8
"""Weight of the sources, in files of C, up to which a build is over before a cache of its results is unpacked."""
_MAX_FILES = 50
_SOURCE = lazily(r"'([\w.+@/-]+\.(?:c|cc|cpp|cxx|m|mm|f90|cu))'")
_SUBDIR = lazily(r"\bsubdir\s*\(\s*('[\w./-]+')?")
_UNSURE = lazily(r"\b(?:foreach|run_command|subproject|fs\.|configure_file)\b|'\.(?:c|cc|cpp|cxx)'")
"""Sources that a loop or a program names, and other projects; Meson has no patterns for files (mesonbuild.com/FAQ.html)."""
_COMMENT = lazily(r"#[^\n]*")


def meson_builds_little(command: Command, repository: Repository) -> bool:
    """True where the folder that was set up is Meson's and its build files name few sources, and nothing that may bring more."""
    configured = _configuration(command, repository)
    if configured is None or configured.directory is None:
        return False
    words = [text for text in configured.texts() if not text.startswith("-")][1:]
    if len(words) > 2 or any("$" in word for word in words):
        return False
    folder = posixpath.normpath(posixpath.join(configured.directory, words[1] if len(words) > 1 else ""))
    root = posixpath.normpath(posixpath.join(folder, "meson.build"))
    return root in repository.project.paths and 0 < _weight(root, repository) <= LITTLE


def _configuration(command: Command, repository: Repository) -> Command | None:
    """The one `meson setup` before this command in the same unit; None where there are several."""
    found = [
        other
        for other in repository.commands_by_unit.get(command.unit, ())
        if other.program == "meson" and other.texts()[:1] == ("setup",)
    ]
    return found[0] if len(found) == 1 else None


def _weight(root: str, repository: Repository) -> int:
    """The weight of all sources named from here; 0 where a part cannot be told."""
    waiting, seen, weight = [root], {root}, 0
    while waiting:
        source = repository.read(waiting.pop())
        text = _COMMENT.sub("", source.text) if source is not None else ""
        if source is None or _UNSURE.search(text) or len(seen) > _MAX_FILES:
            return 0
        weight += sum(weight_of(found[1]) for found in _SOURCE.finditer(text))
        for found in _SUBDIR.finditer(text):
            if found[1] is None:
                return 0
            below = posixpath.join(posixpath.dirname(source.path), found[1].strip("'"), "meson.build")
            if below not in seen:
                seen.add(below)
                waiting.append(below)
    return weight
