"""Scripts of this repository that an image runs, found by where a COPY has put them."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.image import Instruction, Stage
from agentlint.facts.repository import Repository
from agentlint.judgements.running.scope import in_container

_SHELLS = frozenset({"sh", "bash", "ash", "dash", "zsh"})
_SCRIPTS = (".sh", ".bash")
_WHOLE = frozenset({".", "./"})


def run_by_script(command: Command, stage: Stage, repository: Repository) -> Iterator[Command]:
    """What the script that a RUN starts does in any case; nothing for a command that starts no script of this repository."""
    path = _script(command, stage, repository)
    for unit in repository.unit_index.entry(path) if path else ():
        for reached in repository.reached_from(unit):
            if not reached.guards and not reached.in_loop and not in_container(reached):
                yield reached


def _script(command: Command, stage: Stage, repository: Repository) -> str:
    """The path in the repository of the script that the command starts; "" where it starts none."""
    words = (command.program_path, *(command.texts()[:1] if command.program in _SHELLS else ()))
    written = next((word for word in words if word.endswith(_SCRIPTS) and "$" not in word), "")
    if not written:
        return ""
    for instruction in stage.instructions:
        if instruction.place.span.start > command.place.span.start:
            break
        if instruction.keyword in {"COPY", "ADD"}:
            found = _brought(written, instruction, repository)
            if found:
                return found
    return ""


def _brought(written: str, instruction: Instruction, repository: Repository) -> str:
    """The file that a COPY puts where the script is looked for: by its own name, or as a part of all that is copied."""
    if any(flag.startswith("--from") for flag in instruction.flags):
        return ""
    paths, name = repository.project.paths, posixpath.basename(written)
    for source in instruction.arguments[:-1]:
        plain = source.strip("'\"[],")
        if plain in _WHOLE:
            parts = posixpath.normpath(written).strip("/").split("/")
            tails = ("/".join(parts[start:]) for start in range(len(parts)))
            return next((tail for tail in tails if tail in paths), "")
        if posixpath.basename(plain) == name and posixpath.normpath(plain) in paths:
            return posixpath.normpath(plain)
    return ""
