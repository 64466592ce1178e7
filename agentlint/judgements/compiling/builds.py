"""Whether a call of `make` or CMake really compiles something, and with how many workers the generator does it."""

from __future__ import annotations

import itertools
import posixpath
import re

from agentlint.facts.command import Command
from agentlint.facts.remembered import remembered
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.judgements.keeping.image_folders import folder_in_image
from agentlint.judgements.running.scope import in_image
from agentlint.programs import table

_BUILDING_TARGETS = frozenset(
    {"", "all", "build", "check", "bootstrap", "world", "release", "debug", "static", "shared", "lib"}
)
_BUILDING_NAME = lazily(r"(build|compile|lib(?!\w*(?:install|deps|dev$))\w*|bin|static|shared|prog|native)([-_].*)?$")
_COMPILES = lazily(
    r"\$[({](CC|CXX|LD|AR|FC|HOSTCC|NVCC|MPICC)[)}]|\.c\.o:|\.cpp\.o:|%\.o\b|\.o:|\$[({](OBJS?|OBJECTS|SRCS|SOURCES)[)}]"
    r"|^\s+@?(gcc|g\+\+|clang|clang\+\+|cc|c\+\+)\s",
    re.MULTILINE,
)
GENERATED_FROM = (
    "Makefile.am",
    "Makefile.in",
    "configure.ac",
    "configure",
    "CMakeLists.txt",
    "Makefile.PL",
    "configure.in",
    "auto/configure",
)
PREPARES = frozenset(
    {
        "cmake",
        "configure",
        "Configure",
        "autoreconf",
        "autogen.sh",
        "bootstrap",
        "qmake",
        "qmake6",
        "meson",
        "buildconf",
        "config",
    }
)
"""Programs that write the Makefile."""
FETCHES = frozenset({"git", "curl", "wget", "tar", "unzip"})


def real_build(command: Command, repository: Repository) -> bool:
    """True when this `make` compiles: its Makefile has compile rules, or a build system generated it."""
    if command.option("-v", "-n") or shares_job_server(command, repository):
        return False
    targets = goals(command)
    named = any(_builds(target) for target in targets or [""]) or packs_and_builds(targets, repository)
    if not named and not _installs_unbuilt(command, targets, repository):
        return False
    directory = make_directory(command)
    if directory is None and in_image(command, repository) and command.option("-C", "--directory") is None:
        directory = folder_in_image(command, repository)
    if directory is not None:
        for name in named_makefile(command) or ("GNUmakefile", "makefile", "Makefile"):
            source = repository.read(posixpath.join(directory, name))
            if source is not None:
                return bool(_COMPILES.search(source.text))
        if any(posixpath.join(directory, name) in repository.project.paths for name in GENERATED_FROM):
            return True
    return _prepared(command, repository)


def named_makefile(command: Command) -> tuple[str, ...]:
    """The file that the call reads in place of the Makefile; () where it names none, or one that nobody can tell."""
    written = command.value_of("-f", "--file", "--makefile") or ""
    return (written,) if written and "$" not in written and written != "-" else ()


_NUMBER = lazily(r"\d+(?:\.\d+)?$|[\"']?\$")


_OPTIONS = lazily(r"[\"']?\$[({]?\w*(?:ARGS|FLAGS|OPTS|OPTIONS)(?::?[-+][^)}]*)?[)}]?[\"']?$", re.IGNORECASE)
"""A variable that by its name holds options and names no target: `make $MAKE_ARGS`."""


def goals(command: Command) -> list[str]:
    """The targets that a call of make names; in `make -j $JOBS` the variable is the number of jobs."""
    program = table().of(command)
    operands = program.operands(command) if program else ()
    named = [word for word in operands if "=" not in word and not _OPTIONS.match(word)]
    for before, after in itertools.pairwise(command.texts()):
        if before in {"-j", "-l"} and _NUMBER.match(after) and after in named:
            named.remove(after)
    return named


def packs_and_builds(targets: list[str], repository: Repository) -> bool:
    """True for Automake's `distcheck`: it unpacks the archive it made and builds and tests that from nothing."""
    return "distcheck" in targets and "Makefile.am" in repository.project.paths


