"""Packages of Python and R that compile native code when they are built or installed from the sources."""

from __future__ import annotations

import posixpath

from agentlint.facts.command import Command
from agentlint.facts.remembered import remembered
from agentlint.facts.repository import Repository
from agentlint.facts.unit_index import joined_path
from agentlint.files.lazily import lazily
from agentlint.judgements.absences.places_meant import all_folders
from agentlint.judgements.compiling.native_code import is_native
from agentlint.programs import table

_BACKENDS = frozenset({"scikit-build-core", "scikit-build", "meson-python", "pybind11", "nanobind", "py-build-cmake"})
"""What a Python package asks for to be built where C or C++ is compiled."""
_OF_RUST = frozenset({"maturin", "setuptools-rust"})
_OF_NODE = frozenset({"npm", "yarn", "pnpm"})
_NODE_VERBS = frozenset({"ci", "install", "i", "clean-install", "rebuild"})
_EXTENSIONS = lazily(r"\bext_modules\s*=|\bCMakeExtension\(|\bPybind11Extension\(")
_INSTALLERS = frozenset({"pip", "uv"})
_SYNCS = frozenset({"uv", "poetry", "pdm"})
_NOT_ITSELF = frozenset(
    {"--no-install-project", "--no-root", "--no-self", "--only-group", "--only-dev", "--no-install-workspace"}
)
"""Options by which the project itself is not installed with its dependencies (docs.astral.sh/uv, python-poetry.org, pdm-project.org)."""
_WITH_SETUP = frozenset({"install", "develop", "build", "build_ext", "bdist_wheel", "test"})
_R_VERBS = frozenset({"INSTALL", "check", "SHLIB"})
_R_CALLS = lazily(r"\b(?:devtools::(?:check|install|load_all|test|document)|rcmdcheck::rcmdcheck|pkgload::load_all)\(")


def compiles_package(command: Command, repository: Repository) -> str:
    """What cache serves a command that compiles the native part of a package of this repository; "" for one that does not."""
    words = command.texts()
    if command.program in _OF_NODE:
        return "ccache" if _builds_addon(command, repository) else ""
    if words[:1] == ("CMD",) and posixpath.basename(command.program_path).startswith("R"):
        return "ccache" if len(words) > 1 and words[1] in _R_VERBS and _r_package(repository) else ""
    if command.program == "Rscript":
        return "ccache" if any(_R_CALLS.search(word) for word in words) and _r_package(repository) else ""
    folder = _built(command)
    return _native(folder, command, repository) if folder is not None else ""


def _built(command: Command) -> str | None:
    """The folder of the package that a command of Python's tools builds, as written; None where it builds none."""
    words = command.texts()
    if "--help" in words or command.program_path == f"./{command.program}":
        return None  # `./uv build` is a uv that this repository has built: a test of it
    if command.program in _SYNCS and words[:1] in {("sync",), ("install",)} and not _NOT_ITSELF & set(words):
        return command.value_of("--directory", "--project", "-C") or "."
    if command.program in _INSTALLERS:
        if not {"install", "wheel", "build"} & set(words[:2]) or "--sdist" in words:
            return None
        program = table().of(command)
        named = [word.partition("[")[0].strip("'\"") for word in (program.operands(command) if program else ())]
        local = [word for word in named if word == "." or word.startswith(("./", "../"))]
        if local or "build" not in words[:1]:
            return local[0] if local else None
        return "."
    if command.program in {"build", "pyproject-build"} or (
        command.program == "python" and words[:2] == ("-m", "build")
    ):
        return None if {"--sdist", "-s"} & set(words) and not {"--wheel", "-w"} & set(words) else _named_folder(words)
    if command.program == "python" and words[:1] == ("setup.py",):
        return "." if _WITH_SETUP & set(words[1:]) else None
    return None


_BUILD_VALUES = frozenset({"-m", "-o", "--outdir", "-C", "--config-setting", "--installer"})
"""Options of `python -m build` that take a value (build.pypa.io: command line)."""


def _named_folder(words: tuple[str, ...]) -> str:
    """The folder that `python -m build` is given; the current one by default."""
    pairs = zip(("", *words), words, strict=False)
    return next((word for before, word in pairs if not word.startswith("-") and before not in _BUILD_VALUES), ".")


def _native(folder: str, command: Command, repository: Repository) -> str:
    """The cache for the package in the folder, where that compiles; a folder that the script makes has a copy of one."""
    known = _python_packages(repository)
    copied = next(iter(known.values()), "")
    if command.directory is None:
        return copied
    place = joined_path(command.directory, folder)
    if place in known or not place or not copied:
        return known.get(place, "")
    return "" if place in all_folders(repository) else copied


@remembered
def _python_packages(repository: Repository) -> dict[str, str]:
    """The folders of the Python packages that compile, and what cache serves each."""
    found = {
        manifest.directory: "ccache"
        for manifest in repository.project.manifests
        if manifest.ecosystem == "python"
        and any(one.group == "build" and one.name.lower() in _BACKENDS for one in manifest.dependencies)
    }
    found |= {
        manifest.directory: "cargo"
        for manifest in repository.project.manifests
        if manifest.ecosystem == "python"
        and any(one.group == "build" and one.name.lower() in _OF_RUST for one in manifest.dependencies)
    }
    for path in repository.paths_by_name.get("setup.py", ()):
        text = repository.text(path)
        if _EXTENSIONS.search(text):
            found[posixpath.dirname(path)] = "bazel" if "bazel" in text.lower() else "ccache"
    return found


def _builds_addon(command: Command, repository: Repository) -> bool:
    """True for an install in the folder of a native addon: npm runs `node-gyp rebuild` where binding.gyp lies and no script says else.

    Source: docs.npmjs.com/cli/using-npm/scripts, "npm install".
    """
    words = [text for text in command.texts() if not text.startswith("-")]
    if command.directory is None or len(words) > 1 or (words and words[0] not in _NODE_VERBS):
        return False
    if "--ignore-scripts" in command.texts() or (not words and command.program != "yarn"):
        return False
    if posixpath.join(command.directory, "binding.gyp") not in repository.project.paths:
        return False
    manifest = repository.text(posixpath.join(command.directory, "package.json"))
    return not _FETCHES_BUILT.search(manifest)


_FETCHES_BUILT = lazily(
    r'"(?:pre)?install"\s*:\s*"[^"]*(?:prebuild-install|node-gyp-build|node-pre-gyp|echo|exit|true)'
)
"""Install scripts that fetch what is built already, or do nothing."""


@remembered
def _r_package(repository: Repository) -> bool:
    """True where the tree holds an R package with native sources."""
    folders = [posixpath.dirname(path) for path in repository.paths_by_name.get("DESCRIPTION", ())]
    below = tuple(posixpath.join(folder, "src") + "/" for folder in folders)
    return bool(below) and any(path.startswith(below) and is_native(path) for path in repository.project.paths)
