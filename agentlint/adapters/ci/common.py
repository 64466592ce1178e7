"""What all CI adapters share: gathering commands and units, small readers of YAML values, substitution."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from agentlint.adapters.context import TreeContext
from agentlint.adapters.shell import read_shell
from agentlint.documents.embedded import EmbeddedText
from agentlint.documents.yaml import YamlDocuments, YamlNode, read_yaml
from agentlint.facts.command import EMPTY, Command, Guard, GuardKind, Status
from agentlint.facts.filefacts import FileError, FileFacts
from agentlint.facts.interface import Ask, EnvironmentRead
from agentlint.facts.pipeline import Action, Cache, Pipeline, Setting
from agentlint.facts.unit import Unit, UnitKind, unit_id
from agentlint.files.source import Place, SourceFile, Span, UndecodableFile
from agentlint.programs.actions import actions

_DURATION = re.compile(
    r"(\d+(?:\.\d+)?)\s*(seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d|weeks?|w)?(?![a-z])", re.I
)
_UNIT_MINUTES = {"s": 1 / 60, "m": 1.0, "h": 60.0, "d": 1440.0, "w": 10080.0}
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Shell:
    """How a script's lines are run."""

    dialect: str = "bash"
    errexit: bool = True
    pipefail: bool = False


@dataclass(slots=True)
class Gathering:
    """What an adapter finds on its way, besides its pipelines."""

    path: str
    tree: TreeContext
    units: dict[str, Unit] = field(default_factory=dict)
    commands: list[Command] = field(default_factory=list)
    asks: list[Ask] = field(default_factory=list)
    reads: list[EnvironmentRead] = field(default_factory=list)
    errors: list[FileError] = field(default_factory=list)
    paths: dict[int, str] = field(default_factory=dict)
    """Which file a node's source text belongs to, for files read by the way (includes, templates)."""

    files: dict[str, str] = field(default_factory=dict)
    """The texts of the files read."""

    def path_of(self, node: YamlNode) -> str:
        """The file a node is written in."""
        return self.paths.get(id(node.source), self.path)

    def place(self, node: YamlNode) -> Place:
        """A node's place with its key."""
        if node.here != node.span:
            return Place(self.path, node.entry)
        return Place(self.path_of(node), node.entry)

    def unit(self, name: str, place: Place, kind: UnitKind = UnitKind.JOB, calls: tuple[str, ...] = ()) -> str:
        """Note a unit, give its id. A second unit of the same name gets a number."""
        identifier = unit_id(place.path, kind, name)
        number = 2 if len(self.units) < 100 else len(self.units)
        while identifier in self.units:
            identifier = unit_id(place.path, kind, f"{name}~{number}")
            number += 1
        self.units[identifier] = Unit(identifier, kind, name, place, calls=calls)
        return identifier

    def add_calls(self, unit: str, calls: Sequence[str]) -> None:
        """Note that a unit calls others."""
        known = self.units.get(unit)
        if known and calls:
            self.units[unit] = replace(known, calls=tuple(dict.fromkeys((*known.calls, *calls))))

    def script(
        self,
        text: EmbeddedText,
        unit: str,
        shell: Shell,
        *,
        path: str = "",
        environment: Mapping[str, str] = EMPTY,
        directory: str | None = "",
        step: int | None = None,
        guards: tuple[Guard, ...] = (),
        swallowed: bool = False,
        opaque: tuple[Span, ...] = (),
    ) -> tuple[Command, ...]:
        """Read a script and keep what it gives beside its commands; its errors name offsets, files' errors lines.

        `opaque` are the places that the system fills in before any shell reads the text.
        """
        reading = read_shell(
            text,
            path or self.path,
            unit,
            dialect=shell.dialect,
            environment=environment,
            directory=directory,
            errexit=shell.errexit,
            pipefail=shell.pipefail,
            step=step,
            guards=guards,
            opaque=opaque,
        )
        for item in reading.units:
            self.units.setdefault(item.id, item)
        self.asks.extend(reading.asks)
        self.reads.extend(reading.environment_reads)
        for error in reading.errors[:20]:
            line = self.files.get(error.path, "").count("\n", 0, error.line) + 1
            self.errors.append(FileError(error.path, line, error.message))
        return swallow(reading.commands) if swallowed else reading.commands

    def facts(self, pipelines: tuple[Pipeline, ...] = ()) -> FileFacts:
        """All of it as one file's facts."""
        return FileFacts(
            commands=tuple(self.commands),
            units=tuple(self.units.values()),
            pipelines=pipelines,
            asks=tuple(self.asks),
            environment_reads=tuple(self.reads),
            errors=tuple(self.errors),
        )


def open_yaml(file: SourceFile, gathering: Gathering) -> YamlDocuments:
    """Read a YAML file; what could not be read goes to the errors."""
    try:
        text = file.text
    except UndecodableFile as error:
        gathering.errors.append(FileError(file.path, 1, str(error)))
        return YamlDocuments()
    found = read_yaml(text)
    gathering.paths[id(text)] = file.path
    gathering.files[file.path] = text
    gathering.errors.extend(FileError(file.path, error.line, error.message) for error in found.errors)
    return found


def unused(name: str, taken: Collection[str]) -> str:
    """The name, or with the first number that makes it a new one."""
    if name not in taken:
        return name
    number = len(taken) if len(taken) > 50 else 2
    while f"{name} {number}" in taken:
        number += 1
    return f"{name} {number}"


def swallow(commands: tuple[Command, ...]) -> tuple[Command, ...]:
    """The commands of a step whose failure is passed over."""
    return tuple(
        replace(command, status=Status.SWALLOWED) if command.status is Status.COUNTED else command
        for command in commands
    )


