"""Image: a Dockerfile's stages and instructions, in layer order."""

from __future__ import annotations

from dataclasses import dataclass

from agentlint.facts.command import Command
from agentlint.files.source import Place


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction. `keyword` is upper case; `arguments` as written after flags; `flags` like "--mount=type=cache,target=/x"."""

    keyword: str
    arguments: tuple[str, ...]
    place: Place
    flags: tuple[str, ...] = ()
    commands: tuple[Command, ...] = ()
    """For RUN (shell and exec form), and CMD/ENTRYPOINT."""
    value: str = ""
    """The raw argument text, line continuations joined."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One `FROM`. `base` as written with ARG defaults filled in where known; `base_is_stage` when it names a stage."""

    index: int
    name: str
    base: str
    base_is_stage: bool
    unit: str
    place: Place
    instructions: tuple[Instruction, ...] = ()


@dataclass(frozen=True, slots=True)
class Image:
    """One Dockerfile or Containerfile."""

    path: str
    place: Place
    stages: tuple[Stage, ...] = ()
