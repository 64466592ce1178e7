"""A CI job runs in an image that is another one tomorrow."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.pipeline import Job
from agentlint.facts.repository import Repository
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity, Station
from agentlint.rule.own_images import built_here
from agentlint.rule.versions import image_floats

RULE = Rule(
    id="REP805",
    name="floating-job-image",
    category=Category.REPRODUCIBILITY,
    summary="A CI job runs in a container image, or beside one, with no tag or with `latest`.",
    why="The tool chain changes between two runs of the same commit.",
    remediation="Name a version of the image, better a digest.",
    severity=Severity.MINOR,
    cost=Cost(seconds=10),
    station=Station.CI,
    bad=(
        Bad(
            {".gitlab-ci.yml": "test:\n  image: python:latest\n  timeout: 5m\n  script:\n    - ./build all\n"},
            at=(".gitlab-ci.yml:2",),
        ),
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  test:\n    runs-on: ubuntu-latest\n    container: fedora\n    timeout-minutes: 9\n"
                    "    steps:\n      - run: ./build all\n"
                )
            },
            at=(".github/workflows/ci.yml:5",),
        ),
        Bad(
            {
                ".gitlab-ci.yml": (
                    "variables:\n  PGUSER: ci\n.base:\n  image: python:3.12\n  services:\n    - postgres\n  timeout: 5m\n"
                    "test:\n  extends: .base\n  script:\n    - ./build all\n"
                )
            },
            at=(".gitlab-ci.yml:6",),
        ),
        Bad(
            {
                "azure-pipelines.yml": (
                    "resources:\n  containers:\n    - container: tools\n      image: ubuntu:latest\njobs:\n  - job: a\n"
                    "    timeoutInMinutes: 9\n    container: tools\n    steps:\n      - script: ./build all\n"
                )
            },
            at=("azure-pipelines.yml:4",),
        ),
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: docker/setup-qemu-action@v3\n        with:\n          image: tonistiigi/binfmt:latest\n"
                )
            },
            at=(".github/workflows/ci.yml:9",),
        ),
    ),
    good=(
        Good(
            {".gitlab-ci.yml": "test:\n  image: python:3.12\n  timeout: 5m\n  script:\n    - ./build all\n"},
            because="a version",
        ),
        Good(
            {".gitlab-ci.yml": "test:\n  image: $IMAGE\n  timeout: 5m\n  script:\n    - ./build all\n"},
            because="a variable",
        ),
        Good(
            {".gitlab-ci.yml": "test:\n  timeout: 5m\n  script:\n    - ./build all\n"}, because="the runner's own image"
        ),
    ),
)


_IMAGE_INPUTS = ("image", "container-image", "docker-image", "docker_image")


def check(job: Job, repository: Repository) -> Iterator[Hit]:
    """Flag floating containers of jobs and of the services beside them, at the lines that name them."""
    for image in job.images:
        if (
            image_floats(image.name) is True
            and not built_here(image.name, repository)
            and image.name not in {"docker", "default"}
        ):
            verb = "is helped by" if image.service else "runs in"
            yield Hit(
                place=image.place,
                message=f"job `{job.id}` {verb} `{image.name}`, another image tomorrow; name a version",
                unit=job.unit,
            )
    for step in job.steps:
        for name in _IMAGE_INPUTS if step.action is not None else ():
            setting = step.action.inputs.get(name) if step.action is not None else None
            if setting is not None and ":" in setting.value and image_floats(setting.value) is True:
                yield Hit(
                    place=step.place._replace(span=setting.span),
                    message=f"a step of job `{job.id}` runs `{setting.value.strip()}`, another image tomorrow; name a version",
                    unit=job.unit,
                )
