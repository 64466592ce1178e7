"""Templates of Azure pipelines: entries of lists with local templates, conditional and repeated blocks put in."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from agentlint.adapters.ci.azure_extends import handed_steps
from agentlint.adapters.ci.common import Gathering, open_yaml
from agentlint.documents.yaml import YamlNode
from agentlint.files.source import UndecodableFile

MAX_ENTRIES = 3000
_MAX_DEPTH = 12
PARAMETER = re.compile(r"\$\{\{\s*parameters\.([\w-]{1,80})\s*\}\}")
_ROOT_KEYS = ("trigger", "pr", "schedules", "resources", "extends")
_CANDIDATE = re.compile(r"(?:azure|pipelines|\.ado|vsts)[^\n]*\.ya?ml$", re.IGNORECASE)
"""Where pipelines stand by custom; a template's own top folder holds them as well, whatever its name."""
_MAX_CANDIDATES = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """One element of a list of stages, jobs or steps: the file it is written in, its parameters, its condition."""

    node: YamlNode
    path: str
    parameters: Mapping[str, YamlNode]
    condition: str = ""
    handed: bool = False
    """Steps handed to a template of another repository, which alone knows the job around them."""


@dataclass(slots=True)
class Templates:
    """Opens lists; bounded in the number of entries over the whole pipeline."""

    gathering: Gathering
    count: int = 0
    opaque: list[str] = field(default_factory=list)

    def entries(self, node: YamlNode | None, key: str, around: Entry, depth: int = 0) -> Iterator[Entry]:
        """The elements of a list; `key` is what a template holds them under ("steps", "jobs", "stages")."""
        if node is None or depth > _MAX_DEPTH:
            return
        if node.is_scalar:
            yield from self._parameter(node, key, around, depth)
            return
        for child in node.children:
            if self.count >= MAX_ENTRIES:
                return
            self.count += 1
            if child.is_scalar:
                yield from self._parameter(child, key, around, depth)
            elif child.get("template") is not None:
                yield from self._template(child, key, around, depth)
            elif child.items and child.items[0][0].text.startswith("${{"):
                for condition, inner in child.items:
                    block = Entry(inner, around.path, around.parameters, condition.text)
                    yield from self.entries(inner, key, block, depth + 1)
            elif child.is_map:
                yield Entry(child, around.path, around.parameters, around.condition)

    def _parameter(self, node: YamlNode, key: str, around: Entry, depth: int) -> Iterator[Entry]:
        match = PARAMETER.fullmatch(node.text.strip())
        value = around.parameters.get(match.group(1)) if match else None
        if value is not None and value.is_list:
            yield from self.entries(value, key, around, depth + 1)

    def _template(self, node: YamlNode, key: str, around: Entry, depth: int) -> Iterator[Entry]:
        loaded = self.load(node, around)
        if loaded is None:
            yield from self._handed(node, key, around, depth)
            return
        yield from self.entries(loaded.node.get(key), key, loaded, depth + 1)

    def _handed(self, node: YamlNode, key: str, around: Entry, depth: int) -> Iterator[Entry]:
        """The steps that a template elsewhere is given, as jobs or as steps of the job it stands in."""
        parameters = node.get("parameters")
        for _, steps in handed_steps(parameters, lambda value: resolved(value, around)) if parameters else ():
            if key == "jobs":
                yield Entry(steps, around.path, around.parameters, around.condition, handed=True)
            elif key == "steps":
                yield from self.entries(steps.get("steps"), key, around, depth + 1)

    def load(self, node: YamlNode, around: Entry) -> Entry | None:
        """The root of the template that a node names, with the parameters it is given; None where it is elsewhere."""
        name = node.value("template")
        path = template_path(name, around.path)
        file = self.gathering.tree.read(path) if path else None
        if file is None:
            self.opaque.append(name)
            return None
        try:
            root = open_yaml(file, self.gathering).root
        except UndecodableFile:
            return None
        if root is None or not root.is_map:
            return None
        return Entry(root, path, {**defaults(root), **given(node, around)}, around.condition)


def template_path(name: str, from_path: str) -> str:
    """Where a template stands: beside the file that names it, or from the root with a leading slash; "" elsewhere."""
    name, _, repository = name.partition("@")
    if repository not in ("", "self") or not name or "$" in name:
        return ""
    path = name.lstrip("/") if name.startswith("/") else posixpath.join(posixpath.dirname(from_path), name)
    path = posixpath.normpath(path.replace("\\", "/"))
    return "" if path.startswith("..") else path


def defaults(root: YamlNode) -> dict[str, YamlNode]:
    """The defaults of a template's parameters, in the list and in the map form."""
    declared = root.get("parameters")
    if declared is None:
        return {}
    if declared.is_map:
        return dict(declared.pairs())
    found: dict[str, YamlNode] = {}
    for child in declared.children:
        default = child.get("default")
        if child.value("name") and default is not None:
            found[child.value("name")] = default
    return found


def given(node: YamlNode, around: Entry) -> dict[str, YamlNode]:
    """What a template is given, parameters passed on looked up."""
    parameters = node.get("parameters")
    found: dict[str, YamlNode] = {}
    for name, value in parameters.pairs() if parameters is not None else ():
        match = PARAMETER.fullmatch(value.text.strip()) if value.is_scalar else None
        passed = around.parameters.get(match.group(1)) if match else None
        found[name] = passed if passed is not None else value
    return found


def resolved(node: YamlNode | None, around: Entry) -> YamlNode | None:
    """The node, or the parameter that it stands for."""
    match = PARAMETER.fullmatch(node.text.strip()) if node is not None and node.is_scalar else None
    found = around.parameters.get(match.group(1)) if match else None
    return found if found is not None else node


def is_template(root: YamlNode, path: str, gathering: Gathering) -> bool:
    """True when another pipeline file of the tree puts this one in."""
    if any(root.get(key) is not None for key in _ROOT_KEYS):
        return False
    own = posixpath.basename(path)
    naming = re.compile(rf"template:\s*['\"]?[^\s'\"]{{0,200}}{re.escape(own)}(?!@(?!self\b))")
    for name in _candidates(path, gathering):
        file = gathering.tree.read(name)
        try:
            if file is not None and own in file.text and naming.search(file.text):
                return True
        except UndecodableFile:
            continue
    return False


def _candidates(path: str, gathering: Gathering) -> list[str]:
    """The files that may put this one in: those of its own top folder first."""
    top, below, _ = path.partition("/")
    own = f"{top}/" if below else "\n"
    found = [
        name
        for name in gathering.tree.paths
        if name.endswith((".yml", ".yaml")) and name != path and (name.startswith(own) or _CANDIDATE.search(name))
    ]
    return sorted(found, key=lambda name: (not name.startswith(own), name))[:_MAX_CANDIDATES]
