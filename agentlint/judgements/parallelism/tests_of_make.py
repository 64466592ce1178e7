"""Whether `make check` has many tests that are targets of their own, which make runs at once when it is given jobs."""

from __future__ import annotations

import posixpath
import re

from agentlint.facts.command import Command
from agentlint.facts.remembered import remembered
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.judgements.compiling.builds import goals

MANY = 12
"""Tests from which on it is worth saying."""
_SERIAL = lazily(r"\bserial-tests\b|^\s*\.NOTPARALLEL\b(?!\s*:\s*\S)", re.MULTILINE)
_TESTS = lazily(r"^[ \t]*TESTS[ \t]*\+?=[ \t]*((?:[^\n\\]|\\\r?\n|\\.)*)", re.MULTILINE)
_SET = r"^[ \t]*{name}[ \t]*[:+?]?=[ \t]*((?:[^\n\\]|\\\r?\n|\\.)*)"
_VARIABLE = lazily(r"\$[({](\w+)[)}]")
_RULE = r"^{goal}[ \t]*::?(?!=)[ \t]*((?:[^\n\\]|\\\r?\n|\\.)*)\n((?:\t[^\n]*\n)*)"
_EACH = lazily(
    r"\$[({](?:addsuffix|addprefix|patsubst)\b[^)}]*(?:TEST|CASE|SPEC|CHECK)|\$[({]\w*(?:TEST|CASE|SPEC|CHECK)\w*:[^)}=]*=",
    re.I,
)
"""A list of tests made into targets: `$(addsuffix .check,$(TESTS))`, `$(TESTS:.sh=.log)`."""
_COMPILED = lazily(r"\.(?:o|lo|obj|a|exe)[)},]")
_RUNS_THEM = lazily(r"\bfor\b|\bprove\b|\bxargs\b|\$[\^<+?]|\$[({][\^<+?]|\$[({]\w*(?:TEST|CASE|SPEC|CHECK)", re.I)
"""A recipe that goes over the tests itself, whatever number of jobs make has."""
MAX_FILES = 200
MAX_DEPTH = 4


def tests_made_one_by_one(command: Command, repository: Repository) -> bool:
    """True where the goals lead to automake's harness with many tests, or to rules with a target for each."""
    folder = posixpath.normpath(
        posixpath.join(command.directory or "", command.value_of("-C", "--directory") or "")
    ).removeprefix(".")
    if command.option("-f", "--file") is not None:
        return False
    for name in ("GNUmakefile", "makefile", "Makefile"):
        path = posixpath.join(folder, name)
        if repository.read(path) is not None:
            return any(_target_for_each(goal, path, repository) for goal in goals(command))
    return "check" in goals(command) and _of_automake(repository) >= MANY


@remembered
def _target_for_each(goal: str, path: str, repository: Repository) -> bool:
    """True for a rule that only gathers: a list of tests among its prerequisites, and no recipe that runs them itself."""
    text = repository.text(path)
    if goal not in text or not re.fullmatch(r"[\w.-]+", goal) or _SERIAL.search(text):
        return False
    found = re.search(_RULE.format(goal=re.escape(goal)), text + "\n", re.MULTILINE)
    if found is None or _RUNS_THEM.search(found[2]):
        return False
    return any(not _COMPILED.search(each[0] + ")") for each in _EACH.finditer(found[1]))


@remembered
def _of_automake(repository: Repository) -> int:
    """How many tests the Makefile.am files list; none where the project asks for its tests one after another."""
    paths = repository.paths_by_name
    settings = [*paths.get("configure.ac", ()), *paths.get("configure.in", ())]
    files = paths.get("Makefile.am", ())[:MAX_FILES]
    if not settings or any(_SERIAL.search(repository.text(path)) for path in (*settings, *files)):
        return 0
    return sum(_listed(repository.text(path)) for path in files)


def _listed(text: str) -> int:
    """The tests that one Makefile.am names, those of the variables it names included."""
    if "TESTS" not in text:
        return 0
    names: set[str] = set()
    waiting = [(found[1], 0) for found in _TESTS.finditer(text)]
    seen: set[str] = set()
    while waiting:
        value, depth = waiting.pop()
        value = value.replace("\\\r\n", " ").replace("\\\n", " ").partition("#")[0]
        for variable in _VARIABLE.findall(value):
            if variable not in seen and depth < MAX_DEPTH:
                seen.add(variable)
                setting = re.compile(_SET.format(name=re.escape(variable)), re.MULTILINE)
                waiting.extend((found[1], depth + 1) for found in setting.finditer(text))
        names.update(word for word in value.split() if "$" not in word)
    return len(names)
