"""What is audited: one folder as a whole, or some files with the rest of their repository read for context."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from agentlint.config import ConfigError
from agentlint.config_file import FILE_NAME


@dataclass(frozen=True)
class Target:
    """`root` is the folder all paths are relative to; `paths` are the files asked for, None: all."""

    root: Path
    paths: tuple[str, ...] | None = None


def target_of(arguments: Sequence[str]) -> Target:
    """One folder is the root itself; files (or several folders) belong to the repository they stand in."""
    given = [Path(argument) for argument in arguments or ["."]]
    for path in given:
        if not os.path.lexists(path):
            raise ConfigError(f"{path}: no such file or folder")
    if len(given) == 1 and given[0].is_dir():
        return Target(given[0])
    places = [_absolute(path) for path in given]
    common = Path(os.path.commonpath([place if place.is_dir() else place.parent for place in places]))
    root = _repository(common)
    return Target(root, tuple(sorted({found for place in places for found in _files(root, place)})))


def _absolute(path: Path) -> Path:
    """Absolute, with links resolved in the folder but not in the last part: a link is itself a file of the tree."""
    return path.parent.resolve() / path.name if path.name not in {"", ".", ".."} else path.resolve()


def _repository(folder: Path) -> Path:
    """The nearest folder upwards that is a repository or has a configuration; else the working directory or the folder."""
    for candidate in (folder, *folder.parents):
        if (candidate / ".git").exists() or (candidate / FILE_NAME).is_file():
            return candidate
    here = Path.cwd().resolve()
    return here if folder == here or here in folder.parents else folder


def _files(root: Path, place: Path) -> list[str]:
    relative = place.relative_to(root).as_posix()
    if not place.is_dir() or place.is_symlink():
        return [relative]
    from agentlint.files.walk import walk

    prefix = "" if relative == "." else relative + "/"
    return [prefix + path for path in walk(str(place)).considered]
