"""The container images that a job names, each with the line that names it."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.adapters.ci.common import Gathering
from agentlint.documents.yaml import YamlNode
from agentlint.facts.pipeline import JobImage

_KEYS = ("image", "name")


def job_images(gathering: Gathering, main: YamlNode | None, services: YamlNode | None = None) -> tuple[JobImage, ...]:
    """The image a job runs in and those of its services.

    `main` is an image's name, or a map with `image` or `name`; `services` is a list of either, or a map of names to either.
    """
    found = [JobImage(node.text, gathering.place(node)) for node in _image_nodes(main)]
    if services is not None:
        parts = [value for _, value in services.pairs()] if services.is_map else list(services.children)
        named = [node for part in parts for node in _image_nodes(part)]
        found.extend(JobImage(node.text, gathering.place(node), service=True) for node in named)
    return tuple(found)


def _image_nodes(node: YamlNode | None) -> Iterator[YamlNode]:
    if node is None or node.is_null:
        return
    inner = next((node.get(key) for key in _KEYS if node.get(key) is not None), None) if node.is_map else node
    if inner is not None and inner.is_scalar and inner.text:
        yield inner
