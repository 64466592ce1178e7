"""Targets of Makefiles and recipes of just and Task that are named and not there."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from agentlint.facts.command import Command
from agentlint.facts.remembered import remembered
from agentlint.facts.repository import Repository
from agentlint.facts.unit import UnitKind
from agentlint.files.lazily import lazily
from agentlint.judgements.absences.places_meant import Meant

_MAKEFILES = ("GNUmakefile", "makefile", "Makefile")
_MAKES_MAKEFILES = lazily(
    r"(?:^|/)(?:Makefile\.(?:in|am|PL|\w+)|[Mm]akefile|GNUmakefile|CMakeLists\.txt|configure(?:\.ac|\.in|\.py)?|Configure|.*\.mk|.*\.pro|premake\d?\.lua|wscript|Build\.PL"
    r"|xmake\.lua|.*\.gyp|auto/configure|config|Setup\.hs|extconf\.rb|binding\.gyp)$"
)
_UNSEEN = lazily(
    r"^[^\n\t#]*\$\(eval|^ *\$\((?:call|foreach|if)\b|^\.DEFAULT\s*:|^\t[^\n]*\$\(eval[^\n]*:[^=]", re.MULTILINE
)
_VARIABLE = lazily(r"\$(?:\([^()\n]*\)|\{[^{}\n]*\}|[\w@<])")
_INCLUDE = lazily(r"^[ \t]*(-|s)?include[ \t]+([^\n#]+)", re.MULTILINE)
_RULE = lazily(r"^([^\s#:=][^:=\n]*?)\s*::?(?!=)", re.MULTILINE)
MOST_INCLUDES = 20


_HANDS_TO_SPHINX = lazily(r"^%:[^\n]*\n\t[^\n]*(?:SPHINXBUILD|sphinx-build)[^\n]* -M \$@", re.MULTILINE)
_SPHINX_BUILDERS = frozenset(
    "html dirhtml singlehtml htmlhelp qthelp devhelp applehelp epub latex latexpdf latexpdfja text man texinfo info gettext changes xml pseudoxml"
    " linkcheck doctest coverage clean help livehtml spelling confluence markdown rinoh pdf simplepdf revealjs".split()
)
"""What the `%` of a manual's Makefile stands for. Source: sphinx-doc.org/en/master/man/sphinx-build.html, and widely used extensions."""


def absent_make(command: Command, meant: Meant, repository: Repository) -> Iterator[str]:
    """A target that no Makefile has which the command may mean, or any target where nothing makes a Makefile."""
    if command.option("-f", "--file", "--makefile") is not None:
        return
    below = command.value_of("-C", "--directory") or ""
    targets = [target for target in _operands(command, ("-C", "-f", "-I", "-o", "-W", "--directory")) if _plain(target)]
    paths = [
        path
        for folder in meant.candidates(below or ".")
        for name in _MAKEFILES
        if (path := posixpath.normpath(posixpath.join(folder, name))) in repository.project.paths
    ]
    if not paths:
        inside = [
            path
            for path in repository.project.paths
            if not below or path.startswith(tuple(f"{folder}/" for folder in meant.candidates(below)))
        ]
        if targets and inside and not any(map(_MAKES_MAKEFILES.search, inside)):
            yield f"a Makefile in `{below}`" if below else "a Makefile"
        return
    if any(_makes_its_own(folder, repository) for folder in meant.candidates(below or ".")):
        return
    rules = [_targets(path, repository) for path in paths]
    for target in targets:
        if target not in repository.project.paths and not any(known is None or _has(target, known) for known in rules):
            yield f"the target `{target}` of {paths[0]}"
            return
    if len(paths) == 1 and rules[0] is not None:
        yield from _absent_prerequisite(paths[0], targets, rules[0], repository)


_MAKERS = ("Makefile.am", "Makefile.in", "configure.ac", "configure.in", "configure", "CMakeLists.txt")