def _installs_unbuilt(command: Command, targets: list[str], repository: Repository) -> bool:
    """True for a `make install` with no `make` before it, behind ./configure or on a fresh machine: it compiles everything first."""
    if not targets or not all(target.startswith("install") for target in targets):
        return False
    if _first_on_fresh_machine(command, repository):
        return True
    if not _prepared(command, repository):
        return False
    configured = False
    for other in repository.commands_by_unit.get(command.unit, ()):
        if other is command:
            return configured
        name = other.program_path.rsplit("/", 1)[-1]
        if name in {"configure", "Configure"}:
            configured = True
        elif other.program in {"make", "gmake", "ninja"}:
            configured = False
    return False


_BUILDERS = frozenset({"make", "gmake", "bmake", "ninja", "cmake", "meson", "gcc", "cc", "clang", "docker"})


def _first_on_fresh_machine(command: Command, repository: Repository) -> bool:
    """True in a CI job that has built nothing before."""
    job = repository.job_of(command)
    if job is None or not job.hosted or job.artifacts_in:
        return False
    for other in job.commands:
        if other is command:
            return True
        if other.program in _BUILDERS:
            return False
    return False


def shares_job_server(command: Command, repository: Repository) -> bool:
    """True for `$(MAKE)` in a recipe: it works with the jobs of the make that runs it."""
    source = repository.read(command.place.path)
    written = source.text[command.place.span.start : command.place.span.end] if source else ""
    name = command.place.path.rsplit("/", 1)[-1]
    return "$(MAKE)" in written or ("${MAKE}" in written and ("akefile" in name or name.endswith((".mk", ".mak"))))


def _builds(target: str) -> bool:
    return target in _BUILDING_TARGETS or bool(_BUILDING_NAME.match(target))


def make_directory(command: Command) -> str | None:
    """The folder whose Makefile the call reads, "" for the root; None where nobody can tell."""
    written = command.value_of("-C", "--directory")
    if command.directory is None or (written and "$" in written):
        return None
    joined = posixpath.normpath(posixpath.join(command.directory, written or ""))
    return "" if joined == "." else joined


def _prepared(command: Command, repository: Repository) -> bool:
    """True when the unit configured or fetched a source tree before."""
    prepared = False
    for other in repository.commands_by_unit.get(command.unit, ()):
        if other.place == command.place:
            return prepared
        name = other.program_path.rsplit("/", 1)[-1] or other.program
        configures = name in PREPARES or other.program in PREPARES
        prepared = prepared or configures or (other.program in FETCHES and in_image(command, repository))
    return False


def fetched_in_image(command: Command, repository: Repository) -> bool:
    """True when the image build brought sources from outside before: what it compiles is not this repository's.

    What is fetched into an image of PostgreSQL is an extension of a few files, which one core compiles at once.
    """
    bases = [stage.base.lower() for image in repository.images for stage in image.stages if stage.unit == command.unit]
    if any("postgres" in base for base in bases):
        return False
    fetched, native = False, not any(map(_OTHER_LANGUAGE.search, bases))
    for other in repository.commands_by_unit.get(command.unit, ()):
        if other is command:
            return fetched and native
        native = native or other.program_path.rsplit("/", 1)[-1] in PREPARES or other.program in PREPARES
        fetched = fetched or other.program in FETCHES
    return False


_OTHER_LANGUAGE = lazily(r"(?:^|/)(?:golang|rust)(?:[:@$-]|$)")
"""Images in which a Makefile calls a compiler that uses all cores by itself, unless something was configured for C before."""


def built_elsewhere(command: Command, fetched: bool, repository: Repository) -> bool:
    """True in a folder that is not known, or that holds nothing of this repository once other sources were fetched."""
    if command.directory is None:
        return True
    inside = command.directory + "/"
    return fetched and bool(command.directory) and not any(path.startswith(inside) for path in repository.project.paths)


_PARALLEL = ("Ninja", "Xcode", "JOM")
"""Generators whose tools use all cores unasked."""


def _on_msys(command: Command, repository: Repository) -> bool:
    """True in a job with MSYS2, whose CMake generates for Ninja unless told otherwise."""
    job = repository.job_of(command)
    if job is None or not any(
        step.action is not None and step.action.name == "msys2/setup-msys2" for step in job.steps
    ):
        return False
    return not any(other.program == "cmake" and other.option("-G") is not None for other in job.commands)


