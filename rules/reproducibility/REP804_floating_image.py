"""An image is built on, or a job runs in, whatever is newest today."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from agentlint.facts.image import Stage
from agentlint.facts.remembered import remembered
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.source import Place, Span
from agentlint.judgements.pinning.official_images import DISTRIBUTIONS
from agentlint.judgements.pinning.own_images import built_here
from agentlint.judgements.pinning.versions import image_floats, is_generated
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity, Station

RULE = Rule(
    id="REP804",
    name="floating-image",
    category=Category.REPRODUCIBILITY,
    summary="A Dockerfile builds on an image, or copies out of one, with no tag or with `latest`.",
    why="The base changes under the build: another distribution, another compiler, and every layer cache is void.",
    remediation="Name a version, better a digest: `FROM python:3.12.4-slim`.",
    severity=Severity.MINOR,
    cost=Cost(seconds=10),
    station=Station.BUILD,
    references=("https://docs.docker.com/build/building/best-practices/#pin-base-image-versions",),
    bad=(
        Bad(
            {
                "Dockerfile": (
                    "FROM python:3.12.4\nRUN --mount=type=bind,from=example/uv:latest,source=/uv,target=/bin/uv uv sync --frozen\n"
                )
            },
            at=("Dockerfile:2",),
            title="an image that is only looked into",
        ),
        Bad({"Dockerfile": "FROM ubuntu\nRUN true\n"}, at=("Dockerfile:1",)),
        Bad(
            {
                "tests/images/web/Dockerfile": "FROM nginx\n",
                ".gitlab-ci.yml": "test:\n  timeout: 5m\n  script:\n    - docker build -t team/web tests/images/web\n",
            },
            at=("tests/images/web/Dockerfile:1",),
            title="a test's own image",
        ),
        Bad(
            {"Dockerfile_edge": "FROM alpine:latest\n", "web/Dockerfile": "FROM alpine:edge\n"},
            at=("Dockerfile_edge:1", "web/Dockerfile:1"),
            title="a name that speaks of another tag, and none that does",
        ),
        Bad({"Dockerfile": "FROM node:latest AS build\nRUN true\nFROM build\n"}, at=("Dockerfile:1",)),
        Bad({"app/Containerfile": "FROM docker.io/library/alpine:latest\n"}, at=("app/Containerfile:1",)),
        Bad(
            {"Dockerfile": "FROM python:3.12\nCOPY --from=ghcr.io/astral-sh/uv:latest /uv /bin/uv\n"},
            at=("Dockerfile:2",),
        ),
        Bad(
            {"Earthfile": "VERSION 0.8\ntest:\n    ARG version=latest\n    FROM bash:$version\n    RUN true\n"},
            at=("Earthfile:3",),
        ),
        Bad({"Dockerfile": "ARG version=latest\n\nFROM bash:${version} AS base\nRUN true\n"}, at=("Dockerfile:1",)),
        Bad(
            {"Dockerfile": "ARG REGISTRY=ghcr.io/org\nARG API_TAG=dev\nFROM ${REGISTRY}/api:${API_TAG}\n"},
            at=("Dockerfile:2",),
            title="told where the tag has its default",
        ),
    ),
    good=(
        Good(
            {
                "Dockerfile": "ARG REGISTRY=ghcr.io/org\nARG API_TAG=dev\nFROM ${REGISTRY}/api:${API_TAG}\n",
                ".github/workflows/image.yml": (
                    "on: push\njobs:\n  image:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: docker/build-push-action@v6\n"
                    "        with:\n          build-args: |\n            API_TAG=${{ inputs.tag }}\n"
                ),
            },
            because="CI builds it with a tag that it has worked out",
        ),
        Good(
            {
                "mysql/Dockerfile": "ARG MYSQL_VERSION=latest\nFROM mysql:${MYSQL_VERSION}\nRUN true\n",
                "mysql/compose.yml": (
                    "services:\n  mysql:\n    build:\n      context: ./mysql\n      args:\n        - MYSQL_VERSION=${MYSQL_VERSION}\n"
                ),
                "mysql/defaults.env": "MYSQL_VERSION=8.4\n",
            },
            because="the compose file hands the version in",
        ),
        Good(
            {
                ".devcontainer/Dockerfile": "ARG version=latest\nFROM bash:${version}\n",
                ".devcontainer/devcontainer.json": '{"build": {"dockerfile": "Dockerfile", "args": {"version": "5.3"}}}\n',
            },
            because="the file beside it names the version",
        ),
        Good(
            {
                "Dockerfile": "FROM golang:1.22 AS build\nRUN true\nFROM alpine:3.20\nCOPY --from=build /x /x\nCOPY --from=0 /y /y\n"
            },
            because="files of the image's own stages",
        ),
        Good(
            {
                "ci/Dockerfile": "FROM base-x86_64\nRUN true\n",
                "app/Dockerfile": "FROM team/tools-linux\n",
                "web/Dockerfile": "FROM localhost:5000/team/web\n",
                "ci/fetch.sh": '#!/bin/sh\nsystem=$1\ndocker build -t "team/tools-$system" .\n',
            },
            because="a bare name that no registry knows, a name that a script completes, and the registry of this machine",
        ),
        Good(
            {"tests/benchmarks/startup/Containerfile": "FROM alpine\n"},
            because="what a benchmark reads, and nothing builds",
        ),
        Good(
            {
                "ci/alpine/Dockerfile": "FROM alpine:latest\n",
                "ci/debian-13/Dockerfile": "FROM debian:13\n",
                "ci/fedora-44/Dockerfile": "FROM fedora:44\n",
            },
            because="one of the systems that the build is tried on, at its newest",
        ),
        Good({"docs/Dockerfile.example": "FROM ubuntu\nRUN true\n"}, because="it shows what one may look like"),
        Good({"Dockerfile": "FROM ubuntu:24.04\n"}, because="a version"),
        Good(
            {"Dockerfile": "FROM ubuntu@sha256:0000000000000000000000000000000000000000000000000000000000000000\n"},
            because="a digest",
        ),
        Good(
            {"Dockerfile": "FROM golang:1.22 AS build\nFROM scratch\nCOPY --from=build /x /x\n"},
            because="scratch has no versions",
        ),
        Good({"Dockerfile": "FROM golang:1.22 AS build\nFROM build\n"}, because="a stage of its own"),
        Good(
            {
                "Dockerfile_edge.arm": "FROM alpine:edge\n",
                "images/debian-sid/Dockerfile": "FROM debian:sid-slim\n",
                "docker/fedora.rawhide.Dockerfile": "FROM registry.fedoraproject.org/fedora:rawhide\n",
            },
            because="the file is named for the rolling image",
        ),
        Good({"Dockerfile": "ARG BASE\nFROM ${BASE}\n"}, because="the caller decides"),
    ),
)


def check(stage: Stage, repository: Repository) -> Iterator[Hit]:
    """Flag stages on floating bases, and files copied out of floating images."""
    if is_generated(stage.place.path, repository) or _SAMPLE.search(stage.place.path):
        return
    if _OF_TESTS.search(stage.place.path) and not _is_built(stage.place.path, repository):
        return  # what a test or a benchmark reads
    if _is_a_leg(stage, repository) or _is_named_for_its_base(stage):
        return
    if not stage.base_is_stage and image_floats(stage.base) is True and not built_here(stage.base, repository):
        place = _first_line(stage.place, repository)
        argument = _argument(place, repository)
        if argument is None and stage.place.path.endswith("Earthfile"):
            return  # told by the rule on lists of images, which knows this file's lines
        if argument is not None and (
            _given_elsewhere(argument[1], place.path, repository) or _given_by_ci(argument[1], stage.base, repository)
        ):
            return
        yield Hit(
            place=Place(place.path, Span(argument[0], place.span.end)) if argument is not None else place,
            message=f"`{stage.base}` is another image tomorrow; name a version",
            unit=stage.unit,
        )
    # A bare word may be a named build context (`--build-context`), so that only what looks like an image counts.
    stages = _stage_names(stage, repository)
    for instruction in stage.instructions:
        image = next((found[1] for flag in instruction.flags if (found := _SOURCE.match(flag))), "")
        if image not in stages and ("/" in image or ":" in image) and image_floats(image) is True:
            yield Hit(
                place=instruction.place,
                message=f"files are copied out of `{image}`, another image tomorrow; name a version",
                unit=stage.unit,
            )


_SOURCE = lazily(r"--(?:from=|mount=(?:[^ ]*,)?from=)([^ ,]+)")
"""`COPY --from=IMAGE` and `RUN --mount=type=bind,from=IMAGE`. Source: docs.docker.com/reference/dockerfile."""
_OF_CI = lazily(r"(?:^|/)(?:\.?ci|\.github|\.gitlab|\.cirrus|\.circleci)/")
_ENOUGH_LEGS = 3


def _is_a_leg(stage: Stage, repository: Repository) -> bool:
    """True for `ci/alpine/Dockerfile` among those of other systems: that the build works on today's Alpine is what it finds out."""
    name = stage.base.rpartition("/")[2].partition(":")[0]
    folder = posixpath.dirname(stage.place.path)
    if name not in DISTRIBUTIONS or posixpath.basename(folder) != name or not _OF_CI.search(stage.place.path):
        return False
    above, base = posixpath.dirname(folder), posixpath.basename(stage.place.path)
    legs = (
        path
        for path in repository.paths_by_name.get(base, ())
        if posixpath.dirname(posixpath.dirname(path)) == above
        and any(posixpath.basename(posixpath.dirname(path)).startswith(system) for system in DISTRIBUTIONS)
    )
    return sum(1 for _ in legs) >= _ENOUGH_LEGS


