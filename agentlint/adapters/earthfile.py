"""Earthfiles: targets as units that call each other, their recipes as stages of an image in layer order.

What a recipe runs, it runs in a container, and is marked so; a target that begins with `LOCALLY` runs on the machine itself.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from agentlint.adapters.context import TreeContext
from agentlint.adapters.dockerfile import exec_form, filled, pairs
from agentlint.adapters.gather import Gathering, beside
from agentlint.documents.dockerfile import unjoined
from agentlint.documents.earthfile import EarthLine, EarthTarget, read_earthfile
from agentlint.facts.command import EARTHLY, Command, Guard, GuardKind, Word
from agentlint.facts.filefacts import FileFacts
from agentlint.facts.image import Image, Instruction, Stage
from agentlint.facts.unit import UnitKind, unit_id
from agentlint.files.source import SourceFile, Span

_REFERENCE = re.compile(r"(?<![\w+$}])([\w./-]*)\+([A-Za-z][\w.-]*)")
"""`+test`, `./lib+test`, `alias+TEST`, in front of an artifact's path or not."""
_IMPORT = re.compile(r"(\S+)(?:\s+AS\s+(\S+))?")
_WORD = re.compile(r"\"[^\"]*\"|'[^']*'|[^\s\\]+")
_CALLING = frozenset({"FROM", "COPY", "BUILD", "DO", "WITH DOCKER", "DOCKER LOAD"})
_MANY = 50
_SHOWS = ("--entrypoint", "--interactive", "--interactive-keep")
"""Runs of the image's own entry point, and prompts for a person who debugs."""


@dataclass
class _Recipe:
    """A target being read."""

    target: EarthTarget
    unit: str
    local: bool
    environment: dict[str, str]
    stages: list[Stage] = field(default_factory=list)
    instructions: list[Instruction] = field(default_factory=list)
    caches: tuple[str, ...] = ()
    """What `CACHE` has mounted for the RUNs that follow."""


def facts(file: SourceFile, tree: TreeContext) -> FileFacts:
    """The facts of an Earthfile."""
    found = Gathering(file)
    document = read_earthfile(file.text)
    found.faults(document.errors)
    names = {target.name for target in document.targets}
    imports = dict(_imports(document.targets[0])) if document.targets else {}
    base: dict[str, str] = {}
    stages: list[Stage] = []
    for target in document.targets:
        local = any(line.keyword == "LOCALLY" for line in target.lines)
        calls = list(_calls(found, target, imports))
        if "base" in names and not any(line.keyword.startswith("FROM") for line in target.lines):
            calls.insert(0, found.sibling(UnitKind.TARGET, "base"))
        unit = found.unit(UnitKind.TARGET, target.name, target.span, calls=calls, documented=target.commented)
        recipe = _Recipe(target, unit, local, dict(base))
        _read(found, recipe, len(stages))
        base = recipe.environment if target.name == "base" else base
        stages.extend(recipe.stages)
    if stages:
        found.images.append(Image(file.path, found.place(file.whole), tuple(stages)))
    return found.facts()


def _imports(target: EarthTarget) -> Iterator[tuple[str, str]]:
    """What `IMPORT ./lib AS name` calls another folder."""
    for line in target.lines:
        match = _IMPORT.match(unjoined(line.body).text.strip()) if line.keyword == "IMPORT" else None
        if match is not None:
            yield match[2] or posixpath.basename(match[1].partition(":")[0]), match[1]


def _calls(found: Gathering, target: EarthTarget, imports: Mapping[str, str]) -> Iterator[str]:
    """The targets that a recipe builds upon, copies from or builds as well; what another repository has is unknown here."""
    for line in target.lines:
        if line.keyword not in _CALLING:
            continue
        for written, name in _REFERENCE.findall(line.whole.text):
            folder = imports.get(written, written)
            if not folder:
                yield found.sibling(UnitKind.TARGET, name)
            elif folder.startswith((".", "/")) and (path := beside(found.path, f"{folder}/Earthfile")):
                yield unit_id(path, UnitKind.TARGET, name)


