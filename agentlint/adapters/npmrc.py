"""Settings of the JavaScript package managers: .npmrc, .yarnrc, .yarnrc.yml, pnpm-workspace.yaml."""

from __future__ import annotations

import re

from agentlint.adapters.context import TreeContext
from agentlint.adapters.gather import Gathering, yaml_root
from agentlint.documents.ini import read_properties
from agentlint.facts.filefacts import FileFacts
from agentlint.files.source import SourceFile

_SECRET = re.compile(r"_auth|token|password", re.IGNORECASE)


def facts(file: SourceFile, tree: TreeContext) -> FileFacts:
    """The facts of one of these files; values that may be secret are left out."""
    found = Gathering(file)
    if file.path.endswith((".yml", ".yaml")):
        root = yaml_root(found)
        if file.path.endswith("pnpm-workspace.yaml"):
            packages = root.get("packages") if root is not None else None
            members = [child.text for child in packages.children] if packages is not None else []
            found.manifest("node", package_manager="pnpm", workspaces=members)
            found.flat_settings("pnpm", root)
        else:
            found.flat_settings("yarn", root)
        return found.facts()
    tool = "yarn" if file.path.endswith(".yarnrc") else "npm"
    for option in read_properties(file.text, equals_only=tool == "npm").options:
        value = "" if _SECRET.search(option.key) else option.text
        found.setting(tool, option.key, value, option.entry)
    return found.facts()
