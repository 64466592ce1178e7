"""How much native code a repository compiles: the measure for jobs and compiler caches."""

from __future__ import annotations

import posixpath

from agentlint.facts.project_summary import counts_as_source
from agentlint.facts.remembered import remembered
from agentlint.facts.repository import Repository

_WEIGHTS = {
    **dict.fromkeys((".c", ".m", ".f", ".for", ".f90", ".F90"), 1),
    **dict.fromkeys((".cc", ".cpp", ".cxx", ".c++", ".C", ".mm"), 4),
    **dict.fromkeys((".cu", ".hip"), 10),
}
"""What one translation unit costs beside a file of C; headers are compiled with whoever includes them."""


def is_native(path: str) -> bool:
    """True for a translation unit of C, C++ or the like."""
    return posixpath.splitext(path)[1] in _WEIGHTS


def weight_of(path: str) -> int:
    """What compiling one file costs, counted in files of C; 0 for all but translation units."""
    return _WEIGHTS.get(posixpath.splitext(path)[1], 0)


@remembered
def native_weight(repository: Repository) -> int:
    """The translation units that `make` and CMake compile, tests among them, counted in files of C."""
    weight = 0
    for path in repository.project.paths:
        one = _WEIGHTS.get(posixpath.splitext(path)[1])
        if one is not None and counts_as_source(path):
            weight += one
    return weight
