"""sbt: dependencies and the settings that bear on parallel tests."""

from __future__ import annotations

import re

from agentlint.adapters.context import TreeContext
from agentlint.adapters.gather import Gathering
from agentlint.documents.braces import statements
from agentlint.facts.filefacts import FileFacts
from agentlint.facts.project import Dependency
from agentlint.files.source import SourceFile

_DEPENDENCY = re.compile(r"\"([\w.-]+)\"\s*%%?%?\s*\"([\w.-]+)\"\s*%\s*(?:\"([^\"\n]+)\"|(\w+))")
_SETTING = re.compile(
    r"((?:[\w./]+\s*/\s*)?(?:parallelExecution|fork|testForkedParallel|logBuffered|concurrentRestrictions|scalaVersion|name))(?:\s+in\s+(\w+))?\s*:=\s*(.*)"
)


def facts(file: SourceFile, tree: TreeContext) -> FileFacts:
    """The facts of a build.sbt."""
    found = Gathering(file)
    dependencies: list[Dependency] = []
    name = ""
    for statement in statements(file.text):
        for match in _DEPENDENCY.finditer(statement.text):
            dependencies.append(
                Dependency(f"{match.group(1)}:{match.group(2)}", match.group(3) or "", "runtime", statement.span)
            )
        setting = _SETTING.match(statement.text)
        if setting:
            key = "".join(setting.group(1).split())
            key = f"{setting.group(2)}/{key}" if setting.group(2) else key
            value = setting.group(3).rstrip(",").strip().strip('"')
            name = value if key == "name" else name
            found.setting("sbt", key, value, statement.span)
    found.manifest("java", name=name, dependencies=dependencies, package_manager="sbt")
    return found.facts()
