"""Flags that `go test` hands to test binaries which do not all define them."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily

_FLAG = lazily(r"--?([a-z][\w-]*)(?:=.*)?")
_OWN_FLAGS = frozenset(
    "a n p v x race msan asan work asmflags buildmode buildvcs compiler cover coverpkg covermode coverprofile gccgoflags gcflags installsuffix json ldflags"
    " linkshared mod modcacherw modfile overlay pgo pkgdir tags trimpath toolexec args c exec i o vet bench benchmem benchtime blockprofile blockprofilerate"
    " count cpu cpuprofile failfast fullpath fuzz fuzztime fuzzminimizetime list memprofile memprofilerate mutexprofile mutexprofilefraction outputdir parallel"
    " run short shuffle skip timeout trace artifacts C".split()
)
"""Flags of `go test` and `go build`: `go help testflag`, `go help build`."""
MOST_FILES = 2000


def absent_test_flags(command: Command, repository: Repository) -> Iterator[str]:
    """`go test -update ./...` where only some packages with tests define `-update`: the others stop at it."""
    words = command.texts()
    if words[:1] != ("test",) or "./..." not in words or "-args" in words or "--args" in words or command.directory:
        return
    for word in words[1:]:
        match = _FLAG.fullmatch(word)
        if match is None or match[1].startswith("test.") or match[1] in _OWN_FLAGS:
            continue
        packages, defining = _packages(match[1], repository)
        if packages and defining is not None and packages - defining:
            yield f"the flag `{word}` in the tests of `{min(packages - defining) or '.'}`"


def _packages(flag: str, repository: Repository) -> tuple[set[str], set[str] | None]:
    """The folders that have tests, and those whose own tests define the flag; None where other code may define it."""
    defines = re.compile(rf"\bflag\.\w+\([^)\n]*\"{re.escape(flag)}\"|\"{re.escape(flag)}\"")
    packages: set[str] = set()
    defining: set[str] = set()
    for path in [path for path in repository.ordered_paths if path.endswith(".go")][:MOST_FILES]:
        if re.search(r"(?:^|/)(?:vendor|testdata|_\w+)/", path):
            continue
        source = repository.read(path)
        found = source is not None and defines.search(source.text) is not None
        if path.endswith("_test.go"):
            packages.add(posixpath.dirname(path))
            defining |= {posixpath.dirname(path)} if found else set()
        elif found and source is not None and "flag." in source.text:
            return packages, None
    return packages, defining
