"""Where a job keeps its checkout: `path:` puts the repository into a folder, from which its own folders are told."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from agentlint.facts.command import Command
from agentlint.facts.pipeline import Step


def told_from_checkout(steps: tuple[Step, ...], paths: Collection[str]) -> tuple[Step, ...]:
    """The steps with the folders of their commands as the repository knows them."""
    folder = next((path for step in steps if (path := _checkout_path(step))), "")
    if not folder or any(path.startswith(folder + "/") for path in paths):
        return steps  # a folder of that name is the repository's own: which one is meant cannot be told
    return tuple(replace(step, commands=tuple(_within(command, folder) for command in step.commands)) for step in steps)


def _checkout_path(step: Step) -> str:
    """The folder into which a step checks this repository out; "" for the workspace itself, or another repository."""
    action = step.action
    if action is None or action.name != "actions/checkout" or "repository" in action.inputs:
        return ""
    path = action.inputs.get("path")
    text = path.value.strip().removeprefix("./").rstrip("/") if path is not None else ""
    return "" if text == "." or "$" in text or text.startswith(("/", "~", "..")) else text


def _within(command: Command, folder: str) -> Command:
    directory = command.directory or ""
    if directory == folder or directory.startswith(folder + "/"):
        return replace(command, directory=directory[len(folder) + 1 :])
    return command
