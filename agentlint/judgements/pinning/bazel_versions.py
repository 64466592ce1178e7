"""Whether anything says which Bazel a run of bazelisk brings: without a word it is the newest release of the day."""

from __future__ import annotations

from agentlint.facts.pipeline import Job
from agentlint.facts.repository import Repository

SETS_UP_BAZEL = frozenset({"bazel-contrib/setup-bazel", "bazelbuild/setup-bazelisk"})
"""Actions that install bazelisk, whose own version says nothing of Bazel's. Sources: their READMEs."""
_WORKSPACES = ("MODULE.bazel", "WORKSPACE", "WORKSPACE.bazel", "WORKSPACE.bzlmod")
_TOOL_FILES = (
    ".tool-versions",
    "mise.toml",
    ".mise.toml",
    ".config/mise.toml",
    "devbox.json",
    "flake.nix",
    "shell.nix",
)


def no_file_names_bazel(repository: Repository) -> bool:
    """True for a workspace of Bazel's with no `.bazelversion` and no other file that names a version.

    Source: github.com/bazelbuild/bazelisk#how-does-bazelisk-know-which-bazel-version-to-run.
    """
    paths = repository.project.paths
    if paths.isdisjoint(_WORKSPACES) or "tools/bazel" in paths or repository.paths_by_name.get(".bazelversion"):
        return False
    if ".bazeliskrc" in paths and "USE_BAZEL_VERSION" in repository.text(".bazeliskrc"):
        return False
    return not any("bazel" in repository.text(path) for path in _TOOL_FILES if path in paths)


def brings_newest_bazel(job: Job, repository: Repository) -> bool:
    """True for a job whose step installs bazelisk, with nothing that tells it a version."""
    actions = [step.action.name for step in (*job.steps, *job.inner_steps) if step.action is not None]
    if SETS_UP_BAZEL.isdisjoint(actions) or not no_file_names_bazel(repository):
        return False
    return "USE_BAZEL_VERSION" not in repository.text(job.place.path)
