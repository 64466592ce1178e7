"""Paths of this repository that a script writes behind an expansion: `"$(dirname "$0")"/build.sh`, `$ROOT/ci/lint.sh`."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.files.lazily import lazily

_BESIDE = lazily(
    r"[\"']?(?:\$\(\s*(?:cd[^$`]{0,20})?[\"']?(?:\$\()?\s*dirname\s[^)]{1,60}\)[^/]{0,60}"
    r"|`dirname\s[^`]{1,40}`|\$\{(?:0|BASH_SOURCE(?:\[0\])?)%/\*\})[\"']?/(?P<rest>[\w./-]+)[\"']?\Z"
)
"""The folder of the script itself, then a path from there."""
_BATCH = lazily(r"[\"']?%~dp0/*(?P<rest>[\w.-][\w./-]*)[\"']?\Z", re.IGNORECASE)
"""The same in a batch file; the expansion ends in a backslash of its own (`for /?` of cmd)."""
_NAMED = lazily(
    r"[\"']?(?:\$[{(]?(?:env:)?|%(?=\w+%))(?P<name>\w*(?:DIR|ROOT|HERE|PATH|BASE|SRC|TOP|WORKSPACE|REPO|PROJECT|SCRIPTS?|PWD|SELF|CWD|FOLDER)\w*)[)}%]?"
    r"[\"']?/(?P<rest>[\w./-]+)[\"']?\Z",
    re.IGNORECASE,
)
"""A variable named after a folder, then a path from there."""
_ELSEWHERE = lazily(
    r"\A(HOME|XDG_\w+|VENV\w*|VIRTUAL_ENV|\w*TMP\w*|\w*TEMP\w*|\w*BUILD\w*|\w*OUT\w*|\w*PREFIX\w*|JAVA_HOME)\Z", re.I
)


def paths_meant(written: str, command: Command) -> Iterator[str]:
    """The paths from the root that a written path may mean, the likeliest first."""
    if "\\" in written:
        written = written.replace("\\", "/")  # of PowerShell and cmd
    if "$" not in written and "`" not in written and "%" not in written:
        for directory in (command.directory, ""):
            yield _join(directory or "", written)
        if written.startswith("/"):
            yield from _below_somewhere(written)
        return
    own = posixpath.dirname(command.place.path)
    beside = _BESIDE.match(written) or _BATCH.match(written)
    if beside is not None:
        yield _join(own, beside["rest"])
        return
    named = _NAMED.match(written)
    if named is not None and not _ELSEWHERE.match(named["name"]):
        for directory in (own, "", command.directory or ""):
            yield _join(directory, named["rest"])


def _below_somewhere(written: str) -> Iterator[str]:
    """The ends of an absolute path that may be a path of the checkout, which lies at a place of CI's choosing."""
    parts = [part for part in written.split("/") if part not in {"", "."}]
    for start in range(1, len(parts) - 1):
        yield "/".join(parts[start:])


def _join(directory: str, path: str) -> str:
    joined = posixpath.normpath(posixpath.join(directory, path))
    return "" if joined == "." else joined