_ENTRY = lazily(r"^\s*(?:\w*add_\w*test\w*|\w*test_add\w*)\s*\(", re.IGNORECASE | re.MULTILINE)
_MANY_ENTRIES = lazily(
    r"discover_tests|foreach|\b(?:macro|function)\s*\([^)]*test|create_test_sourcelist",
    re.IGNORECASE,
)
_BROUGHT_ALONG = lazily(
    r"(?:^|/)(?:third[-_]?party|3rd[-_]?party|vendor(?:ed)?|extern(?:al)?s?|submodules|googletest[^/]*|gtest[^/]*|googlebenchmark|catch2?|doctest)/",
    re.IGNORECASE,
)
"""Folders of other projects' sources, whose own tests are not run here."""
FEW_ENTRIES = 3
MAX_CMAKE_FILES = 300


def few_ctest_entries(repository: Repository) -> bool:
    """True when the CMake files name no more than a few tests, one by one: there is nothing to spread."""
    entries, patterns = _ctest_entries(repository)
    return 0 < entries <= FEW_ENTRIES and not patterns


def several_ctest_entries(repository: Repository) -> bool:
    """True when the CMake files of this tree are known to name more than a few tests."""
    entries, patterns = _ctest_entries(repository)
    return entries > FEW_ENTRIES or (entries > 0 and patterns)


@remembered
def _ctest_entries(repository: Repository) -> tuple[int, bool]:
    """How many tests the CMake files name, and whether a loop, a function or a framework may make many of one entry."""
    named = (path for path in repository.ordered_paths if path.endswith(("CMakeLists.txt", ".cmake")))
    paths = [path for path in named if not _BROUGHT_ALONG.search(path)]
    sources = [repository.read(path) for path in paths[:MAX_CMAKE_FILES]]
    texts = [source.data.decode("utf-8", "replace") for source in sources if source is not None]
    entries = sum(len(_ENTRY.findall(text)) for text in texts)
    return (entries, any(_MANY_ENTRIES.search(text) for text in texts))


def generator_is_parallel(command: Command, repository: Repository) -> bool:
    """True when the build tree of a `cmake --build` was made for Ninja or Xcode, as far as its unit tells."""
    if _on_msys(command, repository) or _msvc_is_parallel(command, repository):
        return True
    for other in repository.commands_by_unit.get(command.unit, ()):
        if other.program in {"cmake", "ccmake"} and any(name in text for text in other.texts() for name in _PARALLEL):
            return True
        if other.program in {"cmake"} and any(_opaque_generator(text) for text in other.texts()):
            return True
        if any(name in other.environment.get("CMAKE_GENERATOR", "") for name in _PARALLEL):
            return True
        if other.program == "cmake" and _named_elsewhere(other, repository):
            return True
    return False


_FLAGS = lazily(r"\"?\$[{(]?\w*(?:flag|opt|arg|gen)", re.IGNORECASE)


def _named_elsewhere(command: Command, repository: Repository) -> bool:
    """True where a variable of the file, or a preset, may name a generator that uses all cores, and its text does."""
    paths = []
    if not command.place.path.endswith((".yml", ".yaml")) and any(_FLAGS.match(text) for text in command.texts()):
        paths.append(command.place.path)
    if any(text.startswith("--preset") for text in command.texts()):
        paths.append("CMakePresets.json")
    sources = [repository.read(path) for path in paths]
    return any(one is not None and any(name in one.text for name in _PARALLEL) for one in sources)


_MP = lazily(r"(?<![\w/])[/-]MP\b")


def _msvc_is_parallel(command: Command, repository: Repository) -> bool:
    """True on a Windows machine where the project tells Visual C++ to compile its files at once (/MP)."""
    job = repository.job_of(command)
    on_windows = (
        "windows" in job.runner.lower() if job is not None else command.place.path.endswith((".bat", ".cmd", ".ps1"))
    )
    if job is not None and repository.pipeline_of(job).system == "appveyor":
        on_windows = "ubuntu" not in job.runner.lower() and "macos" not in job.runner.lower()
    if not on_windows:
        return False
    known = repository.memory("compiled with /MP")
    if known is None:
        paths = [
            path
            for path in repository.ordered_paths
            if path.endswith(("CMakeLists.txt", ".cmake", "CMakePresets.json"))
        ]
        sources = [repository.read(path) for path in paths[:MAX_CMAKE_FILES]]
        found = any(one is not None and b"MP" in one.data and _MP.search(one.text) for one in sources)
        known = repository.remember("compiled with /MP", found)
    return known is True


def _opaque_generator(text: str) -> bool:
    return "generator" in text.lower() and "$" in text
