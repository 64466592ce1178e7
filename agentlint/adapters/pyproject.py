"""pyproject.toml: dependencies, tasks of the project managers as units, and the settings of every tool."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.adapters import python_tasks, tox
from agentlint.adapters.context import TreeContext
from agentlint.adapters.gather import Gathering
from agentlint.adapters.hatch import environment_dependencies
from agentlint.adapters.python_requirements import listed
from agentlint.documents.node import Node
from agentlint.documents.toml import read_toml
from agentlint.facts.filefacts import FileFacts
from agentlint.facts.project import Dependency
from agentlint.files.source import SourceFile

_BACKENDS = {
    "poetry": "poetry",
    "hatchling": "hatch",
    "pdm": "pdm",
    "flit": "flit",
    "setuptools": "setuptools",
    "uv_build": "uv",
}
_MANAGERS = ("poetry", "pdm", "uv", "hatch", "rye", "pixi", "flit")


def facts(file: SourceFile, tree: TreeContext) -> FileFacts:
    """The facts of a pyproject.toml."""
    found = Gathering(file)
    document = read_toml(file.text)
    found.faults(document.errors)
    root = document.root
    project = root.get("project")
    name = (project.value("name") if project is not None else "") or _text(root, "tool", "poetry", "name")
    found.manifest(
        "python",
        name=name,
        dependencies=[*_project(root), *_poetry(root), *_managers(root)],
        package_manager=_manager(root),
        entry_points=_entry_points(root),
        application=_application(root),
        workspaces=_strings(root.at("tool", "uv", "workspace", "members")),
    )
    tools = root.get("tool")
    for tool, node in tools.pairs() if tools is not None else ():
        _settings(found, tool, node)
    python = project.get("requires-python") if project is not None else None
    if python is not None:
        found.setting("python", "requires-python", python.text, python.entry)
    python_tasks.tasks(found, root)
    tox.from_pyproject(found, root.at("tool", "tox"))
    return found.facts()


def _settings(found: Gathering, tool: str, node: Node) -> None:
    """All settings of one tool, under the keys they have in the tool's own file."""
    if tool in {"poetry", "pdm", "tox", "poe", "taskipy"}:
        for key, value in node.pairs():
            if value.is_scalar and key != "legacy_tox_ini":
                found.setting(tool, key, value.text, value.entry)
        return
    inner = node.get("ini_options") if tool == "pytest" else None
    found.flat_settings(tool, inner if inner is not None else node)


def _text(root: Node, *path: str) -> str:
    node = root.at(*path)
    return node.text if node is not None and node.is_scalar else ""


def _strings(node: Node | None) -> tuple[str, ...]:
    return node.texts() if node is not None else ()


def _project(root: Node) -> Iterator[Dependency]:
    """The standard's tables: project, dependency groups, build system."""
    yield from listed(root.at("project", "dependencies"), "runtime")
    optional = root.at("project", "optional-dependencies")
    groups = root.get("dependency-groups")
    for table in (optional, groups):
        for group, value in table.pairs() if table is not None else ():
            yield from listed(value, group)
    yield from listed(root.at("build-system", "requires"), "build")


def _poetry(root: Node) -> Iterator[Dependency]:
    """Poetry's tables."""
    poetry = root.at("tool", "poetry")
    if poetry is None:
        return
    tables = [("runtime", poetry.get("dependencies")), ("dev", poetry.get("dev-dependencies"))]
    groups = poetry.get("group")
    tables += [(name, group.get("dependencies")) for name, group in groups.pairs()] if groups is not None else []
    for group, table in tables:
        for name, value in table.pairs() if table is not None else ():
            constraint = value.text if value.is_scalar else value.value("version")
            if name != "python":
                yield Dependency(name, constraint, group, value.entry)


def _managers(root: Node) -> Iterator[Dependency]:
    """Development dependencies in the tables of uv, PDM, Hatch, Rye and Pixi."""
    yield from listed(root.at("tool", "uv", "dev-dependencies"), "dev")
    yield from listed(root.at("tool", "rye", "dev-dependencies"), "dev")
    groups = root.at("tool", "pdm", "dev-dependencies")
    for group, value in groups.pairs() if groups is not None else ():
        yield from listed(value, group)
    yield from environment_dependencies(root.at("tool", "hatch", "envs"))
    pixi = root.at("tool", "pixi")
    for key in ("dependencies", "pypi-dependencies"):
        table = pixi.get(key) if pixi is not None else None
        for name, value in table.pairs() if table is not None else ():
            yield Dependency(name, value.text if value.is_scalar else value.value("version"), "runtime", value.entry)


def _manager(root: Node) -> str:
    """The tool that manages the project, as far as the file says so."""
    tools = root.get("tool")
    named = next((tool for tool in _MANAGERS if tools is not None and tools.get(tool) is not None), "")
    if named in {"poetry", "pdm", "uv", "rye", "pixi"}:
        return named
    backend = _text(root, "build-system", "build-backend")
    return next((manager for key, manager in _BACKENDS.items() if backend.startswith(key)), named)


def _entry_points(root: Node) -> list[str]:
    tables = (root.at("project", "scripts"), root.at("project", "gui-scripts"), root.at("tool", "poetry", "scripts"))
    return [name for table in tables if table is not None for name, _ in table.pairs()]


def _application(root: Node) -> bool:
    """True where the file says that no package is built of it."""
    uv = root.at("tool", "uv", "package")
    poetry = root.at("tool", "poetry", "package-mode")
    if any(node is not None and node.truth is False for node in (uv, poetry)):
        return True
    return root.get("project") is not None and root.get("build-system") is None