def _read(found: Gathering, recipe: _Recipe, number: int) -> None:
    """The recipe of a target: each FROM begins a stage, as it begins a new environment."""
    start, name, base, inherited = recipe.target.span, recipe.target.name, "base", True
    for line in recipe.target.lines:
        if line.keyword == "FROM":
            _finish(found, recipe, number, start, base, inherited)
            start, base, inherited = line.span, *_base(line, recipe.environment)
        _instruction(found, recipe, line)
    if name != "base" or not inherited or recipe.instructions:
        _finish(found, recipe, number, start, base, inherited)


def _finish(found: Gathering, recipe: _Recipe, number: int, start: Span, base: str, inherited: bool) -> None:
    """The stage that ends here."""
    if recipe.instructions:
        span = start.cover(recipe.instructions[-1].place.span)
        index = number + len(recipe.stages)
        made = tuple(recipe.instructions)
        recipe.stages.append(
            Stage(index, recipe.target.name, base, inherited, recipe.unit, found.place(span), made),
        )
    recipe.instructions = []


def _base(line: EarthLine, environment: Mapping[str, str]) -> tuple[str, bool]:
    """The image that a FROM names, and whether it is another target's; one that a variable names alone may be either."""
    written = next(iter(unjoined(line.body).text.split()), "")
    base = filled(written, environment)
    if written.startswith("$") and not re.search(r"[/:+]", base):
        return written, False
    return base, "+" in base


def _instruction(found: Gathering, recipe: _Recipe, line: EarthLine) -> None:
    """One instruction."""
    value = unjoined(line.body)
    flags = line.flags
    commands: tuple[Command, ...] = ()
    if line.keyword in {"ENV", "ARG", "LET", "SET"}:
        recipe.environment.update(pairs(re.sub(r"\s+=\s+", "=", value.text, count=1), recipe.environment))
    elif line.keyword == "CACHE":
        recipe.caches = (*recipe.caches[-_MANY:], f"--mount=type=cache,target={value.text.strip()}")
    elif line.keyword == "RUN":
        commands = _run(found, recipe, line)
        flags = (*flags, *recipe.caches)
    elif line.keyword == "GIT CLONE":
        commands = _clone(found, recipe, line)
    if recipe.local or line.keyword in {"IF", "FOR", "VERSION", "IMPORT", "LOCALLY", "PROJECT"}:
        return
    arguments = tuple(value.text.split())
    place = found.place(line.span)
    recipe.instructions.append(Instruction(line.keyword, arguments, place, flags, commands, value.text.strip()))


def _run(found: Gathering, recipe: _Recipe, line: EarthLine) -> tuple[Command, ...]:
    """What a RUN starts; with `--push` only when the caller says so."""
    if any(flag in _SHOWS for flag in line.flags):
        return ()
    conditions = [*line.under, *((("--push", line.keyword_span),) if "--push" in line.flags else ())]
    guards = tuple(Guard(GuardKind.OTHER, condition, span) for condition, span in conditions)
    first = len(found.commands)
    words = exec_form(unjoined(line.body))
    if words is not None:
        made = found.execute(words, recipe.unit, environment=dict(recipe.environment), directory=found.directory)
    else:
        environment = dict(recipe.environment)
        made = found.shell(line.body, recipe.unit, environment=environment, directory=found.directory, guards=guards)
    return made if recipe.local else _contained(found, first, made)


def _clone(found: Gathering, recipe: _Recipe, line: EarthLine) -> tuple[Command, ...]:
    """`GIT CLONE` as the command it stands for; only the newest commit is fetched."""
    texts = ["git", "clone", "--depth=1", *(flag for flag in line.flags if flag.startswith("--branch"))]
    words = [Word(text, line.keyword_span, True, False) for text in texts]
    for match in _WORD.finditer(line.body.text):
        text = filled(match[0].strip("\"'"), recipe.environment)
        words.append(Word(text, line.body.outer_span(Span(*match.span())), "$" not in text, False))
    first = len(found.commands)
    made = found.execute(words, recipe.unit, directory=found.directory)
    return made if recipe.local else _contained(found, first, made)


def _contained(found: Gathering, first: int, made: tuple[Command, ...]) -> tuple[Command, ...]:
    """Commands of a container; they are the instruction's own, so that the file does not give them twice."""
    del found.commands[first:]
    return tuple(replace(command, wrappers=(EARTHLY, *command.wrappers)) for command in made)
