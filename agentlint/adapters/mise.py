"""Tool versions and tasks: mise.toml, .tool-versions, and the version files of single languages."""

from __future__ import annotations

import posixpath

from agentlint.adapters.context import TreeContext
from agentlint.adapters.gather import Gathering
from agentlint.documents.node import Node
from agentlint.documents.toml import read_toml
from agentlint.facts.filefacts import FileFacts
from agentlint.facts.unit import UnitKind
from agentlint.files.source import SourceFile, Span

_VERSION_FILES = {
    ".nvmrc": "node", ".node-version": "node", ".python-version": "python", ".ruby-version": "ruby", ".go-version": "go",
    ".java-version": "java", ".terraform-version": "terraform", "rust-toolchain": "rust", ".php-version": "php",
    ".bazelversion": "bazel", ".sdkmanrc": "java",
}  # fmt: skip


def facts(file: SourceFile, tree: TreeContext) -> FileFacts:
    """The facts of a file that fixes tool versions."""
    found = Gathering(file)
    name = posixpath.basename(file.path)
    if name.endswith(".toml"):
        _mise(found)
    elif name in _VERSION_FILES:
        text = file.text.strip()
        start = file.text.find(text)
        found.setting(_VERSION_FILES[name], "version", text.split("\n")[0], Span(start, start + len(text)))
    else:
        at = 0
        for line in file.text.split("\n"):
            words = line.split("#")[0].split()
            if len(words) > 1:
                found.setting(words[0], "version", " ".join(words[1:]), Span(at, at + len(line.rstrip())))
            at += len(line) + 1
    return found.facts()


def _mise(found: Gathering) -> None:
    document = read_toml(found.file.text)
    found.faults(document.errors)
    root = document.root
    tools = root.get("tools")
    for name, value in tools.pairs() if tools is not None else ():
        version = value.text if value.is_scalar else value.value("version") or " ".join(value.texts())
        found.setting(name, "version", version, value.entry)
    tasks = root.get("tasks")
    for name, value in tasks.pairs() if tasks is not None else ():
        _task(found, name, value)


def _task(found: Gathering, name: str, value: Node) -> None:
    documented = value.is_map and bool(value.value("description"))
    unit = found.unit(UnitKind.TARGET, name, value.entry, documented=documented)
    run = value.get("run") if value.is_map else value
    for child in (run.children or (run,)) if run is not None else ():
        if child.is_string:
            found.shell(child.embedded(), unit, dialect="sh", directory=value.value("dir") if value.is_map else "")
    for key in ("depends", "depends_post"):
        depends = value.get(key) if value.is_map else None
        names = (depends.texts() or (depends.text,)) if depends is not None else ()
        found.call(unit, (found.sibling(UnitKind.TARGET, other) for other in names))
