"""Unit: a named piece of work that can call other units (a job, a target, a script, a function)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from agentlint.files.source import Place


class UnitKind(Enum):
    """What a unit is in its own dialect."""

    JOB = "job"
    TARGET = "target"
    """A Makefile, just, Task, Rake, Gradle or similar target."""
    SCRIPT = "script"
    """A whole script file (shell, PowerShell, batch, JavaScript, Ruby)."""
    FUNCTION = "function"
    PACKAGE_SCRIPT = "package script"
    """An entry of package.json or composer.json scripts."""
    ENVIRONMENT = "environment"
    """A tox environment, nox session, hatch or pdm script."""
    IMAGE_STAGE = "image stage"
    HOOK = "hook"
    """A hook of .pre-commit-config.yaml or a git hook."""
    DOCUMENTED = "documented"
    """A fenced block of AGENTS.md, README or CONTRIBUTING."""
    MODULE = "module"
    """A source file of a program (Python, Go, ...)."""
    SERVICE = "service"
    """A compose service."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit. `id` is unique in the repository: "path#kind:name" as made by `unit_id`."""

    id: str
    kind: UnitKind
    name: str
    place: Place
    documented: bool = False
    """Named as public: a README/AGENTS command, a make target with a help comment."""
    calls: tuple[str, ...] = ()
    """Ids, known without reading the commands (a target's prerequisites, a composed npm script)."""


def unit_id(path: str, kind: UnitKind, name: str) -> str:
    """The id of a unit, the same wherever it is made."""
    return f"{path}#{kind.value}:{name}"
