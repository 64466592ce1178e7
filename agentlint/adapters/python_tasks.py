"""Tasks that Python's project managers run: Hatch, PDM, Poe, taskipy, Rye, Pixi; and cibuildwheel's commands."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.adapters.gather import Gathering
from agentlint.documents.embedded import EmbeddedText
from agentlint.documents.node import Node
from agentlint.facts.unit import UnitKind
from agentlint.files.source import Span

_TABLES = (("pdm", "scripts"), ("poe", "tasks"), ("taskipy", "tasks"), ("rye", "scripts"), ("pixi", "tasks"))
_COMMAND_KEYS = ("cmd", "shell", "script", "sequence", "chain", "composite")
_ORDER_KEYS = ("deps", "depends-on", "depends_on", "sequence", "chain", "composite")
_WHEEL_KEYS = ("before-all", "before-build", "before-test", "test-command", "repair-wheel-command")


def tasks(found: Gathering, root: Node) -> None:
    """All tasks of a pyproject.toml (or of a file of one tool, whose tables stand at its root)."""
    tools = root.get("tool")
    if tools is None:
        return
    for tool, key in _TABLES:
        table = tools.at(tool, key)
        if table is not None and table.is_map:
            task_table(found, table, "")
    pixi = tools.at("pixi", "feature")
    for _, feature in pixi.pairs() if pixi is not None else ():
        table = feature.get("tasks")
        if table is not None and table.is_map:
            task_table(found, table, "")
    hatch(found, tools.at("hatch", "envs"))
    _wheels(found, tools.get("cibuildwheel"))


def hatch(found: Gathering, environments: Node | None) -> None:
    """Hatch's environments: each script is a unit "env:script"."""
    for name, environment in environments.pairs() if environments is not None else ():
        scripts = environment.get("scripts")
        if scripts is not None and scripts.is_map:
            task_table(found, scripts, f"{name}:")


def task_table(found: Gathering, table: Node, prefix: str) -> None:
    names = {name for name, _ in table.pairs()}
    for name, value in table.pairs():
        if name in {"_", "env_file"}:
            continue
        unit = found.unit(UnitKind.ENVIRONMENT, prefix + name, value.entry)
        for text in _commands(value, names):
            ignored = text.text.startswith("- ")
            text = text.slice(2, len(text.text)) if ignored else text
            first = text.text.split(None, 1)[0] if text.text.strip() else ""
            if first in names and first != name:
                found.call(unit, (found.sibling(UnitKind.ENVIRONMENT, prefix + first),))
            else:
                found.shell(text, unit, dialect="sh", directory=found.directory, swallowed=ignored)
        for other in _order(value, names):
            found.call(unit, (found.sibling(UnitKind.ENVIRONMENT, prefix + other),))


def _commands(value: Node, names: set[str]) -> Iterator[EmbeddedText]:
    """The command texts of a task, whatever its form."""
    if value.is_string:
        yield value.embedded()
    elif value.is_list:
        for child in value.children:
            yield from _commands(child, names)
    elif value.is_map:
        for key in _COMMAND_KEYS:
            inner = value.get(key)
            if inner is None or (key in {"script", "call"} and re.match(r"[\w.]+:", inner.text)):
                continue
            if key == "cmd" and inner.is_list:
                # An argument list: one command, its words joined where they stand.
                yield _joined(inner)
            else:
                yield from _commands(inner, names)


def _order(value: Node, names: set[str]) -> Iterator[str]:
    """The other tasks a task runs."""
    inner = [value.get(key) for key in _ORDER_KEYS] if value.is_map else []
    for node in inner:
        for child in (node.children or (node,)) if node is not None else ():
            word = (child.value("task") or child.value("ref") if child.is_map else child.text).split(" ")[0]
            if word in names:
                yield word


def _joined(words: Node) -> EmbeddedText:
    from agentlint.documents.assembly import Assembly

    built = Assembly()
    for word in words.children:
        if len(built):
            built.instead(" ", Span(word.span.start - 1, word.span.start))
        built.copy(word.embedded())
    return built.finish()


def _wheels(found: Gathering, node: Node | None) -> None:
    """cibuildwheel: what it runs in each of its machines."""
    if node is None:
        return
    unit = found.unit(UnitKind.ENVIRONMENT, "cibuildwheel", node.entry)
    for table in (
        node,
        *(value for key, value in node.pairs() if value.is_map and key in {"linux", "macos", "windows"}),
    ):
        for key in _WHEEL_KEYS:
            found.script(table.get(key), unit, dialect="sh", directory=found.directory)
