"""RuboCop takes new cops by itself, and nothing fixes its version."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.source import Place, Span
from agentlint.judgements.running.scope import aside
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity, Station

RULE = Rule(
    id="REP822",
    name="linter-takes-new-checks",
    category=Category.REPRODUCIBILITY,
    summary="RuboCop has no version while its configuration turns on each new cop.",
    why="Every release of RuboCop brings cops, so that a check that passed yesterday fails today without a change here.",
    remediation="Name a version (`gem 'rubocop', '~> 1.80.0'`), commit the lock file, or leave `NewCops` off.",
    severity=Severity.MINOR,
    cost=Cost(seconds=10),
    station=Station.CHECK,
    references=("https://docs.rubocop.org/rubocop/versioning.html#pending-cops",),
    bad=(
        Bad(
            {
                "Gemfile": "source 'https://rubygems.org'\ngem 'rake'\ngem 'rubocop', require: false\n",
                ".rubocop.yml": "AllCops:\n  NewCops: enable\n",
            },
            at=("Gemfile:3",),
        ),
        Bad(
            {
                "x.gemspec": (
                    "Gem::Specification.new do |spec|\n  spec.name = 'x'\n  spec.add_development_dependency('rubocop', '>= 1.0')\nend\n"
                ),
                ".rubocop.yml": "AllCops:\n  NewCops: enable\n",
            },
            at=("x.gemspec:3",),
        ),
    ),
    good=(
        Good(
            {
                "Gemfile": "source 'https://rubygems.org'\ngem 'rubocop', '~> 1.80.0'\ngem 'rubocop-rake'\n",
                ".rubocop.yml": "AllCops:\n  NewCops: enable\n",
            },
            because="a version",
        ),
        Good(
            {
                "Gemfile": "source 'https://rubygems.org'\ngem 'rubocop'\n",
                "Gemfile.lock": "GEM\n",
                ".rubocop.yml": "AllCops:\n  NewCops: enable\n",
            },
            because="the lock file holds it",
        ),
        Good(
            {
                "Gemfile": "source 'https://rubygems.org'\ngem 'rubocop'\n",
                ".rubocop.yml": "AllCops:\n  # NewCops: enable\n  NewCops: disable\n",
            },
            because="new cops stay pending until somebody takes them",
        ),
    ),
)

_NEW_COPS = lazily(r"^[ \t]+NewCops:[ \t]*[\"']?enable\b", re.MULTILINE)
_FLOATING = lazily(
    r"^[ \t]*(?:gem|\w+\.add_(?:development_)?dependency)[ (]+(['\"])rubocop\1(?![^\n#]*['\"][ \t]*(?:~>|=|<|\d))[^\n]*$",
    re.MULTILINE,
)


def check(repository: Repository, _: Repository) -> Iterator[Hit]:
    """Flag the line that asks for RuboCop, where its configuration stands beside it."""
    paths = repository.project.paths
    for configuration in repository.paths_by_name.get(".rubocop.yml", ()):
        folder = posixpath.dirname(configuration)
        if aside(configuration) or not _NEW_COPS.search(repository.text(configuration)):
            continue
        if any(posixpath.join(folder, name) in paths for name in ("Gemfile.lock", "gems.locked")):
            continue
        for path in repository.paths_by_folder.get(folder, ()):
            if posixpath.basename(path) in {"Gemfile", "gems.rb"} or path.endswith(".gemspec"):
                yield from _floating(path, repository)


def _floating(path: str, repository: Repository) -> Iterator[Hit]:
    for match in _FLOATING.finditer(repository.text(path)):
        start = match.start() + len(match[0]) - len(match[0].lstrip())
        yield Hit(
            place=Place(path, Span(start, match.end())),
            message="`rubocop` has no version, and each release brings cops that `NewCops` turns on; name one",
        )
