"""Who uses the history that a full clone brings."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from itertools import islice

from agentlint.facts.command import Command
from agentlint.facts.pipeline import Job, Step
from agentlint.facts.project import Manifest
from agentlint.facts.remembered import remembered
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.judgements.absences.places_meant import all_folders
from agentlint.judgements.running.roles import named_delivery
from agentlint.programs.actions import actions

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
        "sonar-scanner", "sonar", "sonarqube-scanner", "dotnet-sonarscanner", "gitversion", "dotnet-gitversion", "nbgv", "minver", "mike", "towncrier",
        "release-please", "auto", "bump2version", "bumpver", "bump-my-version", "tbump", "dunamai", "versioneer", "setuptools_scm",
        "setuptools-scm", "asv", "chromatic", "git-chglog", "svu", "cocogitto", "cog", "reuse", "beachball", "rush", "chan",
        "git-semver", "pr-agent", "diff-cover", "diff-quality", "darker", "git-clang-format", "codespeed", "cargo-release",
        "release-plz", "knope", "jreleaser", "ct", "chart-testing", "cr", "semver", "git-cal", "committed", "convco", "tagpr", "reviewdog", "ghr", "rio",
        "pulumi", "gitlab-release", "whatthepatch", "git-versioner", "git-changelog", "gitchangelog", "antsibull-changelog",
        "roave-backward-compatibility-check", "griffe", "go-apidiff", "oasdiff", "cargo-public-api",
        "reno", "pbr", "copier", "scriv", "affected", "pants", "license-eye", "addlicense", "rat", "gh-pages", "ghp-import", "git-describe",
    }
)  # fmt: skip

_HISTORY_DEPENDENCIES = {
    "python": (
        "setuptools-scm", "setuptools_scm", "hatch-vcs", "versioneer", "versioningit", "dunamai", "poetry-dynamic-versioning",
        "setuptools-git-versioning", "pbr", "uv-dynamic-versioning", "pdm-bump", "flit-scm", "miniver", "vcs-versioning",
        "scikit-build-core-scm", "setuptools-gitversion", "incremental", "reno",
    ),
    "rust": ("shadow-rs", "vergen", "vergen-git2", "vergen-gitcl", "vergen-gix", "built", "git-version", "git-testament"),
    "": ("nerdbank.gitversioning", "minver", "gitversion.msbuild", "gitversiontask", "gitversion.tool"),
}  # fmt: skip
"""By ecosystem, for names mean different things: `pbr` is Python's Build Reasonableness, and a progress bar in Rust."""

_PAGES_DEPENDENCIES = (
    "mkdocs-git-revision-date-localized-plugin", "mkdocs-git-revision-date-plugin", "mkdocs-git-authors-plugin",
    "mkdocs-git-committers-plugin-2", "sphinx-last-updated-by-git", "sphinx-multiversion", "sphinx-git",
)  # fmt: skip
_PAGES_FILES = (
    "mkdocs.yml", "mkdocs.yaml", "conf.py", "hugo.toml", "hugo.yaml", "docusaurus.config.js", "docusaurus.config.ts", "_config.yml",
    "astro.config.mjs", "astro.config.ts", "config.mts", "config.ts", "config.js", "eleventy.config.js", ".eleventy.js",
    "quartz.config.ts", "config.toml", "book.toml",
)  # fmt: skip
"""Settings of what makes pages: only a job that makes them reads the history for it."""

