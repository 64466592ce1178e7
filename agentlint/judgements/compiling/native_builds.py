"""Whether a call of make, CMake, ctest or SCons has native work for several cores."""

from __future__ import annotations

import posixpath
import re

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.judgements.compiling.builds import (
    FETCHES,
    built_elsewhere,
    fetched_in_image,
    few_ctest_entries,
    generator_is_parallel,
)
from agentlint.judgements.compiling.make_targets import (
    MAKES,
    NOT_FEW,
    SCONS,
    built_before,
    in_unpacked_archive,
    jobs_inside,
    make_compiles,
    sconstruct_gives_jobs,
    variant_built_before,
)
from agentlint.judgements.compiling.native_code import native_weight
from agentlint.judgements.compiling.small_builds import builds_little, without_its_large_groups
from agentlint.judgements.running.scope import in_image, repeated

_NO_COMPILING = lazily(
    r"install|uninstall|clean|doc|help|package|format|lint|dist|ci|test|check|run|cov|.*\$", re.IGNORECASE
)
FEW = 12
"""Weight of the native sources up to which one core is quick enough."""


def compiles_enough(command: Command, repository: Repository) -> bool:
    """True where a native build, or its tests, have work for several cores."""
    fetched = fetched_in_image(command, repository)
    foreign = fetched if in_image(command, repository) else built_elsewhere(command, fetched, repository)
    foreign = foreign or (command.program in MAKES and in_unpacked_archive(command, repository))
    foreign = foreign or (fetched and command.program == "cmake" and _in_fetched_tree(command, repository))
    if not foreign and native_weight(repository) < (NOT_FEW if in_image(command, repository) else FEW):
        return False  # the layer of an image keeps what it built, so that a moment more is met less often there
    if not (foreign and in_image(command, repository)) and builds_little(command, repository):
        return False
    if command.program in MAKES:
        return make_compiles(command, repository) and not jobs_inside(command, repository)
    if command.program == "cmake":
        target = command.value_of("--target", "-t") or ""
        builds = not _NO_COMPILING.match(target) or _builds_all_first(target, command, repository)
        return builds and not generator_is_parallel(command, repository)
    if sconstruct_gives_jobs(command, repository):
        return False
    return command.program != "ctest" or not (
        few_ctest_entries(repository) or without_its_large_groups(command, repository)
    )


def _in_fetched_tree(command: Command, repository: Repository) -> bool:
    """True for `cmake --build NAME/build` where a program before it fetched a tree of that name, which is not this repository's."""
    tree = posixpath.normpath(command.value_of("--build") or ".").partition("/")[0]
    if tree in {".", "..", ""} or "$" in tree or any(path.startswith(f"{tree}/") for path in repository.project.paths):
        return False
    for other in repository.commands_by_unit.get(command.unit, ()):
        if other is command:
            return False
        if other.program in FETCHES and any(
            tree == text.rstrip("/").rpartition("/")[2].removesuffix(".git") for text in other.texts()
        ):
            return True
    return False


_AFTER_ALL = frozenset({"install", "install/strip", "package"})
"""CMake's own targets that wait for `all`.
Sources: cmake.org/cmake/help/latest/variable/CMAKE_SKIP_INSTALL_ALL_DEPENDENCY.html, ...CMAKE_SKIP_PACKAGE_ALL_DEPENDENCY.html."""
_BUILDERS = MAKES | {"ninja", "samu", "msbuild", "devenv", "xcodebuild", "ctest"}


def _builds_all_first(target: str, command: Command, repository: Repository) -> bool:
    """True for `--target install` of a tree that its unit configures and nothing has built before: `all` is made by it."""
    if target.lower() not in _AFTER_ALL:
        return False
    configured = False
    for other in repository.commands_by_unit.get(command.unit, ()):
        if other is command:
            return configured
        words = other.texts()
        if other.program in _BUILDERS or "build" in other.program_path.rpartition("/")[2]:
            return False
        if other.program == "cmake" and "--build" in words:
            folder = other.value_of("--build")
            if folder == command.value_of("--build") or "$" in (folder or "$"):
                return False
        elif other.program == "cmake":
            configured = configured or not {"-E", "--install", "-P", "--version"} & set(words)
    return False


def told_before(command: Command, repository: Repository) -> bool:
    """True when the same fault stands before it in its unit; a second `make` mostly finds the work done."""
    if command.program in MAKES:
        return built_before(command, repository)
    if command.program in SCONS:
        return variant_built_before(command, repository)
    return command.program != "cmake" and repeated(command, repository) and _earlier_serial(command, repository)


def _earlier_serial(command: Command, repository: Repository) -> bool:
    for other in repository.commands_by_unit.get(command.unit, ()):
        if other is command:
            return False
        if other.program == command.program and compiles_enough(other, repository):
            return True
    return False
