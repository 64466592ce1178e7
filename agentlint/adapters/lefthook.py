"""lefthook.yml: the commands of each git hook."""

from __future__ import annotations

from agentlint.adapters.context import TreeContext
from agentlint.adapters.gather import Gathering, yaml_root
from agentlint.documents.yaml import YamlNode
from agentlint.facts.filefacts import FileFacts
from agentlint.facts.unit import UnitKind
from agentlint.files.source import SourceFile

_OTHER = frozenset(
    {
        "min_version",
        "extends",
        "remotes",
        "colors",
        "output",
        "skip_output",
        "source_dir",
        "assert_lefthook_installed",
        "rc",
    }
)


def facts(file: SourceFile, tree: TreeContext) -> FileFacts:
    """The facts of a lefthook configuration."""
    found = Gathering(file)
    root = yaml_root(found)
    for name, hook in root.pairs() if root is not None else ():
        if name in _OTHER or not hook.is_map:
            continue
        unit = found.unit(UnitKind.HOOK, name, hook.entry)
        parallel = hook.get("parallel")
        if parallel is not None:
            found.setting("lefthook", f"{name}.parallel", parallel.text, parallel.entry)
        commands = hook.get("commands")
        for _, command in commands.pairs() if commands is not None else ():
            _run(found, command, unit)
        jobs = hook.get("jobs")
        for job in jobs.children if jobs is not None else ():
            _run(found, job, unit)
    return found.facts()


def _run(found: Gathering, node: YamlNode, unit: str) -> None:
    run = node.get("run") if node.is_map else None
    if run is not None and run.is_scalar:
        found.shell(run.embedded(), unit, dialect="sh", directory=node.value("root").rstrip("/"))