_HISTORY_ACTIONS = lazily(
    r"release|(?<![a-z])craft(?![a-z])|changelog|git-cliff|changed-files|paths-filter|changes|version|semver|goreleaser|sonar|gitleaks|trufflehog|commitlint"
    r"|commit-?lint|chromatic|nx-set-shas|danger|diff|codecov|coverall|codacy|pages|backport|rebase|cherry|sync|merge|push|publish(?!testresults|codecoverage|(?:build|pipeline)artifacts?)|mirror|tag|bump"
    r"|cibuildwheel|benchmark|super-linter|megalinter|mega-linter|reviewdog|git-auto-commit|blame|history|contributor|dco|qodana|snapcraft"
    r"|lint-commits|commits?[-_]?(?:check|lint|message)|check-commit|committed|commitizen|gitlint|convco|fixup|conventional|cocogitto|cog-action|gitversion|nbgv|towncrier|docs-deploy|jgit|pre-commit|hugo|chart-testing|typos|copyright|license|bump|build-and-inspect-python-package|scan|secret",
    re.IGNORECASE,
)

_WITHOUT_HISTORY = lazily(
    r"action-gh-release|(?<!semantic-)release-(?:downloader|drafter|action)|upload-release|create-release|create-pull-request|pypi-publish|^docker/"
    r"|push-to-another-repository|copy-to-another-repo|actions-gh-pages|github-pages-deploy|(?:deploy|configure)-pages|upload-pages"
    r"|publish-unit-test|go-release-action|rust-build\.action|upload-rust-binary|setup-release|test-?results?|get-release|download-release",
    re.IGNORECASE,
)
"""Their names speak of releases and pushes, and they work through the API, on the files as they are or on a clone of their own."""

_MOVES_COMMITS = lazily(r"(?:back|forward)[-_ ]?port|cherry[-_ ]?pick|merge[-_ ]?back|back[-_ ]?merge", re.IGNORECASE)
"""Names of jobs and scripts that carry commits from one branch to another."""

_HISTORY_SETTINGS = (
    ("setuptools_scm", ""), ("setuptools-scm", ""), ("hatch", "version.source"), ("versioneer", ""), ("pdm", "version.source"),
    ("versioningit", ""), ("poetry-dynamic-versioning", ""),
)  # fmt: skip

_DEEP_TEXT = lazily(
    r"\bgit[\"',\s]+(?:-\S+\s+\S+\s+)*(?:describe|log|rev-list|merge-base|blame|shortlog|diff)\b|gitversion|nerdbank|minver|nebula\.release"
    r"|axion-release|jgitver|backward-compatibility-check|git-version|gitVersion|palantir\.git|git\.properties|enableGitInfo|lastUpdated|last-changed|GitInfo|git_revision|getGitVersion"
    r"|ReleaseTag|setuptools_scm|versioneer|hatch-vcs|hatch_vcs|@pulumi|git_describe|git_info"
    r"|ratchetFrom|grgit|ajoberstar|reckon|shipkit|semver-git|git-semver|buildnumber-maven|git-commit-id|showLastUpdate|last-modified-at"
    r"|jreleaser|git-revision-date|git-authors|git-committers|git Last Modified|CreatedModifiedDate|gitinfo|git_revision_date|workspace_status",
    re.IGNORECASE,
)
_GIT_VERSION = frozenset({"gitversion.yml", "gitversion.yaml"})
"""Settings of GitVersion, which counts commits since the last tag, whoever starts it (gitversion.net/docs/reference/configuration)."""
MAX_BUILD_FILES = 1500
_BUILD_FILES = (
    "build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts", "pom.xml", "Directory.Build.props", "meson.build",
    "CMakeLists.txt", "Makefile", "setup.py", "pyproject.toml", "setup.cfg", "build.sbt", "version.json", "GitVersion.yml",
    "Cargo.toml", "build.rs", "magefile.go", "Dockerfile", "package.json", "configure.ac", "justfile",
    "gradle.properties", "Rakefile", "project/plugins.sbt", "nx.json", "turbo.json", "GNUmakefile", "Taskfile.yml", "lerna.json", ".changeset/config.json", "build/common.props", "src/Directory.Build.props", "buildSrc/build.gradle.kts", ".config/dotnet-tools.json",
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
    ".cake",
    ".sbt",
    ".nix",
    ".gemspec",
)


