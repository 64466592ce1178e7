"""What a rule may subscribe to: the type of the first parameter of its `check`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from agentlint.facts.command import Command
from agentlint.facts.image import Image, Stage
from agentlint.facts.interface import Ask, EnvironmentRead, Interface, Login, Sleep
from agentlint.facts.pipeline import Job, Pipeline
from agentlint.facts.project import Manifest, ToolSetting
from agentlint.facts.repository import Repository
from agentlint.rule.loaded import RuleError

SUBJECTS: tuple[type, ...] = (
    Command,
    Job,
    Pipeline,
    Stage,
    Image,
    Ask,
    Login,
    Sleep,
    Interface,
    EnvironmentRead,
    Manifest,
    ToolSetting,
    Repository,
)


def subject_of(check: Callable[..., Any], names: Mapping[str, Any], path: Path) -> type:
    """The fact type that a check asks for. Raises RuleError naming file and line of a wrong signature."""
    code = getattr(check, "__code__", None)
    if code is None:
        raise RuleError(f"{path}:1: `check` should be a plain function")
    where = f"{path}:{code.co_firstlineno}"
    if code.co_argcount != 2:
        raise RuleError(
            f"{where}: `check` takes a fact and the repository, and this one takes {code.co_argcount} arguments"
        )
    wanted = getattr(check, "__annotations__", {}).get(code.co_varnames[0])
    if isinstance(wanted, str):
        wanted = names.get(wanted, wanted)
    if wanted not in SUBJECTS:
        known = ", ".join(subject.__name__ for subject in SUBJECTS)
        raise RuleError(f"{where}: the first parameter of `check` is {wanted!r}, and should be one of {known}")
    return wanted  # type: ignore[no-any-return]
