"""Who uses the history that a full clone brings."""

from __future__ import annotations

import posixpath
import re
from itertools import islice

from agentlint.facts.command import Command
from agentlint.facts.pipeline import Job, Step
from agentlint.facts.repository import Repository
from agentlint.programs.actions import actions
from agentlint.rule.lazily import lazily
from agentlint.rule.roles import named_delivery

_GIT_WORDS = frozenset(
    {
        "describe", "log", "shortlog", "blame", "rev-list", "merge-base", "tag", "bisect", "cherry-pick", "rebase", "merge",
        "push", "diff", "diff-tree", "subtree", "filter-repo", "archive", "worktree", "format-patch", "range-diff", "branch",
        "checkout", "switch", "reset", "show", "fetch", "for-each-ref", "name-rev", "cherry", "notes", "revert",
    }
)  # fmt: skip
"""Subcommands of git that look at more than the newest commit, or may."""

_HISTORY_PROGRAMS = frozenset(
    {
        "goreleaser", "semantic-release", "release-it", "standard-version", "conventional-changelog", "git-cliff", "cliff",
        "changeset", "lerna", "nx", "turbo", "commitlint", "gitlint", "cz", "commitizen", "danger", "gitleaks", "trufflehog",
        "sonar-scanner", "dotnet-sonarscanner", "gitversion", "dotnet-gitversion", "nbgv", "minver", "mike", "towncrier",
        "release-please", "auto", "bump2version", "bumpver", "bump-my-version", "tbump", "dunamai", "versioneer", "setuptools_scm",
        "setuptools-scm", "asv", "chromatic", "git-chglog", "svu", "cocogitto", "cog", "reuse", "beachball", "rush", "chan",
        "git-semver", "pr-agent", "diff-cover", "diff-quality", "darker", "git-clang-format", "codespeed", "cargo-release",
        "release-plz", "knope", "ct", "chart-testing", "cr", "semver", "git-cal", "tagpr", "reviewdog", "ghr", "rio",
        "pulumi", "gitlab-release", "whatthepatch", "git-versioner", "git-changelog", "gitchangelog", "antsibull-changelog",
        "reno", "pbr", "copier", "scriv", "affected", "pants", "license-eye", "addlicense", "rat", "gh-pages", "ghp-import", "git-describe",
    }
)  # fmt: skip

_HISTORY_DEPENDENCIES = (
    "setuptools-scm", "setuptools_scm", "hatch-vcs", "versioneer", "versioningit", "dunamai", "poetry-dynamic-versioning",
    "setuptools-git-versioning", "pbr", "uv-dynamic-versioning", "pdm-bump", "flit-scm", "miniver", "vcs-versioning",
    "mkdocs-git-revision-date-localized-plugin", "mkdocs-git-revision-date-plugin", "mkdocs-git-authors-plugin",
    "mkdocs-git-committers-plugin-2", "sphinx-last-updated-by-git", "sphinx-multiversion", "sphinx-git", "scikit-build-core-scm",
    "shadow-rs", "vergen", "vergen-git2", "vergen-gitcl", "built", "git-version", "git-testament", "setuptools-gitversion",
    "incremental", "reno", "nerdbank.gitversioning", "minver", "gitversion.msbuild",
)  # fmt: skip

_HISTORY_ACTIONS = lazily(
    r"release|(?<![a-z])craft(?![a-z])|changelog|changed-files|paths-filter|changes|version|semver|goreleaser|sonar|gitleaks|trufflehog|commitlint"
    r"|commit-?lint|chromatic|nx-set-shas|danger|diff|codecov|coverall|codacy|pages|backport|rebase|cherry|sync|merge|push|publish(?!testresults|codecoverage|(?:build|pipeline)artifacts?)|mirror|tag|bump"
    r"|cibuildwheel|benchmark|super-linter|megalinter|mega-linter|reviewdog|git-auto-commit|blame|history|contributor|dco|qodana|snapcraft"
    r"|lint-commits|conventional|cocogitto|cog-action|gitversion|nbgv|towncrier|docs-deploy|jgit|pre-commit|hugo|chart-testing|typos|copyright|license|bump|build-and-inspect-python-package|scan|secret",
    re.IGNORECASE,
)

