"""A CI job installs the project's tools from ranges, with no lock file."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from itertools import pairwise

from agentlint.facts.command import Command
from agentlint.facts.project import Dependency, Manifest, normal_name
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.judgements.pinning.versions import has_no_upper_bound, is_named_newest, runs_unattended
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity, Station

_EXTRA = lazily(r"^[^\[\]]*\[([A-Za-z0-9_.,\s-]+)\]$")
_LOCKS = ("uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "pylock.toml", "constraints.txt", "pixi.lock")

RULE = Rule(
    id="REP811",
    name="resolved-afresh",
    category=Category.REPRODUCIBILITY,
    summary="A CI job installs the project's test and lint tools from version ranges, with no lock file.",
    why="A new linter or test runner turns every branch red on the day it is released, and no commit is to blame.",
    remediation="Commit a lock file (`uv lock`, then `uv sync --locked`), or pin the tools in their group.",
    severity=Severity.MINOR,
    confidence=Confidence.MEDIUM,
    cost=Cost(seconds=10, source="E9"),
    station=Station.SET_UP,
    evidence=("E9",),
    references=("https://docs.astral.sh/uv/concepts/projects/sync/",),
    programs=frozenset({"pip", "pip3", "uv"}),
    bad=(
        Bad(
            {
                ".gitlab-ci.yml": "test:\n  timeout: 5m\n  script:\n    - pip install -e '.[test]'\n",
                "pyproject.toml": '[project]\nname = "x"\n[project.optional-dependencies]\ntest = ["ruff>=0.4", "pytest"]\n',
            },
            at=(".gitlab-ci.yml:4",),
        ),
        Bad(
            {
                ".gitlab-ci.yml": "test:\n  timeout: 5m\n  script:\n    - pip install . --group dev\n",
                "pyproject.toml": '[project]\nname = "x"\n[dependency-groups]\ndev = ["mypy"]\n',
            },
            at=(".gitlab-ci.yml:4",),
        ),
        Bad(
            {
                ".gitlab-ci.yml": "test:\n  timeout: 5m\n  script:\n    - uv sync\n",
                "pyproject.toml": '[project]\nname = "x"\n[dependency-groups]\ndev = ["mypy"]\n',
            },
            at=(".gitlab-ci.yml:4",),
        ),
    ),
    good=(
        Good(
            {
                "pyproject.toml": "[project]\nname = 'own'\nversion = '1'\n[project.optional-dependencies]\ndev = ['own[pre-dev]']\n"
                "pre-dev = ['pytest==8.3.4']\n",
                ".gitlab-ci.yml": "test:\n  timeout: 5m\n  script:\n    - pip install -e '.[dev]'\n",
            },
            because="the extra names another of the project's own, and that one is pinned",
        ),
        Good(
            {
                ".gitlab-ci.yml": "test:\n  timeout: 5m\n  script:\n    - uv sync\n",
                "pyproject.toml": '[project]\nname = "x"\n[dependency-groups]\ndev = ["mypy"]\n',
                "uv.lock": "version = 1\n",
            },
            because="locked",
        ),
        Good(
            {
                ".gitlab-ci.yml": "test:\n  timeout: 5m\n  script:\n    - pip install -e '.[test]'\n",
                "pyproject.toml": '[project]\nname = "x"\n[project.optional-dependencies]\ntest = ["ruff==0.4.1", "pytest==8.2.0"]\n',
            },
            because="the tools are pinned",
        ),
        Good(
            {
                ".gitlab-ci.yml": "test:\n  timeout: 5m\n  script:\n    - pip install .\n",
                "pyproject.toml": '[project]\nname = "x"\ndependencies = ["httpx"]\n',
            },
            because="a library's own dependencies are ranges on purpose",
        ),
        Good(
            {
                ".gitlab-ci.yml": "test:\n  timeout: 5m\n  script:\n    - pip install -r tools/requirements.txt\n",
                "tools/requirements.txt": "ruff>=0.5\nmypy\n",
                "Dockerfile": "FROM python:3.12.4\nCOPY tools/requirements.txt .\nRUN pip install -r requirements.txt\n",
            },
            because="what floats in a list is told of once, in the list (REP810)",
        ),
        Good(
            {
                ".gitlab-ci.yml": "test:\n  timeout: 5m\n  script:\n    - pip install -c pins.txt -e '.[test]'\n",
                "pyproject.toml": '[project]\nname = "x"\n[project.optional-dependencies]\ntest = ["pytest"]\n',
            },
            because="constraints decide",
        ),
        Good(
            {
                ".gitlab-ci.yml": "test:\n  timeout: 5m\n  script:\n    - uv sync --all-extras\n",
                "pyproject.toml": (
                    '[project]\nname = "x"\n[dependency-groups]\ndev = ["mypy~=1.8"]\n'
                    "[tool.tox.env.style]\ndeps = ['ruff']\ncommands = [['ruff', 'check']]\n"
                ),
            },
            because="the environments of tox are no groups of the package",
        ),
        Good(
            {
                ".gitlab-ci.yml": "test:\n  timeout: 5m\n  script:\n    - uv sync --no-dev --group test\n",
                "pyproject.toml": '[project]\nname = "x"\n[dependency-groups]\ntest = ["pytest==8.3.4"]\ndev = ["mypy>=1.8"]\ndocs = ["mkdocs"]\n',
            },
            because="the one group that is asked for is pinned",
        ),
        Good(
            {
                ".gitlab-ci.yml": "test:\n  timeout: 5m\n  script:\n    - uv pip install -e . --group dev --resolution=lowest-direct\n",
                "pyproject.toml": '[project]\nname = "x"\n[dependency-groups]\ndev = ["mypy>=1.8"]\n',
            },
            because="the oldest versions are asked for, and a release changes nothing",
        ),
    ),
)


def check(command: Command, repository: Repository) -> Iterator[Hit]:
    """Flag installs of a group or extra whose tools float, where no lock file fixes them."""
    if not runs_unattended(command, repository) or command.option("-c", "--constraint", "--no-deps") is not None:
        return
    if is_named_newest(command.place.path):
        return  # that job is there to meet new releases first
    if "PIP_CONSTRAINT" in command.environment or "UV_CONSTRAINT" in command.environment:
        return
    if (command.value_of("--resolution") or command.environment.get("UV_RESOLUTION") or "").startswith("lowest"):
        return
    directory = command.directory or ""
    if any(posixpath.join(folder, lock) in repository.project.paths for folder in {directory, ""} for lock in _LOCKS):
        return
    floating = list(
        dict.fromkeys(d.name for d in _installed(command, directory, repository) if has_no_upper_bound(d.constraint))
    )
    if floating:
        names = ", ".join(f"`{name}`" for name in floating[:3]) + (" …" if len(floating) > 3 else "")
        yield Hit(
            place=command.place,
            message=f"{names} taken at the newest version, with no lock file; lock or pin them",
            unit=command.unit,
        )


_OF_TOOLS = lazily(
    r"test|dev|lint|doc|ci|check|typ|build|fmt|format|cov|qa|tool|style|release|bench|all", re.IGNORECASE
)
"""Extras that hold tools; any other is a part of the library, which is tried with the newest on purpose."""


def _installed(command: Command, directory: str, repository: Repository) -> Iterator[Dependency]:
    """What the command installs of the groups and extras of this project; lists that `-r` names are told of themselves."""
    for manifest in repository.project.manifests:
        if (
            manifest.ecosystem == "python"
            and manifest.directory == directory
            and manifest.package_manager not in _OF_OTHER_TOOLS
        ):
            groups = _with_named(_groups(command, manifest), manifest, repository)
            yield from (
                dependency
                for dependency in manifest.dependencies
                if dependency.group in groups and not _is_itself(dependency, manifest)
            )


_OF_OTHER_TOOLS = frozenset({"pip", "tox"})
"""Manifests whose groups are not the package's: requirements files, and the environments of tox."""


