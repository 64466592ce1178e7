"""How CMake is told to compile under ccache: by which launchers, and with which generator, as not all of them take one."""

from __future__ import annotations

import posixpath

from agentlint.facts.command import Command
from agentlint.facts.pipeline import Job
from agentlint.facts.project_summary import counts_as_source
from agentlint.facts.repository import Repository
from agentlint.judgements.compiling.native_code import weight_of
from agentlint.judgements.keeping.compiler_caches import started_cold

_LAUNCHER = "CMAKE_CXX_COMPILER_LAUNCHER=ccache"
_KEPT_AT = "~/.cache/ccache"
_WORTH_NAMING = 5
"""One part in so many of what is compiled is worth a launcher of its own."""
_OF_C = frozenset({".c"})
_OF_CXX = frozenset({".cc", ".cpp", ".cxx", ".c++", ".C"})
_WITHOUT = (("Visual Studio", "Visual Studio's generator takes no launcher"), ("Xcode", "Xcode's takes no launcher"))
"""Generators under which a launcher does nothing: only those for make and Ninja call it (cmake.org: <LANG>_COMPILER_LAUNCHER)."""
_TAKING = ("Ninja", "Makefiles")
_UNIX_ON_WINDOWS = ("msys", "mingw", "cygwin")


def compiler_cache_advice(advice: str, by: Command | None, job: Job, repository: Repository) -> str:
    """The advice with what this build needs: its languages' launchers, a generator that takes them, ccache's folder there.

    ccache refuses a compilation whose debug information goes into a file shared with others (/Zi); /Z7 keeps it in the object.
    """
    if started_cold(job):
        return f"the compiler cache that it names starts empty each time: keep its folder ({_folder(job)} for ccache) between runs"
    if _LAUNCHER in advice:
        named = _launchers(repository)
        generator, why = _taking_none(by, job, repository)
        if generator:
            debug = " with /Z7 for /Zi" if generator == "Visual Studio" else ""
            advice = advice.replace(f"set {_LAUNCHER}", f"generate for Ninja ({why}), set {named}{debug}")
        else:
            advice = advice.replace(_LAUNCHER, named)
    return advice.replace(_KEPT_AT, _folder(job))


def _launchers(repository: Repository) -> str:
    """The launchers of the languages that are compiled: each has its own, and C++'s does nothing for C."""
    weights = {"C": 0, "CXX": 0}
    for path in repository.project.paths:
        suffix = posixpath.splitext(path)[1]
        language = "C" if suffix in _OF_C else "CXX" if suffix in _OF_CXX else ""
        if language and counts_as_source(path):
            weights[language] += weight_of(path)
    whole = sum(weights.values())
    named = [one for one, weight in weights.items() if weight * _WORTH_NAMING >= whole] if whole else ["CXX"]
    return " and ".join(f"CMAKE_{one}_COMPILER_LAUNCHER=ccache" for one in named)


def _taking_none(by: Command | None, job: Job, repository: Repository) -> tuple[str, str]:
    """The generator of the build where it takes no launcher, and how that is said; on Windows it is Visual Studio's by default."""
    texts = [*job.environment.values()]
    if by is not None:
        units = dict.fromkeys((by.unit, job.unit))
        commands = [other for unit in units for other in repository.commands_by_unit.get(unit, ())]
        for other in commands:
            if other.program == "cmake":
                texts.extend((*other.texts(), other.environment.get("CMAKE_GENERATOR", "")))
    if any(name in text for text in texts for name in _TAKING):
        return "", ""
    for name, why in _WITHOUT:
        if any(name in text for text in texts):
            return name, why
    chosen_elsewhere = any(text.startswith(("-G", "--preset")) or "generator" in text.lower() for text in texts)
    return _WITHOUT[0] if by is not None and not chosen_elsewhere and _plain_windows(job) else ("", "")


def _plain_windows(job: Job) -> bool:
    """True on a Windows machine, and not in one of the Unix-like systems that run on it, whose default is make."""
    if not _only_on_windows(job):
        return False
    told = [*job.environment.values(), *(step.shell for step in job.steps)]
    told += [step.action.name for step in job.steps if step.action is not None]
    return not any(name in text.lower() for text in told for name in _UNIX_ON_WINDOWS)


_WINDOWS = ("windows", "visual studio", "win20")
"""In the names of machines: GitHub's and Azure's labels, AppVeyor's images, Azure's of old (vs2017-win2016)."""


def _only_on_windows(job: Job) -> bool:
    runner = job.runner.lower()
    return any(name in runner for name in _WINDOWS) and not any(name in runner for name in ("ubuntu", "macos", "linux"))


def _folder(job: Job) -> str:
    """ccache's folder on the job's system (ccache.dev/manual: cache_dir)."""
    if "macos" in job.runner:
        return "~/Library/Caches/ccache"
    return "%LOCALAPPDATA%\\ccache" if _only_on_windows(job) else _KEPT_AT
