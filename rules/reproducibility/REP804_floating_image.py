"""An image is built on, or a job runs in, whatever is newest today."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.image import Stage
from agentlint.facts.repository import Repository
from agentlint.files.source import Place, Span
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity, Station
from agentlint.rule.versions import image_floats

RULE = Rule(
    id="REP804",
    name="floating-image",
    category=Category.REPRODUCIBILITY,
    summary="A Dockerfile builds on an image with no tag or with `latest`.",
    why="The base changes under the build: another distribution, another compiler, and every layer cache is void.",
    remediation="Name a version, better a digest: `FROM python:3.12.4-slim`.",
    severity=Severity.MINOR,
    cost=Cost(seconds=10),
    station=Station.BUILD,
    references=("https://docs.docker.com/build/building/best-practices/#pin-base-image-versions",),
    bad=(
        Bad({"Dockerfile": "FROM ubuntu\nRUN true\n"}, at=("Dockerfile:1",)),
        Bad({"Dockerfile": "FROM node:latest AS build\nRUN true\nFROM build\n"}, at=("Dockerfile:1",)),
        Bad({"app/Containerfile": "FROM docker.io/library/alpine:latest\n"}, at=("app/Containerfile:1",)),
    ),
    good=(
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
        Good({"Dockerfile": "ARG BASE\nFROM ${BASE}\n"}, because="the caller decides"),
    ),
)


def check(stage: Stage, repository: Repository) -> Iterator[Hit]:
    """Flag stages on floating bases."""
    if stage.base_is_stage or image_floats(stage.base) is not True:
        return
    source = repository.read(stage.place.path)
    end = stage.place.span.end
    if source is not None:
        newline = source.text.find("\n", stage.place.span.start)
        end = newline if newline >= 0 else end
    place = Place(stage.place.path, Span(stage.place.span.start, end))
    yield Hit(place=place, message=f"`{stage.base}` is another image tomorrow; name a version", unit=stage.unit)
