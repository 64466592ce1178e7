"""The heavy pipeline runs for every change, a typo in the documentation included."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.facts.pipeline import Job, Pipeline
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.judgements.running.pipelines import called, legs, runs_for_pull_requests
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity, Station, Tier

HEAVY_LEGS = 3
_CHANGE_DETECTION = lazily(
    r"paths-filter|changed-files|changes|path-filter|nx-set-shas|what-changed|skip-duplicate", re.IGNORECASE
)
_CHANGE_COMMAND = lazily(
    r"git diff(?:-tree)?(?![\w-])[^\n]*(?:--name-only|--name-status)"
    r"|git diff(?:-tree)?(?![\w-])(?=[^\n]*--(?:quiet|exit-code))[^\n]*(?:\$|\.\.|HEAD[~^]|(?:origin|upstream)/)"
    r"|--affected|nx affected|turbo[^\n]*--filter"
)
"""A diff against another commit; one of the work tree asks whether what was generated is up to date."""
_COMPUTED = lazily(r"needs\.[\w.-]+\.outputs\.[\w-]+\s*!=\s*'(?:\[\s*\]|\{\s*\}|)'")
"""A job is left out where an earlier one has worked out nothing for it to do."""
_DELIVERS = lazily(r"publish|release|deploy|push (?:docker |container )?images?|build.{0,5}push", re.IGNORECASE)
_SYSTEMS = frozenset(
    {"github", "gitlab", "azure", "woodpecker", "bitbucket", "buildkite", "cirrus", "appveyor", "circleci", "semaphore"}
)
_ROLES = frozenset({"test", "build", "coverage"})

RULE = Rule(
    id="FBK603",
    name="no-path-filter",
    category=Category.FEEDBACK,
    summary="A heavy matrix runs for every change, with no path filter or change detection.",
    why="A change to the documentation pays for the whole matrix, and the machines it holds delay the change that needs them.",
    remediation="Filter by paths (`paths-ignore: ['docs/**', '**.md']`, `rules: changes`), or detect changes in a first job.",
    severity=Severity.MINOR,
    confidence=Confidence.MEDIUM,
    cost=Cost(seconds=30, source="E1: builds and tests take 91 % of all Actions time"),
    station=Station.CI,
    evidence=("E1",),
    references=(
        "https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#onpushpull_requestpull_request_targetpathspaths-ignore",
    ),
    bad=(
        Bad(
            {
                ".github/workflows/benchmark.yml": (
                    "on: pull_request\nconcurrency:\n  group: ${{ github.ref }}\n  cancel-in-progress: true\njobs:\n  measure:\n"
                    "    strategy:\n      matrix:\n        os: [ubuntu-latest, macos-latest, windows-latest]\n"
                    "    runs-on: ${{ matrix.os }}\n    timeout-minutes: 9\n    steps:\n      - uses: actions/checkout@v4\n"
                    "      - run: bundle exec rake benchmark:run:tail\n"
                )
            },
            at=(".github/workflows/benchmark.yml:1",),
            title="benchmarks are as heavy as tests",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: pull_request\nconcurrency:\n  group: ${{ github.ref }}\n  cancel-in-progress: true\njobs:\n  test:\n"
                    "    strategy:\n      matrix:\n        python: ['3.11', '3.12', '3.13']\n    runs-on: ubuntu-latest\n"
                    "    timeout-minutes: 9\n    steps:\n      - uses: actions/checkout@v4\n      - id: lyrics\n"
                    "        uses: tj-actions/changed-files@v46\n      - run: pytest --junitxml=r.xml\n        env:\n"
                    "          ASK_SITES: ${{ steps.lyrics.outputs.any_changed }}\n"
                )
            },
            at=(".github/workflows/ci.yml:1",),
            title="what changed is found out, and nothing hangs on it",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: pull_request\nconcurrency:\n  group: ${{ github.ref }}\n  cancel-in-progress: true\njobs:\n  main:\n"
                    "    uses: example/workflows/.github/workflows/tox.yml@v1.8.1\n    with:\n"
                    '      env: \'["py311", "py312", "py313"]\'\n'
                ),
                "appveyor.yml": "environment:\n  matrix:\n    - V: 1\n    - V: 2\n    - V: 3\nbuild: off\ntest_script: ctest -j4\n",
            },
            at=(".github/workflows/ci.yml:1", "appveyor.yml:1"),
            title="legs handed to a workflow elsewhere, and legs on AppVeyor",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: pull_request\nconcurrency:\n  group: ${{ github.ref }}\n  cancel-in-progress: true\njobs:\n"
                    "  integration:\n    uses: ./.github/workflows/integration.yml\n"
                ),
                ".github/workflows/integration.yml": (
                    "on: workflow_call\njobs:\n  test:\n    strategy:\n      matrix:\n        python: ['3.11', '3.12', '3.13']\n"
                    "    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n      - uses: actions/checkout@v4\n"
                    "      - run: pytest --junitxml=r.xml\n"
                ),
            },
            at=(".github/workflows/ci.yml:1",),
            title="the legs stand in a workflow of this repository that is called",
        ),
        Bad(
            {
                "appveyor.continuous.yml": "image:\n  - Visual Studio 2022\n  - Ubuntu\n  - macOS\nbuild_script:\n  - cmd: .\\build.cmd Test Pack\n",
                "build.cmd": "@echo off\ndotnet run --project build -- %*\n",
            },
            at=("appveyor.continuous.yml:1",),
            title="images of AppVeyor, on each of which the build script is told to test",
        ),
        Bad(
            {
                ".semaphore/semaphore.yml": (
                    "version: v1.0\nauto_cancel:\n  running:\n    when: 'true'\nexecution_time_limit:\n  minutes: 9\nblocks:\n"
                    "  - name: test\n    task:\n      jobs:\n        - name: test\n          parallelism: 4\n"
                    "          commands: [checkout, pytest --junitxml=r.xml]\n"
                )
            },
            at=(".semaphore/semaphore.yml:1",),
            title="copies of a job on Semaphore",
        ),
        Bad(
            {
                ".cirrus.yml": "".join(
                    f"{name}_task:\n  container: {{image: '{name}:1'}}\n  timeout_in: 9m\n  only_if: $CIRRUS_PR != ''\n"
                    "  test_script: ./ci/test.sh\n"
                    for name in ("debian", "fedora", "alpine")
                ),
                "ci/test.sh": "#!/bin/sh\n$CTest --output-on-failure\n",
            },
            at=(".cirrus.yml:1",),
            title="a script of the repository whose name says that it tests",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: pull_request\nconcurrency:\n  group: ${{ github.ref }}\n  cancel-in-progress: true\njobs:\n  test:\n"
                    "    runs-on: ${{ matrix.os }}\n    timeout-minutes: 9\n    strategy:\n      matrix:\n"
                    "        os: [ubuntu-latest, windows-latest, macos-latest]\n        python: ['3.10', '3.11', '3.12']\n"
                    "    steps:\n      - run: pytest --junitxml=r.xml\n"
                )
            },
            at=(".github/workflows/ci.yml:1",),
        ),
        Bad(
            {
                ".gitlab-ci.yml": (
                    "default:\n  timeout: 5m\n  interruptible: true\ntest:\n  parallel:\n    matrix:\n      - V: ['1', '2', '3', '4', '5', '6']\n"
                    "  script:\n    - pytest --junitxml=r.xml\n"
                )
            },
            at=(".gitlab-ci.yml:1",),
        ),
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: pull_request\nconcurrency:\n  group: ${{ github.ref }}\n  cancel-in-progress: true\njobs:\n  tests:\n"
                    "    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    strategy:\n      matrix:\n"
                    "        server: ['6', '7', '8', '9']\n    steps:\n      - uses: actions/checkout@v4\n"
                    "      - uses: ./.github/actions/start\n        with:\n          server: ${{ matrix.server }}\n"
                ),
                ".github/actions/start/action.yml": "runs:\n  using: composite\n  steps:\n    - run: ./all.sh\n      shell: bash\n",
            },
            at=(".github/workflows/ci.yml:1",),
        ),
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: pull_request\nconcurrency:\n  group: ${{ github.ref }}\n  cancel-in-progress: true\njobs:\n  test:\n"
                    "    strategy:\n      matrix:\n        python: ['3.11', '3.12', '3.13']\n    runs-on: ubuntu-latest\n"
                    "    timeout-minutes: 9\n    steps:\n      - uses: actions/checkout@v4\n"
                    "      - run: pytest --junitxml=r.xml\n      - run: make docs && git diff-files --quiet\n"
                    "      - run: git diff --exit-code docs\n"
                )
            },
            at=(".github/workflows/ci.yml:1",),
            title="a diff of the work tree finds out nothing about the change",
        ),
    ),
    good=(
        Good(
            {
                "azure-pipelines.yml": (
                    "trigger:\n- main\npr: none\njobs:\n- job: test\n  timeoutInMinutes: 9\n  strategy:\n    matrix:\n"
                    "      a: {V: 1}\n      b: {V: 2}\n      c: {V: 3}\n  steps:\n  - script: pytest --junitxml=r.xml\n"
                )
            },
            because="no proposal starts it",
        ),
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: pull_request\nconcurrency:\n  group: ${{ github.ref }}\n  cancel-in-progress: true\njobs:\n"
                    "  integration:\n    uses: ./.github/workflows/integration.yml\n"
                ),
                ".github/workflows/integration.yml": (
                    "on: workflow_call\njobs:\n  find:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    outputs:\n"
                    "      src: ${{ steps.f.outputs.src }}\n    steps:\n      - id: f\n        uses: dorny/paths-filter@v3\n"
                    "  test:\n    needs: find\n    if: needs.find.outputs.src == 'true'\n    strategy:\n      matrix:\n"
                    "        python: ['3.11', '3.12', '3.13']\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: actions/checkout@v4\n      - run: pytest --junitxml=r.xml\n"
                ),
            },
            because="the workflow that is called finds out what changed",
        ),
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: pull_request\nconcurrency:\n  group: ${{ github.ref }}\n  cancel-in-progress: true\njobs:\n  test:\n"
                    "    strategy:\n      matrix:\n        python: ['3.11', '3.12', '3.13']\n    runs-on: ubuntu-latest\n"
                    "    timeout-minutes: 9\n    if: github.event_name == 'schedule' || github.event_name == 'workflow_dispatch'\n    steps:\n      - uses: actions/checkout@v4\n"
                    "      - run: pytest --junitxml=r.xml\n"
                )
            },
            because="only the clock and people start the legs",
        ),
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: pull_request\nconcurrency:\n  group: ${{ github.ref }}\n  cancel-in-progress: true\njobs:\n  test:\n"
                    "    strategy:\n      matrix:\n        python: ['3.11', '3.12', '3.13']\n    runs-on: ubuntu-latest\n"
                    "    timeout-minutes: 9\n    steps:\n      - uses: actions/checkout@v4\n"
                    "      - run: git diff --quiet HEAD^ -- src || pytest --junitxml=r.xml\n"
                )
            },
            because="what changed since the commit before is asked",
        ),
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: pull_request\nconcurrency:\n  group: ${{ github.ref }}\n  cancel-in-progress: true\njobs:\n  main:\n"
                    '    uses: example/workflows/.github/workflows/tox.yml@v1.8.1\n    with:\n      env: \'["py312", "py313"]\'\n'
                )
            },
            because="two legs in a workflow elsewhere",
        ),
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on:\n  pull_request:\n    paths-ignore: ['docs/**']\nconcurrency:\n  group: ${{ github.ref }}\n  cancel-in-progress: true\n"
                    "jobs:\n  test:\n    runs-on: ${{ matrix.os }}\n    timeout-minutes: 9\n    strategy:\n      matrix:\n"
                    "        os: [a, b, c, d, e, f, g]\n    steps:\n      - run: pytest --junitxml=r.xml\n"
                )
            },
            because="changes to the documentation start nothing",
        ),
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: pull_request\nconcurrency:\n  group: ${{ github.ref }}\n  cancel-in-progress: true\njobs:\n  test:\n"
                    "    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n      - run: pytest --junitxml=r.xml\n"
                )
            },
            because="one machine is not heavy",
        ),
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: schedule\njobs:\n  test:\n    runs-on: ${{ matrix.os }}\n    timeout-minutes: 9\n    strategy:\n      matrix:\n"
                    "        os: [a, b, c, d, e, f, g]\n    steps:\n      - run: pytest --junitxml=r.xml\n"
                )
            },
            because="no change starts it",
        ),
        Good(
            {
                ".github/workflows/images.yml": (
                    "on: pull_request\nconcurrency:\n  group: ${{ github.ref }}\n  cancel-in-progress: true\njobs:\n  publish:\n"
                    "    runs-on: ${{ matrix.os }}\n    timeout-minutes: 9\n    strategy:\n      matrix:\n"
                    "        os: [a, b, c, d, e, f, g]\n    steps:\n      - run: docker build -t x .\n      - run: docker push x\n"
                )
            },
            because="what is published is told by other means than paths",
        ),
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: pull_request\nconcurrency:\n  group: ${{ github.ref }}\n  cancel-in-progress: true\njobs:\n  vars:\n"
                    "    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    outputs:\n      parts: ${{ steps.v.outputs.parts }}\n"
                    "    steps:\n      - run: tools/parts-of-the-change\n        id: v\n  test:\n    needs: [vars]\n"
                    "    if: needs.vars.outputs.parts != '[]'\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    strategy:\n"
                    "      matrix:\n        include: ${{ fromJSON(needs.vars.outputs.parts) }}\n"
                    "    steps:\n      - run: pytest --junitxml=r.xml tests/${{ matrix.part }}\n"
                )
            },
            because="the legs are worked out first, and there may be none",
        ),
    ),
)


def check(pipeline: Pipeline, repository: Repository) -> Iterator[Hit]:
    """Flag change-started pipelines over several machines with nothing that looks at what changed."""
    if (
        pipeline.system not in _SYSTEMS
        or pipeline.triggers.path_filtered
        or (pipeline.reusable and not pipeline.triggers.for_changes)
    ):
        return
    if not runs_for_pull_requests(pipeline) or any(job.path_filtered for job in pipeline.jobs) or _detects(pipeline):
        return
    if _DELIVERS.search(pipeline.name or pipeline.path.rsplit("/", 1)[-1]):
        return
    count = legs(pipeline, repository, _ROLES)
    if count < HEAVY_LEGS or _called_filters(pipeline, repository):
        return
    yield Hit(
        place=pipeline.place,
        message=f"{count} machines build and test every change, documentation included; filter by paths or detect changes",
        unit=pipeline.jobs[0].unit if pipeline.jobs else "",
        tier=Tier.DEFAULT,
    )


def _decides(pipeline: Pipeline, finder: Job) -> bool:
    """True where other jobs wait for what one finds out, some job or step hangs on it, or the legs are worked out."""
    return any(
        any(need.job == finder.id for need in job.needs)
        or "outputs" in job.condition
        or (job.matrix is not None and job.matrix.size is None)
        or any("outputs" in step.condition for step in job.steps)
        for job in pipeline.jobs
    )


def _called_filters(pipeline: Pipeline, repository: Repository) -> bool:
    """True where a workflow that is called looks at what changed itself."""
    inner = [found for job in pipeline.jobs if (found := called(job, repository)) is not None]
    return any(_detects(one) or any(job.path_filtered for job in one.jobs) for one in inner)


def _detects(pipeline: Pipeline) -> bool:
    for job in pipeline.jobs:
        if _CHANGE_DETECTION.search(job.calls) or "changes" in job.condition or _COMPUTED.search(job.condition):
            return True
        for step in job.steps:
            if step.action is not None and _CHANGE_DETECTION.search(step.action.name) and _decides(pipeline, job):
                return True
            if _CHANGE_COMMAND.search(step.script):
                return True
    return False
