"""How much native code a repository compiles: the measure for jobs and compiler caches."""

from __future__ import annotations

import posixpath

from agentlint.facts.project_summary import counts_as_source
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


def native_weight(repository: Repository) -> int:
    """The translation units that `make` and CMake compile, tests among them, counted in files of C."""
    known = repository.memory("native weight")
    if known is None:
        weight = 0
        for path in repository.project.paths:
            one = _WEIGHTS.get(posixpath.splitext(path)[1])
            if one is not None and counts_as_source(path):
                weight += one
        known = repository.remember("native weight", weight)
    assert isinstance(known, int)
    return known


_LAUNCHER = "CMAKE_CXX_COMPILER_LAUNCHER=ccache"
_WORTH_NAMING = 5
"""One part in so many of what is compiled is worth a launcher of its own."""
_OF_C = frozenset({".c"})
_OF_CXX = frozenset({".cc", ".cpp", ".cxx", ".c++", ".C"})


def with_launchers(advice: str, repository: Repository) -> str:
    """Advice on CMake's launcher for the languages that are compiled: each has its own, and C++'s does nothing for C."""
    if _LAUNCHER not in advice:
        return advice
    weights = {"C": 0, "CXX": 0}
    for path in repository.project.paths:
        suffix = posixpath.splitext(path)[1]
        language = "C" if suffix in _OF_C else "CXX" if suffix in _OF_CXX else ""
        if language and counts_as_source(path):
            weights[language] += _WEIGHTS[suffix]
    whole = sum(weights.values())
    named = [one for one, weight in weights.items() if weight * _WORTH_NAMING >= whole] if whole else ["CXX"]
    return advice.replace(_LAUNCHER, " and ".join(f"CMAKE_{one}_COMPILER_LAUNCHER=ccache" for one in named))
