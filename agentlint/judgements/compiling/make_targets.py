"""What a call of `make` builds, as far as the rules of its Makefile tell, and whether the same was built before it."""

from __future__ import annotations

import posixpath
import re

from agentlint.facts.calls import called_units
from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.facts.unit import UnitKind
from agentlint.files.lazily import lazily
from agentlint.judgements.compiling.builds import (
    PREPARES,
    goals,
    named_makefile,
    packs_and_builds,
    real_build,
    shares_job_server,
)
from agentlint.judgements.compiling.native_code import native_weight
from agentlint.judgements.keeping.foreign_sources import built_at_once, foreign
from agentlint.judgements.pinning.own_project import own_slug

MAKES = frozenset({"make", "gmake", "bmake", "mingw32-make"})
SCONS = frozenset({"scons", "SCons"})
_HEAD = lazily(r"(?<!\\)\n")
_OBJECTS = lazily(
    r"\$[({][^)}\s]*(?:OBJ|_O)S?[^)}]*[)}]|\$[({]\w*SRCS?:[^)}]*=[^)}]*\.o|[\w)}%*]\.(?:l?o|obj|a)(?=\s|$)",
    re.IGNORECASE,
)
"""Prerequisites that are compiled one by one."""
_COMPILER = lazily(
    r"[@+-]*(?:\$[({](?:Q|V|AT|SILENT)[)}])?\s*(?:\$[({](?:CC|CXX|LINK\.\w+|COMPILE\.\w+)[)}]|(?:gcc|g\+\+|clang|clang\+\+|cc|c\+\+)\s)"
)
_JOBS = lazily(r"-\w*j\d*$|-j|--jobs\b")
_CLEANS = lazily(r"(?:[\w.]*[-_])?(?:clean|distclean|mrproper|clobber)$")
_SETTING_ASIDE = lazily(
    r"(?:DESTDIR|PREFIX|V|VERBOSE|CI|\w*TOKEN|\w*PATH|\w*TESTS?\w*|GITHUB\w*|\w*_DIR)$", re.IGNORECASE
)
_TESTS = lazily(r"(?:\w*[-_])?(?:tests?|check)(?![a-z])")
MAX_HEAD = 20_000
MANY = 4
"""Programs with a compiler call of their own from which on jobs pay."""


_LIBRARY = lazily(r"(?:^|/)lib[\w-]+\.(?:a|so|dylib)$")
NOT_FEW = 20
"""Weight of the native sources from which on a target pays that is known by its rules alone and may build a part."""


def make_compiles(command: Command, repository: Repository) -> bool:
    """True for a make that compiles: told by the usual names of targets, else by the rules behind the named ones."""
    if built_at_once(command, repository):
        return False
    if real_build(command, repository) or _of_an_archive(command, repository):
        return True
    if not goals(command) or named_makefile(command) or shares_job_server(command, repository):
        return False
    if native_weight(repository) < NOT_FEW:
        return False
    return any(_LIBRARY.search(target) for target in goals(command)) or compiles_many(command, repository)


def _of_an_archive(command: Command, repository: Repository) -> bool:
    """True for a make of all in the folder of an archive that the unit has fetched: another program, compiled from its sources."""
    if goals(command):
        return False
    if in_unpacked_archive(command, repository):
        return True
    if not command.directory:
        return False
    folder = command.directory.rsplit("/", 1)[-1]
    if any(path.startswith(command.directory + "/") for path in repository.project.paths):
        return False
    for other in repository.commands_by_unit.get(command.unit, ()):
        if other is command:
            return False
        found = foreign(other) if other.program != "git" else None
        if found is not None and len(found.name) > 1 and folder.startswith(found.name):
            return True
    return False


_ARCHIVE = lazily(r"(?:\S*/)?(?P<name>[A-Za-z][\w+]*-v?\d[\w.+-]*?)\.(?:tar(?:\.\w+)?|t[gbx]z2?|zip)\Z")


def in_unpacked_archive(command: Command, repository: Repository) -> bool:
    """True for `tar xf lib-1.2.tar.gz; cd lib-1.2; make`, however the archive came; this project's own is no other."""
    if named_makefile(command):
        return False  # of one program or part, as a rule
    unpacked: set[str] = set()
    inside = False
    for other in repository.commands_by_unit.get(command.unit, ()):
        if other is command:
            break
        words = other.texts()
        if other.program in {"tar", "bsdtar", "unzip"}:
            unpacked |= {found["name"] for word in words if (found := _ARCHIVE.match(word)) is not None}
        elif other.program in {"cd", "pushd"} and words:
            inside = words[0].rstrip("/").rpartition("/")[2] in unpacked
        elif other.program in MAKES:
            return False  # it, or what it is called for, stands before
    own = own_slug(repository).rpartition("/")[2]
    return inside and not any(own and name.lower().startswith(f"{own}-") for name in unpacked)


