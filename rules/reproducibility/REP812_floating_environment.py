"""A tox or Hatch environment installs its tools at whatever version is newest."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.facts.project import Dependency, Manifest
from agentlint.facts.repository import Repository
from agentlint.files.source import Place, Span
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity, Station
from agentlint.rule.versions import TRIES_HEADS, has_no_upper_bound

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
    for stretch in _stretches([d for d in dependencies if has_no_upper_bound(d.constraint)], source.text):
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


def _constrained(text: str, span: Span) -> bool:
    """True where the section that holds the list names a constraints file (`-c`, PIP_CONSTRAINT)."""
    start = max(text.rfind("\n[", 0, span.start), 0)
    end = text.find("\n[", span.end)
    section = text[start : end if end >= 0 else len(text)]
    return re.search(r"(^|=)[ \t]*-c\s*\S|constraint", section, re.IGNORECASE | re.MULTILINE) is not None


def _tries_the_newest(text: str, span: Span, group: str) -> bool:
    """True for what an environment of such a name takes (`[testenv:piplatest]`, `piplatest: pip`)."""
    line = text[text.rfind("\n", 0, span.start) + 1 : span.start].strip().rstrip(":")
    header = re.match(r"\[[\w.:]*?([\w-]+)\]", text[max(text.rfind("\n[", 0, span.start), -1) + 1 :])
    return any(TRIES_HEADS.search(name) for name in (line, header[1] if header is not None else "", group))