_ROLLS = frozenset({"edge", "nightly", "rolling", "unstable", "sid", "rawhide", "canary"})
_WORD = lazily(r"[a-z]+", re.IGNORECASE)


def _is_named_for_its_base(stage: Stage) -> bool:
    """True for `Dockerfile_edge` or `debian-sid/Dockerfile` on the very tag its name speaks of: the rolling one is its purpose."""
    tag = stage.base.rpartition("/")[2].partition(":")[2]
    rolls = _ROLLS.intersection(_WORD.findall(tag.lower())) if tag else frozenset()
    near = "/".join(stage.place.path.split("/")[-2:]).lower()
    return not rolls.isdisjoint(_WORD.findall(near))


_SAMPLE = lazily(r"\.(?:example|sample|dist|tmpl|template)$|(?:^|/)(?:fixtures?|testdata)/")
"""Files that show what one may look like."""
_OF_TESTS = lazily(r"(?:^|/)(?:tests?|specs?|e2e|bench(?:marks?|es)?)/(?:[^/]+/)+[^/]+$")
_BUILDERS = frozenset({"docker", "podman", "buildah", "nerdctl", "docker-compose", "podman-compose", "buildctl", "img"})
_COMPOSE = lazily(r"(?:^|/)(?:docker-|podman-)?compose[\w.-]*\.ya?ml$")
_NAME = lazily(r"\$\{?(\w+)")
_TAG = lazily(r":\$\{?(\w+)")
"""The variable that stands for the tag, whatever others the name before it is made of."""


