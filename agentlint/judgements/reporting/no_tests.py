"""Whether a test target of make has anything behind it: Automake gives every project `check`, tests or none."""

from __future__ import annotations

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily

_GIVEN = frozenset({"check", "distcheck", "installcheck", "check-am", "check-recursive"})
"""Targets that Automake writes into every Makefile. Source: gnu.org/software/automake, "Checking the Distribution"."""
_TEMPLATES = (".am", ".mk", ".mak", "akefile.in", "akefile", "am.inc")
_BEHIND = lazily(
    r"\bTESTS\b|\bcheck_[A-Z]+\b|\bDEJATOOL\b|dejagnu|^(?:install)?check(?:-\w+)?[ \t]*:|\b(?:install)?check-local\b|\bTESTSUITE\b",
)
_ELSEWHERE = lazily(r"AC_CONFIG_SUBDIRS|AC_CONFIG_TESTDIR|AX_VALGRIND_CHECK|AX_CODE_COVERAGE")


def has_no_tests(command: Command, repository: Repository) -> bool:
    """True for `make check` or `make distcheck` of an Automake project none of whose Makefile.am names a test."""
    if not _GIVEN & set(command.texts()) or "test" in command.texts():
        return False
    known = repository.memory("automake without tests")
    if known is None:
        known = repository.remember("automake without tests", _without_tests(repository))
    return known is True


def _without_tests(repository: Repository) -> bool:
    paths = [path for path in repository.ordered_paths if path.endswith(_TEMPLATES)]
    if not any(path.endswith("Makefile.am") for path in paths):
        return False
    scripts = [path for path in ("configure.ac", "configure.in") if path in repository.project.paths]
    if any(_ELSEWHERE.search(repository.text(path)) for path in scripts):
        return False
    return not any(_names_test(repository.text(path)) for path in paths)


def _names_test(text: str) -> bool:
    return any(
        _BEHIND.search(line) for line in text.splitlines() if "check" in line or "TEST" in line or "DEJA" in line
    )
