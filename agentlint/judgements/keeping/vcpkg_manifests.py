"""Dependencies that CMake has vcpkg build: its toolchain file installs what vcpkg.json names while CMake configures."""

from __future__ import annotations

from agentlint.facts.command import Command
from agentlint.facts.pipeline import Job
from agentlint.facts.repository import Repository
from agentlint.programs import Fetching, When

_TOOLCHAIN = "vcpkg.cmake"
_OPENED = ("VCPKG_BINARY_SOURCES", "VCPKG_DEFAULT_BINARY_CACHE", "x-gha", "run-vcpkg")
"""Words of a job that keeps what vcpkg has built (learn.microsoft.com/vcpkg/users/binarycaching)."""
_VCPKG = Fetching(
    what="vcpkg",
    when=When(),
    enabled_by=("VCPKG_BINARY_SOURCES", "VCPKG_DEFAULT_BINARY_CACHE"),
    seconds=180,
    heavy=True,
    advice="set VCPKG_BINARY_SOURCES to a kept folder",
)


def by_manifest(command: Command, job: Job, repository: Repository) -> tuple[Fetching, ...]:
    """What a call of CMake has vcpkg build; nothing where no manifest names a dependency, or the job speaks of its binary cache."""
    if command.program != "cmake":
        return ()
    words = command.texts()
    if "--build" in words or not any(_TOOLCHAIN in word for word in words):
        return ()
    if any("VCPKG_MANIFEST_MODE=OFF" in word for word in words) or not _names_dependencies(words, repository):
        return ()
    text = repository.text(job.place.path) + repository.text(command.place.path)
    return () if any(word in text for word in _OPENED) else (_VCPKG,)


def _names_dependencies(words: tuple[str, ...], repository: Repository) -> bool:
    """True where the manifest that is read, at the root or in the folder that the call names, lists packages."""
    named = any("VCPKG_MANIFEST_DIR=" in word for word in words)
    paths = repository.paths_by_name.get("vcpkg.json", ()) if named else ("vcpkg.json",)
    return any('"dependencies"' in repository.text(path) for path in paths if path in repository.project.paths)
