"""What every adapter of build files does with its findings: put them together under one file's name."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from agentlint.adapters.shell import exec_command, read_shell
from agentlint.documents.embedded import EmbeddedText
from agentlint.documents.node import AnyNode, SyntaxFault
from agentlint.documents.yaml import YamlNode
from agentlint.facts.command import EMPTY, Command, Guard, Status, Word
from agentlint.facts.filefacts import FileError, FileFacts
from agentlint.facts.image import Image
from agentlint.facts.interface import Ask, EnvironmentRead
from agentlint.facts.project import Dependency, Manifest, Shown, ToolSetting
from agentlint.facts.unit import Unit, UnitKind, unit_id
from agentlint.files.source import Place, SourceFile, Span

MAX_SETTINGS = 3000
"""Settings of one file; a longer list is data and no configuration."""
MAX_UNITS = 3000
MAX_SHELL_ERRORS = 3


def folder(path: str) -> str:
    """The directory of a path; "" for the root."""
    return posixpath.dirname(path)


def beside(path: str, other: str) -> str:
    """The path of a file named relative to `path`; "" for one outside the tree."""
    joined = posixpath.normpath(posixpath.join(folder(path), other))
    return "" if joined.startswith(("..", "/")) else joined.removeprefix("./")


def texts(node: AnyNode | None) -> tuple[AnyNode, ...]:
    """The scalars of a list, or the one scalar that stands for a list."""
    if node is None:
        return ()
    if node.kind == "scalar":
        return (node,) if node.text else ()
    children: tuple[AnyNode, ...] = getattr(node, "children", ())
    return tuple(child for child in children if child.kind == "scalar")


TEMPLATES = (".am", ".in", ".mak", ".eex", ".erb", ".j2", ".jinja", ".jinja2", ".tmpl", ".tpl", ".template")
"""Ends of files that another tool fills in first, or that other makes read."""


@dataclass
class Gathering:
    """The facts of one file while they are found."""

    file: SourceFile
    commands: list[Command] = field(default_factory=list)
    units: dict[str, Unit] = field(default_factory=dict)
    images: list[Image] = field(default_factory=list)
    asks: list[Ask] = field(default_factory=list)
    reads: list[EnvironmentRead] = field(default_factory=list)
    manifests: list[Manifest] = field(default_factory=list)
    settings: list[ToolSetting] = field(default_factory=list)
    shown: list[Shown] = field(default_factory=list)
    errors: list[FileError] = field(default_factory=list)

    @property
    def path(self) -> str:
        """The file's path."""
        return self.file.path

    @property
    def directory(self) -> str:
        """The file's directory."""
        return folder(self.file.path)

    def place(self, span: Span) -> Place:
        """A place in this file."""
        return Place(self.path, span)

    def unit(
        self, kind: UnitKind, name: str, span: Span, *, calls: Iterable[str] = (), documented: bool = False
    ) -> str:
        """A unit, or more calls for a known one; gives its id."""
        identifier = unit_id(self.path, kind, name)
        known = self.units.get(identifier)
        if known is not None:
            merged = tuple(dict.fromkeys((*known.calls, *calls)))
            self.units[identifier] = replace(known, calls=merged, documented=known.documented or documented)
        elif len(self.units) < MAX_UNITS:
            self.units[identifier] = Unit(
                identifier, kind, name, self.place(span), documented, tuple(dict.fromkeys(calls))
            )
        return identifier

    def call(self, unit: str, called: Iterable[str]) -> None:
        """Further calls of a unit made before."""
        known = self.units.get(unit)
        if known is not None:
            merged = dict.fromkeys((*known.calls, *(item for item in called if item != unit)))
            self.units[unit] = replace(known, calls=tuple(merged))

    def sibling(self, kind: UnitKind, name: str) -> str:
        """The id of another unit of this file, known or not."""
        return unit_id(self.path, kind, name)

    def shell(
        self,
        text: EmbeddedText,
        unit: str,
        *,
        dialect: str = "sh",
        environment: Mapping[str, str] = EMPTY,
        directory: str | None = "",
        errexit: bool = False,
        pipefail: bool = False,
        guards: tuple[Guard, ...] = (),
        swallowed: bool = False,
    ) -> tuple[Command, ...]:
        """Read shell text of a unit; what it gives is kept, the commands are given back too."""
        reading = read_shell(
            text,
            self.path,
            unit,
            dialect=dialect,
            environment=environment,
            directory=directory,
            errexit=errexit,
            pipefail=pipefail,
            guards=guards,
        )
        commands = reading.commands
        if swallowed:
            commands = tuple(
                replace(item, status=Status.SWALLOWED) if item.status is Status.COUNTED else item for item in commands
            )
        self.commands.extend(commands)
        self.units.update((found.id, found) for found in reading.units)
        self.shell_errors(reading.errors)
        self.asks.extend(reading.asks)
        self.reads.extend(reading.environment_reads)
        return commands

    def shell_errors(self, errors: Iterable[FileError]) -> None:
        """The first few places that are no shell; they come with offsets, for embedded text knows no lines."""
        for error in errors:
            if sum(known.message.startswith("not understood") for known in self.errors) < MAX_SHELL_ERRORS:
                self.errors.append(replace(error, line=self.file.position(error.line).line))

    def execute(
        self,
        words: Sequence[Word],
        unit: str,
        *,
        environment: Mapping[str, str] = EMPTY,
        directory: str | None = "",
        status: Status = Status.COUNTED,
    ) -> tuple[Command, ...]:
        """An argument list of a unit."""
        commands = exec_command(words, self.path, unit, environment=environment, directory=directory, status=status)
        self.commands.extend(commands)
        return commands

    def script(self, node: AnyNode | None, unit: str, **options: object) -> tuple[Command, ...]:
        """A scalar or a list of scalars, each read as shell."""
        found: list[Command] = []
        for item in texts(node):
            found.extend(self.shell(item.embedded(), unit, **options))  # type: ignore[arg-type]
        return tuple(found)

    def setting(self, tool: str, key: str, value: str, span: Span) -> None:
        """A setting of a tool."""
        if len(self.settings) < MAX_SETTINGS:
            self.settings.append(ToolSetting(tool, key, value, self.place(span)))

    def flat_settings(self, tool: str, node: AnyNode | None, prefix: str = "") -> None:
        """Every scalar below a node as a setting, keys joined by dots, lists of scalars by blanks."""
        waiting: list[tuple[str, AnyNode]] = [(prefix, node)] if node is not None else []
        while waiting and len(self.settings) < MAX_SETTINGS:
            key, found = waiting.pop()
            if found.kind == "map":
                items: tuple[tuple[AnyNode, AnyNode], ...] = getattr(found, "items", ())
                waiting.extend((f"{key}.{name.text}" if key else name.text, value) for name, value in reversed(items))
            elif found.kind == "list":
                scalars = texts(found)
                if scalars or not getattr(found, "children", ()):
                    self.setting(tool, key, " ".join(item.text for item in scalars), found.entry)
                children: tuple[AnyNode, ...] = getattr(found, "children", ())
                waiting.extend((key, child) for child in reversed(children) if child.kind != "scalar")
            else:
                self.setting(tool, key, found.text, found.entry)

    def manifest(
        self,
        ecosystem: str,
        *,
        name: str = "",
        dependencies: Iterable[Dependency] = (),
        package_manager: str = "",
        entry_points: Iterable[str] = (),
        application: bool = False,
        workspaces: Iterable[str] = (),
        modules: Iterable[str] = (),
    ) -> None:
        """What this file declares."""
        self.manifests.append(
            Manifest(
                self.path,
                ecosystem,
                self.directory,
                self.place(self.file.whole),
                name,
                tuple(dependencies),
                package_manager,
                tuple(entry_points),
                application,
                tuple(workspaces),
                tuple(modules),
            )
        )

    def faults(self, faults: Iterable[SyntaxFault]) -> None:
        """Syntax errors, with the lines they stand in; a template is not yet in the language it will be in."""
        if self.path.endswith(TEMPLATES):
            return
        for fault in faults:
            self.errors.append(FileError(self.path, self.file.position(fault.offset).line, fault.message))

    def facts(self) -> FileFacts:
        """All that was found."""
        return FileFacts(
            commands=tuple(self.commands),
            units=tuple(self.units.values()),
            images=tuple(self.images),
            asks=tuple(self.asks),
            environment_reads=tuple(self.reads),
            manifests=tuple(self.manifests),
            settings=tuple(self.settings),
            shown=tuple(self.shown),
            errors=tuple(self.errors),
        )


def with_source(own: FileFacts, source: FileFacts, *, commands: bool = True) -> FileFacts:
    """A build file that is a program too: its own facts, and what it asks, reads and sleeps as source.

    `commands` is False where the build file's own reader sees the same commands.
    """
    known = {unit.id for unit in own.units}
    return replace(
        own,
        commands=own.commands + (source.commands if commands else ()),
        units=own.units + tuple(unit for unit in source.units if unit.id not in known),
        asks=own.asks + source.asks,
        logins=own.logins + source.logins,
        sleeps=own.sleeps + source.sleeps,
        interfaces=own.interfaces + source.interfaces,
        environment_reads=own.environment_reads + source.environment_reads,
        errors=own.errors or source.errors,
    )


def yaml_root(found: Gathering) -> YamlNode | None:
    """The root of a YAML file, its errors noted."""
    from agentlint.documents.yaml import read_yaml

    documents = read_yaml(found.file.text)
    found.errors.extend(FileError(found.path, error.line, error.message) for error in documents.errors)
    return documents.root
