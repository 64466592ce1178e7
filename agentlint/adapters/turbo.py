"""turbo.json: what each task depends on and whether it is cached."""

from __future__ import annotations

from agentlint.adapters.context import TreeContext
from agentlint.adapters.gather import Gathering
from agentlint.documents.json import read_json
from agentlint.facts.filefacts import FileFacts
from agentlint.facts.unit import UnitKind
from agentlint.files.source import SourceFile


def facts(file: SourceFile, tree: TreeContext) -> FileFacts:
    """The facts of a turbo.json."""
    found = Gathering(file)
    document = read_json(file.text)
    found.faults(document.errors)
    tasks = document.root.get("tasks") or document.root.get("pipeline")
    for name, task in tasks.pairs() if tasks is not None else ():
        depends = task.get("dependsOn")
        names = [text.lstrip("^") for text in depends.texts()] if depends is not None else []
        calls = [
            found.sibling(UnitKind.TARGET, other) for other in names if not other.startswith("$") and other != name
        ]
        found.unit(UnitKind.TARGET, name, task.entry, calls=calls)
        found.flat_settings("turbo", task, f"tasks.{name}")
    for key in ("remoteCache", "globalEnv", "globalPassThroughEnv", "concurrency", "ui", "cacheDir", "daemon"):
        found.flat_settings("turbo", document.root.get(key), key)
    return found.facts()