_WITHOUT_HISTORY = lazily(
    r"action-gh-release|release-(?:downloader|drafter|action)|upload-release|create-release|create-pull-request|pypi-publish|^docker/"
    r"|publish-unit-test|setup-release|test-?results?|get-release|download-release",
    re.IGNORECASE,
)
"""Their names speak of releases and pushes, and they work through the API or on the files as they are."""

_HISTORY_SETTINGS = (
    ("setuptools_scm", ""), ("setuptools-scm", ""), ("hatch", "version.source"), ("versioneer", ""), ("pdm", "version.source"),
    ("versioningit", ""), ("poetry-dynamic-versioning", ""),
)  # fmt: skip

_DEEP_TEXT = lazily(
    r"\bgit[\"',\s]+(?:-\S+\s+\S+\s+)*(?:describe|log|rev-list|merge-base|blame|shortlog|diff)\b|gitversion|nerdbank|minver|nebula\.release"
    r"|axion-release|jgitver|git-version|gitVersion|palantir\.git|git\.properties|enableGitInfo|lastUpdated|GitInfo|git_revision|getGitVersion"
    r"|ReleaseTag|setuptools_scm|versioneer|hatch-vcs|hatch_vcs|@pulumi|git_describe|git_info"
    r"|ratchetFrom|grgit|ajoberstar|reckon|shipkit|semver-git|git-semver|buildnumber-maven|git-commit-id|showLastUpdate|last-modified-at"
    r"|git-revision-date|git-authors|git-committers|git Last Modified|CreatedModifiedDate|gitinfo|git_revision_date|workspace_status",
    re.IGNORECASE,
)
MAX_BUILD_FILES = 1500
_BUILD_FILES = (
    "build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts", "pom.xml", "Directory.Build.props", "meson.build",
    "CMakeLists.txt", "Makefile", "setup.py", "pyproject.toml", "setup.cfg", "build.sbt", "mkdocs.yml", "version.json", "GitVersion.yml",
    "Cargo.toml", "build.rs", "magefile.go", "Dockerfile", "package.json", "conf.py", "docs/conf.py", "configure.ac", "hugo.toml", "justfile",
    "gradle.properties", "Rakefile", "docusaurus.config.js", "docusaurus.config.ts", "project/plugins.sbt", "nx.json", "turbo.json",
    "_config.yml", "astro.config.mjs", "astro.config.ts", "config.mts", "config.ts", "config.js", "eleventy.config.js", ".eleventy.js",
    "quartz.config.ts", "mkdocs.yaml", "hugo.yaml", "config.toml", "GNUmakefile", "Taskfile.yml", "lerna.json", ".changeset/config.json", "build/common.props", "src/Directory.Build.props", "buildSrc/build.gradle.kts",
)  # fmt: skip

_BUILD_SUFFIXES = (
    ".props",
    ".targets",
    ".gradle",
    ".gradle.kts",
    ".cmake",
    ".mk",
    ".csproj",
    ".fsproj",
    ".sbt",
    ".nix",
    ".gemspec",
)


def uses_history(job: Job, repository: Repository) -> bool:
    """True when something in the job may look past the newest commit: git itself, versioning, changelogs, change detection."""
    if any(_step_uses_history(step) for step in job.steps):
        return True
    reached = repository.reached_from(job.unit)
    if any(command_uses_history(command) or _runs_code_on_history(command, repository) for command in reached):
        return True
    return _releases_unseen(job) or project_versions_from_history(repository)


_PREPARES = lazily(
    r"setup|set-up|cache|login|token|checkout|credentials|artifact|install|qemu|toolchain", re.IGNORECASE
)