def uses_history(job: Job, repository: Repository) -> bool:
    """True when something in the job may look past the newest commit: git itself, versioning, changelogs, change detection."""
    named = f"{job.place.path.rpartition('/')[2]} {job.id} {job.name}"
    if _MOVES_COMMITS.search(named) or any(_step_uses_history(step) for step in job.steps):
        return True
    reached = repository.reached_from(job.unit)
    if any(command_uses_history(command) or _runs_code_on_history(command, repository) for command in reached):
        return True
    if any(_is_not_here(command, repository) for command in reached):
        return True
    if _runs_reader_of_git(reached, repository):
        return True
    if _releases_unseen(job) or (_may_build(job, reached, repository) and project_versions_from_history(repository)):
        return True
    return _makes_pages(job, reached) and _pages_tell_history(repository)


_GIT_LIBRARIES = (
    "git2", "gix", "git-repository", "github.com/go-git/go-git/v5", "gopkg.in/src-d/go-git.v4", "gitpython", "pygit2", "dulwich",
    "simple-git", "isomorphic-git", "nodegit", "rugged", "libgit2sharp",
)  # fmt: skip
"""Libraries by which a program reads commits itself. Source: each one's page at its registry."""
_RUNS_OWN = {("cargo", "run"), ("go", "run"), ("dotnet", "run"), ("npm", "start"), ("swift", "run")}


def _runs_reader_of_git(reached: tuple[Command, ...], repository: Repository) -> bool:
    """True where the project's own program is run, and is made with a library that reads commits."""
    runs = any((command.program, word) in _RUNS_OWN for command in reached for word in command.texts()[:1])
    return runs and any(repository.project.depends_on(name) for name in _GIT_LIBRARIES)


_BUILDS_NOTHING = frozenset(
    "echo printf cd mkdir cp mv rm ln touch cat head tail ls grep sed awk cut sort uniq tr wc tee jq yq curl wget tar unzip zip chmod chown"
    " export set unset exit return test [ [[ : true false sleep read local if date basename dirname find diff sha256sum gh aws".split()
)
"""Programs that make nothing of the project, so that its version does not matter to them."""


def _may_build(job: Job, reached: tuple[Command, ...], repository: Repository) -> bool:
    """False where nothing the job runs can be a build: files are moved about, tools installed, scripts of the repository run."""
    if any(step.action is not None and not _PREPARES.search(step.action.name) for step in job.steps):
        return True
    if not reached:
        return True  # it makes ready for what others do
    return any(not _makes_nothing(command, repository) for command in reached)


def _makes_nothing(command: Command, repository: Repository) -> bool:
    words = command.texts()
    if command.program in {"pip", "pip3", "uv"} and "install" in words:
        return not any(word.startswith((".", "/", "-e", "--editable")) for word in words)
    if command.program in {"python", "python3", "node", "ruby", "perl"} and words and _CODE.search(words[0]):
        return posixpath.normpath(posixpath.join(command.directory or "", words[0])) in repository.project.paths
    return command.program in _BUILDS_NOTHING or command.program in _MAKES_PAGES_ONLY


_MAKES_PAGES_ONLY = frozenset({"mdbook", "zola", "hugo", "jekyll", "gitbook", "honkit"})
"""Programs that make pages of texts alone; whether those tell when they were changed is asked of their settings."""
_PAGES = lazily(
    r"(?:^|[^a-z])(?:docs?|documentation|pages|site|website|mkdocs|sphinx\S*|vitepress|docusaurus|hugo|jekyll|astro|rtd)(?:[^a-z]|$)"
)


def _makes_pages(job: Job, reached: tuple[Command, ...]) -> bool:
    """True for a job that by its name, its file or what it runs makes pages, which may show when they were changed."""
    named = f"{job.place.path} {job.id} {job.name}".lower()
    return bool(_PAGES.search(named)) or any(
        _PAGES.search(text.lower()) for command in reached for text in (command.program, *command.texts()[:6])
    )