def _makes_its_own(folder: str, repository: Repository) -> bool:
    """True for a folder without a Makefile in which something stands that makes one: its targets cannot be told."""
    paths = repository.project.paths
    here = [posixpath.normpath(posixpath.join(folder, name)) for name in (*_MAKEFILES, *_MAKERS)]
    return not any(path in paths for path in here[:3]) and any(path in paths for path in here[3:])


_PREREQUISITES = lazily(r"^([A-Za-z][\w./ -]*?)\s*::?(?!=)([^=;\n]*)$", re.MULTILINE)
_PHONY = lazily(r"^\.PHONY\s*:([^\n]*)", re.MULTILINE)
"""What is phony needs no rule: whatever waits for it is always made."""
_GOAL = lazily(r"^\.DEFAULT_GOAL\s*[:?]?=\s*(\S+)", re.MULTILINE)


@dataclass(frozen=True)
class _Needs:
    """What the rules of one Makefile wait for."""

    by_target: Mapping[str, tuple[str, ...]]
    phony: frozenset[str]
    goal: str
    """What make builds where nothing is named."""


@remembered
def _needs(path: str, repository: Repository) -> _Needs | None:
    """The prerequisites that a Makefile writes down; None for one whose rules are partly made by macros."""
    source = repository.read(path)
    if source is None or re.search(r"^define\b", source.text, re.MULTILINE):
        return None
    lines = re.sub(r"\s#.*", "", source.text.replace("\\\n", " "))
    needs: dict[str, tuple[str, ...]] = {}
    for match in _PREREQUISITES.finditer(lines):
        for name in match[1].split():
            needs[name] = (*needs.get(name, ()), *match[2].split())
    goal = _GOAL.search(source.text)
    phony = frozenset(name for match in _PHONY.finditer(lines) for name in match[1].split())
    return _Needs(needs, phony, goal[1] if goal else next(iter(needs), ""))


def _absent_prerequisite(path: str, targets: list[str], known: frozenset[str], repository: Repository) -> Iterator[str]:
    """What a target needs, itself or further on, and for which there is neither a rule nor a file."""
    needs = _needs(path, repository)
    if needs is None:
        return
    known |= needs.phony
    waiting = list(targets) or [needs.goal]
    seen: set[str] = set()
    while waiting:
        target = waiting.pop(0)
        seen.add(target)
        for name in needs.by_target.get(target, ()):
            if re.fullmatch(r"[A-Za-z][\w-]*", name) and not _has(name, known) and not _is_near(path, name, repository):
                yield f"the prerequisite `{name}` of target `{target}` of {path}"
                return
            if name not in seen:
                waiting.append(name)


def _is_near(path: str, name: str, repository: Repository) -> bool:
    """True for a file or folder beside the Makefile by that name, whatever its suffix: make knows rules of its own."""
    start = posixpath.join(posixpath.dirname(path), name)
    return any(other == start or other.startswith((start + "/", start + ".")) for other in repository.project.paths)


def _plain(target: str) -> bool:
    return "=" not in target and not target.isdigit() and not target.startswith(("/", "~", "."))


FAMILY = lazily(r"[A-Za-z][\w-]*[.:_-]\*")
"""A family of targets, by what their names begin with: `make release.*`."""


def _has(target: str, known: frozenset[str]) -> bool:
    if target in known:
        return True
    if target.endswith("*"):
        return any(rule.startswith((target[:-1], "%")) for rule in known)
    return any("%" in rule and re.fullmatch(re.escape(rule).replace("%", ".+"), target) for rule in known)


