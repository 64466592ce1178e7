"""A build argument that changes with each commit is declared above what an image installs."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from agentlint.facts.image import Instruction, Stage
from agentlint.facts.remembered import remembered
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.judgements.keeping.image_installs import installs
from agentlint.judgements.running.scope import aside
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity, Station

_WORKFLOW = (
    "on: push\njobs:\n  image:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n"
    "      - uses: docker/build-push-action@v6\n        with:\n          cache-from: type=gha\n          build-args: |\n"
    "            NODE=22\n            COMMIT=${{ github.sha }}\n"
)

RULE = Rule(
    id="CAC221",
    name="stamp-before-layers",
    category=Category.NO_CACHE,
    summary="An image declares a build argument with the commit or the date above the layers that install packages.",
    why=(
        "Each RUN below an ARG has its value in the environment, so that a new value makes a new layer of all of them: every commit "
        "and every minute installs everything again, whatever is cached (E24)."
    ),
    remediation="Declare the ARG, and the LABEL or ENV that takes it, below the installs: at the end of the stage.",
    severity=Severity.MAJOR,
    cost=Cost(seconds=60, source="E24"),
    station=Station.BUILD,
    evidence=("E24",),
    references=("https://docs.docker.com/reference/dockerfile/#impact-on-build-caching",),
    bad=(
        Bad(
            {
                "Dockerfile": "FROM debian\nARG REVISION=none\nLABEL org.opencontainers.image.revision=$REVISION\n"
                "RUN apt-get update && apt-get install -y git\n",
                "build.sh": "#!/bin/sh\nset -e\ndocker build --build-arg REVISION=$(git rev-parse HEAD) -t x .\n",
            },
            at=("Dockerfile:2",),
        ),
        Bad(
            {
                "Dockerfile": "FROM node:22 AS build\nARG COMMIT\nCOPY package.json package-lock.json ./\nRUN npm ci\nCOPY . .\nRUN npm run build\n",
                ".github/workflows/image.yml": _WORKFLOW,
            },
            at=("Dockerfile:2",),
            title="by the inputs of a step",
        ),
    ),
    good=(
        Good(
            {
                "Dockerfile": "FROM debian\nRUN apt-get update && apt-get install -y git\nARG REVISION\n"
                "LABEL org.opencontainers.image.revision=$REVISION\nRUN echo $REVISION > /rev\n",
                "build.sh": "#!/bin/sh\nset -e\ndocker build --build-arg REVISION=$(git rev-parse HEAD) -t x .\n",
            },
            because="it stands below the installs",
        ),
        Good(
            {
                "Dockerfile": "ARG COMMIT\nFROM node:22\nARG NODE\nCOPY package.json package-lock.json ./\nRUN npm ci\nFROM nginx\nARG COMMIT\nCOPY x /x\n",
                ".github/workflows/image.yml": _WORKFLOW,
            },
            because="the stage that installs does not declare it, and a version changes seldom",
        ),
        Good(
            {
                "Dockerfile": "FROM debian\nARG LIB_COMMIT=0a1b2c3\nRUN apt-get update && apt-get install -y git\n",
                "build.sh": "#!/bin/sh\nset -e\ndocker build --build-arg LIB_COMMIT=0a1b2c3 -t x .\n",
            },
            because="the commit of another project is pinned",
        ),
        Good(
            {
                "Dockerfile": "FROM debian\nARG CACHE_BUST\nRUN apt-get update && apt-get install -y git\n",
                "build.sh": "#!/bin/sh\nset -e\ndocker build --build-arg CACHE_BUST=$(date +%s) -t x .\n",
            },
            because="it is there to make the layers new",
        ),
    ),
)

_CHANGES = lazily(
    r"\$\(\s*(?:shell\s+)?(?:git (?:rev-parse|describe|log|show)|date)\b|`(?:git (?:rev-parse|describe|log)|date)\b"
    r"|\bgithub\.(?:sha|run_(?:id|number))\b|\$\{?(?:GITHUB_SHA|GITHUB_RUN_(?:ID|NUMBER)|CI_COMMIT_(?:SHORT_)?SHA|CI_PIPELINE_I?ID"
    r"|GIT_COMMIT|BUILDKITE_COMMIT|CIRCLE_SHA1|TRAVIS_COMMIT|BUILD_NUMBER|BUILD_ID|DRONE_COMMIT(?:_SHA)?|CIRRUS_CHANGE_IN_REPO)\b"
)
"""Values that are new with each commit or each run, by what gives them."""
_MEANT = lazily(r"bust|nocache|no_cache|invalidat|force|rebuild", re.IGNORECASE)
_VARIABLE = lazily(r"\$[({]?(\w+)[)}]?")
_LINE = lazily(r"^[ \t]*[\"']?(\w+)=(.*)$", re.MULTILINE)


def check(stage: Stage, repository: Repository) -> Iterator[Hit]:
    """Flag the first such ARG of a stage that stands above an install."""
    if aside(stage.place.path) or not any(one.keyword == "ARG" for one in stage.instructions):
        return
    stamps = _stamps(repository)
    declared: tuple[Instruction, str] | None = None
    for instruction in stage.instructions if stamps else ():
        if instruction.keyword == "ARG" and declared is None:
            name = next((n for n in (text.partition("=")[0] for text in instruction.arguments) if n in stamps), "")
            declared = (instruction, name) if name else None
        elif instruction.keyword == "RUN" and declared is not None:
            found = next(installs(instruction, set(), stage, repository), None)
            if found is None or any("type=cache" in flag for flag in instruction.flags):
                continue
            written = " ".join((found[0].program, *found[0].texts()[:2]))
            yield Hit(
                place=declared[0].place,
                message=(
                    f"`ARG {declared[1]}` changes with each build and stands above `{written}`, which is run again for each value; "
                    "declare it below the installs"
                ),
                unit=stage.unit,
            )
            return


@remembered
def _stamps(repository: Repository) -> frozenset[str]:
    """The build arguments that some build of this repository fills with a commit, a date or the number of a run."""
    given: list[tuple[str, str]] = []
    for command in repository.commands:
        if command.program in {"docker", "podman", "buildah", "kaniko"} and "--build-arg" in " ".join(command.texts()):
            text = repository.text(command.place.path)
            written = text[command.place.span.start : command.place.span.end]
            given.extend((name, _filled(name, value, written, text)) for name, value in _by_options(command.texts()))
    for pipeline in repository.pipelines:
        for job in pipeline.jobs:
            for step in job.steps:
                inputs = step.action.inputs if step.action is not None else {}
                if "build-args" in inputs:
                    given.extend(_LINE.findall(inputs["build-args"].value))
    found = {name for name, value in given if _CHANGES.search(value) and not _MEANT.search(name)}
    return frozenset(found)


def _filled(name: str, value: str, written: str, text: str) -> str:
    """The value with what it stands for: make's own functions as the recipe has them, and the variables that the file sets."""
    if "MAKE_" in value:
        value = next(iter(re.findall(rf"{re.escape(name)}=[\"']?(\$\([^()]*\))", written)), value)
    variables = dict.fromkeys(_VARIABLE.findall(value))
    settings = (re.search(rf"^[ \t]*(?:export )?{one}[ \t]*[:?]{{0,2}}=(.*)$", text, re.MULTILINE) for one in variables)
    return " ".join((value, *(setting[1] for setting in settings if setting is not None)))


def _by_options(words: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Names and values of `--build-arg NAME=VALUE` and `--build-arg=NAME=VALUE`."""
    for before, word in itertools.pairwise(("", *words)):
        text = word.removeprefix("--build-arg=") if word.startswith("--build-arg=") else word
        if text is not word or before == "--build-arg":
            name, _, value = text.strip("'\"").partition("=")
            yield name, value
