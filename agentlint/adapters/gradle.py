"""Gradle, Groovy and Kotlin dialect, read line by line: tasks, sub-projects, dependencies, settings of test tasks."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from functools import lru_cache

from agentlint.adapters.context import TreeContext
from agentlint.adapters.gather import Gathering
from agentlint.adapters.plain_questions import questions_in
from agentlint.documents.braces import Statement, statements
from agentlint.documents.ini import read_properties
from agentlint.facts.command import Word
from agentlint.facts.filefacts import FileFacts
from agentlint.facts.project import Dependency
from agentlint.facts.unit import UnitKind
from agentlint.files.source import SourceFile, Span

_DEPENDENCY = re.compile(
    r"(\w*(?:[iI]mplementation|[aA]pi|[cC]ompileOnly|[rR]untimeOnly|classpath|kapt|ksp|[aA]nnotationProcessor|testCompile|compile))"
    r"[ (]+(?:platform\(|enforcedPlatform\()?(?:([\"'])([^\"'\s:]+:[^\"'\s:]+)(?::([^\"'\s]*))?\2|(libs\.[\w.]+)|project\([\"'](:[\w:.-]+))"
)
_TASK = re.compile(
    r"(?:val\s+\w+\s+by\s+)?(?:tasks?\.(?:register|create|registering|creating)|task|by\s+tasks\.\w+)\b[ (<]*(?:[\w.]+>\s*)?[ (]*[\"']?(\w[\w-]*)?"
)
_BY = re.compile(r"(?:val|def)\s+(\w+)\s+by\s+tasks\.(?:registering|creating)")
_INCLUDE = re.compile(r"include(?:Build)?[ (]+(.+)")
_STRINGS = re.compile(r"([\"'])([^\"'\n]*)\1")
_PLUGIN = re.compile(r"(?:id|kotlin|alias)[ (]+[\"']?([\w.:-]+)[\"']?\)?(?:.*version[ (]+[\"']([^\"']+)[\"'])?")
_SETTING = re.compile(
    r"(?:\w+\.)*(maxParallelForks|forkEvery|useJUnitPlatform|ignoreFailures|failFast|parallel|outputs\.upToDateWhen|outputs\.cacheIf)\b\s*(?:=|\.set\(|\()?\s*([^\n{]*)"
)
_COMMAND = re.compile(r"commandLine\b[\s(=]*(.+)")
_DEPENDS = re.compile(r"(?:\.|\b)(?:dependsOn|finalizedBy)[ (]+(.+)")


def facts(file: SourceFile, tree: TreeContext) -> FileFacts:
    """The facts of a Gradle script or a Gradle properties file."""
    found = Gathering(file)
    if file.path.endswith(".properties"):
        tool = "gradle-wrapper" if "wrapper" in file.path else "gradle"
        for option in read_properties(file.text).options:
            found.setting(tool, option.key, option.text, option.entry)
        return found.facts()
    dependencies: list[Dependency] = []
    modules: list[str] = []
    for statement in statements(file.text):
        dependencies.extend(_dependency(statement))
        modules.extend(_included(file.path, statement))
        _task(found, statement)
        _settings(found, statement)
    if dependencies or modules or posixpath.basename(file.path).startswith(("build.gradle", "settings.gradle")):
        found.manifest("java", dependencies=dependencies, package_manager="gradle", modules=modules)
    if "readLine(" in file.text or "readln(" in file.text or "console()" in file.text or "newReader()" in file.text:
        found.asks.extend(questions_in(file, "kotlin" if file.path.endswith(".kts") else "groovy"))
    return found.facts()


def _dependency(statement: Statement) -> Iterator[Dependency]:
    match = _DEPENDENCY.match(statement.text)
    if match:
        group = "test" if match.group(1).startswith("test") else "build" if match.group(1) == "classpath" else "runtime"
        name = match.group(3) or match.group(5) or match.group(6)
        yield Dependency(name, match.group(4) or "", group, statement.span)


def _included(path: str, statement: Statement) -> list[str]:
    match = _INCLUDE.match(statement.text)
    if not match or "settings.gradle" not in path:
        return []
    return [name.lstrip(":").replace(":", "/") for _, name in _STRINGS.findall(match.group(1))]


@lru_cache(maxsize=1024)
def _block_task(text: str) -> str:
    """The task that a block's head configures or makes."""
    by = _BY.match(text)
    if by:
        return by.group(1)
    named = re.match(r"tasks\.(?:named|withType)\b[^\"'(]*[(<]+[\"']?(\w+)", text)
    if named:
        return named.group(1)
    made = _TASK.match(text)
    if made and made.group(1):
        return made.group(1)
    direct = re.match(r"(?:tasks\.)?(test|check|build|jar|javadoc|compileJava|integrationTest)\b", text)
    return direct.group(1) if direct else ""


def _task(found: Gathering, statement: Statement) -> None:
    """A task as a unit, with what it depends on and the programs it starts."""
    made = _BY.match(statement.text) or (_TASK.match(statement.text) if "task" in statement.text[:40] else None)
    if made and made.group(1):
        found.unit(UnitKind.TARGET, made.group(1), statement.span)
    task = next((name for name in map(_block_task, reversed(statement.path)) if name), "") or _block_task(
        statement.text
    )
    depends = _DEPENDS.search(statement.text)
    if depends and task:
        unit = found.unit(UnitKind.TARGET, task, statement.span)
        words = [name for _, name in _STRINGS.findall(depends.group(1))] or re.findall(r"\w+", depends.group(1))
        found.call(unit, (found.sibling(UnitKind.TARGET, name) for name in words))
    command = _COMMAND.match(statement.text)
    if command:
        unit = found.unit(UnitKind.TARGET, task or "exec", statement.span)
        start = statement.span.start + command.start(1)
        words_ = [
            Word(m.group(2), Span(start + m.start(2), start + m.end(2)), "$" not in m.group(2), True)
            for m in _STRINGS.finditer(command.group(1))
        ]
        if statement.span.start + len(statement.text) <= statement.span.end + 1:
            found.execute(words_, unit, directory=found.directory)


def _settings(found: Gathering, statement: Statement) -> None:
    """Settings that bear on time: forks of test tasks, caching, plugins."""
    match = _SETTING.match(statement.text)
    if match:
        task = next((name for name in map(_block_task, reversed(statement.path)) if name), "")
        key = f"{task}.{match.group(1)}" if task else match.group(1)
        found.setting("gradle", key, match.group(2).strip().rstrip(")").strip(), statement.span)
    if statement.text.startswith(("buildCache", "remote<", "remote(", "develocity", "gradleEnterprise")):
        found.setting("gradle", statement.text.split("(")[0].split("<")[0].strip(), "set", statement.span)
    plugin = _PLUGIN.match(statement.text)
    if plugin and statement.path and statement.path[-1] == "plugins":
        found.setting("gradle", f"plugin:{plugin.group(1)}", plugin.group(2) or "", statement.span)
