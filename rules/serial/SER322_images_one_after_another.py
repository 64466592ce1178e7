"""One job builds several images that do not need each other."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.pipeline import Job, Step
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.source import Place, Span
from agentlint.judgements.parallelism.image_builds import ImageBuild, builds_of, by_command
from agentlint.judgements.parallelism.loop_heads import loop_around
from agentlint.judgements.running.scope import in_prose, one_off
from agentlint.judgements.running.waited_units import waited_units
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity, Station

_HEAD = "on: pull_request\njobs:\n  images:\n    runs-on: ubuntu-latest\n    timeout-minutes: 60\n    steps:\n"
_FILES = {f"{name}/Dockerfile": "FROM debian:12\n" for name in ("api", "web", "worker", "cron")}
_STEPS = "".join(f"      - run: docker build -t app/{name} {name}\n" for name in ("api", "web", "worker", "cron"))
_ACTIONS = "".join(
    f"      - uses: docker/build-push-action@v6\n        with: {{context: {name}, load: true}}\n"
    for name in ("api", "web", "worker", "cron")
)
_LOOP = '#!/bin/bash\nset -e\nfor name in api web worker cron; do\n  docker build -t "app/$name" "$name"\ndone\n'
_CALL = "on: pull_request\njobs:\n  images:\n    runs-on: ubuntu-latest\n    timeout-minutes: 60\n    steps:\n      - run: ./images.sh\n"

RULE = Rule(
    id="SER322",
    name="images-one-after-another",
    category=Category.SERIAL,
    summary="One job builds four or more images one after another, though none is made from another.",
    why=(
        "The images share nothing that must be built first, yet the answer comes after the sum of them all, and the first that "
        "fails hides the others (E5, E15)."
    ),
    remediation="Make them a matrix, or build them at once: `docker buildx bake`, `docker compose build`.",
    severity=Severity.MINOR,
    confidence=Confidence.MEDIUM,
    cost=Cost(seconds=60, source="E15"),
    station=Station.BUILD,
    evidence=("E5", "E15"),
    bad=(
        Bad({".github/workflows/ci.yml": _HEAD + _STEPS, **_FILES}, at=(".github/workflows/ci.yml:3",)),
        Bad({".github/workflows/ci.yml": _HEAD + _ACTIONS, **_FILES}, at=(".github/workflows/ci.yml:3",)),
        Bad({".github/workflows/ci.yml": _CALL, "images.sh": _LOOP, **_FILES}, at=("images.sh:3",)),
    ),
    good=(
        Good(
            {
                ".github/workflows/ci.yml": _HEAD + _STEPS,
                **dict.fromkeys(_FILES, "ARG TAG=latest\nFROM app/api:${TAG}\n"),
                "api/Dockerfile": "FROM debian:12\n",
            },
            because="three are made from the first, and three are soon built",
        ),
        Good(
            {".github/workflows/ci.yml": _HEAD + "      - run: docker buildx bake\n", **_FILES},
            because="bake builds them at once",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + "".join(f"      - run: docker build --target {name} .\n" for name in ("lint", "unit", "docs", "app")),
                "Dockerfile": "FROM debian:12\n",
            },
            because="stages of one Dockerfile share their layers",
        ),
        Good({"images.sh": _LOOP, **_FILES}, because="no CI job calls it"),
        Good(
            {".github/workflows/release.yml": _CALL.replace("pull_request", "release"), "images.sh": _LOOP, **_FILES},
            because="no change waits for a release",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _CALL,
                "images.sh": _LOOP.replace('"$name"\n', '"$name" &\n') + "wait\n",
                **_FILES,
            },
            because="all at once",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + "".join(
                    f"      - if: matrix.image == '{name}'\n        run: docker build {name}\n"
                    for name in ("api", "web", "worker", "cron")
                ),
                **_FILES,
            },
            because="each leg builds one",
        ),
    ),
)

MANY = 4
"""Images from which on it is worth saying."""


def check(repository: Repository, _same: Repository) -> Iterator[Hit]:
    """Flag the jobs, and the loops that jobs wait for, which build many images in single file."""
    for pipeline in repository.pipelines:
        for job in pipeline.jobs:
            if not one_off(job, repository):
                yield from _of_job(job, repository)
    for unit in sorted(waited_units(repository)):
        for command in repository.commands_by_unit.get(unit, ()):
            if command.in_loop and not command.background and by_command(command) is not None:
                yield from _of_loop(command, repository)


def _of_job(job: Job, repository: Repository) -> Iterator[Hit]:
    by_condition: dict[str, list[ImageBuild]] = {}
    for step in job.steps:
        by_condition.setdefault(_when(step), []).extend(builds_of(step))
    for builds in by_condition.values():
        number = _independent(builds, repository)
        if number >= MANY:
            yield Hit(
                place=job.place,
                message=f"job `{job.id}` builds {number} images one after another, none of them made from another; make them a matrix, "
                "or build them at once with `docker buildx bake`",
                unit=job.unit,
            )
            return


def _when(step: Step) -> str:
    """What tells steps apart that run in one run from those of another: their condition, and the group they run in."""
    return f"{step.condition} {step.together or ''}"


def _independent(builds: list[ImageBuild], repository: Repository) -> int:
    """How many images of their own Dockerfiles are made, those apart from which others are made."""
    own = {build.dockerfile: build for build in builds}
    levels = Counter(
        any(build.is_base_of(other, repository) for other in own.values() if other is not build)
        for build in own.values()
    )
    return levels[False]


_AT_ONCE = lazily(r"[^&>|]&[ \t]*(?:$|#|\))", re.MULTILINE)


def _of_loop(command: Command, repository: Repository) -> Iterator[Hit]:
    loop = loop_around(command, repository)
    if loop is None or loop.meant or loop.reads or in_prose(command, repository):
        return
    words = [word for word in re.split(r"[\s(),]+", loop.listed) if word]
    whole = loop.whole(repository.text(command.place.path))
    if not loop.grows and (len(words) < MANY or any("$" in word or word.isdigit() for word in words)):
        return
    if _AT_ONCE.search(whole) or not re.search(rf"\$\$?\{{?{loop.variable}\b", " ".join(command.texts())):
        return
    yield Hit(
        place=Place(command.place.path, Span(loop.start, command.place.span.end)),
        message=f"the loop builds one image after another with `{posixpath.basename(command.program)} build`; make the list a matrix, "
        "or build them at once with `docker buildx bake`",
        unit=command.unit,
    )
