""".pre-commit-config.yaml: each hook as a unit, the entry of a local hook as its command."""

from __future__ import annotations

from agentlint.adapters.context import TreeContext
from agentlint.adapters.gather import Gathering, yaml_root
from agentlint.documents.assembly import Assembly
from agentlint.documents.yaml import YamlNode
from agentlint.facts.filefacts import FileFacts
from agentlint.facts.unit import UnitKind
from agentlint.files.source import SourceFile, Span

_TOP = ("default_stages", "fail_fast", "default_install_hook_types", "minimum_pre_commit_version")


def facts(file: SourceFile, tree: TreeContext) -> FileFacts:
    """The facts of a pre-commit configuration."""
    found = Gathering(file)
    root = yaml_root(found)
    if root is None or not root.is_map:
        return found.facts()
    for key in _TOP:
        found.flat_settings("pre-commit", root.get(key), key)
    found.flat_settings("pre-commit", root.get("ci"), "ci")
    repositories = root.get("repos")
    for repository in repositories.children if repositories is not None else ():
        hooks = repository.get("hooks")
        source, revision = repository.value("repo"), repository.get("rev")
        if revision is not None and revision.is_scalar:
            found.setting("pre-commit", f"rev:{source}", revision.text, revision.entry)
        for hook in hooks.children if hooks is not None else ():
            _hook(found, hook, source)
    return found.facts()


def _hook(found: Gathering, hook: YamlNode, source: str) -> None:
    """One hook. What a hook of another repository runs stands in that repository."""
    name = hook.value("id")
    if not name:
        return
    unit = found.unit(UnitKind.HOOK, name, hook.here)
    stages = hook.get("stages")
    if stages is not None:
        found.setting("pre-commit", f"{name}.stages", " ".join(c.text for c in stages.children), stages.entry)
    entry = hook.get("entry")
    language = hook.value("language")
    if source != "local" or entry is None or not entry.is_scalar or language in {"pygrep", "fail"}:
        return
    built = Assembly()
    built.copy(entry.embedded())
    arguments = hook.get("args")
    for argument in arguments.children if arguments is not None else ():
        if argument.is_scalar:
            built.instead(" ", Span(max(0, argument.span.start - 1), argument.span.start))
            built.copy(argument.embedded())
    found.shell(built.finish(), unit, dialect="sh", directory="")
