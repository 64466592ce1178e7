"""Lists of requirements that scripts and recipes install from, and that went when the project took up a lock file."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.facts.unit import UnitKind
from agentlint.files.lazily import lazily
from agentlint.judgements.absences.absent_files import is_literal
from agentlint.judgements.pages.ignored_paths import is_ignored
from agentlint.judgements.running.scope import aside

_CALLERS = frozenset({UnitKind.TARGET, UnitKind.PACKAGE_SCRIPT, UnitKind.HOOK, UnitKind.SCRIPT, UnitKind.FUNCTION})
_LIST = lazily(r"(?:\./)?(?:[\w.-]+/)*[\w.-]+\.(?:txt|in|pip)")
_WRITTEN = lazily(r"freeze|compile|export|pipreqs|curl|wget|git clone|tar |unzip|cat ")
"""What makes a list, or brings a tree that has one."""


def gone_requirements(repository: Repository) -> Iterator[tuple[Command, str]]:
    """Each install from such a list with its path, where no file of the tree has its name."""
    for facts in repository.judged_facts:
        for command in facts.commands:
            if command.program not in {"pip", "pip3", "uv"} or "install" not in command.texts():
                continue
            unit = repository.units.get(command.unit)
            if unit is None or unit.kind not in _CALLERS or command.guards or command.directory is None:
                continue
            for name in ("-r", "--requirement", "-c", "--constraint"):
                written = command.value_of(name) or ""
                if _LIST.fullmatch(written) and _is_gone(written, command, repository):
                    yield command, written


def _is_gone(written: str, command: Command, repository: Repository) -> bool:
    path = command.place.path
    name = posixpath.basename(written)
    if not is_literal(written) or name in repository.paths_by_name or aside(path):
        return False
    at = posixpath.normpath(posixpath.join(command.directory or "", written))
    # whoever makes the list, or fetches the tree it stands in, may do so a few lines above
    return not (is_ignored(at, repository) or _WRITTEN.search(repository.text(path)))