def _releases_unseen(job: Job) -> bool:
    """True for a job that by its name delivers, through a ready-made step of which nothing is known."""
    if not named_delivery(job):
        return False
    names = [step.action.name for step in job.steps if step.action is not None and actions().of(step.action) is None]
    return any(not _PREPARES.search(name) and not _WITHOUT_HISTORY.search(name) for name in names)


def _step_uses_history(step: Step) -> bool:
    if step.action is not None:
        name = step.action.name
        if name.startswith("actions/checkout"):
            return False
        if step.action.local or (_HISTORY_ACTIONS.search(name) and not _WITHOUT_HISTORY.search(name)):
            return True
        inputs = step.action.inputs
        return any("git " in setting.value for setting in inputs.values()) or any(map(_LOOKS_BACK.search, inputs))
    return bool(_DEEP_TEXT.search(step.script)) or "refs/" in step.script or "origin/" in step.script


_LOOKS_BACK = lazily(r"diff|since|compare|base[-_]?(?:ref|sha|branch)?$|changelog", re.IGNORECASE)
"""Inputs of a ready-made step for which it reads older commits."""
_GIT_CALL = lazily(
    r"[\"'`]git[\"'`,\s]+(?:-C[\"'`,\s]+\S+[\"'`,\s]+)?(?:"
    + "|".join(sorted(_GIT_WORDS))
    + r")\b|GitPython|import git\b|simple-git|isomorphic-git|Rugged|go-git|libgit2"
)
_CODE = lazily(r"\.(?:py|[cm]?[jt]s|rb|pl|php|go|groovy|kts|fsx|csx|lua|R|nu|rs)$")


def _runs_code_on_history(command: Command, repository: Repository) -> bool:
    """True for a command that runs a file of this repository in which git is called."""
    for text in (command.program_path, *command.texts()):
        path = posixpath.normpath(posixpath.join(command.directory or "", text)) if _CODE.search(text) else ""
        if path in repository.project.paths:
            source = repository.read(path)
            if source is not None and _GIT_CALL.search(source.data.decode("utf-8", "replace")):
                return True
    return False


def command_uses_history(command: Command) -> bool:
    """True for one command that may look past the newest commit."""
    if command.program == "mkdocs" and "gh-deploy" in command.texts():
        return True
    if command.program == "git":
        return any(text in _GIT_WORDS for text in command.texts()[:6])
    return command.program in _HISTORY_PROGRAMS or any(
        text.startswith(
            (
                "--from-ref",
                "--since",
                "--changed-since",
                "--filter=[",
                "--affected",
                "--new-from",
                "--changedSince",
                "--base",
            )
        )
        for text in command.texts()
    )


def project_versions_from_history(repository: Repository) -> bool:
    """True when a build of this project takes its version or dates from git."""
    known = repository.memory("versions from history")
    if known is None:
        project = repository.project
        found = any(project.depends_on(name) for name in _HISTORY_DEPENDENCIES)
        found = found or any(item.tool in {name for name, _ in _HISTORY_SETTINGS} for item in project.settings)
        known = repository.remember("versions from history", found or _build_files_look_back(repository))
    return known is True


def _build_files_look_back(repository: Repository) -> bool:
    """Asks the build files at the root, and those of the same names below it up to a bound."""
    names = {path.rsplit("/", 1)[-1] for path in _BUILD_FILES} - {"package.json", "Dockerfile", "conf.py"}
    below = (p for p in repository.ordered_paths if p.rsplit("/", 1)[-1] in names or p.endswith(_BUILD_SUFFIXES))
    for path in (*(p for p in _BUILD_FILES if p in repository.project.paths), *islice(below, MAX_BUILD_FILES)):
        source = repository.read(path)
        if source is not None and _DEEP_TEXT.search(source.data.decode("utf-8", "replace")):
            return True
    return False
