"""A tox or Hatch environment installs its tools at whatever version is newest."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.facts.project import Dependency, Manifest
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.lines import line_start
from agentlint.files.source import Place, Span
from agentlint.judgements.pinning.versions import TRIES_HEADS, has_no_upper_bound
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity, Station

RULE = Rule(
    id="REP812",
    name="floating-environment",
    category=Category.REPRODUCIBILITY,
    summary="A tox or Hatch environment lists its tools with no version, or with a lower bound alone.",
    why="A lint or type check that passed yesterday fails today, and the commit between them is somebody else's release.",
    remediation="Pin the tools of the environment (`ruff==0.5.0`), or install them from a lock or constraints file.",
    severity=Severity.MINOR,
    confidence=Confidence.MEDIUM,
    cost=Cost(seconds=10, source="E9"),
    station=Station.SET_UP,
    evidence=("E9",),
    references=("https://tox.wiki/en/stable/reference/config.html#deps",),
    bad=(
        Bad({"tox.ini": "[testenv:lint]\ndeps = ruff\ncommands = ruff check\n"}, at=("tox.ini:2",)),
        Bad({"tox.ini": "[testenv]\ndeps =\n    pytest\n    mypy>=1.0\ncommands = pytest\n"}, at=("tox.ini:3",)),
        Bad(
            {
                "hatch.toml": '[envs.types]\ndependencies = [\n  "mypy>=1.0",\n]\n[envs.types.scripts]\ncheck = "mypy -O json src"\n'
            },
            at=("hatch.toml:3",),
        ),
        Bad(
            {"tox.ini": "[testenv:types]\ndeps =\n    mypy\ncommands =\n    mypy src\n    python -c 'print(1)'\n"},
            at=("tox.ini:3",),
            title="the `-c` of a command is no constraints file",
        ),
    ),
    good=(
        Good(
            {"tox.ini": "[testenv]\ndeps =\n    piplatest: pip\ncommands = pytest\n[testenv:upstream]\ndeps = numpy\n"},
            because="the newest is what these environments try",
        ),
        Good({"tox.ini": "[testenv:lint]\ndeps = ruff==0.5.0\ncommands = ruff check\n"}, because="pinned"),
        Good({"tox.ini": "[testenv]\ndeps = -r requirements-dev.txt\ncommands = pytest\n"}, because="a file decides"),
        Good(
            {"tox.ini": "[testenv]\ndeps = -c constraints.txt\n    pytest\ncommands = pytest\n"},
            because="constraints decide",
        ),
        Good({"hatch.toml": '[envs.types]\ndependencies = ["mypy==1.11.1"]\n'}, because="pinned"),
        Good(
            {
                "pyproject.toml": '[project]\nname = "x"\n[tool.hatch.envs.style]\ntype = "pip-compile"\ndependencies = ["black"]\n'
                '[tool.hatch.envs.types]\ntype = "pip-compile"\nlock-filename = "locks/types.lock"\ndependencies = ["mypy"]\n',
                "hatch.toml": "[envs.docs]\nlocked = true\ndependencies = ['sphinx']\n",
                "pylock.docs.toml": "lock-version = '1.0'\n",
                "requirements/requirements-style.txt": "black==24.8.0\n",
                "locks/types.lock": "mypy==1.11.1\n",
            },
            because="Hatch and its plugin install from the lock files that are committed",
        ),
        Good(
            {"tox.ini": "[testenv]\ndeps =\n    django42: django<5\n    django5: django>=5\ncommands = pytest\n"},
            because="a leg that tries one line of the package takes its newest",
        ),
        Good(
            {
                "tox.ini": "[testenv]\ninstall_command = python {toxinidir}/tools/pip_install.py {opts} {packages}\ndeps =\n    -e .\n"
                "[testenv:news]\ndeps = towncrier\ncommands = towncrier build\n"
            },
            because="a script of the repository installs them, and knows the versions",
        ),
        Good({"tox.ini": "[testenv]\nextras = test\ncommands = pytest\n"}, because="the package names its tools"),
    ),
)


def check(manifest: Manifest, repository: Repository) -> Iterator[Hit]:
    """Flag each stretch of neighbouring lines with floating tools."""
    environment_file = manifest.package_manager in {"tox", "hatch-environments"}
    dependencies = [d for d in manifest.dependencies if environment_file or d.group.startswith("hatch:")]
    if not dependencies:
        return
    source = repository.read(manifest.path)
    if source is None:
        return
    floating = [
        dependency
        for dependency in dependencies
        if has_no_upper_bound(dependency.constraint)
        and not _locked_by_hatch(dependency.group, source.text, repository)
        and not _is_tried_by_a_leg(dependency, source.text)
    ]
    for stretch in _stretches(floating, source.text):
        names = ", ".join(f"`{dependency.name}`" for dependency in stretch[:3]) + (" …" if len(stretch) > 3 else "")
        span = stretch[0].span.cover(stretch[-1].span)
        if _constrained(source.text, span) or _tries_the_newest(source.text, span, stretch[0].group):
            continue
        yield Hit(place=Place(manifest.path, span), message=f"{names} installed at the newest version; pin it")


def _stretches(dependencies: list[Dependency], text: str) -> Iterator[list[Dependency]]:
    """Dependencies in order of place, parted where a section or another key stands between two."""
    current: list[Dependency] = []
    for dependency in sorted(dependencies, key=lambda item: item.span):
        between = text[current[-1].span.end : dependency.span.start] if current else ""
        if current and ("[" in between or "=" in between.replace("==", "")):
            yield current
            current = []
        current.append(dependency)
    if current:
        yield current


_LOCK_FILE = lazily(r"^lock-filename[ \t]*=[ \t]*[\"']([^\"'\n]+)", re.MULTILINE)
_LOCKED = lazily(r"^[ \t]*(?:locked|lock-envs)[ \t]*=[ \t]*true\b", re.MULTILINE)


def _locked_by_hatch(group: str, text: str, repository: Repository) -> bool:
    """True for an environment with a committed lock file of Hatch's own, or of its plugin hatch-pip-compile.

    Sources: hatch.pypa.io/dev/how-to/environment/lockfiles, pypi.org/project/hatch-pip-compile.
    """
    name = group.removeprefix("hatch:")
    header = re.search(rf"^\[(?:tool\.hatch\.)?envs\.{re.escape(name)}\]", text, re.MULTILINE) if name else None
    if header is None:
        return False
    end = text.find("\n[", header.end())
    section = text[header.end() : end if end >= 0 else len(text)]
    named = _LOCK_FILE.search(section)
    locks = {named[1]} if named is not None else set()
    if "pip-compile" in section and named is None:
        locks.add("requirements.txt" if name == "default" else f"requirements/requirements-{name}.txt")
    if _LOCKED.search(text):
        locks.add("pylock.toml" if name == "default" else f"pylock.{name}.toml")
    return not locks.isdisjoint(repository.project.paths)


def _is_tried_by_a_leg(dependency: Dependency, text: str) -> bool:
    """True behind a factor that bears the package's name and a line of its releases (`django5: django>=5`)."""
    line = text[line_start(text, dependency.span.start) : dependency.span.start].strip().lower()
    name = re.escape(dependency.name.lower())
    return line.endswith(":") and re.search(rf"(?<![a-z]){name}[-_]?\d", line) is not None