def _is_built(path: str, repository: Repository) -> bool:
    """True where a compose file stands near, or a build command, a compose file or a CI step names the folder."""
    folder = posixpath.dirname(path)
    near = (folder, posixpath.dirname(folder))
    if any(s.tool == "compose" and posixpath.dirname(s.place.path) in near for s in repository.project.settings):
        return True
    return any(posixpath.basename(folder) in text for text in _build_words(repository))


@remembered
def _build_words(repository: Repository) -> tuple[str, ...]:
    words = [text for c in repository.commands if c.program in _BUILDERS for text in (*c.texts(), c.directory or "")]
    words.extend(s.value for s in repository.project.settings if s.tool == "compose" and ".build" in s.key)
    steps = (step for pipeline in repository.pipelines for job in pipeline.jobs for step in job.steps)
    actions = (step.action for step in steps if step.action is not None)
    words.extend(setting.value for action in actions for setting in action.inputs.values())
    return tuple(dict.fromkeys(words))


def _argument(place: Place, repository: Repository) -> tuple[int, str] | None:
    """Where the `ARG` stands whose default is the base that a FROM line names by a variable, and its name."""
    source = repository.read(place.path)
    line = source.text[place.span.start : place.span.end] if source is not None else ""
    used = _TAG.search(line) or _NAME.search(line)
    if source is None or used is None:
        return None
    found = re.search(rf"^[ \t]*ARG[ \t]+{used[1]}=", source.text[: place.span.start], re.MULTILINE | re.IGNORECASE)
    return (found.start(), used[1]) if found is not None else None


def _given_elsewhere(name: str, path: str, repository: Repository) -> bool:
    """True where the devcontainer.json or the compose file beside it builds the image with a value of its own."""
    folder = posixpath.dirname(path)
    passed = re.compile(
        rf"^[ \t]*-?[ \t]*{name}[ \t]*[:=](?![^\n]*\blatest\b)[ \t]*\S|^[ \t]*-[ \t]+{name}[ \t]*$", re.MULTILINE
    )
    for other in repository.project.paths:
        if _COMPOSE.search(other) and posixpath.dirname(other) in {folder, ""}:
            text = repository.text(other)
            if "args:" in text and passed.search(text):
                return True
    return any(
        setting.tool == "devcontainer"
        and setting.key == f"build.args.{name}"
        and posixpath.dirname(setting.place.path) == folder
        and setting.value.strip() not in {"", "latest"}
        for setting in repository.project.settings
    )


def _given_by_ci(name: str, base: str, repository: Repository) -> bool:
    """True where each build names a tag of its own; a default of `latest` is there for builds that name none."""
    if base.endswith(":latest") or ":" not in base.rpartition("/")[2]:
        return False
    given = re.compile(rf"(?:^|\s){name}=(?![\"']?latest\b)\S", re.MULTILINE)
    return any(given.search(text) for text in _build_words(repository))


def _stage_names(stage: Stage, repository: Repository) -> frozenset[str]:
    return frozenset(
        other.name for image in repository.images if image.path == stage.place.path for other in image.stages
    )


def _first_line(place: Place, repository: Repository) -> Place:
    source = repository.read(place.path)
    newline = source.text.find("\n", place.span.start) if source is not None else -1
    return Place(place.path, Span(place.span.start, newline if newline >= 0 else place.span.end))
