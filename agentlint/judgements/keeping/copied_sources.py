"""What a COPY brings into an image: all of the sources, a folder of the code, or a tree that is laid over the root."""

from __future__ import annotations

import posixpath

from agentlint.facts.image import Instruction
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily

_CODE_FOLDERS = frozenset("src source sources cmd internal pkg crates app server backend frontend".split())
_CODE = (".go", ".rs", ".js", ".ts", ".tsx", ".jsx", ".py", ".java", ".kt", ".rb", ".php", ".c", ".cpp", ".cs")
_ALL = frozenset({".", "./", "*", "./*", "/", ".git", ".git/"})
_PACKAGE = 5
"""Files of code from which on a folder with a package.json is a package's sources, of which an install needs the manifest."""
_TREE = 3
"""Files from which on a folder that is laid over the root is more than what one install needs."""
_FOR_PACKAGES = ("/etc/apt/", "/etc/yum", "/etc/dnf", "/etc/apk/", "/etc/pacman", "/etc/zypp", "/etc/pki/", "keyrings/")
"""Settings of the package managers: an install after them may need them."""


def copies_all(instruction: Instruction) -> bool:
    """True where the whole of the build's folder is copied."""
    if _of_another_stage(instruction) or "--parents" in instruction.flags:
        return False
    return any(source in _ALL for source in _sources(instruction))


def copies_code(instruction: Instruction, repository: Repository) -> bool:
    """True where a folder of the project's own code is copied, beside its manifests or after them."""
    if _of_another_stage(instruction):
        return False
    if code_beside_list(instruction, repository):
        return True
    for source in _sources(instruction):
        folder = source.removeprefix("./").rstrip("/*")
        if folder + "/__init__.py" in repository.project.paths or (
            (folder.rsplit("/", 1)[-1] in _CODE_FOLDERS and _code_below(folder, repository) > 0)
            or (folder + "/package.json" in repository.project.paths and _code_below(folder, repository) >= _PACKAGE)
        ):
            return True
    return False


def code_beside_list(instruction: Instruction, repository: Repository) -> bool:
    """True for `COPY requirements.txt app.py ./`: every edit of the program is one of the list as well."""
    names = [posixpath.basename(source) for source in _sources(instruction)]
    return any(_LISTS.match(name) for name in names) and any(
        name.endswith(_CODE) and name in repository.paths_by_name and not _SETTINGS.search(name) for name in names
    )


_LISTS = lazily(r"(?:requirements[\w-]*\.txt|package\.json|Gemfile|go\.mod|composer\.json)$")
_SETTINGS = lazily(
    r"(?i)^setup\.py$|\.config\.|(?:^|\.)\w*rc\.|gulpfile|gruntfile|webpack|install|entry|patch|build|hook|preload|\.d\.ts$"
)
"""Code that an install may read or that hardly changes."""


def _code_below(folder: str, repository: Repository) -> int:
    """How many files of code lie in the folder."""
    return sum(path.startswith(folder + "/") and path.endswith(_CODE) for path in repository.project.paths)


def lays_over_root(instruction: Instruction, run: Instruction, repository: Repository) -> bool:
    """True for `COPY rootfs/ /`, a tree of settings and scripts of which the install that follows needs nothing."""
    words = [word.strip("'\"[],") for word in instruction.arguments]
    if len(words) != 2 or words[1] != "/" or _of_another_stage(instruction) or words[0] in _ALL:
        return False
    folder = words[0].removeprefix("./").rstrip("/*")
    below = {posixpath.join(posixpath.dirname(instruction.place.path), folder), folder} - {"", "."}
    files = [path for path in repository.ordered_paths if path.startswith(tuple(f"{one}/" for one in below))]
    if len(files) < _TREE or any(part in path for path in files for part in _FOR_PACKAGES):
        return False
    return not _run_first(run) & {path.rsplit("/", 1)[-1] for path in files}


def _run_first(run: Instruction) -> set[str]:
    """The programs that a RUN starts up to its first install, what they are wrapped in and the files they are handed."""
    names: set[str] = set()
    for command in run.commands:
        handed = (text for text in command.texts() if "/" in text)
        words = (command.program_path, *(word.text for word in command.wrapper_words), *handed)
        names.update(posixpath.basename(word) for word in words)
        if {"install", "add"} & set(command.texts()):
            break
    return names


def _of_another_stage(instruction: Instruction) -> bool:
    return any(flag.startswith("--from") for flag in instruction.flags)


def _sources(instruction: Instruction) -> list[str]:
    return [source.strip("'\"[],") for source in instruction.arguments[:-1]]
