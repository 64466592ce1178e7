"""Settings of JavaScript test runners and bundlers (jest.config.js and its like), read line by line and never run."""

from __future__ import annotations

import posixpath
import re

from agentlint.adapters.context import TreeContext
from agentlint.adapters.gather import Gathering, yaml_root
from agentlint.documents.braces import statements
from agentlint.documents.json import read_json
from agentlint.facts.filefacts import FileFacts
from agentlint.files.source import SourceFile, Span

MAX_LIST = 2000
"""Characters of a list that count as its value."""

_ENTRY = re.compile(r"(?:\(?\{\s*)?[\"']?([A-Za-z_]\w*)[\"']?\s*:\s*(.*)")
_HEAD = re.compile(r"[\"']?([A-Za-z_]\w*)[\"']?\s*:\s*[({\[]*$")
_TOOLS = ("jest", "vitest", "vite", "playwright", "cypress", "karma", "mocha", "wdio")


def facts(file: SourceFile, tree: TreeContext) -> FileFacts:
    """The settings of a configuration file: ("jest", "maxWorkers", "1"), ("vitest", "test.reporters", "['default']")."""
    found = Gathering(file)
    name = posixpath.basename(file.path)
    tool = next((tool for tool in _TOOLS if tool in name), "javascript")
    if name.endswith((".json", ".jsonc")) or name == ".mocharc":
        document = read_json(file.text)
        found.faults(document.errors)
        found.flat_settings(tool, document.root)
    elif name.endswith((".yml", ".yaml")):
        found.flat_settings(tool, yaml_root(found))
    else:
        for statement in statements(file.text):
            match = _ENTRY.match(statement.text)
            if match:
                heads = [head.group(1) for head in map(_HEAD.search, statement.path) if head]
                value, span = _value(file.text, match.group(2).rstrip(",").strip(), statement.span)
                if value:
                    found.setting(tool, ".".join([*heads, match.group(1)]), value, span)
    return found.facts()


def _value(text: str, value: str, span: Span) -> tuple[str, Span]:
    """A value, with the rest of its list where the list goes on over further lines."""
    if not value.endswith("[") or value.count("[") <= value.count("]"):
        return value, span
    depth = 0
    opening = text.rfind("[", span.start, span.end)
    for at in range(opening, min(len(text), opening + MAX_LIST)):
        depth += {"[": 1, "]": -1}.get(text[at], 0)
        if not depth:
            return " ".join(text[opening : at + 1].split()), Span(span.start, at + 1)
    return value, span
