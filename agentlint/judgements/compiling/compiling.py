"""Whether a call of `make` comes down to compiling native code, told from its Makefile or from what generates it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.judgements.compiling.builds import GENERATED_FROM, goals, make_directory, named_makefile, real_build
from agentlint.judgements.keeping.foreign_sources import built_at_once

_COMPILES = lazily(
    r"\$[({](?:CC|CXX|LD|FC|NVCC|MPICC|HOSTCC|COMPILE\.c\w*|LINK\.\w+)[)}]\s|\$[({]\w*(?:OBJS?|OBJECTS?)\w*[)}]|\S\.l?o(?:\s|$)"
    r"|(?:^|\s|[@&;|])(?:gcc|g\+\+|clang|clang\+\+|cc|c\+\+)(?:-\d+)?\s[^\n]*(?:-o|-c|\.c|\.cc|\.cpp)\b"
    r"|\bcmake\s[^\n]*--build\b",
    re.MULTILINE,
)
_OBJECTS = lazily(r"\S\.l?o\b|\$[({]\w*(?:OBJS?|OBJECTS?|SRCS?|FILES|LIB|SOURCES)[)}]|\.a\b|\$\^|\$[({]MAKE")
_RULE = lazily(r"^(?![\t#])([^\s:=#][^:=#\n]*?)\s*::?(?!=)([^\n]*)$")
_SET = lazily(r"^\s*(?:export\s+)?([A-Za-z_][\w.-]*)\s*(?:::?|\?|\+)?=\s*(.*)$")
_VARIABLE = lazily(r"\$[({]([\w.-]+)[)}]")
_CALLS_MAKE = lazily(r"\$[({]MAKE[)}]([^\n;&|]*)")
_NO_COMPILING = lazily(
    r"(?:.*[-_.])?(?:dist|maintainer-)?(?:clean|mrproper|clobber|install|uninstall|deps?|dependencies|setup|lint|format|fmt|docs?|man|html|pdf|"
    r"help|tags|version|list|changelog|spell|spelling|codespell|shellcheck|pot|po|manpages|coverage-report|configure|config|defconfig|"
    r"menuconfig|src|sdist|tarball|archive|tidy|cppcheck|flake8|website|fetch|download|submodules?|update|print.*)$",
    re.IGNORECASE,
)
_DOES_COMPILE = lazily(
    r"(?:all|check|test|tests|distcheck|bench|benchmarks?|fuzz\w*|build|asan|ubsan|tsan|msan|valgrind)$"
)
_BUILT = (".o", ".lo", ".a", ".so", ".obj")
"""Files that an implicit rule makes with the compiler."""
_TAKES_AWAY = lazily(r"^\s*[@-]*\s*(?:rm|\$[({]RM[)}]|find|echo|printf|git|true|:)\s")
_KEPT_AS_NAMES = frozenset({"MAKE", "CC", "CXX", "LD", "CMAKE"})
MAX_RULES = 60
FEW = 3
"""Programs of a single source up to which a compiler cache saves nothing worth its set-up."""


def compiles(command: Command, repository: Repository) -> bool:
    """True when this call of `make` compiles: its goals lead to a compiler, as far as the files tell."""
    if command.option("-v", "-n", "--version", "--help", "-q", "-p") is not None:
        return False
    if built_at_once(command, repository):
        return False
    if real_build(command, repository):
        return True
    directory = make_directory(command)
    if directory is None or named_makefile(command):
        return False
    named = [word for word in goals(command) if "$" not in word]
    return any(_leads_to_compiler(goal, directory, repository) for goal in named if not _NO_COMPILING.match(goal))


_STOPS_EARLY = lazily(r"CMAKE_\w*FLAGS\w*(?::\w+)?=(?:.*\s)?-(?:E|fsyntax-only)(?![\w-])")
"""Flags under which the compiler stops before it has made an object; ccache passes such calls on and keeps nothing of them."""


def stops_early(command: Command, repository: Repository) -> bool:
    """True for a build whose configuration has the compiler preprocess or check alone (ccache.dev/manual: called for preprocessing)."""
    return any(
        other.program == "cmake" and any(_STOPS_EARLY.search(text) for text in other.texts())
        for other in repository.commands_by_unit.get(command.unit, ())
    )


def _leads_to_compiler(goal: str, directory: str, repository: Repository) -> bool:
    """Follow the goal through prerequisites and inner makes; `seen` bounds the walk."""
    waiting, seen = [(directory, goal)], set[tuple[str, str]]()
    small = 0
    while waiting and len(seen) < MAX_RULES:
        place = waiting.pop()
        if place in seen:
            continue
        seen.add(place)
        here, name = place
        rules = _rules(here, repository)
        if rules is None:
            if _generated(here, repository) and _DOES_COMPILE.match(name):
                return True
            continue
        name = name or _first(rules)
        bodies = rules.get(name) or _by_pattern(name, rules)
        small += sum(_of_one_file(body) for body in bodies)
        if small > FEW or any(_COMPILES.search(body) and not _of_one_file(body) for body in bodies):
            return True
        if not bodies and name.endswith(_BUILT):
            return True
        for body in bodies:
            waiting.extend(_next(body.replace("$@", name), here))
    return False


def _next(body: str, directory: str) -> Iterator[tuple[str, str]]:
    """The goals a rule asks for: its prerequisites, and those of the makes in its recipe."""
    head, _, recipe = body.partition("\n")
    yield from ((directory, word) for word in head.split("#")[0].split() if word not in {"|", "\\"})
    for found in _CALLS_MAKE.finditer(recipe):
        words = found[1].split("#")[0].split()
        inner = directory
        for index, word in enumerate(words[:-1]):
            if word == "-C":
                inner = posixpath.normpath(posixpath.join(directory, words[index + 1]))
                del words[index : index + 2]
                break
        goals = [word for word in words if not word.startswith(("-", "$", ">", '"', "'", "@")) and "=" not in word]
        yield from (("" if inner == "." else inner, goal) for goal in goals or [""])


def _of_one_file(body: str) -> bool:
    """True for a rule that makes a program from one source and no objects: compiled in a second."""
    head, _, recipe = body.partition("\n")
    sources = [word for word in head.split() if word.endswith((".c", ".cc", ".cpp", ".cxx"))]
    return len(sources) == 1 and bool(_COMPILES.search(recipe)) and not _OBJECTS.search(body)


def _first(rules: dict[str, tuple[str, ...]]) -> str:
    return next((name for name in rules if not name.startswith(".") and "%" not in name), "")


def _by_pattern(name: str, rules: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    for pattern, bodies in rules.items():
        before, wild, after = pattern.partition("%")
        if before and wild and name.startswith(before) and name.endswith(after):
            stem = name[len(before) : len(name) - len(after)]
            return tuple(body.replace("%", stem).replace("$*", stem) for body in bodies)
    return ()


def _generated(directory: str, repository: Repository) -> bool:
    return any(posixpath.join(directory, name) in repository.project.paths for name in GENERATED_FROM)


def _rules(directory: str, repository: Repository) -> dict[str, tuple[str, ...]] | None:
    """The explicit rules of a folder's Makefile: for each target what stands behind it, prerequisites and recipe."""
    key = ("make rules", directory)
    known = repository.memory(key)
    if known is None:
        known = {}
        for name in ("GNUmakefile", "makefile", "Makefile"):
            source = repository.read(posixpath.join(directory, name))
            if source is not None:
                known = _parse(source.text)
                break
        known = repository.remember(key, known)
    assert isinstance(known, dict)
    return known or None


