"""go.mod and go.work: required modules, toolchain, workspace members."""

from __future__ import annotations

import re

from agentlint.adapters.context import TreeContext
from agentlint.adapters.gather import Gathering
from agentlint.facts.filefacts import FileFacts
from agentlint.facts.project import Dependency
from agentlint.files.source import SourceFile, Span

_LINE = re.compile(r"[^\n]*\n?")
_REQUIRED = re.compile(r"([^\s(]+\.[^\s(]+)\s+(v\S+)")


def facts(file: SourceFile, tree: TreeContext) -> FileFacts:
    """The facts of a go.mod or go.work."""
    found = Gathering(file)
    dependencies: list[Dependency] = []
    members: list[str] = []
    name, block = "", ""
    for match in _LINE.finditer(file.text):
        line, _, comment = match.group().partition("//")
        stripped = line.strip()
        start = match.start() + len(line) - len(line.lstrip())
        span = Span(start, start + len(stripped))
        if not stripped:
            continue
        if stripped == ")":
            block = ""
            continue
        word, _, rest = stripped.partition(" ")
        if rest.strip() == "(" or stripped.endswith("("):
            block = word.rstrip("(")
            continue
        keyword, content = (block, stripped) if block else (word, rest.strip())
        required = _REQUIRED.match(content)
        if keyword == "require" and required:
            group = "indirect" if "indirect" in comment else "runtime"
            dependencies.append(Dependency(required.group(1), required.group(2), group, span))
        elif keyword == "tool":
            dependencies.append(Dependency(content, "", "tool", span))
        elif keyword == "use":
            members.append(content)
        elif keyword == "module":
            name = content
        elif keyword in {"go", "toolchain"}:
            found.setting("go", keyword, content, span)
    found.manifest("go", name=name, dependencies=dependencies, package_manager="go", workspaces=members)
    return found.facts()
