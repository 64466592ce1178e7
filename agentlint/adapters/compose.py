"""Compose files: services as units, with what they build, wait for and run."""

from __future__ import annotations

import re

from agentlint.adapters.context import TreeContext
from agentlint.adapters.gather import Gathering, beside, yaml_root
from agentlint.documents.yaml import YamlNode
from agentlint.facts.command import Word
from agentlint.facts.filefacts import FileFacts
from agentlint.facts.unit import UnitKind
from agentlint.files.source import SourceFile

_STARTS = re.compile(rb"[\s{,\"'](?:image|build)[\"']?:")
_OF_OTHERS = frozenset(
    "apiVersion kind spec jobs steps stages pipeline pipelines workflow workflows tasks script on when matrix type recipe".split()
)
"""Keys at the root of clusters' manifests, of pipelines and of other tools that list services too."""
_SETTINGS = ("image", "tty", "stdin_open", "restart", "network_mode", "pull_policy")


def facts(file: SourceFile, tree: TreeContext) -> FileFacts:
    """The facts of a compose file."""
    found = Gathering(file)
    root = yaml_root(found)
    services = root.get("services") if root is not None and root.is_map else None
    for name, service in services.pairs() if services is not None else ():
        if service.is_map:
            _service(found, tree, name, service)
    return found.facts()


def facts_by_content(file: SourceFile, tree: TreeContext) -> FileFacts:
    """The facts of a file of any name, if it reads as a compose file: `services`, some of which have an image or a build."""
    if _STARTS.search(file.data) is None or b"{%" in file.data:
        return FileFacts()
    found = Gathering(file)
    root = yaml_root(found)
    services = root.get("services") if root is not None and root.is_map else None
    if root is None or services is None or found.errors or _OF_OTHERS & {name for name, _ in root.pairs()}:
        return FileFacts()
    started = (part for _, service in services.pairs() for part in (service.get("image"), service.get("build")))
    if not any(part is not None and (part.is_map or bool(part.text)) for part in started):
        return FileFacts()
    return facts(file, tree)


def _service(found: Gathering, tree: TreeContext, name: str, service: YamlNode) -> None:
    """One service."""
    unit = found.unit(UnitKind.SERVICE, name, service.entry)
    depends = service.get("depends_on")
    names = [key for key, _ in depends.pairs()] if depends is not None and depends.is_map else []
    names += [child.text for child in depends.children] if depends is not None else []
    found.call(unit, (found.sibling(UnitKind.SERVICE, other) for other in names))
    for other, value in depends.pairs() if depends is not None else ():
        found.setting("compose", f"{name}.depends_on.{other}", value.value("condition"), value.entry)
    for child in depends.children if depends is not None and depends.is_list else ():
        found.setting("compose", f"{name}.depends_on.{child.text}", "", child.here)
    for key in _SETTINGS:
        node = service.get(key)
        if node is not None and node.is_scalar:
            found.setting("compose", f"{name}.{key}", node.text, node.entry)
    profiles = service.get("profiles")
    if profiles is not None:
        found.setting(
            "compose", f"{name}.profiles", " ".join(child.text for child in profiles.children), profiles.entry
        )
    _build(found, tree, name, service.get("build"), unit)
    environment = _environment(service.get("environment"))
    for key in ("entrypoint", "command"):
        _command(found, service.get(key), unit, environment)
    health = service.get("healthcheck")
    if health is not None:
        test = health.get("test")
        text = test.text or " ".join(child.text for child in test.children) if test is not None else ""
        found.setting("compose", f"{name}.healthcheck", text or "disable", health.entry)


def _build(found: Gathering, tree: TreeContext, name: str, build: YamlNode | None, unit: str) -> None:
    """What a service is built of: the stages of its Dockerfile are called."""
    if build is None:
        return
    context = build.text if build.is_scalar else build.value("context") or "."
    dockerfile = (build.value("dockerfile") if build.is_map else "") or "Dockerfile"
    path = beside(found.path, f"{context}/{dockerfile}")
    found.setting("compose", f"{name}.build", path, build.entry)
    arguments = build.get("args") if build.is_map else None
    for argument, given in arguments.pairs() if arguments is not None and arguments.is_map else ():
        if given.is_scalar:
            found.setting("compose", f"{name}.build.args.{argument}", given.text, given.entry)
    for child in arguments.children if arguments is not None and arguments.is_list else ():
        argument, equals, value = child.text.partition("=")
        if equals:
            found.setting("compose", f"{name}.build.args.{argument}", value, child.here)
    if "://" in context or context.startswith("git@"):  # somebody else's repository, and no folder of this one
        written = build if build.is_scalar else build.get("context")
        found.setting(
            "compose", f"{name}.build.context", context, written.entry if written is not None else build.entry
        )
    for key in ("cache_from", "cache_to", "target"):
        node = build.get(key) if build.is_map else None
        if node is not None:
            text = node.text or " ".join(child.text for child in node.children)
            found.setting("compose", f"{name}.build.{key}", text, node.entry)


def _environment(node: YamlNode | None) -> dict[str, str]:
    """Both forms of `environment`."""
    if node is None:
        return {}
    if node.is_map:
        return {key: value.text for key, value in node.pairs() if value.is_scalar}
    pairs = (child.text.partition("=") for child in node.children if child.is_scalar)
    return {name: value for name, equals, value in pairs if equals}


def _command(found: Gathering, node: YamlNode | None, unit: str, environment: dict[str, str]) -> None:
    """A command as a string or as an argument list."""
    if node is None or node.is_null:
        return
    if node.is_list:
        words = [
            Word(child.text, child.here, "$" not in child.text, True) for child in node.children if child.is_scalar
        ]
        if words:
            found.execute(words, unit, environment=environment, directory=None)
    elif node.is_scalar:
        found.shell(node.embedded(), unit, dialect="sh", environment=environment, directory=None)
