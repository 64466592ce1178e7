"""A linter reads a large tree on one core though it could use all."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.judgements.parallelism.workers import hides_options, runs_parallel
from agentlint.judgements.running.aspects import programs_with
from agentlint.judgements.running.scope import as_written, in_prose, repeated
from agentlint.programs import table
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity, Station, Tier
from agentlint.rule.edits import after_program

_SOURCES = {f"src/part{number}.py": "x = 1\n" for number in range(120)}
LARGE = 100
"""Source files from which on a linter's workers pay back their start."""

RULE = Rule(
    id="SER313",
    name="linter-on-one-core",
    category=Category.SERIAL,
    summary="A linter with workers runs without them on a large tree.",
    why="pylint, phpcs, cppcheck and eslint read file after file unless told otherwise (E15).",
    remediation="pylint -j0, phpcs --parallel=8, cppcheck -j, eslint --concurrency auto.",
    severity=Severity.INFO,
    confidence=Confidence.MEDIUM,
    tier=Tier.PEDANTIC,
    cost=Cost(seconds=15, source="E15"),
    station=Station.CHECK,
    programs=programs_with("parallelism"),
    evidence=("E15",),
    bad=(
        Bad(
            {"Makefile": "lint:\n\tpylint src\n", **_SOURCES},
            at=("Makefile:2",),
            fixed={"Makefile": "lint:\n\tpylint -j0 src\n"},
        ),
        Bad(
            {"tox.ini": "[testenv:lint]\ncommands = pylint src\n", **_SOURCES},
            at=("tox.ini:2",),
            fixed={"tox.ini": "[testenv:lint]\ncommands = pylint -j0 src\n"},
        ),
        Bad(
            {".gitlab-ci.yml": "lint:\n  script:\n    - pylint -f json src\n", **_SOURCES},
            at=(".gitlab-ci.yml:3",),
            fixed={".gitlab-ci.yml": "lint:\n  script:\n    - pylint -j0 -f json src\n"},
        ),
        Bad(
            {".gitlab-ci.yml": "lint:\n  script:\n    - pylint --version\n    - pylint -f json src\n", **_SOURCES},
            at=(".gitlab-ci.yml:4",),
            fixed={".gitlab-ci.yml": "lint:\n  script:\n    - pylint --version\n    - pylint -j0 -f json src\n"},
            title="asking for the version is no run",
        ),
    ),
    good=(
        Good({"Makefile": "lint:\n\tpylint -j 4 src\n", **_SOURCES}, because="four workers"),
        Good({"Makefile": "lint:\n\tpylint src\n", "src/a.py": "x = 1\n"}, because="a small tree"),
        Good({"Makefile": "lint:\n\truff check src\n", **_SOURCES}, because="ruff is parallel by itself"),
        Good({"README.md": "```sh\npylint src\n```\n", **_SOURCES}, because="prose"),
    ),
)


def check(command: Command, repository: Repository) -> Iterator[Hit]:
    """Flag the first serial run of a linter in each unit, on a large tree."""
    entry = table().parallelism(command)
    if entry is None or not entry.language.endswith("-sources") or entry.default != "serial":
        return
    if _files(entry.language, repository) < LARGE or runs_parallel(command, entry, repository):
        return
    if in_prose(command, repository) or repeated(command, repository) or hides_options(command):
        return
    yield Hit(
        place=command.place,
        message=f"`{as_written(command, repository)}` reads the tree on one core; {entry.advice}",
        unit=command.unit,
        tier=Tier.DEFAULT if command.program == "pylint" and repository.job_of(command) is not None else None,
        fix=after_program(command, entry.insert, repository) if entry.insert else None,
    )


def _files(language: str, repository: Repository) -> int:
    files = repository.project.source_files
    own = language.removesuffix("-sources")
    also = {"javascript": ("typescript",), "c": ("cpp", "c++")}.get(own, ())
    return sum(files.get(name, 0) for name in (own, *also))
