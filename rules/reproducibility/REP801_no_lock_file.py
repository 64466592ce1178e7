"""Dependencies are declared, installed in CI, and locked nowhere."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from fnmatch import fnmatchcase

from agentlint.facts.project import Manifest
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.source import Place, Span
from agentlint.judgements.pages.ignored_paths import is_ignored
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity, Station, Tier

_LOCKS: dict[str, tuple[str, ...]] = {
    "node": (
        "package-lock.json",
        "npm-shrinkwrap.json",
        "yarn.lock",
        "pnpm-lock.yaml",
        "bun.lock",
        "bun.lockb",
        "deno.lock",
    ),
    "rust": ("Cargo.lock",),
    "go": ("go.sum",),
    "ruby": ("Gemfile.lock",),
    "php": ("composer.lock",),
    "elixir": ("mix.lock",),
    "dart": ("pubspec.lock",),
}
_PYTHON_LOCKS = ("uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "pylock.toml", "conda-lock.yml", "pixi.lock")

RULE = Rule(
    id="REP801",
    name="no-lock-file",
    category=Category.REPRODUCIBILITY,
    summary="An application declares dependencies and no lock file fixes their versions.",
    why=(
        "The same commit installs other versions tomorrow. An agent that sees a test fail cannot tell its own change from a "
        "release of somebody else's package, and no cache key stays valid."
    ),
    remediation="Commit the package manager's lock file and install from it (`npm ci`, `uv sync --locked`, `bundle install`).",
    severity=Severity.MINOR,
    confidence=Confidence.MEDIUM,
    cost=Cost(seconds=30, source="E9"),
    station=Station.SET_UP,
    evidence=("E9",),
    bad=(
        Bad(
            {"tools/phpstan/composer.json": '{\n  "require": {\n    "phpstan/phpstan": "^1.11"\n  }\n}\n'},
            at=("tools/phpstan/composer.json:3",),
            title="a checker with a folder of its own",
        ),
        Bad(
            {
                ".gitignore": "poetry.lock\n",
                "Dockerfile": "FROM python:3.12\nRUN pip install x\n",
                "pyproject.toml": "[tool.poetry]\nname = 'x'\n[tool.poetry.dependencies]\nflask = '^3'\n[tool.poetry.scripts]\nx = 'x:main'\n",
            },
            at=("pyproject.toml:1",),
            title="a program with an image, whose lock file git ignores",
        ),
        Bad(
            {"package.json": '{\n  "name": "app",\n  "private": true,\n  "dependencies": {"express": "^4.0.0"}\n}\n'},
            at=("package.json:1",),
        ),
        Bad(
            {
                "Cargo.toml": '[workspace]\nmembers = ["crates/*"]\n\n[workspace.dependencies]\nclap = "4"\n',
                "crates/core/Cargo.toml": "[package]\nname = 'tool-core'\n[dependencies]\nclap.workspace = true\n",
                "crates/core/src/lib.rs": "",
                "crates/cli/Cargo.toml": "[package]\nname = 'tool-cli'\n[dependencies]\nclap.workspace = true\n",
                "crates/cli/src/main.rs": "fn main() {}\n",
            },
            at=("Cargo.toml:1",),
            title="a workspace, one of whose crates is a program",
        ),
        Bad(
            {"app/package.json": '{\n  "devDependencies": {"typescript": "*"}\n}\n'},
            at=("app/package.json:1",),
            title="without a name it is nothing that could be published",
        ),
        Bad({"Pipfile": '[packages]\nflask = "*"\n'}, at=("Pipfile:1",)),
        Bad({"Gemfile": 'source "https://rubygems.org"\ngem "rails"\n'}, at=("Gemfile:1",)),
        Bad({"go.mod": "module example.org/x\n\ngo 1.22\n\nrequire github.com/pkg/errors v0.9.1\n"}, at=("go.mod:1",)),
    ),
    good=(
        Good(
            {
                "Cargo.toml": "[workspace]\nmembers = ['a']\n",
                "a/Cargo.toml": "[package]\nname = 'a'\n",
                "vendored/cli/Cargo.toml": "[package]\nname = 'cli'\n\n[dependencies]\nclap = '4'\n",
                "vendored/cli/src/main.rs": "fn main() {}\n",
            },
            because="below a workspace's root a crate that is no member is not built",
        ),
        Good(
            {
                "Cargo.toml": '[workspace]\nmembers = ["lib", "xtask"]\n\n[workspace.dependencies]\nclap = "4"\n',
                "lib/Cargo.toml": "[package]\nname = 'lib'\n[dependencies]\nclap.workspace = true\n",
                "lib/src/lib.rs": "",
                "xtask/Cargo.toml": "[package]\nname = 'xtask'\npublish = false\n[dependencies]\nclap.workspace = true\n",
                "xtask/src/main.rs": "fn main() {}\n",
            },
            because="a library's workspace, with a helper that is not published",
        ),
        Good(
            {"vendor-bin/phpstan/composer.json": '{\n  "require": {\n    "phpstan/phpstan": "1.11.4"\n  }\n}\n'},
            because="the one release that is to be used",
        ),
        Good(
            {
                "package.json": '{\n  "name": "app",\n  "private": true,\n  "dependencies": {"express": "^4.0.0"}\n}\n',
                "package-lock.json": "{}\n",
            },
            because="locked",
        ),
        Good(
            {
                "packages/a/package.json": '{"name": "a", "private": true, "dependencies": {"express": "^4"}}\n',
                "package.json": '{"name": "root", "private": true, "workspaces": ["packages/*"]}\n',
                "yarn.lock": "\n",
            },
            because="the workspace's lock file stands at the root",
        ),
        Good(
            {
                "package.json": '{"name": "lib", "dependencies": {"ms": "^2"}}\n',
                ".npmrc": "package-lock=false\n",
            },
            because="the authors have said so: a library tested against the newest",
        ),
        Good({"package.json": '{"name": "app", "private": true}\n'}, because="nothing to lock"),
        Good(
            {
                ".gitignore": "Cargo.lock\n",
                "Cargo.toml": "[package]\nname = 'x'\nversion = '1.0.0'\n[lib]\n[dependencies]\nbytes = '1'\n",
                "fuzz/Cargo.toml": "[package]\nname = 'x-fuzz'\nversion = '0.0.0'\npublish = false\n[dependencies]\nlibfuzzer-sys = '0.4'\n"
                "[[bin]]\nname = 'one'\npath = 'one.rs'\n[workspace]\n",
            },
            because="a library, and the targets that fuzz it",
        ),
        Good(
            {"x.gemspec": "Gem::Specification.new\n", "Gemfile": 'source "https://rubygems.org"\ngemspec\n'},
            because="a library's Gemfile",
        ),
    ),
)


def check(manifest: Manifest, repository: Repository) -> Iterator[Hit]:
    """Flag applications' manifests with dependencies and no lock file in their folder or above."""
    locks = _PYTHON_LOCKS if manifest.ecosystem == "python" else _LOCKS.get(manifest.ecosystem, ())
    if not locks or not manifest.dependencies or _declined(manifest, repository) or _is_aside(manifest):
        return
    if manifest.ecosystem == "python" and manifest.package_manager not in {"poetry", "uv", "pdm", "pipenv"}:
        return
    if any(
        posixpath.join(folder, lock) in repository.project.paths
        for folder in _folders(manifest.directory)
        for lock in locks
    ):
        return
    if manifest.ecosystem == "php" and not manifest.application:
        yield from _of_tools(manifest)
        return
    # A Pipfile is no package's: what has one is an application, or the tools of this checkout.
    application = (
        manifest.application
        or manifest.package_manager == "pipenv"
        or _is_run_as_it_is(manifest, repository)
        or _holds_a_program(manifest, repository)
    )
    library = manifest.ecosystem in {"node", "rust", "python", "dart", "elixir"} and not application
    if manifest.ecosystem == "ruby" and any(path.endswith(".gemspec") for path in repository.project.paths):
        return
    if manifest.ecosystem == "rust" and (library or _below_a_workspace(manifest, repository)):
        return
    yield Hit(
        place=manifest.place,
        message=f"{manifest.path} declares dependencies and no lock file fixes their versions; commit one",
        tier=Tier.PEDANTIC if library else Tier.DEFAULT,
    )


