"""The tools that test and check the project are declared without versions."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from agentlint.facts.project import Dependency, Manifest
from agentlint.facts.repository import Repository
from agentlint.files.source import Place
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity, Station
from agentlint.rule.versions import has_no_upper_bound

_LOCKS = ("Pipfile.lock", "requirements.lock", "constraints.txt")
_PROJECT_LOCKS = ("uv.lock", "poetry.lock", "pdm.lock", "pylock.toml")
"""Locks that say nothing of a requirements file which a command installs by its name."""

RULE = Rule(
    id="REP810",
    name="unpinned-requirements",
    category=Category.REPRODUCIBILITY,
    summary="A requirements file lists packages with no version, and nothing else fixes them.",
    why="Each install takes the newest of everything: the same commit is red tomorrow for a reason that is not in it.",
    remediation="Pin with `==` (let pip-compile, uv or a bot move the pins), or install from a lock file.",
    severity=Severity.MINOR,
    confidence=Confidence.MEDIUM,
    cost=Cost(seconds=15, source="E9"),
    station=Station.SET_UP,
    evidence=("E9",),
    references=("https://pip.pypa.io/en/stable/topics/repeatable-installs/",),
    bad=(
        Bad({"requirements.txt": "flask\nrequests>=2\n"}, at=("requirements.txt:1",)),
        Bad({"dev-requirements.txt": "ruff==0.5.0\npytest\nmypy>=1\n"}, at=("dev-requirements.txt:2",)),
    ),
    good=(
        Good({"requirements.txt": "flask==3.0.3\nrequests==2.32.3\n"}, because="pinned"),
        Good({"requirements.in": "flask\n"}, because="the input of a compiler of pins"),
        Good({"requirements.txt": "flask\n", "uv.lock": "version = 1\n"}, because="a lock file fixes them"),
        Good({"requirements.txt": "-r requirements/base.txt\n# nothing more\n"}, because="no package named here"),
        Good({"requirements.txt": "flask\n", "constraints.txt": "flask==3.0.3\n"}, because="constraints fix them"),
    ),
)


def check(manifest: Manifest, repository: Repository) -> Iterator[Hit]:
    """Flag the stretch of a requirements file from its first to its last package without an upper bound."""
    name = posixpath.basename(manifest.path)
    if manifest.ecosystem != "python" or not name.endswith((".txt", ".pip")) or name.startswith("constraints"):
        return
    locks = _LOCKS if _installed(name, repository) else (*_LOCKS, *_PROJECT_LOCKS)
    if any(
        posixpath.join(folder, lock) in repository.project.paths
        for folder in {manifest.directory, ""}
        for lock in locks
    ):
        return
    if posixpath.splitext(manifest.path)[0] + ".in" in repository.project.paths:
        return
    floating = [dependency for dependency in manifest.dependencies if _floats(dependency)]
    if not floating:
        return
    names = ", ".join(f"`{dependency.name}`" for dependency in floating[:3]) + (" …" if len(floating) > 3 else "")
    span = floating[0].span.cover(floating[-1].span)
    yield Hit(place=Place(manifest.path, span), message=f"{names} with no version; pin what is installed")


def _floats(dependency: Dependency) -> bool:
    return has_no_upper_bound(dependency.constraint) and "*" not in dependency.constraint


def _installed(name: str, repository: Repository) -> bool:
    return any(
        command.program in {"pip", "pip3", "uv"} and any(word.text.endswith(name) for word in command.arguments)
        for command in repository.commands
    )