def compiles_many(command: Command, repository: Repository) -> bool:
    """True when the rules of the called targets, and those they need, make objects one by one or several programs."""
    compilers: set[str] = set()
    for unit in _closure(command, repository):
        head = _head(unit, repository)
        if _OBJECTS.search(head.partition(":")[2]):
            return True
        for reached in repository.commands_by_unit.get(unit, ()):
            written = _written(reached, repository)
            if _COMPILER.match(written):
                compilers.add(unit)
            if _builds_elsewhere(reached, written, repository):
                return True
    return len(compilers) >= MANY


def jobs_inside(command: Command, repository: Repository) -> bool:
    """True when every make that the rules behind the call start, those that clean aside, has jobs of its own."""
    started = [
        reached
        for unit in _with_prerequisites(command, repository)
        for reached in repository.commands_by_unit.get(unit, ())
        if _is_make(reached, _written(reached, repository)) and not any(_CLEANS.match(text) for text in reached.texts())
    ]
    return bool(started) and all(_has_jobs(reached) for reached in started)


def _with_prerequisites(command: Command, repository: Repository) -> tuple[str, ...]:
    """The called targets and what they need; what a recipe's own make calls works with that one's jobs."""
    seen: dict[str, None] = {}
    waiting = [*(called_units(command, repository.unit_index) or _by_pattern(command, repository))]
    while waiting:
        current = waiting.pop()
        unit = repository.units.get(current)
        if current not in seen and unit is not None and not _CLEANS.match(unit.name):
            seen[current] = None
            waiting.extend(unit.calls)
    return tuple(seen)


def _has_jobs(command: Command) -> bool:
    return any(_JOBS.match(text) and text not in {"-j1", "--jobs=1"} for text in command.texts())


def _path(command: Command) -> str:
    """The Makefile a call reads, by its usual name."""
    return posixpath.normpath(
        posixpath.join(command.directory or "", command.value_of("-C", "--directory") or "", "Makefile")
    )


def _builds_elsewhere(command: Command, written: str, repository: Repository) -> bool:
    """True for a make of everything in a folder whose Makefile cannot be followed."""
    if not _is_make(command, written) or called_units(command, repository.unit_index):
        return False
    words = command.texts()
    named = [
        word
        for before, word in zip(("", *words), words, strict=False)
        if not word.startswith("-") and "=" not in word and before not in {"-C", "-f", "--directory", "--file"}
    ]
    return "-C" in words and all(word in {"all", "lib"} or word.startswith("$") for word in named)


def _is_make(command: Command, written: str) -> bool:
    return command.program in MAKES or "$(MAKE)" in written or "${MAKE}" in written


def _closure(command: Command, repository: Repository) -> tuple[str, ...]:
    """The make targets behind a call."""
    found: dict[str, None] = {}
    for called in called_units(command, repository.unit_index) or _by_pattern(command, repository):
        found.update(dict.fromkeys(repository.graph.closure(called)))
    return tuple(found)


def _by_pattern(command: Command, repository: Repository) -> list[str]:
    """The pattern rules (`asan-%`) that make the named targets."""
    if command.directory is None or command.program not in MAKES:
        return []
    patterns = [
        unit for unit in repository.unit_index.of_kind(_path(command), UnitKind.TARGET) if "%" in unit.rsplit(":", 1)[1]
    ]
    return [unit for unit in patterns if any(_fits(unit.rsplit(":", 1)[1], target) for target in goals(command))]


def _fits(pattern: str, target: str) -> bool:
    before, _, after = pattern.partition("%")
    return len(before) > 1 and target.startswith(before) and target.endswith(after)


def _head(unit: str, repository: Repository) -> str:
    """A rule's line of targets and prerequisites."""
    known = repository.units.get(unit)
    source = repository.read(known.place.path) if known is not None else None
    if known is None or source is None:
        return ""
    return _HEAD.split(source.text[known.place.span.start : known.place.span.end], maxsplit=1)[0][:MAX_HEAD]