def _is_itself(dependency: Dependency, manifest: Manifest) -> bool:
    return normal_name(dependency.name) == normal_name(manifest.name)


def _with_named(groups: frozenset[str], manifest: Manifest, repository: Repository) -> frozenset[str]:
    """The groups, and the extras of the project itself that they name (`dev = ["own[test,lint]"]`)."""
    source = repository.read(manifest.path)
    found = set(groups)
    waiting = [one for one in manifest.dependencies if _is_itself(one, manifest)]
    for _ in range(_DEPTH if source is not None else 0):
        for dependency in waiting:
            if dependency.group in found and source is not None:
                line = source.text[dependency.span.start : dependency.span.start + 200].split("\n")[0]
                extras = re.search(r"\[([\w.,\s-]+)\]", line)
                found.update(re.split(r"[,\s]+", extras[1].strip()) if extras is not None else ())
    return frozenset(found)


_DEPTH = 3


_NAMED_GROUPS = ("--group", "--only-group", "--extra")
_NO_DEFAULTS = ("--no-dev", "--no-default-groups", "--only-group")


def _synced(command: Command, groups: frozenset[str]) -> frozenset[str]:
    """What `uv sync` takes of these groups and extras (docs.astral.sh/uv/concepts/projects/sync): `dev`, and what is named."""
    if command.option("--all-extras", "--all-groups") is not None:
        return groups
    words = command.texts()
    named = {after for word, after in pairwise(words) if word in _NAMED_GROUPS}
    named |= {word.partition("=")[2] for word in words if word.startswith(tuple(f"{name}=" for name in _NAMED_GROUPS))}
    if command.option(*_NO_DEFAULTS) is not None:
        return groups & named
    default = groups & {"dev"}
    return default | (groups & named) if default or named else groups


def _groups(command: Command, manifest: Manifest) -> frozenset[str]:
    texts = command.texts()
    if command.program == "uv" and texts[:1] == ("sync",):
        return _synced(command, frozenset({d.group for d in manifest.dependencies} - {"runtime", "build"}))
    if "install" not in texts[:2]:
        return frozenset()
    found = {
        group
        for word in texts
        if (match := _EXTRA.match(word))
        for group in re.split(r"[,\s]+", match[1])
        if word.startswith(".")
    }
    found = {group for group in found if _OF_TOOLS.search(group)}
    found.update(value for value in (command.value_of("--group"),) if value)
    return frozenset(found)
