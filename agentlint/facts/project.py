"""Project: manifests, lock files, declared tools and their settings, documented commands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from agentlint.files.source import Place, Span


def normal_name(name: str) -> str:
    """The one spelling of a Python package, extra or group. Source: packaging.python.org, name normalization (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


@dataclass(frozen=True, slots=True)
class Dependency:
    """A declared dependency. `constraint` as written ("^1.2", ">=3", "", "==1.0"); `group` "runtime", "dev" or its name."""

    name: str
    constraint: str
    group: str
    span: Span


@dataclass(frozen=True, slots=True)
class ToolSetting:
    """A setting of a tool in a configuration file: ("pytest", "addopts"), ("gradle", "org.gradle.parallel"), ("jest", "maxWorkers")."""

    tool: str
    key: str
    value: str
    place: Place


@dataclass(frozen=True, slots=True)
class Manifest:
    """A file that declares a package or a set of dependencies.

    `ecosystem`: "python", "node", "go", "rust", "java", "ruby", "php", "dotnet", "elixir", "dart", "swift", "c".
    `directory` is the folder it stands in ("" is the root). `name` is the package's name, "" if none.
    """

    path: str
    ecosystem: str
    directory: str
    place: Place
    name: str = ""
    dependencies: tuple[Dependency, ...] = ()
    package_manager: str = ""
    """Declared one: "pnpm@9", "poetry", "uv", "pdm", "hatch", "setuptools"."""
    entry_points: tuple[str, ...] = ()
    application: bool = False
    """Declares that it is not a library (private package, no build system, a service)."""
    workspaces: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    """Sub-projects of a Maven, Gradle or solution build."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A command that documentation tells the reader to run. `purpose`: "set-up", "build", "check", "test", "run", ""."""

    text: str
    place: Place
    unit: str
    heading: str = ""
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class Project:
    """Everything declared about the project, gathered over all files."""

    manifests: tuple[Manifest, ...] = ()
    lock_files: tuple[str, ...] = ()
    """Paths of lock files in the tree (tracked or not ignored)."""
    settings: tuple[ToolSetting, ...] = ()
    shown: tuple[Shown, ...] = ()
    test_files: Mapping[str, int] = field(default_factory=dict)
    """Number of test files by language ("python", "javascript", "go", "rust", "java", "ruby", "php", "c", ...)."""
    source_files: Mapping[str, int] = field(default_factory=dict)
    agent_documents: tuple[str, ...] = ()
    """AGENTS.md, CLAUDE.md, .cursorrules, .github/copilot-instructions.md, ..."""
    paths: frozenset[str] = frozenset()
    """Every file of the tree."""
    left_out: frozenset[str] = frozenset()
    """Those of them that are not looked at (vendored, generated, samples): they are there, and nothing is told of them."""

    def setting(self, tool: str, key: str) -> ToolSetting | None:
        """The first setting of a tool by that key."""
        return next(
            (item for item in self.settings if item.tool == tool and item.key == key),
            None,
        )

    def depends_on(self, name: str) -> bool:
        """True when any manifest declares this dependency (case and `_`/`-` do not matter)."""
        wanted = name.lower().replace("_", "-")
        return any(
            dependency.name.lower().replace("_", "-") == wanted
            for manifest in self.manifests
            for dependency in manifest.dependencies
        )
