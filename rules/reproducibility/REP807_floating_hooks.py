"""A pre-commit hook comes from a branch instead of a tag."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.source import Place, Span
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity, Station

_REV = lazily(
    r"^[ \t]+(?:- )?rev:[ \t]*(['\"]?)(main|master|HEAD|develop|stable|latest)\1[ \t]*(?:#.*)?\r?$", re.MULTILINE
)

_OF_TESTS = lazily(r"(?:^|/)(?:fixtures?|testdata|test[-_]data|__fixtures__)/|(?:^|/)tests?/.+/")
"""What tests read or copy."""

RULE = Rule(
    id="REP807",
    name="floating-hooks",
    category=Category.REPRODUCIBILITY,
    summary="A hook of .pre-commit-config.yaml names a branch as its `rev`.",
    why="pre-commit never updates an installed hook, so that two machines check by two versions of the same name.",
    remediation="Name a tag or commit, and let `pre-commit autoupdate` move it.",
    severity=Severity.MINOR,
    cost=Cost(seconds=10),
    station=Station.CHECK,
    references=("https://pre-commit.com/#using-the-latest-version-for-a-repository",),
    bad=(
        Bad(
            {
                ".pre-commit-config.yaml": "repos:\n  - repo: https://github.com/psf/black\n    rev: main\n    hooks:\n      - id: black\n"
            },
            at=(".pre-commit-config.yaml:3",),
        ),
        Bad(
            {".pre-commit-config.yaml": "repos:\n- repo: https://github.com/x/y\n  rev: 'HEAD'\n  hooks: [{id: y}]\n"},
            at=(".pre-commit-config.yaml:3",),
        ),
    ),
    good=(
        Good(
            {
                ".pre-commit-config.yaml": "repos:\n  - repo: https://github.com/psf/black\n    rev: 24.4.2\n    hooks:\n      - id: black\n"
            },
            because="a tag",
        ),
        Good(
            {
                "tests/fixtures/package/.pre-commit-config.yaml": "repos:\n  - repo: https://github.com/psf/black\n    rev: stable\n    hooks:\n      - id: black\n"
            },
            because="what a test reads",
        ),
        Good(
            {
                ".pre-commit-config.yaml": "repos:\n  - repo: local\n    hooks:\n      - id: x\n        name: main\n        entry: x\n        language: system\n"
            },
            because="a local hook has no version",
        ),
    ),
)


def check(repository: Repository, _: Repository) -> Iterator[Hit]:
    """Flag each `rev` that names a branch."""
    for path in repository.judged:
        if _OF_TESTS.search(path):
            continue
        if path.rsplit("/", 1)[-1] in {".pre-commit-config.yaml", ".pre-commit-config.yml"}:
            source = repository.read(path)
            for match in _REV.finditer(source.text) if source is not None else ():
                start = match.start() + len(match[0]) - len(match[0].lstrip())
                yield Hit(
                    place=Place(path, Span(start, match.end())),
                    message=f"`rev: {match[2]}` moves; name a tag or commit",
                )
