"""Which kind a file is: told by its path, else by the interpreter that its first line names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from agentlint.files.kinds import KINDS, Kind

SHEBANG_BYTES = 256
"""How much of a file without a telling name is looked at."""


class _Index(NamedTuple):
    names: dict[str, int]
    suffixes: dict[str, int]
    globs: tuple[tuple[re.Pattern[str], int], ...]
    hints: tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]
    """Starts of base names, ends of paths and starts of paths, one of which every path that fits a glob has."""
    shebangs: dict[str, Kind]


def glob_pattern(glob: str) -> str:
    """The regular expression of a path glob: `*` and `?` stay within a folder, `**/` is any number of folders."""
    out = []
    for part in re.split(r"(\*\*/|\*\*|\*|\?)", glob):
        out.append({"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*", "?": "[^/]"}.get(part) or re.escape(part))
    return "".join(out)


@cache
def _index() -> _Index:
    names: dict[str, int] = {}
    suffixes: dict[str, int] = {}
    globs: list[tuple[re.Pattern[str], int]] = []
    shebangs: dict[str, Kind] = {}
    for at, kind in enumerate(KINDS):
        for name in kind.names:
            names.setdefault(name, at)
        for suffix in kind.suffixes:
            suffixes.setdefault(suffix, at)
        if kind.globs:
            globs.append((re.compile("(?:" + "|".join(map(glob_pattern, kind.globs)) + r")\Z"), at))
        for interpreter in kind.shebangs:
            shebangs.setdefault(interpreter, kind)
    return _Index(names, suffixes, tuple(globs), _hints(), shebangs)


def _hints() -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """A quick refusal: most paths fit no glob at all, and need not be tried against each."""
    starts, ends, folders = set(), set(), set()
    for kind in KINDS:
        for glob in kind.globs:
            folder, _, base = glob.rpartition("/")
            if not base.startswith("*"):
                starts.add(base.partition("*")[0])
            elif not base.endswith("*"):
                ends.add(base.rpartition("*")[2])
            else:
                folders.add(folder.partition("*")[0])
    return tuple(sorted(starts)), tuple(sorted(ends)), tuple(sorted(folders))


def kind_of_name(path: str) -> Kind | None:
    """The kind that a path alone tells."""
    index = _index()
    base = path.rpartition("/")[2]
    found = [at for at in (index.names.get(base), *_by_suffix(base, index.suffixes)) if at is not None]
    starts, ends, folders = index.hints
    if base.startswith(starts) or path.endswith(ends) or path.startswith(folders):
        found.extend(at for pattern, at in index.globs if pattern.match(path))
    if len(found) > 1 or (found and base.endswith(_SAYS_OTHERWISE)):
        found = [at for at in found if KINDS[at].name not in _OPEN_NAMES or not base.endswith(_SAYS_OTHERWISE)]
    return KINDS[min(found)] if found else None


_OPEN_NAMES = frozenset({"makefile", "dockerfile", "jenkinsfile"})
"""Kinds of files that may be called `Makefile.anything`."""
_SAYS_OTHERWISE = tuple(
    ".java .kt .scala .swift .dart .py .go .rb .rs .js .ts .cs .php .c .h .cpp .hpp .lua .vim .kak .el .ex .exs .md .rst .txt .html .css .svg .png"
    " .json .yml .yaml .toml .xml .csv .lock .log .sh .bash .zsh .fish .ps1 .patch .diff .orig .rej .dump .snap .nanorc .snippets .tmLanguage .sublime-syntax".split()
)
"""Ends of names that tell another kind: `Dockerfile.java` is a class."""


def _by_suffix(base: str, suffixes: dict[str, int]) -> Iterable[int | None]:
    at = base.find(".")
    while at != -1:
        yield suffixes.get(base[at:])
        at = base.find(".", at + 1)


def may_have_shebang(path: str) -> bool:
    """True for a name without a suffix, or with one that says what it is for: only there are the first bytes worth reading."""
    base = path.rpartition("/")[2]
    return "." not in base[1:] or base.endswith(_OF_SCRIPTS)


_OF_SCRIPTS = ("plugin", ".hook", ".command", ".run", ".script")
"""Ends of names of scripts in any language: `clip.app-plugin`, `start.command`."""


_SHEBANG = re.compile(
    rb"#![ \t]*(?:\S*/)?env(?:[ \t]+-\S+|[ \t]+\w+=\S*)*[ \t]+(?:\S*/)?([\w.+-]+)|#![ \t]*(?:\S*/)?([\w.+-]+)"
)


def kind_of_head(head: bytes) -> Kind | None:
    """The kind that a shebang tells."""
    found = _SHEBANG.match(head)
    if found is None:
        return None
    interpreter = (found.group(1) or found.group(2)).decode("ascii", "replace")
    shebangs = _index().shebangs
    return shebangs.get(interpreter) or shebangs.get(interpreter.rstrip("0123456789."))


def kind_of(path: str, head: bytes = b"") -> Kind | None:
    """The kind of a file: by its path, else by its first bytes. None: nothing for this project."""
    by_name = kind_of_name(path)
    if by_name is not None:
        return by_name
    return kind_of_head(head) if may_have_shebang(path) and head.startswith(b"#!") else None
