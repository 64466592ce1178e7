"""Stages put checks one after another though nothing flows between them."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.pipeline import Job, Pipeline
from agentlint.facts.repository import Repository
from agentlint.files.source import Place
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity, Station
from agentlint.rule.independence import needlessly_after, only_reports

_JOBS = (
    "lint:\n  stage: lint\n  script: [ruff check --output-format=gitlab]\n"
    "test:\n  stage: test\n  script: [pytest --junitxml=report.xml]\n"
)

_IMAGES = "kind: pipeline\ntype: docker\nname: default\nsteps:\n" + "".join(
    f"- name: image-{name}\n  image: plugins/docker\n  settings: {{repo: a/{name}}}\n" for name in ("x", "y", "z")
)

RULE = Rule(
    id="SER308",
    name="stages-in-single-file",
    category=Category.SERIAL,
    summary="A stage of checks waits for an earlier stage of checks that hands it nothing.",
    why="A stage starts when the last job of the one before has ended; the answers come one after another (E15, E5).",
    remediation="Give the job `needs: []` (or `dependsOn: []`), or put both into one stage.",
    severity=Severity.MINOR,
    confidence=Confidence.MEDIUM,
    cost=Cost(seconds=60, source="E15"),
    station=Station.CI,
    evidence=("E15", "E5"),
    bad=(
        Bad({".gitlab-ci.yml": "stages: [lint, test]\n" + _JOBS}, at=(".gitlab-ci.yml:5",)),
        Bad(
            {
                "azure-pipelines.yml": (
                    "stages:\n- stage: lint\n  jobs:\n  - job: lint\n    steps:\n    - script: flake8\n"
                    "- stage: test\n  jobs:\n  - job: test\n    steps:\n    - script: pytest --junitxml=r.xml\n"
                )
            },
            at=("azure-pipelines.yml:9",),
        ),
        Bad(
            {".gitlab-ci.yml": "stages: [lint, test]\n" + _JOBS + "test2:\n  stage: test\n  script: [tox -e py]\n"},
            at=(".gitlab-ci.yml:5",),
            title="told once for a stage",
        ),
        Bad({".drone.yml": _IMAGES}, at=(".drone.yml:5",), title="image builds in a row"),
    ),
    good=(
        Good(
            {".drone.yml": _IMAGES.replace("  settings", "  depends_on: [clone]\n  settings")},
            because="the images start at once",
        ),
        Good(
            {
                ".gitlab-ci.yml": "stages: [lint, test]\n"
                + _JOBS.replace("  stage: test\n", "  stage: test\n  needs: []\n")
            },
            because="the test starts at once",
        ),
        Good(
            {".gitlab-ci.yml": "stages: [test]\n" + _JOBS.replace("stage: lint", "stage: test")},
            because="one stage, both at once",
        ),
        Good(
            {
                ".gitlab-ci.yml": (
                    "stages: [build, test]\nbuild:\n  stage: build\n  script: [make all]\n  artifacts: {paths: [out]}\n"
                    "test:\n  stage: test\n  script: [pytest --junitxml=report.xml]\n"
                )
            },
            because="the tests take what was built",
        ),
        Good(
            {
                ".gitlab-ci.yml": (
                    "stages: [test, deploy]\ntest:\n  stage: test\n  script: [pytest --junitxml=r.xml]\n"
                    "deploy:\n  stage: deploy\n  script: [./deploy.sh]\n"
                )
            },
            because="a deploy follows its tests",
        ),
    ),
)


def check(pipeline: Pipeline, repository: Repository) -> Iterator[Hit]:
    """Flag the first job of each stage that needs nothing of what it waits for."""
    yield from _images_in_a_row(pipeline)
    told: set[str] = set()
    for job in pipeline.jobs:
        if not job.stage or job.stage in told or only_reports(job):
            continue
        earlier = _all_idle(job, pipeline, repository)
        if earlier is None:
            continue
        told.add(job.stage)
        yield Hit(
            place=job.place,
            message=(
                f"stage `{job.stage}` with `{job.id}` waits for `{earlier.id}` of stage `{earlier.stage}` and takes nothing "
                "from it; start it at once (needs: [], dependsOn: [])"
            ),
            unit=job.unit,
        )


def _all_idle(job: Job, pipeline: Pipeline, repository: Repository) -> Job | None:
    if not job.needs or not all(need.implicit for need in job.needs):
        return None
    first: Job | None = None
    for need in job.needs:
        if need.carries:
            return None
        earlier = needlessly_after(need, job, pipeline, repository)
        if earlier is None:
            return None
        if earlier.stage != job.stage:
            first = first or earlier
    return first


ROW = 3
"""Image builds one behind the other from which on it is worth saying."""
_IMAGE_PLUGINS = frozenset({"plugin:docker", "plugin:plugin-docker-buildx", "plugin:docker-buildx", "plugin:kaniko"})


def _images_in_a_row(pipeline: Pipeline) -> Iterator[Hit]:
    """Steps that each build an image and wait for the step before only because it stands before."""
    row: list[Job] = []
    for job in (*pipeline.jobs, None):
        if job is not None and _builds_image(job) and all(need.implicit for need in job.needs):
            row.append(job)
            continue
        if len(row) >= ROW:
            first, last = row[0], row[-1]
            yield Hit(
                place=Place(first.place.path, first.place.span.cover(last.place.span)),
                message=f"`{first.id}` to `{last.id}` build {len(row)} images one after another; start them at once (depends_on)",
                unit=first.unit,
            )
        row = []


def _builds_image(job: Job) -> bool:
    return len(job.steps) == 1 and job.steps[0].action is not None and job.steps[0].action.name in _IMAGE_PLUGINS
