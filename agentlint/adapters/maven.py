"""Maven: modules, dependencies, and how its plugins are set; .mvn/maven.config too."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.adapters.context import TreeContext
from agentlint.adapters.gather import Gathering
from agentlint.documents.ini import read_properties
from agentlint.documents.xml import Element, read_xml
from agentlint.facts.filefacts import FileFacts
from agentlint.facts.project import Dependency
from agentlint.files.source import SourceFile, Span


def facts(file: SourceFile, tree: TreeContext) -> FileFacts:
    """The facts of a pom.xml or of a file under .mvn."""
    found = Gathering(file)
    if not file.path.endswith("pom.xml"):
        _configuration(found)
        return found.facts()
    document = read_xml(file.text)
    found.faults(document.errors)
    root = document.root
    if root is None or root.name != "project":
        return found.facts()
    modules = [module.text for module in root.all("module") if module.text]
    found.manifest(
        "java",
        name=root.value("artifactId"),
        dependencies=_dependencies(root),
        package_manager="maven",
        modules=modules,
    )
    for properties in root.all("properties"):
        for item in properties.children:
            found.setting("maven", item.name, item.text, item.span)
    for plugin in root.all("plugin"):
        _plugin(found, plugin)
    for extension in root.all("extension"):
        found.setting("maven", f"extension:{extension.value('artifactId')}", extension.value("version"), extension.span)
    return found.facts()


def _dependencies(root: Element) -> Iterator[Dependency]:
    for dependency in root.all("dependency"):
        name = f"{dependency.value('groupId')}:{dependency.value('artifactId')}"
        yield Dependency(name, dependency.value("version"), dependency.value("scope") or "runtime", dependency.span)


def _plugin(found: Gathering, plugin: Element) -> None:
    """A plugin and the leaves of its configurations: ("maven-surefire-plugin", "forkCount")."""
    name = plugin.value("artifactId")
    if not name:
        return
    found.setting(name, "version", plugin.value("version"), plugin.span)
    for configuration in plugin.all("configuration"):
        waiting = [(child.name, child) for child in reversed(configuration.children)]
        while waiting:
            key, element = waiting.pop()
            if element.text or not element.children:
                found.setting(name, key, element.text, element.span)
            waiting.extend((f"{key}.{child.name}", child) for child in reversed(element.children))


def _configuration(found: Gathering) -> None:
    """maven.config and jvm.config hold options; the wrapper's properties a version."""
    text = found.file.text
    if found.path.endswith(".properties"):
        for option in read_properties(text).options:
            found.setting("maven-wrapper", option.key, option.text, option.entry)
    elif found.path.endswith(".config"):
        at = 0
        for word in text.split():
            start = text.index(word, at)
            at = start + len(word)
            key, _, value = word.partition("=")
            found.setting("maven", f"option:{key}", value, Span(start, at))
    elif found.path.endswith("extensions.xml"):
        root = read_xml(text).root
        for extension in root.all("extension") if root is not None else ():
            name = f"extension:{extension.value('artifactId')}"
            found.setting("maven", name, extension.value("version"), extension.span)
