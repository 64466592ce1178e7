"""environment.yml, pixi.toml and conda recipes: dependencies and tasks."""

from __future__ import annotations

import re

from agentlint.adapters import python_tasks
from agentlint.adapters.context import TreeContext
from agentlint.adapters.gather import Gathering, yaml_root
from agentlint.adapters.python_requirements import requirement
from agentlint.documents.node import Node
from agentlint.documents.toml import read_toml
from agentlint.documents.yaml import YamlNode
from agentlint.facts.filefacts import FileFacts
from agentlint.facts.project import Dependency
from agentlint.files.source import SourceFile

_SPEC = re.compile(r"(?:[\w-]+::)?([\w.-]+?)\s*([=<>!~ ].*)?$")


def facts(file: SourceFile, tree: TreeContext) -> FileFacts:
    """The facts of one of conda's files."""
    found = Gathering(file)
    if file.path.endswith(".toml"):
        _pixi(found)
        return found.facts()
    root = yaml_root(found)
    if root is None:
        return found.facts()
    dependencies: list[Dependency] = []
    listed = root.get("dependencies")
    for child in listed.children if listed is not None else ():
        dependencies.extend(_dependency(child))
    requirements = root.get("requirements")
    for group, section in requirements.pairs() if requirements is not None else ():
        for child in section.children:
            dependencies.extend(_dependency(child, "runtime" if group == "run" else group))
    found.manifest("python", name=root.value("name"), dependencies=dependencies, package_manager="conda")
    return found.facts()


def _dependency(node: YamlNode, group: str = "runtime") -> list[Dependency]:
    if node.is_scalar:
        match = _SPEC.match(node.text.strip())
        return [Dependency(match.group(1), (match.group(2) or "").strip(), group, node.here)] if match else []
    pip = node.get("pip")
    found = (
        (requirement(child.embedded(), group) for child in pip.children if child.is_scalar) if pip is not None else ()
    )
    return [item for item in found if item is not None]


def _pixi(found: Gathering) -> None:
    document = read_toml(found.file.text)
    found.faults(document.errors)
    root = document.root
    dependencies = [
        Dependency(name, value.text if value.is_scalar else value.value("version"), group, value.entry)
        for key, group in (
            ("dependencies", "runtime"),
            ("pypi-dependencies", "runtime"),
            ("build-dependencies", "build"),
        )
        for name, value in (root.get(key) or Node("map", root.span)).pairs()
    ]
    found.manifest("python", dependencies=dependencies, package_manager="pixi", application=True)
    table = root.get("tasks")
    if table is not None and table.is_map:
        python_tasks.task_table(found, table, "")
