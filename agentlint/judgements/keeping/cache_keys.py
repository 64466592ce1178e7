"""Which files the key of a cache step is made of, and whether any of them is there when the step asks for it."""

from __future__ import annotations

import re

from agentlint.facts.pipeline import Step
from agentlint.facts.repository import Repository
from agentlint.files.kind_of_file import glob_pattern
from agentlint.files.lazily import lazily
from agentlint.programs.actions import actions

_HASH = lazily(r"\$\{\{\s*hashFiles\(\s*('[^'{}]*'(?:\s*,\s*'[^'{}]*')*)\s*\)\s*\}\}")
"""A hash of files that are spelled out; one with an expression in it is not told."""
_QUOTED = lazily(r"'([^']*)'")
_MAKE_NO_FILES = frozenset(
    "echo apt-get apt brew rustup rustc date mkdir node python python3 java sysctl uname df free choco dnf apk yum".split()
)
"""Programs that put no lock file or manifest into the work tree."""
_FETCH_SOURCES = frozenset("git gh hg svn tar unzip 7z cp mv rsync scp aws gsutil bsdtar dotnet npx".split())
"""Programs by which sources come to a machine without a checkout step."""


def without_empty_hashes(key: str, step: Step, steps: tuple[Step, ...], repository: Repository) -> tuple[str, str]:
    """The key without its hashes, and why they are empty: "early" before the checkout, or the files that do not exist.

    The reason is "" where one of them may find a file, or where there is none; the key then stays as it is.
    """
    found = _HASH.findall(key)
    patterns = [pattern for one in found for pattern in _QUOTED.findall(one)]
    if not patterns or any(sign in pattern for pattern in patterns for sign in "$![~"):
        return key, ""
    before = steps[: next((at for at, one in enumerate(steps) if one is step), 0)]
    if any(_checks_out(one) for one in before):
        made = _another_tree(before, repository) or not all(_makes_nothing(one) for one in before)
        reason = "" if made or _match(patterns, repository) else patterns[0]
    else:
        later = any(_checks_out(one) for one in steps) and not any(_may_fetch(one, patterns) for one in before)
        reason = "early" if later and _match(patterns, repository) else ""
    return (_HASH.sub("", key), reason) if reason else (key, "")


def _checks_out(step: Step) -> bool:
    return step.action is not None and step.action.name == "actions/checkout"


def _another_tree(before: tuple[Step, ...], repository: Repository) -> bool:
    """True where files come from elsewhere too: another repository, submodules; or lie in another folder."""
    return ".gitmodules" in repository.project.paths or any(
        _checks_out(one) and one.action is not None and {"repository", "submodules", "path"} & set(one.action.inputs)
        for one in before
    )


def _makes_nothing(step: Step) -> bool:
    """True for a known action that sets tools up or checks out, and for commands that make none of the hashed files."""
    if step.action is not None:
        return _sets_up(step, frozenset({"checkout", "set-up", "cache"}))
    return ">" not in step.script and all(command.program in _MAKE_NO_FILES for command in step.commands)


def _may_fetch(step: Step, patterns: list[str]) -> bool:
    """True for a step that may bring the sources without a checkout, or writes one of the files itself."""
    if step.action is not None:
        return not _sets_up(step, frozenset({"set-up", "cache", "install"}))
    names = {pattern.rsplit("/", 1)[-1].lstrip("*") for pattern in patterns}
    return any(name in step.script for name in names) or any(one.program in _FETCH_SOURCES for one in step.commands)


def _sets_up(step: Step, roles: frozenset[str]) -> bool:
    known = actions().roles(step.action)
    return step.action is not None and not step.action.local and bool(known) and known <= roles


def _match(patterns: list[str], repository: Repository) -> bool:
    """True where one of the patterns finds a file of this repository."""
    found = re.compile("|".join(f"(?:{glob_pattern(one.removeprefix('./'))})" for one in patterns))
    return any(found.fullmatch(path) for path in repository.project.paths)
