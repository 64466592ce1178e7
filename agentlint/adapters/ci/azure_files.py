"""Tasks of Azure Pipelines that run a script of the repository by its path."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from agentlint.documents.embedded import EmbeddedText
from agentlint.documents.yaml import YamlNode
from agentlint.facts.checkout import below_checkout
from agentlint.facts.pipeline import Setting
from agentlint.files.source import Span


@dataclass(frozen=True, slots=True)
class _FileTask:
    """Which inputs of a task name the script and its arguments, which one may say that there is none, and what runs it."""

    shell: str
    path: str
    arguments: str
    chosen_by: str = ""
    runner: str = ""


_TASKS = {
    "task:powershell": _FileTask("powershell", "filepath", "arguments", "targettype"),
    "task:azurepowershell": _FileTask("powershell", "scriptpath", "scriptarguments", "scripttype"),
    "task:bash": _FileTask("bash", "filepath", "arguments", "targettype", "bash "),
    "task:shellscript": _FileTask("bash", "scriptpath", "args", runner="bash "),
    "task:azurecli": _FileTask("bash", "scriptpath", "arguments", "scriptlocation"),
    "task:pythonscript": _FileTask("bash", "scriptpath", "arguments", "scriptsource", "python "),
}
"""learn.microsoft.com/azure/devops/pipelines/tasks/reference: each task's inputs by all their names, in small letters."""


@dataclass(frozen=True, slots=True)
class RunFile:
    """The call that such a task comes to: `text` in the words of `shell`, told at `span`, where `node` names the file."""

    shell: str
    text: EmbeddedText
    node: YamlNode

    @property
    def span(self) -> Span:
        """The path as written, without the quotes around it."""
        written = self.node.embedded()
        return written.outer_span(Span(0, len(written.text.rstrip())))


def run_file(name: str, given: YamlNode, inputs: Mapping[str, Setting], paths: frozenset[str]) -> RunFile | None:
    """The call of a task whose script is a file of the tree; None for other tasks and scripts that other steps bring."""
    task = _TASKS.get(name)
    if task is None or "inline" in _value(inputs, task.chosen_by).lower():
        return None
    nodes = {key.lower(): node for key, node in given.pairs() if node.is_scalar}
    node = nodes.get(task.path)
    path = _below_root(_value(inputs, task.path))
    if node is None or path not in paths:
        return None
    shell = "powershell" if path.lower().endswith(".ps1") else task.shell
    call = f"{task.runner if shell == task.shell else ''}./{path} "
    arguments = nodes.get(task.arguments)
    if arguments is None:
        return RunFile(shell, EmbeddedText.at(call, node.span.start), node)
    words = " ".join(_value(inputs, task.arguments).split())
    return RunFile(shell, EmbeddedText(call + words, ((0, node.span.start), (len(call), arguments.span.start))), node)


def _below_root(path: str) -> str:
    below = below_checkout(path)
    return (path if below is None else below).replace("\\", "/").removeprefix("./").strip("/")


def _value(inputs: Mapping[str, Setting], name: str) -> str:
    return inputs[name].value if name in inputs else ""
