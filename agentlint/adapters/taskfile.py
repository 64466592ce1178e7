"""Taskfile.yml: tasks as units with what they run and call."""

from __future__ import annotations

from collections.abc import Mapping

from agentlint.adapters.context import TreeContext
from agentlint.adapters.gather import Gathering, beside, yaml_root
from agentlint.documents.yaml import YamlNode, read_yaml
from agentlint.facts.filefacts import FileFacts
from agentlint.facts.interface import Ask, AskKind
from agentlint.facts.unit import UnitKind, unit_id
from agentlint.files.source import SourceFile


def facts(file: SourceFile, tree: TreeContext) -> FileFacts:
    """The facts of a Taskfile."""
    found = Gathering(file)
    root = yaml_root(found)
    if root is None or not root.is_map:
        return found.facts()
    environment = _environment(root.get("env"))
    tasks = root.get("tasks")
    for name, task in tasks.pairs() if tasks is not None else ():
        _task(found, name, task, environment)
    includes = root.get("includes")
    for name, value in includes.pairs() if includes is not None else ():
        written = value.text if value.is_scalar else value.value("taskfile")
        _include(found, tree, name, written, value, flat=value.is_map and value.value("flatten") == "true")
    for key in ("set", "output", "run", "dotenv"):
        found.flat_settings("task", root.get(key), key)
    return found.facts()


def _environment(node: YamlNode | None) -> dict[str, str]:
    pairs = node.pairs() if node is not None else ()
    return {name: value.text for name, value in pairs if value.is_scalar}


def _task(found: Gathering, name: str, task: YamlNode, environment: Mapping[str, str]) -> None:
    """One task: a string, a list of commands, or a map."""
    documented = (
        bool(task.is_map and (task.value("desc") or task.value("summary"))) and task.value("internal") != "true"
    )
    unit = found.unit(UnitKind.TARGET, name, task.entry, documented=documented)
    inner = {**environment, **_environment(task.get("env") if task.is_map else None)}
    directory: str | None = found.directory
    if task.is_map and task.value("dir"):
        written = task.value("dir")
        directory = None if "{{" in written else beside(found.path, written)
    if task.is_map:
        _extras(found, unit, task)
    source = (task.get("cmds") or task.get("cmd")) if task.is_map else task
    for child in (source.children or (source,)) if source is not None else ():
        _command(found, unit, child, inner, directory)


def _extras(found: Gathering, unit: str, task: YamlNode) -> None:
    """What a task says besides its commands: a question before it, other names, dependencies."""
    prompt = task.get("prompt")
    if prompt is not None:
        found.asks.append(Ask(AskKind.CONFIRM, "prompt:", "task", found.place(prompt.entry), unit, bypass="--yes"))
    aliases = task.get("aliases")
    for alias in aliases.children if aliases is not None else ():
        found.unit(UnitKind.TARGET, alias.text, alias.here, calls=(unit,))
    dependencies = task.get("deps")
    for child in dependencies.children if dependencies is not None else ():
        _call(found, unit, child)


def _call(found: Gathering, unit: str, node: YamlNode) -> None:
    name = node.text if node.is_scalar else node.value("task")
    if name:
        found.call(unit, (found.sibling(UnitKind.TARGET, name.lstrip(":")),))


def _command(
    found: Gathering, unit: str, node: YamlNode, environment: Mapping[str, str], directory: str | None
) -> None:
    """One entry of cmds."""
    if node.is_scalar and not node.is_null:
        found.shell(node.embedded(), unit, dialect="bash", environment=environment, directory=directory)
    elif node.is_map:
        command = node.get("cmd") or node.get("defer")
        if node.get("task") is not None:
            _call(found, unit, node)
        elif command is not None and command.is_map:
            _call(found, unit, command)
        elif command is not None and command.is_scalar:
            ignored = node.value("ignore_error") == "true" or node.get("defer") is not None
            text = command.embedded()
            found.shell(text, unit, dialect="bash", environment=environment, directory=directory, swallowed=ignored)


def _include(found: Gathering, tree: TreeContext, name: str, written: str, node: YamlNode, *, flat: bool) -> None:
    """The tasks of an included file, under the name of the include."""
    base = beside(found.path, written) if written and "{{" not in written else ""
    candidates = [base, *(f"{base}/{n}" for n in ("Taskfile.yml", "Taskfile.yaml", "Taskfile.dist.yml"))]
    other = next((path for path in candidates if path and path in tree.paths), "")
    source = tree.read(other) if other else None
    if source is None:
        return
    try:
        root = read_yaml(source.text).root
    except ValueError:
        return
    tasks = root.get("tasks") if root is not None else None
    for task, _ in tasks.pairs() if tasks is not None else ():
        called = unit_id(other, UnitKind.TARGET, task)
        found.unit(UnitKind.TARGET, task if flat else f"{name}:{task}", node.entry, calls=(called,))
        if task == "default" and not flat:
            found.unit(UnitKind.TARGET, name, node.entry, calls=(called,))