def scalars(node: YamlNode | None) -> Iterator[YamlNode]:
    """The non-empty scalars of a scalar or of a list, lists in lists opened."""
    waiting = [node] if node is not None else []
    while waiting:
        current = waiting.pop()
        if current.is_list:
            waiting.extend(reversed(current.children))
        elif current.is_scalar and not current.is_null:
            yield current


def texts(node: YamlNode | None) -> tuple[str, ...]:
    """The texts of a scalar or list."""
    return tuple(scalar.text for scalar in scalars(node))


def environment(node: YamlNode | None, base: Mapping[str, str] = EMPTY) -> Mapping[str, str]:
    """Variables of a map, or of a list of maps or of `NAME=value`, over `base`. Maps with a `value` key count."""
    if node is None or node.is_null:
        return base
    found = dict(base)
    for part in node.children if node.is_list else (node,):
        if part.is_scalar and "=" in part.text:
            name, _, value = part.text.partition("=")
            found[name.strip()] = value.strip().strip("\"'")
        for name, value_node in part.pairs():
            inner = value_node.get("value") or value_node.get("default") if value_node.is_map else value_node
            if inner is not None and inner.is_scalar:
                found[name] = "" if inner.is_null else inner.text
    return found


def settings(node: YamlNode | None, lower: bool = False) -> dict[str, Setting]:
    """The scalars of a map with their places; lists of scalars are joined by line breaks."""
    found: dict[str, Setting] = {}
    if node is None:
        return found
    for name, value in node.pairs():
        text = value.text if value.is_scalar else "\n".join(texts(value))
        if value.is_scalar and value.is_null:
            text = ""
        found[name.lower() if lower else name] = Setting(text, value.span, value.key_span)
    return found


def number(node: YamlNode | None) -> float | None:
    """A number as written; where an expression stands, the largest number in it, or 60: it is set, at least."""
    if node is None or not node.is_scalar or node.is_null:
        return None
    try:
        return float(node.text)
    except ValueError:
        pass
    found = [float(match) for match in _NUMBER.findall(node.text)[:20]]
    return max(found) if found else 60.0


def whole_number(node: YamlNode | None) -> int | None:
    """A whole number as written, else None."""
    if node is None or not node.is_scalar or not node.text.strip().isdecimal() or len(node.text) > 9:
        return None
    return int(node.text)


def minutes(text: str, plain: str = "m") -> float | None:
    """A duration in words ("1h 30m", "90 minutes") in minutes; `plain` is the unit of a bare number."""
    total = 0.0
    found = False
    for match in _DURATION.finditer(text[:100]):
        found = True
        total += float(match.group(1)) * _UNIT_MINUTES[(match.group(2) or plain)[0].lower()]
    return round(total, 3) if found else None


def condition_guard(condition: str, span: Span) -> tuple[Guard, ...]:
    """A step's or job's condition as a guard."""
    return (Guard(GuardKind.OTHER, condition, span),) if condition else ()


def written_cache(paths: Sequence[str], key: str, span: Span, extra: frozenset[str] = frozenset()) -> Cache:
    """A cache that the file spells out, with what it holds told from paths and key."""
    return Cache(actions().names(tuple(paths), key) | extra, tuple(paths), key, span)


def version_number(version: str, comment: str = "") -> int | None:
    """The major version in "v4.1.0", "4", or in the comment behind a commit hash."""
    match = re.fullmatch(r"(?:[a-z-]+[/@])?v?(\d{1,4})(?:\.[\w.-]*)?", version.strip())
    if match and not re.fullmatch(r"[0-9a-f]{40}", version):
        return int(match.group(1))
    match = re.search(r"(?:^|[\s@#:=])v?(\d{1,4})(?:\.\d|\s|$|\.x)", comment)
    return int(match.group(1)) if match else None


def substitute(
    text: EmbeddedText, pattern: re.Pattern[str], value: Callable[[re.Match[str]], str | None]
) -> EmbeddedText:
    """`text` with what `pattern` finds replaced where `value` gives something; the way back to the file is kept."""
    pieces: list[str] = []
    segments: list[tuple[int, int]] = []
    inner = last = 0
    for match in pattern.finditer(text.text):
        new = value(match)
        if new is None:
            continue
        inner = _append(text, last, match.start(), inner, pieces, segments)
        segments.append((inner, text.outer(match.start())))
        pieces.append(new)
        inner += len(new)
        last = match.end()
    if not pieces:
        return text
    _append(text, last, len(text.text), inner, pieces, segments)
    return EmbeddedText("".join(pieces), tuple(segments))


def _append(
    text: EmbeddedText, start: int, end: int, inner: int, pieces: list[str], segments: list[tuple[int, int]]
) -> int:
    if start >= end:
        return inner
    part = text.slice(start, end)
    pieces.append(part.text)
    segments.extend((inner + at, outer) for at, outer in part.segments)
    return inner + len(part.text)


def join_lines(parts: Sequence[EmbeddedText]) -> EmbeddedText:
    """Several scripts as one, each from a line of its own."""
    if len(parts) == 1:
        return parts[0]
    pieces: list[str] = []
    segments: list[tuple[int, int]] = []
    inner = 0
    for part in parts:
        segments.extend((inner + at, outer) for at, outer in part.segments)
        body = part.text if part.text.endswith("\n") else part.text + "\n"
        pieces.append(body)
        inner += len(body)
    return EmbeddedText("".join(pieces), tuple(segments) or ((0, 0),))


def named_action(name: str, version: str = "", inputs: Mapping[str, Setting] | None = None, local: str = "") -> Action:
    """An action with its version told."""
    return Action(name.lower(), version, version_number(version), local, inputs or {})