@remembered
def _pages_tell_history(repository: Repository) -> bool:
    """True where the settings of the pages show dates or authors out of git."""
    found = any(repository.project.depends_on(name) for name in _PAGES_DEPENDENCIES)
    return found or _look_back(_of_pages(repository), repository)


def _of_pages(repository: Repository) -> Iterator[str]:
    names = {path.rsplit("/", 1)[-1] for path in _PAGES_FILES}
    return islice((path for path in repository.ordered_paths if path.rsplit("/", 1)[-1] in names), MAX_BUILD_FILES)


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
    return bool(_DEEP_TEXT.search(step.script) or _MOVES_COMMITS.search(step.script)) or (
        "git" in step.script and bool(_NAMES_A_REF.search(step.script))
    )


_NAMES_A_REF = lazily(r"(?<!#)(?<!\^)refs/(?!\*)|origin/")
"""A branch or tag that a script looks at; not the cutting of a ref's name out of a variable (`${GITHUB_REF#refs/tags/}`)."""


_LOOKS_BACK = lazily(r"diff|since|compare|base[-_]?(?:ref|sha|branch)?$|changelog", re.IGNORECASE)
"""Inputs of a ready-made step for which it reads older commits."""
_GIT_CALL = lazily(
    r"[\"'`]git[\"'`,\s]+(?:-C[\"'`,\s]+\S+[\"'`,\s]+)?(?:"
    + "|".join(sorted(_GIT_WORDS))
    + r")\b|GitPython|import git\b|simple-git|isomorphic-git|Rugged|go-git|libgit2"
)
_CODE = lazily(r"\.(?:py|[cm]?[jt]s|rb|pl|php|go|groovy|kts|fsx|csx|lua|R|nu|rs|psm?1|cmd|bat)$")
_SHELL_OF_WINDOWS = lazily(r"\.(?:psm?1|cmd|bat)$")
_PLAIN_GIT_CALL = lazily(
    r"^(?![ \t]*(?:#|::|rem\b))[^#\n]*(?<![\w./\\-])git(?:\.exe)?[ \t]+(?:-C[ \t]+\S+[ \t]+)?(?:"
    + "|".join(sorted(_GIT_WORDS))
    + r")\b",
    re.MULTILINE | re.IGNORECASE,
)
"""The same where git stands as it would at a prompt: inside an expression of PowerShell or a `for /f` it is nobody's command."""


def _runs_code_on_history(command: Command, repository: Repository) -> bool:
    """True for a command that runs a file of this repository in which git is called."""
    for text in (command.program_path, *command.texts()):
        name = text.replace("\\", "/")
        path = posixpath.normpath(posixpath.join(command.directory or "", name)) if _CODE.search(name) else ""
        if path in repository.project.paths:
            source = repository.read(path)
            calls = _PLAIN_GIT_CALL if _SHELL_OF_WINDOWS.search(path) else _GIT_CALL
            if source is not None and calls.search(source.data.decode("utf-8", "replace")):
                return True
    return False


_SCRIPT = lazily(r"/([\w.-]+\.(?:sh|bash|py|pl|rb|ps1))$")


def _is_not_here(command: Command, repository: Repository) -> bool:
    """True for a script, called by its path, that no file of the tree can be: what it looks at is not seen."""
    named = _SCRIPT.search(command.program_path)
    if named is None or named[1] in repository.paths_by_name:
        return False
    return not _of_what_was_unpacked(command, repository)


def _of_what_was_unpacked(command: Command, repository: Repository) -> bool:
    """True for a script in a folder that the job makes of an archive (`tar xf x*; cd x; ./setup.sh`): it knows nothing of this tree."""
    job, folder = repository.job_of(command), command.directory
    if job is None or not folder or "$" in folder or folder in all_folders(repository):
        return False
    return any(one.program in _UNPACKS for one in job.commands)


_UNPACKS = frozenset({"tar", "unzip", "7z", "bsdtar"})


