"""Steps handed to a template that stands in another repository: its parameters are the only place that shows them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from agentlint.documents.yaml import YamlNode

_STEP_KEYS = ("script", "bash", "pwsh", "powershell", "task", "checkout", "template")
_MAX_DEPTH = 5


def handed_steps(
    parameters: YamlNode, resolve: Callable[[YamlNode], YamlNode | None], depth: int = 0
) -> Iterator[tuple[str, YamlNode]]:
    """Every parameter that holds a list of steps, as a map with `steps`, with the parameter's name.

    `resolve` gives what a value stands for that is itself a parameter of the pipeline.
    """
    if depth > _MAX_DEPTH:
        return
    for key, written in parameters.items:
        value = resolve(written) or written
        if value.is_list and any(_is_step(child) for child in value.children):
            name = replace(key, text="steps")
            yield key.text, replace(value, kind="map", items=((name, value),), children=())
        elif value.is_map:
            yield from handed_steps(value, resolve, depth + 1)
        elif value.is_list:
            for child in value.children:
                yield from handed_steps(child, resolve, depth + 1)


def _is_step(node: YamlNode) -> bool:
    if node.items and node.items[0][0].text.startswith("${{"):
        return any(_is_step(child) for _, inner in node.items for child in inner.children)
    return any(node.get(key) is not None for key in _STEP_KEYS)
