"""hatch.toml: environments with their dependencies and scripts, as `[tool.hatch]` of a pyproject.toml holds them."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.adapters import python_tasks
from agentlint.adapters.context import TreeContext
from agentlint.adapters.gather import Gathering
from agentlint.adapters.python_requirements import listed
from agentlint.documents.node import Node
from agentlint.documents.toml import read_toml
from agentlint.facts.filefacts import FileFacts
from agentlint.facts.project import Dependency
from agentlint.files.source import SourceFile

MANAGER = "hatch-environments"


def facts(file: SourceFile, tree: TreeContext) -> FileFacts:
    """The facts of a hatch.toml."""
    found = Gathering(file)
    document = read_toml(file.text)
    found.faults(document.errors)
    environments = document.root.get("envs")
    python_tasks.hatch(found, environments)
    tests = environments.get("hatch-test") if environments is not None else None
    found.flat_settings("hatch", tests, "envs.hatch-test")
    found.manifest("python", dependencies=tuple(environment_dependencies(environments)), package_manager=MANAGER)
    return found.facts()


def environment_dependencies(environments: Node | None) -> Iterator[Dependency]:
    """What each environment installs, in the group "hatch:NAME"."""
    for name, environment in environments.pairs() if environments is not None else ():
        for key in ("dependencies", "extra-dependencies"):
            yield from listed(environment.get(key), f"hatch:{name}")
