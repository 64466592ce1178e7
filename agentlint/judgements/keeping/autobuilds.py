"""What CodeQL's autobuild fetches: it restores and builds the project by itself, and no command of the job says so."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from agentlint.facts.pipeline import Action, Job, Step
from agentlint.facts.remembered import remembered
from agentlint.facts.repository import Repository

_RESTORES = {
    "actions/setup-dotnet": ("dotnet", ("nuget",)),
    "actions/setup-java": ("java", ("maven", "gradle")),
}
"""Set-up actions with a cache for a compiled language: whose manifests count, and what autobuild then runs."""


_ENOUGH = 50
"""Projects that are looked into."""


def autobuilt(job: Job, repository: Repository) -> Iterator[tuple[Step, Action, str]]:
    """The set-up steps of a job with autobuild whose cache is off though the project needs packages.

    Python, JavaScript and Ruby are not built, and setup-go caches by default
    (docs.github.com: CodeQL code scanning for compiled languages, autobuild; dependency-caching of the init action).
    """
    if not _builds(job):
        return
    for step in job.steps:
        ecosystem, managers = _RESTORES.get(step.action.name.lower(), ("", ())) if step.action is not None else ("", ())
        if step.action is None or not _needs_packages(ecosystem, repository):
            continue
        if any(not cache.what or cache.what & {ecosystem, *managers} for cache in job.caches):
            continue
        yield step, step.action, _manager(managers, repository)


def _builds(job: Job) -> bool:
    found = False
    for step in job.steps:
        name = step.action.name.lower() if step.action is not None else ""
        inputs = step.action.inputs if step.action is not None else {}
        if name == "github/codeql-action/init":
            kept = inputs["dependency-caching"].value.strip().lower() if "dependency-caching" in inputs else ""
            if kept not in {"", "false", "none"}:
                return False
            found = found or ("build-mode" in inputs and inputs["build-mode"].value.strip() == "autobuild")
        found = found or name == "github/codeql-action/autobuild"
    return found


def _needs_packages(ecosystem: str, repository: Repository) -> bool:
    if ecosystem == "dotnet":
        return _needs_nuget(repository)
    return bool(ecosystem) and any(
        manifest.ecosystem == ecosystem and manifest.dependencies for manifest in repository.project.manifests
    )


@remembered
def _needs_nuget(repository: Repository) -> bool:
    """True where a project of .NET names a package."""
    if {"Directory.Packages.props", "packages.config"} & set(repository.paths_by_name):
        return True
    projects = (path for path in repository.ordered_paths if path.endswith((".csproj", ".fsproj", ".vbproj")))
    return any("<PackageReference" in repository.text(path) for path in islice(projects, _ENOUGH))


def _manager(managers: tuple[str, ...], repository: Repository) -> str:
    if "maven" in managers and "pom.xml" not in repository.project.paths:
        return "gradle"
    return managers[0]