def _parse(text: str) -> dict[str, tuple[str, ...]]:
    values: dict[str, str] = {}
    rules: dict[str, list[str]] = {}
    current: list[str] = []
    for line in text.replace("\\\r\n", " ").replace("\\\n", " ").splitlines():
        if line.startswith("\t"):
            for name in current if not _TAKES_AWAY.match(line) else ():
                rules[name][-1] += "\n" + line
            continue
        setting = _SET.match(line)
        if setting is not None:
            values.setdefault(setting[1], setting[2])
            continue
        rule = _RULE.match(line)
        if rule is None or _SET.match(rule[2]):
            continue  # a setting for one target names no prerequisite
        current = _expanded(rule[1], values).split()
        for name in current:
            rules.setdefault(name, []).append(rule[2].replace(";", "\n", 1))
    rules.pop(".PHONY", None)
    for name, bodies in rules.items():
        rules[name] = [_expanded(body, values) for body in bodies]
    return {name: tuple(bodies) for name, bodies in rules.items()}


def _expanded(text: str, values: dict[str, str]) -> str:
    """The rule with simple variables written out, unless it tells by their names that it compiles."""
    if _COMPILES.search(text):
        return text
    return _VARIABLE.sub(
        lambda found: found[0] if found[1] in _KEPT_AS_NAMES else values.get(found[1], found[0])[:2000], text
    )
