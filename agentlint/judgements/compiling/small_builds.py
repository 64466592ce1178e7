"""Builds and test runs too small to spread: an example's folder of three files, a suite whose large groups are switched off."""

from __future__ import annotations

import posixpath
import re

from agentlint.facts.command import Command
from agentlint.facts.remembered import remembered
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.lines import line_start
from agentlint.judgements.compiling.builds import MAX_CMAKE_FILES, make_directory, named_makefile
from agentlint.judgements.compiling.native_code import weight_of

LITTLE = 8
"""Weight of the sources, in files of C, up to which a build of one folder is over before workers have started."""
MAX_FOLDERS = 4
_SOURCE = lazily(r"[\w.+${}()/-]+\.(?:c|cc|cpp|cxx|c\+\+|m|mm|f90|cu)\b(?![\w(])")
_BUILDS_OTHERS = lazily(
    r"\$[({]MAKE[)}]|\bmake\s+-C|\$\((?:wildcard|shell|foreach)|\bfind\b|"
    r"\bGLOB\w*\b|aux_source_directory|FetchContent|ExternalProject|add_subdirectory|add_subproject|CPM\w*Package|"
    r"\bforeach\s*\((?!\s*\w*(?:flag|config|type|option|var)\w*\s)|"
    r"^[ \t]*include[ \t]*\(\s*[\"$.\w]*[/.]",
    re.MULTILINE | re.IGNORECASE,
)
"""What brings in sources that the file does not name: other folders, patterns, loops, other projects."""
_ASKED = lazily(r"\b(?:if|option)[ \t]*\([^\n]*?\b(\w*TESTS?(?:_\w+)?)\b", re.IGNORECASE)
_COMMENT = lazily(r"#[^\n]*")
_CD = lazily(r"\bcd[ \t]+[\"']?([\w./*-]+)[\"']?[ \t]*(?=[;&|)\n])")
_BEFORE = 400
"""Characters above a command in which the `cd` stands that tells its folder."""
_GROUP_OFF = lazily(r"-D(\w*TESTS?(?:_\w+)?)(?::BOOL)?=(?:OFF|0|NO|FALSE)\b", re.IGNORECASE)


def builds_little(command: Command, repository: Repository) -> bool:
    """True where the build file of the folder that is built names few sources, and nothing that may bring more."""
    if command.program == "ctest" or named_makefile(command):
        return False
    places = _build_files(command, repository)
    return bool(places) and all(_names_few(path, repository) for path in places)


def without_its_large_groups(command: Command, repository: Repository) -> bool:
    """True for tests behind a configuration that switches two groups of them off: nobody can tell how many are left."""
    for other in repository.commands_by_unit.get(command.unit, ()):
        if other.program == "cmake":
            off = {found[1] for text in other.texts() if (found := _GROUP_OFF.match(text))}
            if len(off) > 1 and len(off & _own_options(repository)) > 1:
                return True
    return False


@remembered
def _own_options(repository: Repository) -> frozenset[str]:
    """The names of test groups that the CMake files of this tree ask for; another project's options are not among them."""
    paths = [path for path in repository.ordered_paths if path.endswith(("CMakeLists.txt", ".cmake"))]
    sources = [repository.read(path) for path in paths[:MAX_CMAKE_FILES]]
    found = (_ASKED.findall(source.text) for source in sources if source is not None and b"TEST" in source.data)
    return frozenset(name for names in found for name in names)


def _build_files(command: Command, repository: Repository) -> tuple[str, ...]:
    """The build files that the command may read: one, or those of all folders that its `cd` may mean."""
    configured = _configuration(command, repository)
    if configured is not None:
        name, written = "CMakeLists.txt", _source_folder(configured)
        folder = configured.directory
    elif command.program == "cmake":
        return ()
    else:
        name, written = "Makefile", command.value_of("-C", "--directory") or "."
        folder = command.directory
    if "$" in written or "*" in written:
        return ()
    if folder is None:
        return _by_folder_name(configured or command, written, name, repository)
    if configured is None and make_directory(command) in {None, ""}:
        return ()
    path = posixpath.normpath(posixpath.join(folder, written, name))
    return (path,) if path in repository.project.paths else ()


def _configuration(command: Command, repository: Repository) -> Command | None:
    """The last call of CMake before this command that writes a build tree, where it stands in the same folder."""
    last = None
    built = command.value_of("--build")
    for other in repository.commands_by_unit.get(command.unit, ()):
        if other is command:
            break
        if other.program == "cmake" and not {"--build", "--install", "-E", "-P", "--version"} & set(other.texts()):
            tree = other.value_of("-B")
            if built is None or tree is None or posixpath.normpath(tree) == posixpath.normpath(built):
                last = other
        elif other.program == "make" and command.program == "make" and last is not None:
            last = None  # another folder's, as far as anybody can tell
    if last is None or (last.directory != command.directory and command.program != "cmake"):
        return None
    return last


def _source_folder(command: Command) -> str:
    written = command.value_of("-S")
    if written:
        return written
    operands = [text for text in command.texts() if re.fullmatch(r"\.{1,2}(?:/[\w./-]*)?|[\w-]+(?:/[\w.-]+)*/?", text)]
    takes = {"-B", "-G", "-A", "-T", "-C", "-D"}
    words = command.texts()
    operands = [text for text in operands if words[max(0, words.index(text) - 1)] not in takes]
    return operands[-1] if operands else "."


def _by_folder_name(command: Command, written: str, name: str, repository: Repository) -> tuple[str, ...]:
    """The build files in folders of this tree that bear the name which the nearest `cd` gives, where the way to it is not known."""
    source = repository.read(command.place.path)
    if source is None:
        return ()
    start = command.place.span.start
    here = line_start(source.text, start)
    gone = [found[1] for found in _CD.finditer(source.text, here, start)]
    if not gone:
        gone = [found[1] for found in _CD.finditer(source.text, max(0, here - _BEFORE), here)][-1:]
    if not gone or "*" in "".join(gone):
        return ()
    joined = posixpath.normpath(posixpath.join(*gone, written))
    while joined.startswith("../"):
        joined = joined[3:]
    if joined in {"", ".", ".."} or joined.startswith("/"):
        return ()
    ending = f"/{joined}/{name}"
    found = tuple(path for path in repository.project.paths if ("/" + path).endswith(ending))
    return found if len(found) <= MAX_FOLDERS else ()


@remembered
def _names_few(path: str, repository: Repository) -> bool:
    """True where the build file names sources, few of them, and no way to others; a Makefile's own folder counts as named."""
    source = repository.read(path)
    text = _COMMENT.sub("", source.text) if source is not None else ""
    weight = sum(weight_of(name) for name in {found[0].rsplit("/", 1)[-1] for found in _SOURCE.finditer(text)})
    if not path.endswith(".txt"):
        below = posixpath.dirname(path) + "/"
        weight = max(weight, sum(weight_of(one) for one in repository.project.paths if one.startswith(below)))
    return 0 < weight <= LITTLE and not _BUILDS_OTHERS.search(text)