_UNPUBLISHED = lazily(r"(?m)^publish[ \t]*=[ \t]*(?:false|\[[ \t]*\])")


def _holds_a_program(manifest: Manifest, repository: Repository) -> bool:
    """True for a workspace of Rust with no crate of its own, one of whose members is a program that is given to users.

    A member that is not published is a helper of the work (`xtask`), as libraries have them too.
    """
    if manifest.ecosystem != "rust" or manifest.name or not manifest.workspaces:
        return False
    return any(
        member.application
        and member.ecosystem == "rust"
        and any(
            fnmatchcase(member.directory, posixpath.join(manifest.directory, pattern))
            for pattern in manifest.workspaces
        )
        and not _is_aside(member)
        and not _UNPUBLISHED.search(repository.text(member.path))
        for member in repository.project.manifests
    )


def _below_a_workspace(manifest: Manifest, repository: Repository) -> bool:
    """True for a crate below a workspace's root: cargo locks its members there, and builds what is no member not at all."""
    above = (posixpath.join(folder, "Cargo.toml") for folder in _folders(posixpath.dirname(manifest.directory)))
    return bool(manifest.directory) and any("[workspace" in repository.text(path) for path in above)


_TOOLS = lazily(r"(?:^|/)\.?(?:tools?|vendor-bin)/[\w.-]+(?:/|$)")
_RANGE = lazily(r"[\^~*<>|]|^dev-|^latest$")


