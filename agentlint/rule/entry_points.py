"""Entry points of installed packages, read straight from their metadata.

The standard library's reader gives the same, and imports an e-mail parser and a socket module to do so: more than half of
what a start may cost.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import Any, NamedTuple

from agentlint.facts.project import normal_name


class EntryPoint(NamedTuple):
    """One line of a package's metadata: `name = module:attribute`."""

    package: str
    name: str
    value: str

    def load(self) -> Any:
        """Import what it names."""
        import importlib

        module, _, attribute = self.value.partition(":")
        found: Any = importlib.import_module(module.strip())
        for part in attribute.split("[")[0].strip().split(".") if attribute else ():
            found = getattr(found, part)
        return found


def entry_points(group: str) -> tuple[EntryPoint, ...]:
    """The entry points of a group, sorted; of a package that is there twice the first on the path counts."""
    found: list[EntryPoint] = []
    seen: set[str] = set()
    for folder in sys.path:
        for package, text in _metadata(folder, group):
            if normal_name(package) not in seen:
                seen.add(normal_name(package))
                found.extend(EntryPoint(package, name, value) for name, value in _section(text, group))
    return tuple(sorted(found))


def _metadata(folder: str, group: str) -> Iterator[tuple[str, str]]:
    """Packages below a folder of the path whose metadata names the group."""
    try:
        names = sorted(name for name in os.listdir(folder or ".") if name.endswith((".dist-info", ".egg-info")))
    except OSError:
        return
    for name in names:
        try:
            with open(os.path.join(folder or ".", name, "entry_points.txt"), encoding="utf-8") as stream:
                text = stream.read()
        except (OSError, UnicodeDecodeError):
            continue
        if f"[{group}]" in text:
            yield _package(os.path.join(folder or ".", name), name), text


def _package(folder: str, name: str) -> str:
    """The package's name as it calls itself; else as its folder does."""
    for file in ("METADATA", "PKG-INFO"):
        try:
            with open(os.path.join(folder, file), encoding="utf-8", errors="replace") as stream:
                for line in stream:
                    if line.startswith("Name:"):
                        return line[5:].strip()
        except OSError:
            continue
    return name.partition("-")[0]


def _section(text: str, group: str) -> Iterator[tuple[str, str]]:
    inside = False
    for line in map(str.strip, text.splitlines()):
        if line.startswith("["):
            inside = line == f"[{group}]"
        elif inside and "=" in line and not line.startswith(("#", ";")):
            name, _, value = line.partition("=")
            yield name.strip(), value.strip()
