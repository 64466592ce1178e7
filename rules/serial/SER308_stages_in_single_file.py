"""Stages put checks one after another though nothing flows between them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from agentlint.facts.pipeline import Job, Pipeline
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.source import Place
from agentlint.judgements.parallelism.independence import groups, is_meant, needlessly_after, only_reports, work_of_job
from agentlint.judgements.running.roles import delivers, named_delivery
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity, Station

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
        Bad(
            {
                ".drone.yml": (
                    "kind: pipeline\ntype: docker\nname: default\nsteps:\n- name: lint\n  image: golang\n"
                    "  commands: [golangci-lint run]\n- name: test\n  image: golang\n  commands: [go test -json ./...]\n"
                )
            },
            at=(".drone.yml:8",),
            title="steps of one workspace that the first leaves as it was",
        ),
        Bad(
            {
                "Jenkinsfile": (
                    "pipeline {\n  agent any\n  options { timeout(time: 9, unit: 'MINUTES') }\n  stages {\n"
                    "    stage('Lint') {\n      steps {\n        sh 'npm run lint'\n      }\n    }\n"
                    "    stage('Test') {\n      steps {\n        sh 'npm test'\n      }\n    }\n  }\n}\n"
                )
            },
            at=("Jenkinsfile:10",),
            title="stages on one agent",
        ),
        Bad(
            {
                ".buildkite/pipeline.yml": (
                    "steps:\n  - label: test\n    command: make test\n  - wait\n  - label: bench\n    command: make bench\n"
                    "  - label: types\n    command: make types\n  - wait: ~\n  - label: build\n    command: make dist\n    artifact_paths: dist/*\n"
                ),
                "Makefile": "test:\n\tgo test -json ./...\nbench:\n\tgo test -bench .\ntypes:\n\tmypy .\ndist:\n\tgo build ./...\n",
            },
            at=(".buildkite/pipeline.yml:4", ".buildkite/pipeline.yml:9"),
            title="a step that waits for all before it, told once for each",
        ),
    ),
    good=(
        Good(
            {
                ".buildkite/pipeline.yml": (
                    "steps:\n  - label: test\n    command: pytest --junitxml=r.xml\n    artifact_paths: r.xml\n  - wait\n"
                    "  - label: lint report\n    command: buildkite-agent artifact download r.xml . && make lint\n  - wait\n"
                    "  - label: publish\n    command: make publish\n"
                )
            },
            because="what stands behind each takes the tests' report, or delivers",
        ),
        Good(
            {
                ".buildkite/pipeline.yml": (
                    "steps:\n  - label: lint\n    command: make lint\n  # Spend no machines on what lints badly\n  - wait\n"
                    "  - label: test\n    command: pytest --junitxml=r.xml\n"
                )
            },
            because="a comment says what the `wait` is for",
        ),
        Good(
            {
                ".semaphore/semaphore.yml": (
                    "version: v1.0\nname: First\nexecution_time_limit: {minutes: 5}\nblocks:\n"
                    "  - name: Smoke\n    task:\n      jobs:\n        - name: smoke\n          commands: [checkout, 'echo \"make smoke\"']\n"
                    "  - name: Tests\n    task:\n      jobs:\n        - name: unit\n          commands: [checkout, make test]\n"
                )
            },
            because="what stands before it only prints",
        ),
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
            {
                ".harness/build.yaml": (
                    "pipeline:\n  identifier: a\n  stages:\n    - stage:\n        name: Test\n        identifier: Test\n        type: CI\n        spec:\n          execution:\n"
                    "            steps:\n              - step:\n                  type: Run\n                  name: go\n                  spec:\n"
                    "                    command: go test -json ./...\n"
                    "    - stage:\n        name: amd64\n        identifier: amd64\n        type: CI\n        spec:\n          execution:\n"
                    "            steps:\n              - step:\n                  type: Run\n                  name: go\n                  spec:\n"
                    "                    command: go build ./...\n"
                    "              - step:\n                  type: BuildAndPushDockerRegistry\n                  name: push\n                  spec: {repo: a/b}\n"
                )
            },
            because="the stage pushes the image it builds, which follows the tests",
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
        Good(
            {
                ".gitlab-ci.yml": (
                    "stages: [test, package, release]\ntest:\n  stage: test\n  script: [pytest --junitxml=r.xml]\n"
                    "package tarballs:\n  stage: package\n  script: [make all]\nrelease:\n  stage: release\n  script: [./release.sh]\n"
                )
            },
            because="what is released is packed when the tests have passed",
        ),
    ),
)


def check(pipeline: Pipeline, repository: Repository) -> Iterator[Hit]:
    """Flag the first job of each stage that needs nothing of what it waits for."""
    yield from _images_in_a_row(pipeline)
    told: set[str] = set()
    for job in pipeline.jobs:
        if only_reports(job) or _packs_for_release(job, pipeline, repository):
            continue
        earlier = _all_idle(job, pipeline, repository)
        if earlier is None:
            continue
        barrier = _barrier(job, pipeline)
        in_row = not barrier and earlier.stage == job.stage
        if ("" if in_row else barrier or job.stage) in told or (in_row and not _costly(earlier, job, repository)):
            continue
        told.add("" if in_row else barrier or job.stage)
        if barrier:
            yield from _held_up(job, earlier, repository)
            continue
        said = _in_row(job, earlier, pipeline.system) if in_row else _staged(job, earlier, pipeline.system)
        yield Hit(place=job.place, message=said, unit=job.unit)


def _barrier(job: Job, pipeline: Pipeline) -> str:
    """What tells the steps behind one `wait` of Buildkite from those behind another; "" on other systems."""
    return "wait " + " ".join(sorted(need.job for need in job.needs)) if pipeline.system == "buildkite" else ""


def _held_up(job: Job, earlier: Job, repository: Repository) -> Iterator[Hit]:
    """The `wait` is told, unless words beside it say what it is for."""
    if any(is_meant(need, job, earlier, repository) for need in job.needs):
        return
    span = job.needs[0].span
    yield Hit(
        place=Place(job.place.path, span) if span.end > span.start else job.place,
        message=f"`{job.id}` waits here for `{earlier.id}` and takes nothing from it; drop the `wait`, and give those that do need "
        "what stands before them their `depends_on`",
        unit=job.unit,
    )


_PACKS = lazily(r"packag|tarball|distribut|installers?\b|\b(?:debs?|rpms?)\b", re.IGNORECASE)


def _packs_for_release(job: Job, pipeline: Pipeline, repository: Repository) -> bool:
    """True for a job that packs what a later one delivers: it stands behind the tests as the delivery does."""
    if not _PACKS.search(f"{job.id} {job.name} {job.stage}"):
        return False
    later = itertools.dropwhile(lambda other: other is not job, pipeline.jobs)
    return any(other is not job and (delivers(other, repository) or named_delivery(other)) for other in later)


def _costly(earlier: Job, job: Job, repository: Repository) -> bool:
    """True for steps of two kinds with tests among them: a row of checks of seconds is no matter."""
    before, after = groups(work_of_job(earlier, repository)), groups(work_of_job(job, repository))
    return before != after and "test" in before | after


_HOW = {
    "gitlab": "give it `needs: []`",
    "azure": "give it `dependsOn: []`",
    "travis": "put both into one stage",
    "jenkins": "put both under `parallel`",
    "harness": "put both under `parallel:`",
    "woodpecker": "give it `depends_on: []`",
    "drone": "give it `depends_on: [clone]`",
    "semaphore": "give each block its `dependencies`, and this one `[]`",
}
"""What each system offers so that a job need not wait for those before it."""


def _in_row(job: Job, earlier: Job, system: str) -> str:
    how = _HOW.get(system, "depends_on, parallel")
    return f"`{job.id}` waits for `{earlier.id}` only because it stands below it; start both at once ({how})"


def _staged(job: Job, earlier: Job, system: str) -> str:
    return (
        f"stage `{job.stage}` with `{job.id}` waits for `{earlier.id}` of stage `{earlier.stage}` and takes nothing "
        f"from it; start it at once ({_HOW.get(system, 'needs: [], dependsOn: [], parallel')})"
    )


def _all_idle(job: Job, pipeline: Pipeline, repository: Repository) -> Job | None:
    """The first job of what this one waits for by order alone; None where something may come from one of them."""
    if not job.needs or not all(need.implicit for need in job.needs):
        return None
    first: Job | None = None
    for need in job.needs:
        if need.carries - {"workspace"}:
            return None
        earlier = needlessly_after(need, job, pipeline, repository)
        if earlier is None:
            return None
        if first is None and _works(earlier):
            first = earlier
    return first


_SHOWING = frozenset({"echo", "printf", "ls", "pwd", "true", "env", "date", "cat", "checkout", "exit", ":"})


def _works(job: Job) -> bool:
    """False for a job that only prints, as those of a sample pipeline do: nothing is waited for."""
    return any(step.action is not None for step in job.steps) or any(
        command.program not in _SHOWING for step in job.steps for command in step.commands
    )


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
