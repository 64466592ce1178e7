"""Packages that an install command names and that are this project's own, or that its manifests hold already."""

from __future__ import annotations

import re

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.facts.unit import UnitKind
from agentlint.judgements.pinning.own_project import is_own

_OF_NODE = frozenset({"npm", "pnpm", "yarn", "bun"})


def is_own_package(name: str, command: Command, repository: Repository) -> bool:
    """True for this project: its package file at the root, its name in a manifest, its address, a chart in its folders."""
    suffix = {"cabal": ".cabal", "opam": ".opam"}.get(command.program)
    if suffix is not None:
        return name + suffix in repository.project.paths
    if command.program == "helm":
        return any(path.startswith(name + "/") for path in repository.project.paths)
    unit = repository.units.get(command.unit)
    if command.program == "go" and unit is not None and unit.kind is UnitKind.IMAGE_STAGE:
        return False  # an image of this commit should hold this commit, and not the newest release
    if name.startswith("https://"):
        return is_own(name, repository)
    bare = name[:1] + re.split(r"[\[@=<>]", name[1:])[0]
    manifests = repository.project.manifests
    everywhere = command.option("-g", "--global", "--location") is not None or "global" in command.texts()[:1]
    if command.program in _OF_NODE and not everywhere:
        # What a package.json declares is held by its range or its lock; a local install of it adds nothing new.
        declared = (d.name for m in manifests if m.ecosystem == "node" for d in m.dependencies)
        if bare in declared:
            return True
    return any(manifest.name and manifest.name == bare for manifest in manifests)
