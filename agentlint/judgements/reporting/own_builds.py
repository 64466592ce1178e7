"""Build programs of .NET behind a starter (`build.cmd`, `build.sh`): whether they have the tests leave their results."""

from __future__ import annotations

import re

from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily

_STARTER = lazily(r"(?:^|/)build\.(?:cmd|sh|ps1|bat)\Z", re.IGNORECASE)
_PROGRAM = lazily(r"(?:[\w.]+\.(?:cake|fsx)|(?:\.|_)?build/(?:[\w.]+/)?[\w.]+\.(?:cs|fs|cake))\Z", re.IGNORECASE)
_TELLS = lazily(r"\btrx\b|junit|\bITest\b", re.IGNORECASE)
"""Words of a build program by which results are kept. NUKE's component `ITest` logs TRX for every project by itself.
Source: github.com/nuke-build/nuke, source/Nuke.Components/ITest.cs."""


def build_tells_results(starter: str, repository: Repository) -> bool:
    """True for the starter of a build by NUKE, Cake or FAKE whose program has the runner write its results."""
    if not _STARTER.search(starter):
        return False
    folder = starter.rpartition("/")[0]
    known = repository.memory(("build tells results", folder))
    if known is None:
        known = repository.remember(("build tells results", folder), _tells_in(folder, repository))
    return known is True


def _tells_in(folder: str, repository: Repository) -> bool:
    start = f"{folder}/" if folder else ""
    programs = [
        path for path in repository.project.paths if path.startswith(start) and _PROGRAM.match(path, len(start))
    ]
    return any(_TELLS.search(repository.text(path)) for path in programs)