def _of_tools(manifest: Manifest) -> Iterator[Hit]:
    """Checkers that have a folder of their own: whichever release is newest judges the same code otherwise.

    Source: github.com/bamarni/composer-bin-plugin#readme.
    """
    moving = [each for each in manifest.dependencies if _RANGE.search(each.constraint) and "/" in each.name]
    if not moving or not _TOOLS.search(manifest.directory):
        return
    start, end = moving[0].span.start, moving[-1].span.end
    names = ", ".join(f"`{each.name}`" for each in moving[:3])
    yield Hit(
        place=Place(manifest.path, Span(min(start, end), max(start, end))),
        message=f"{names}: no lock file beside it fixes the version of these tools; commit one",
    )


def _is_run_as_it_is(manifest: Manifest, repository: Repository) -> bool:
    """True for a program of Poetry's, with an image of its own, whose lock file .gitignore keeps out."""
    if manifest.package_manager != "poetry" or not manifest.entry_points:
        return False
    image, lock = (posixpath.join(manifest.directory, name) for name in ("Dockerfile", "poetry.lock"))
    return image in repository.project.paths and is_ignored(lock, repository)


def _folders(directory: str) -> Iterator[str]:
    while directory:
        yield directory
        directory = posixpath.dirname(directory)
    yield ""


def _declined(manifest: Manifest, repository: Repository) -> bool:
    for folder in _folders(manifest.directory):
        for name in (".npmrc", ".yarnrc", ".yarnrc.yml"):
            path = posixpath.join(folder, name)
            source = repository.read(path) if path in repository.project.paths else None
            if source is not None and (
                b"package-lock=false" in source.data.replace(b" ", b"")
                or b"lockfile=false" in source.data.replace(b" ", b"")
            ):
                return True
    return False


def _is_aside(manifest: Manifest) -> bool:
    parts = set(manifest.directory.lower().split("/"))
    return bool(
        parts
        & {
            "example",
            "examples",
            "test",
            "tests",
            "fixtures",
            "fixture",
            "template",
            "templates",
            "docs",
            "demo",
            "playground",
            "benchmark",
            "benchmarks",
            "samples",
            "sample",
            "e2e",
            "integration",
            "fuzz",
            "fuzzing",
            "benches",
        }
    )