@remembered
def _targets(path: str, repository: Repository) -> frozenset[str] | None:
    """The targets of a Makefile and of what it includes; None where some cannot be told."""
    waiting, seen, found = [path], set[str](), set[str]()
    while waiting and len(seen) < MOST_INCLUDES:
        here = waiting.pop()
        seen.add(here)
        source = repository.read(here)
        if source is None or _UNSEEN.search(source.text):
            return None
        found.update(_written_targets(source.text))
        for match in _INCLUDE.finditer(source.text):
            for written in match[2].split():
                others = [posixpath.normpath(posixpath.join(posixpath.dirname(base), written)) for base in (path, here)]
                other = next((name for name in others if name in repository.project.paths), None)
                if other is None and (not match[1] or any(mark in written for mark in "$*?")):
                    return None
                if other is not None and other not in seen:
                    waiting.append(other)
    found.update(unit.name for unit in repository.unit_index.by_path.get(path, ()) if unit.kind is UnitKind.TARGET)
    if "%" in found and _HANDS_TO_SPHINX.search(repository.text(path)):
        found = (found - {"%"}) | _SPHINX_BUILDERS
    return None if "%" in found else frozenset(found)


def _written_targets(text: str) -> Iterator[str]:
    """The targets of the rules, with % for each variable in them."""
    text = text.replace("\\\n", " ")
    while (shorter := _VARIABLE.sub("%", text)) != text:
        text = shorter
    for match in _RULE.finditer(text):
        for word in match[1].split():
            yield re.sub("%+", "%", word)


def _operands(command: Command, value_options: tuple[str, ...]) -> list[str]:
    found: list[str] = []
    skip = counted = False
    for word in command.arguments:
        if skip:
            skip = False
        elif word.text.startswith("-"):
            skip = word.text in value_options
            counted = word.text == "-j"
        elif counted and word.text.isdigit():
            counted = False
        else:
            found.append(word.text)
    return found


_TASK_FILES = {
    "just": ("justfile", "Justfile", ".justfile", "JUSTFILE"),
    "task": (
        "Taskfile.yml",
        "Taskfile.yaml",
        "taskfile.yml",
        "taskfile.yaml",
        "Taskfile.dist.yml",
        "Taskfile.dist.yaml",
    ),
}


def absent_recipe(command: Command, meant: Meant, repository: Repository) -> Iterator[str]:
    """A recipe that the justfile or Taskfile does not have."""
    operands = _operands(command, ("-f", "--justfile", "-d", "--set", "-t", "--taskfile"))
    if command.option("-f", "--justfile", "-d", "-t", "--taskfile", "-g", "--global") is not None or not operands:
        return
    names = _TASK_FILES[command.program]
    paths = [path for name in names for path in meant.candidates(name) if path in repository.project.paths]
    if not paths:
        return
    for path in paths:
        source = repository.read(path)
        known = {unit.name for unit in repository.unit_index.by_path.get(path, ()) if unit.kind is UnitKind.TARGET}
        if (
            source is None
            or not known
            or re.search(r"^(?:includes:|!?import\??\s|mod\??\s|alias\s)|aliases:", source.text, re.MULTILINE)
        ):
            return
        if operands[0] in known or ":" in operands[0] or "=" in operands[0] or re.search(r"['\"]?[*]", " ".join(known)):
            return
    yield f"the recipe `{operands[0]}` of {paths[0]}"


def absent_task(command: Command, meant: Meant, repository: Repository) -> Iterator[str]:
    """A task of Invoke that `tasks.py` does not define; silent where other modules give tasks too."""
    names = _operands(command, ("-c", "--collection", "-r", "--search-root", "-f", "--config"))
    path = next((path for path in meant.candidates("tasks.py") if path in repository.project.paths), "")
    source = repository.read(path) if path else None
    if source is None or not names or command.option("-c", "--collection", "-r", "--search-root") is not None:
        return
    if re.search(r"\bCollection\(|add_collection|import \*", source.text) or "@task" not in source.text:
        return
    wanted = names[0].replace("-", "_")
    written = re.compile(
        rf"def {re.escape(wanted)}\(|import [^\n]*\b{re.escape(wanted)}\b|[\"']{re.escape(names[0])}[\"']"
    )
    if re.fullmatch(r"[A-Za-z][\w-]*", names[0]) and not written.search(source.text):
        yield f"the task `{names[0]}` of {path}"
