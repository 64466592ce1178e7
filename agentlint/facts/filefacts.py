"""FileFacts: what one file gives. Adapters make it; the repository is the sum of them."""

from __future__ import annotations

from dataclasses import dataclass

from agentlint.facts.command import Command
from agentlint.facts.image import Image
from agentlint.facts.interface import Ask, EnvironmentRead, Interface, Login, Sleep
from agentlint.facts.pipeline import Pipeline
from agentlint.facts.project import Manifest, Shown, ToolSetting
from agentlint.facts.unit import Unit


@dataclass(frozen=True, slots=True)
class FileError:
    """What could not be read of a file; `line` is 1-based, 1 where none is known."""

    path: str
    line: int
    message: str


@dataclass(frozen=True, slots=True)
class FileFacts:
    """The facts of one file. Commands of a pipeline's steps or an image's instructions are NOT repeated in `commands`."""

    commands: tuple[Command, ...] = ()
    units: tuple[Unit, ...] = ()
    pipelines: tuple[Pipeline, ...] = ()
    images: tuple[Image, ...] = ()
    asks: tuple[Ask, ...] = ()
    logins: tuple[Login, ...] = ()
    sleeps: tuple[Sleep, ...] = ()
    interfaces: tuple[Interface, ...] = ()
    environment_reads: tuple[EnvironmentRead, ...] = ()
    manifests: tuple[Manifest, ...] = ()
    settings: tuple[ToolSetting, ...] = ()
    shown: tuple[Shown, ...] = ()
    errors: tuple[FileError, ...] = ()
    """A syntax error that cost part of the file; the rest is given all the same."""
