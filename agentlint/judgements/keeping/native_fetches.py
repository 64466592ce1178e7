"""Builds of native code that no entry of the tables tells: what make compiles, and packages of Python and R."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from agentlint.facts.pipeline import Job
from agentlint.facts.repository import Repository
from agentlint.judgements.compiling.compiling import compiles
from agentlint.judgements.compiling.native_packages import compiles_package
from agentlint.judgements.keeping.caching import Fetch, behind, on_another_machine
from agentlint.judgements.running.named_programs import by_variable
from agentlint.judgements.running.scope import in_container
from agentlint.programs import Fetching, When

_CCACHE = Fetching(
    what="ccache",
    when=When(),
    covered_by=("sccache", "build"),
    seconds=120,
    heavy=True,
    compiles=True,
    advice='put ccache before the compiler (CC="ccache cc") and keep ~/.cache/ccache between runs',
)
_BAZEL = replace(
    _CCACHE,
    what="bazel",
    covered_by=("build",),
    advice="keep Bazel's disk cache between runs (bazel-contrib/setup-bazel)",
)


_CARGO = replace(
    _CCACHE,
    what="cargo",
    covered_by=("rust", "target", "sccache"),
    advice="add Swatinem/rust-cache, or keep ~/.cargo and target between runs",
)
_BY_CACHE = {"bazel": _BAZEL, "cargo": _CARGO, "ccache": _CCACHE}


def native_builds(job: Job, repository: Repository) -> Iterator[Fetch]:
    """What make compiles, and what building a package of Python or R compiles."""
    for command in job.commands:
        if in_container(command) or on_another_machine(command, job):
            continue
        for reached in map(by_variable, behind(command, job, repository)):
            if in_container(reached):
                continue
            if reached.program in {"make", "gmake"} and compiles(reached, repository):
                yield Fetch(_CCACHE, reached, command)
            elif cache := compiles_package(reached, repository):
                yield Fetch(_BY_CACHE[cache], reached, command)
