"""A CI job clones several other repositories with their whole history."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.pipeline import Job
from agentlint.facts.repository import Repository
from agentlint.files.source import Place
from agentlint.judgements.keeping.caching import lasting_machine
from agentlint.judgements.keeping.foreign_sources import LARGE, foreign, units_at_work
from agentlint.judgements.running.occasions import rare_command
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity, Station, Tier

_HEAD = "on: pull_request\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n"
_CLONES = "".join(f"          git clone https://github.com/example/module-{name}.git\n" for name in "abc")

RULE = Rule(
    id="CAC214",
    name="whole-clones",
    category=Category.NO_CACHE,
    summary="A CI job clones other repositories with all their history, each time.",
    why="Years of commits come over the network before the first test, and only the newest tree is looked at (E5).",
    remediation="Clone with --depth 1 (and --branch for a tag), or keep the clones between runs and fetch.",
    severity=Severity.MINOR,
    cost=Cost(seconds=20, source="E5"),
    station=Station.CI,
    evidence=("E5",),
    bad=(
        Bad({".github/workflows/ci.yml": _HEAD + _CLONES}, at=(".github/workflows/ci.yml:7",)),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD
                + "          git clone https://github.com/torvalds/linux.git\n          make -C linux headers\n"
            },
            at=(".github/workflows/ci.yml:7",),
            title="one that is large",
        ),
    ),
    good=(
        Good(
            {".github/workflows/ci.yml": _HEAD + _CLONES.replace("clone", "clone --depth 1")},
            because="only the newest commit comes",
        ),
        Good(
            {".github/workflows/ci.yml": _HEAD + "          git clone https://github.com/example/test-data.git\n"},
            because="one small clone costs little",
        ),
        Good({"setup.sh": "#!/bin/sh\nset -e\n" + _CLONES.replace("          ", "")}, because="no CI job runs it"),
    ),
)

_MANY = 3


def check(job: Job, repository: Repository) -> Iterator[Hit]:
    """Flag the clones of one unit together, from the first to the last."""
    if lasting_machine(job):
        return
    for commands in units_at_work(job, repository):
        found = [one for one in map(foreign, commands) if one is not None and not one.shallow]
        large = [one for one in found if one.name in LARGE]
        told = found if len({one.name for one in found}) >= _MANY else large
        if not told:
            continue
        first, last = told[0].by, told[-1].by
        span = first.place.span.cover(last.place.span) if first.place.path == last.place.path else first.place.span
        yield Hit(
            place=Place(first.place.path, span),
            message=f"{', '.join(one.name for one in told[:4])}: cloned with the whole history on each run; add --depth 1",
            unit=first.unit,
            tier=Tier.PEDANTIC if rare_command(first, job, repository) else None,
        )