def _constrained(text: str, span: Span) -> bool:
    """True where the section that holds the list names a constraints file (`-c`, PIP_CONSTRAINT)."""
    start = max(text.rfind("\n[", 0, span.start), 0)
    end = text.find("\n[", span.end)
    end = end if end >= 0 else len(text)
    section = text[start:end]
    if re.search(r"(^|=)[ \t]*-c\s*\S|constraint", section, re.IGNORECASE | re.MULTILINE) is not None:
        return True
    return "install_command" in text and any(
        found.group("section").strip() == "testenv" or start <= found.start() < end
        for found in _INSTALLED_BY.finditer(text)
    )


_INSTALLED_BY = lazily(
    r"^\[(?P<section>[^\]\n]+)\][ \t\r]*(?:\n(?!\[)[^\n]*)*?\ninstall_command[ \t]*=[^\n]*(?:\{toxinidir\}|\{tox_root\}|-c[ =]|constraint)",
    re.MULTILINE,
)
"""A section whose packages a script of the repository installs, or pip under constraints; `testenv` hands it on to the others.
Source: tox.wiki/en/stable/reference/config.html#install_command."""


def _tries_the_newest(text: str, span: Span, group: str) -> bool:
    """True for what an environment of such a name takes (`[testenv:piplatest]`, `piplatest: pip`)."""
    line = text[line_start(text, span.start) : span.start].strip().rstrip(":")
    header = re.match(r"\[[\w.:]*?([\w-]+)\]", text[max(text.rfind("\n[", 0, span.start), -1) + 1 :])
    return any(TRIES_HEADS.search(name) for name in (line, header[1] if header is not None else "", group))