_SONAR = lazily(r"^:?(?:[\w-]+:)*sonar(?:qube)?$|^-Dsonar\.|^-Psonar\b|sonar(?:qube)?-(?:maven-plugin|scanner)|^sonar:")
"""The scanner as a goal, a task, a plugin or a package: it asks git who wrote which line.
Source: docs.sonarsource.com/sonarqube-server/analyzing-source-code/scm-integration (a shallow clone lacks the blame)."""


def command_uses_history(command: Command) -> bool:
    """True for one command that may look past the newest commit."""
    if command.program == "mkdocs" and "gh-deploy" in command.texts():
        return True
    if command.program == "git":
        return any(text in _GIT_WORDS for text in command.texts()[:6])
    if command.program == "buf":
        return "breaking" in command.texts()[:2]
    return command.program in _HISTORY_PROGRAMS or any(
        _SONAR.search(text)
        or text.startswith(
            (
                "--from-ref",
                "--since",
                "--changed-since",
                "--filter=[",
                "--affected",
                "--new-from",
                "--changedSince",
                "--base",
                "--git-diff-",
                "--fill",  # gh pr create writes the request's text from the commits between the two branches
            )
        )
        for text in command.texts()
    )


@remembered
def project_versions_from_history(repository: Repository) -> bool:
    """True when a build of this project takes its version or dates from git."""
    project = repository.project
    found = any(
        ecosystem in {"", manifest.ecosystem} and _depends_on(manifest, names)
        for ecosystem, names in _HISTORY_DEPENDENCIES.items()
        for manifest in project.manifests
    )
    found = found or any(
        item.tool == tool and key in {"", item.key} for item in project.settings for tool, key in _HISTORY_SETTINGS
    )
    found = found or any(path.lower() in _GIT_VERSION for path in project.paths if path[:1] in "gG")
    return found or _build_files_look_back(repository)


def _depends_on(manifest: Manifest, names: tuple[str, ...]) -> bool:
    wanted = {name.replace("_", "-") for name in names}
    return any(one.name.lower().replace("_", "-") in wanted for one in manifest.dependencies)


def _build_files_look_back(repository: Repository) -> bool:
    """Asks the build files at the root, and those of the same names below it up to a bound."""
    names = {path.rsplit("/", 1)[-1] for path in _BUILD_FILES} - {"package.json", "Dockerfile"}
    below = (p for p in repository.ordered_paths if p.rsplit("/", 1)[-1] in names or p.endswith(_BUILD_SUFFIXES))
    roots = (p for p in _BUILD_FILES if p in repository.project.paths)
    return _look_back((*roots, *islice(below, MAX_BUILD_FILES)), repository)


def _look_back(paths: Iterable[str], repository: Repository) -> bool:
    """True where one of these files calls for what only older commits tell, itself or by a script that a build of .NET runs."""
    for path in paths:
        source = repository.read(path)
        text = source.data.decode("utf-8", "replace") if source is not None else ""
        if _DEEP_TEXT.search(text) or (path.endswith(_MSBUILD) and _runs_script_on_history(path, text, repository)):
            return True
    return False


_MSBUILD = (".csproj", ".fsproj", ".vbproj", ".props", ".targets")
_NAMED_SCRIPT = lazily(r"[\w./\\-]+\.(?:ps1|sh|cmd|bat)\b")


def _runs_script_on_history(path: str, text: str, repository: Repository) -> bool:
    """True where a project file names a script of this repository (`<Exec Command="pwsh tools/version.ps1">`) that counts commits."""
    for written in dict.fromkeys(_NAMED_SCRIPT.findall(text)):
        name = written.replace("\\", "/").lstrip("/")
        for folder in ("", posixpath.dirname(path)):
            source = repository.read(posixpath.normpath(posixpath.join(folder, name)))
            if source is not None and _DEEP_TEXT.search(source.data.decode("utf-8", "replace")):
                return True
    return False