def _written(command: Command, repository: Repository) -> str:
    source = repository.read(command.place.path)
    return source.text[command.place.span.start : command.place.span.end] if source is not None else ""


def built_before(command: Command, repository: Repository) -> bool:
    """True when an earlier make of the unit has built the same: what follows finds the work done."""
    if _cleans_first(command, repository) or packs_and_builds(goals(command), repository):
        return False
    done = False
    for other in repository.commands_by_unit.get(command.unit, ()):
        if other is command:
            return done
        if other.program in MAKES:
            if _cleans_first(other, repository):
                done = False
            done = done or (_has_built(other, command, repository))
        elif other.program in PREPARES or other.program_path.rsplit("/", 1)[-1] in PREPARES:
            done = False
        elif _surely_ran(other, command, repository) and (_named_build(other) or _makes(other, repository)):
            done = True
    return done


def _has_built(other: Command, command: Command, repository: Repository) -> bool:
    """True when the earlier make has built the same. Before tests any with jobs will do: they seldom build much more."""
    if not builds(other, repository):
        return False
    tests = bool(goals(command)) and all(_TESTS.match(target) for target in goals(command))
    if tests and (_has_jobs(other) or _same(other, command)):
        return True
    return _surely_ran(other, command, repository) and _same(other, command)


def builds(command: Command, repository: Repository) -> bool:
    """True for a make that compiles, with jobs or without."""
    return real_build(command, repository) or compiles_many(command, repository)


_BUILD_SCRIPT = lazily(r"(?:^|/|[-_])(?:build|compile|make)[\w-]*\.(?:sh|bash|pl|py)$", re.IGNORECASE)


def _named_build(command: Command) -> bool:
    """True for a script that builds by its name."""
    return any(_BUILD_SCRIPT.search(text) for text in (command.program_path, *command.texts()[:1]))


def _makes(command: Command, repository: Repository) -> bool:
    """True for a script that builds by make itself."""
    return any(
        reached.program in MAKES and reached.place.path != command.place.path and real_build(reached, repository)
        for unit in called_units(command, repository.unit_index)
        for reached in repository.commands_by_unit.get(unit, ())
    )


def _cleans_first(command: Command, repository: Repository) -> bool:
    if command.program not in MAKES:
        return False
    if any(_CLEANS.match(target) for target in goals(command)):
        return True
    return any(
        called.rsplit(":", 1)[-1] == "clean"
        for unit in called_units(command, repository.unit_index)
        for called in repository.graph.closure(unit)
    )


def _surely_ran(other: Command, command: Command, repository: Repository) -> bool:
    """True when the earlier command has run whenever the later one does: no branch, no step with a condition."""
    if not set(other.guards) <= set(command.guards):
        return False
    step, later = repository.step_of(other), repository.step_of(command)
    if step is None or other.step == command.step:
        return True
    return step.condition in {"", later.condition if later is not None else ""}


def _same(other: Command, command: Command) -> bool:
    """True for two calls in one folder with the same settings."""
    folder = other.value_of("-C", "--directory"), other.directory
    return folder == (command.value_of("-C", "--directory"), command.directory) and _variant(other) == _variant(command)


def _variant(command: Command) -> frozenset[tuple[str, str]]:
    pairs = [*command.environment.items()]
    pairs += [(name, value) for name, equals, value in (text.partition("=") for text in command.texts()) if equals]
    return frozenset((name, value) for name, value in pairs if not _SETTING_ASIDE.match(name))


def variant_built_before(command: Command, repository: Repository) -> bool:
    """True when the same program has built the same folder with the same settings before, and nothing was wiped since."""
    done = False
    for other in repository.commands_by_unit.get(command.unit, ()):
        if other is command:
            break
        if other.program == "rm" and other.option("-r", "-rf", "-fr", "-R") is not None:
            done = False
        elif other.program == command.program and not {"-c", "--clean", "--version"} & set(other.texts()):
            done = done or _same(other, command)
    return done


def sconstruct_gives_jobs(command: Command, repository: Repository) -> bool:
    """True where the SConstruct itself sets the number of jobs (`SetOption("num_jobs", ...)`)."""
    if command.program not in SCONS:
        return False
    folder = command.directory or ""
    paths = {posixpath.normpath(posixpath.join(one, "SConstruct")) for one in (folder, "")}
    sources = [repository.read(path) for path in paths]
    return any(source is not None and b"num_jobs" in source.data for source in sources)
