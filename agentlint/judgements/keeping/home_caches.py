"""Caches that tools keep in the home folder, and whether anything moves them into the work tree."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass

from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.source import Span
from agentlint.judgements.absences.places_meant import all_folders


@dataclass(frozen=True)
class HomeCache:
    """One such cache: what it holds (as fetches name it), who writes it, and how it is moved elsewhere."""

    what: frozenset[str]
    tool: str
    moved_by: tuple[str, ...]
    """Variables, options and settings; the first is the one to advise."""


_XDG = "XDG_CACHE_HOME"
HOME_CACHES: Mapping[str, HomeCache] = {
    ".m2": HomeCache(
        frozenset({"maven"}), "Maven", ("-Dmaven.repo.local", "repo.local", "localRepository", "MAVEN_USER_HOME")
    ),
    ".npm": HomeCache(frozenset({"npm"}), "npm", ("npm_config_cache", "--cache", "cache=", "cache =", "set cache")),
    ".cargo/registry": HomeCache(frozenset({"cargo"}), "Cargo", ("CARGO_HOME",)),
    ".cargo/git": HomeCache(frozenset({"cargo"}), "Cargo", ("CARGO_HOME",)),
    ".gradle/caches": HomeCache(
        frozenset({"gradle"}), "Gradle", ("GRADLE_USER_HOME", "--gradle-user-home", "gradle.user.home", "gradlew -g")
    ),
    ".gradle/wrapper": HomeCache(
        frozenset({"gradle"}), "Gradle", ("GRADLE_USER_HOME", "--gradle-user-home", "gradle.user.home", "gradlew -g")
    ),
    ".cache/pip": HomeCache(
        frozenset({"pip"}), "pip", ("PIP_CACHE_DIR", _XDG, "--cache-dir", "cache-dir", "cache_dir")
    ),
    ".cache/uv": HomeCache(frozenset({"uv"}), "uv", ("UV_CACHE_DIR", _XDG, "--cache-dir", "cache-dir")),
    ".cache/pre-commit": HomeCache(frozenset({"pre-commit"}), "pre-commit", ("PRE_COMMIT_HOME", _XDG)),
    ".cache/yarn": HomeCache(
        frozenset({"yarn"}), "Yarn", ("YARN_CACHE_FOLDER", _XDG, "--cache-folder", "cache-folder", "cacheFolder")
    ),
    ".cache/go-build": HomeCache(frozenset({"go"}), "Go", ("GOCACHE", _XDG)),
    ".cache/ms-playwright": HomeCache(frozenset({"playwright"}), "Playwright", ("PLAYWRIGHT_BROWSERS_PATH", _XDG)),
    ".nuget/packages": HomeCache(
        frozenset({"nuget"}), "NuGet", ("NUGET_PACKAGES", "globalPackagesFolder", "RestorePackagesPath", "--packages")
    ),
}
"""By folder below the home folder. Sources: maven.apache.org/guides/mini/guide-configuring-maven.html (local repository),
docs.npmjs.com/cli/using-npm/config (cache), doc.rust-lang.org/cargo/guide/cargo-home.html,
docs.gradle.org/current/userguide/directory_layout.html (the project's own .gradle has neither caches nor wrapper),
pip.pypa.io/en/stable/topics/caching, docs.astral.sh/uv/concepts/cache, pre-commit.com (PRE_COMMIT_HOME),
classic.yarnpkg.com/docs/cli/cache, pkg.go.dev/cmd/go (GOCACHE), playwright.dev/docs/browsers,
learn.microsoft.com/nuget/consume-packages/managing-the-global-packages-and-cache-folders."""

_HOME_MOVED = lazily(r"(?<![\w$.])HOME[\"']?\]?\s*[:=](?!=)|user\.home\b")
_BEHIND_HOME = lazily(
    r"(?:~|\$\{?HOME\}?|\$env:HOME|\$\{\{ *env\.HOME *\}\}|/root|/home/[\w.${}-]+|/Users/[\w.${}-]+|%USERPROFILE%)[\\/]+\Z"
)
_BEFORE = 60
"""Characters before a mention in which the way to the home folder stands."""
_READ = lazily(
    r"(?:^|/)(?:[^./]+|\.\w*rc(?:\.yml)?|Dockerfile[^/]*|settings[^/]*\.xml|pom\.xml|package\.json|[nN]u[gG]et\.[cC]onfig|"
    r"[^/]*\.(?:sh|bash|zsh|ya?ml|toml|cfg|config|conf|properties|ps1|bat|cmd|py|rb|mk|gradle|kts|groovy|env|props|targets))\Z"
)
"""Files that can move a cache, or name its folder: scripts, settings, build files."""
_LARGEST = 400_000
_WRAPPERS = frozenset({"mvnw", "mvnw.cmd", "gradlew", "gradlew.bat"})
"""Scripts as the build tools write them: they ask for the variables and set none."""


def home_cache(path: str) -> tuple[str, HomeCache] | None:
    """The cache that a relative path would be if it stood in the home folder, with that cache's folder."""
    for folder, known in HOME_CACHES.items():
        if path == folder or path.startswith(folder + "/"):
            return folder, known
    return None


def stays_at_home(folder: str, known: HomeCache, system: str, repository: Repository) -> bool:
    """True where nothing that counts for this CI system moves the cache, or speaks of such a folder outside of caches."""
    own: dict[str, list[Span]] = {}
    for pipeline in repository.pipelines:
        if pipeline.system == system:
            caches = (cache for job in pipeline.jobs for cache in job.caches if not cache.by_default)
            own.setdefault(pipeline.path, []).extend(cache.span for cache in caches)
    others = {pipeline.path for pipeline in repository.pipelines} - set(own)
    if folder in all_folders(repository):
        return False
    moved = re.compile("|".join(re.escape(one) for one in known.moved_by))
    mention = re.compile(rf"(?<![\w.]){re.escape(folder)}(?![\w-])")
    for path in repository.ordered_paths:
        if path in others or not _READ.search(path) or posixpath.basename(path) in _WRAPPERS:
            continue
        source = repository.read(path)
        if source is None or len(source.data) > _LARGEST:
            continue
        if moved.search(source.text) or _HOME_MOVED.search(source.text):
            return False
        for found in mention.finditer(source.text):
            inside = any(span.start <= found.start() <= span.end for span in own.get(path, ()))
            before = source.text[max(0, found.start() - _BEFORE) : found.start()]
            if not inside and not _BEHIND_HOME.search(before):
                return False
    return True
