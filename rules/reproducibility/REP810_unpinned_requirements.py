"""The tools that test and check the project are declared without versions."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from agentlint.facts.project import Dependency, Manifest
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.source import Place
from agentlint.judgements.pinning.metadata_lists import declares_package
from agentlint.judgements.pinning.versions import has_no_upper_bound, is_named_newest
from agentlint.judgements.running.scope import aside
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity, Station

_LOCKS = ("Pipfile.lock", "requirements.lock", "constraints.txt")
_PROJECT_LOCKS = ("uv.lock", "poetry.lock", "pdm.lock", "pylock.toml")
"""Locks that say nothing of a requirements file which a command installs by its name."""

RULE = Rule(
    id="REP810",
    name="unpinned-requirements",
    category=Category.REPRODUCIBILITY,
    summary="A requirements file lists packages with no version, or with a lower bound alone, and nothing else fixes them.",
    why="Each install takes the newest of everything: the same commit is red tomorrow for a reason that is not in it.",
    remediation="Pin with `==` (let pip-compile, uv or a bot move the pins), or install from a lock file.",
    severity=Severity.MINOR,
    confidence=Confidence.MEDIUM,
    cost=Cost(seconds=15, source="E9"),
    station=Station.SET_UP,
    evidence=("E9",),
    references=("https://pip.pypa.io/en/stable/topics/repeatable-installs/",),
    bad=(
        Bad({"requirements.d/docs.txt": "sphinx\n"}, at=("requirements.d/docs.txt:1",)),
        Bad({"requirements.txt": "flask\nrequests>=2\n"}, at=("requirements.txt:1",)),
        Bad({"dev-requirements.txt": "ruff==0.5.0\npytest\nmypy>=1\n"}, at=("dev-requirements.txt:2",)),
        Bad(
            {
                "requirements_test.txt": "pytest>=8\ncoverage\n",
                "uv.lock": "version = 1\n",
                "tox.ini": "[testenv]\ndeps =\n    -rrequirements_test.txt\ncommands = pytest\n",
            },
            at=("requirements_test.txt:1",),
            title="an environment installs from it, past the lock file",
        ),
        Bad(
            {
                "requirements/dev.txt": "pytest\n",
                "pyproject.toml": '[tool.setuptools.dynamic]\noptional-dependencies.dev = { file = ["requirements/dev.txt"] }\n',
            },
            at=("requirements/dev.txt:1",),
            title="an extra for who works on the project",
        ),
    ),
    good=(
        Good(
            {"tests/syntax-tests/highlighted/requirements.txt": "flask\nrequests\n"},
            because="the expected output of a test",
        ),
        Good({"requirements.txt": "flask==3.0.3\nrequests==2.32.3\n"}, because="pinned"),
        Good(
            {"requirements.d/dev.txt": "pytest\n", "requirements.d/dev.lock.txt": "pytest==8.3.3\n"},
            because="a file of pins is made from it",
        ),
        Good(
            {
                "requirements/avro.txt": "fastavro\n",
                "pyproject.toml": '[tool.setuptools.dynamic]\noptional-dependencies.avro = { file = [\n  "requirements/avro.txt"] }\n',
            },
            because="the ranges of a library, in its metadata",
        ),
        Good(
            {
                "requirements.txt": "flask>=2\n",
                "setup.py": "setup(install_requires=open('requirements.txt').readlines())\n",
            },
            because="the ranges of a library, which setup.py reads",
        ),
        Good({"requirements.in": "flask\n"}, because="the input of a compiler of pins"),
        Good({"requirements.txt": "flask\n", "uv.lock": "version = 1\n"}, because="a lock file fixes them"),
        Good({"requirements.txt": "-r requirements/base.txt\n# nothing more\n"}, because="no package named here"),
        Good({"requirements.txt": "flask\n", "constraints.txt": "flask==3.0.3\n"}, because="constraints fix them"),
        Good({"ci/requirements-latest.txt": "numpy>=2.4.0.dev0\n"}, because="the newest is what is tried"),
    ),
)


_SHOWN = lazily(r"(^|/)(syntax|highlight|expected|golden|snapshots?)[^/]*/", re.IGNORECASE)
"""Folders of sample files that nothing installs."""


def check(manifest: Manifest, repository: Repository) -> Iterator[Hit]:
    """Flag the stretch of a requirements file from its first to its last package without an upper bound."""
    name = posixpath.basename(manifest.path)
    if manifest.ecosystem != "python" or not name.endswith((".txt", ".pip")) or name.startswith("constraints"):
        return
    if _SHOWN.search(manifest.path) or aside(manifest.path) or is_named_newest(manifest.path):
        return
    locks = _LOCKS if _installed(name, repository) else (*_LOCKS, *_PROJECT_LOCKS)
    if any(
        posixpath.join(folder, lock) in repository.project.paths
        for folder in {manifest.directory, ""}
        for lock in locks
    ):
        return
    stem = posixpath.splitext(manifest.path)[0]
    if any(stem + ending in repository.project.paths for ending in _MADE_FROM_IT):
        return
    floating = [dependency for dependency in manifest.dependencies if _floats(dependency)]
    if not floating or declares_package(manifest.path, repository):
        return
    names = ", ".join(f"`{dependency.name}`" for dependency in floating[:3]) + (" …" if len(floating) > 3 else "")
    span = floating[0].span.cover(floating[-1].span)
    yield Hit(
        place=Place(manifest.path, span),
        message=f"{names} taken at the newest version; pin what is installed",
    )


_MADE_FROM_IT = (".in", ".lock.txt", "-lock.txt", "_lock.txt", ".lock", ".locked.txt", ".pinned.txt")
"""Endings of the file a list is made from, or that is made from it."""


def _floats(dependency: Dependency) -> bool:
    return has_no_upper_bound(dependency.constraint) and "*" not in dependency.constraint


def _installed(name: str, repository: Repository) -> bool:
    known = repository.memory("requirement files by their readers")
    if known is None:
        known = repository.remember("requirement files by their readers", frozenset(_read_somewhere(repository)))
    assert isinstance(known, frozenset)
    return name in known


_READERS = frozenset({"tox.ini", "tox.toml", "setup.cfg", "pyproject.toml", "noxfile.py"})
_HOSTED = lazily(r"^\.?readthedocs\.ya?ml$")
_LISTED = lazily(r"[\w.-]+\.(?:txt|pip)\b")


def _read_somewhere(repository: Repository) -> Iterator[str]:
    """Names of files that an install command, an environment or the host of the documentation is given."""
    for command in repository.commands:
        if command.program in {"pip", "pip3", "uv"}:
            yield from (posixpath.basename(word.text) for word in command.arguments)
    for path in repository.project.paths:
        base = posixpath.basename(path)
        source = repository.read(path) if base in _READERS or _HOSTED.match(base) else None
        if source is not None:
            yield from (name.removeprefix("-r") for name in _LISTED.findall(source.text))
