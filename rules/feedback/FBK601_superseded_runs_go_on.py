"""Runs of an older push go on although a newer push has replaced them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.facts.pipeline import Cancel, Pipeline
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.source import Place, Span
from agentlint.judgements.running.occasions import only_now_and_then
from agentlint.judgements.running.pipelines import runs_for_pull_requests
from agentlint.rule import Bad, Category, Cost, Edit, Fix, Good, Hit, Rule, Severity, Station

RULE = Rule(
    id="FBK601",
    name="superseded-runs-go-on",
    category=Category.FEEDBACK,
    summary="A pipeline for pull requests does not cancel the runs that a newer push has superseded.",
    why=(
        "An agent pushes many times an hour. Runs for commits nobody asks about any more hold the runners, and the answer "
        "that counts waits in the queue behind them (queues: p90 59 s, E16)."
    ),
    remediation=(
        "GitHub: `concurrency: {group: ${{ github.workflow }}-${{ github.ref }}, cancel-in-progress: true}`; "
        "GitLab: `interruptible: true` with `workflow: auto_cancel`."
    ),
    severity=Severity.MAJOR,
    cost=Cost(seconds=60, source="E16: queue p90 59 s"),
    station=Station.CI,
    evidence=("E1", "E16"),
    references=(
        "https://docs.github.com/en/actions/how-tos/write-workflows/choose-when-workflows-run/control-workflow-concurrency",
    ),
    bad=(
        Bad(
            {
                ".gitlab-ci.yml": (
                    "test:\n  image: python:3.13\n  rules:\n    - if: '$CI_COMMIT_BRANCH == \"main\"'\n      variables: {ALL: '1'}\n"
                    "    - when: on_success\n  script: [./build all]\n"
                )
            },
            at=(".gitlab-ci.yml:1",),
            title="the last rule lets it run for every branch",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "name: CI\non: pull_request\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n"
                    "    steps:\n      - uses: actions/checkout@v4\n      - run: ./build all\n"
                )
            },
            at=(".github/workflows/ci.yml:1",),
            fixed={
                ".github/workflows/ci.yml": (
                    "name: CI\non: pull_request\nconcurrency:\n  group: ${{ github.workflow }}-${{ github.ref }}\n"
                    "  cancel-in-progress: ${{ github.event_name == 'pull_request' }}\njobs:\n  test:\n    runs-on: ubuntu-latest\n"
                    "    timeout-minutes: 9\n    steps:\n      - uses: actions/checkout@v4\n      - run: ./build all\n"
                )
            },
        ),
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: [push, pull_request]\nconcurrency: ci-${{ github.ref }}\njobs:\n  test:\n    runs-on: ubuntu-latest\n"
                    "    timeout-minutes: 9\n    steps:\n      - run: ./build all\n"
                )
            },
            at=(".github/workflows/ci.yml:1",),
            title="a group alone lets the running one go on",
        ),
        Bad(
            {
                ".github/workflows/fuzz.yml": (
                    "on: pull_request\njobs:\n  fuzz:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n"
                    "    steps:\n      - uses: org/actions/run_fuzzers@v1\n"
                )
            },
            at=(".github/workflows/fuzz.yml:1",),
            fixed={
                ".github/workflows/fuzz.yml": (
                    "on: pull_request\nconcurrency:\n  group: ${{ github.workflow }}-${{ github.ref }}\n"
                    "  cancel-in-progress: ${{ github.event_name == 'pull_request' }}\njobs:\n  fuzz:\n    runs-on: ubuntu-latest\n"
                    "    timeout-minutes: 9\n    steps:\n      - uses: org/actions/run_fuzzers@v1\n"
                )
            },
            title="heavy work without a checkout",
        ),
        Bad(
            {
                ".github/workflows/title.yml": (
                    "on: pull_request\njobs:\n  title:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: amannn/action-semantic-pull-request@v6\n"
                )
            },
            at=(".github/workflows/title.yml:1",),
            fixed={
                ".github/workflows/title.yml": (
                    "on: pull_request\nconcurrency:\n  group: ${{ github.workflow }}-${{ github.ref }}\n"
                    "  cancel-in-progress: ${{ github.event_name == 'pull_request' }}\njobs:\n  title:\n    runs-on: ubuntu-latest\n"
                    "    timeout-minutes: 9\n    steps:\n      - uses: amannn/action-semantic-pull-request@v6\n"
                )
            },
            title="light as it is, it stands in the queue",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: pull_request\nconcurrency:\n  group: ${{ github.workflow }}-${{ github.sha }}\n  cancel-in-progress: true\n"
                    "jobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n      - run: ./build all\n"
                )
            },
            at=(".github/workflows/ci.yml:3",),
            title="a group that no other run is in",
        ),
    ),
    good=(
        Good(
            {
                ".gitlab-ci.yml": (
                    "test:\n  image: python:3.13\n  rules:\n"
                    "    - if: '$CI_COMMIT_BRANCH == \"main\" || $CI_COMMIT_BRANCH =~ /^gitlab/'\n  script: [./build all]\n"
                )
            },
            because="it runs on branches by their names, and no merge request starts it",
        ),
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: [pull_request, push]\nconcurrency:\n  group: ci-${{ github.head_ref || github.run_id }}\n  cancel-in-progress: true\n"
                    "jobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n      - run: ./build all\n"
                )
            },
            because="proposed changes are grouped by their branch, and pushes stand alone",
        ),
        Good(
            {
                ".github/workflows/windows.yml": (
                    "on: [pull_request, workflow_dispatch]\njobs:\n  test:\n    if: github.event_name == 'workflow_dispatch'\n"
                    "    runs-on: windows-latest\n    timeout-minutes: 9\n    steps:\n      - run: ./build all\n"
                    "  after:\n    needs: test\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n      - run: ./report\n"
                )
            },
            because="nothing runs for a proposed change",
        ),
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: pull_request\nconcurrency:\n  group: ${{ github.ref }}\n  cancel-in-progress: true\njobs:\n  test:\n"
                    "    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n      - run: ./build all\n"
                )
            },
            because="it cancels",
        ),
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: pull_request\nconcurrency:\n  group: ${{ github.ref }}\n  cancel-in-progress: false\njobs:\n  test:\n"
                    "    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n      - run: ./build all\n"
                )
            },
            because="the author has said that runs are kept",
        ),
        Good(
            {
                ".github/workflows/review.yml": (
                    "on:\n  pull_request:\n    types: [opened, labeled, ready_for_review]\njobs:\n  review:\n"
                    "    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n      - uses: actions/checkout@v4\n"
                    "      - run: ./review all\n"
                )
            },
            because="a newer push starts no run that could supersede one",
        ),
        Good(
            {
                ".github/workflows/release.yml": (
                    "on:\n  push:\n    tags: ['v*']\njobs:\n  release:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n"
                    "    steps:\n      - run: ./build all\n"
                )
            },
            because="a release on a tag is superseded by nothing",
        ),
        Good(
            {
                ".github/workflows/staging.yml": (
                    "on:\n  push:\n    branches: [staging]\njobs:\n  images:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n"
                    "    steps:\n      - uses: actions/checkout@v4\n      - run: ./build all\n"
                )
            },
            because="no pull request starts it",
        ),
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: pull_request\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    concurrency:\n"
                    "      group: ${{ github.ref }}\n      cancel-in-progress: true\n    steps:\n      - run: ./build all\n"
                )
            },
            because="each job says so itself",
        ),
        Good(
            {
                ".cirrus.yml": "test_task:\n  timeout_in: 10m\n  container:\n    image: python:3.12\n  script: ./build all\n"
            },
            because="Cirrus cancels superseded runs of branches by default",
        ),
    ),
)


def check(pipeline: Pipeline, repository: Repository) -> Iterator[Hit]:
    """Flag pipelines for pull requests that could cancel and do not."""
    if (
        pipeline.cancel is not Cancel.NO
        or not pipeline.cancel_settable
        or (pipeline.reusable and not pipeline.triggers.for_changes)
    ):
        return
    if not runs_for_pull_requests(pipeline) or not pipeline.triggers.superseded or _never_starts(pipeline):
        return
    first = [job for job in pipeline.jobs if not job.needs]
    if first and all(job.cancel in {Cancel.YES, Cancel.EXPLICITLY_NOT} for job in first):
        return
    own = _own_group(pipeline, repository)
    yield Hit(
        place=own or pipeline.place,
        message="each run is a concurrency group of its own, in which there is nothing to cancel; group runs by branch"
        if own is not None
        else "a newer push does not cancel the older run; cancel superseded runs of pull requests",
        unit=pipeline.jobs[0].unit if pipeline.jobs else "",
        fix=_fix(pipeline, repository),
    )


_OWN_GROUP = lazily(r"^[ \t]*group:[^\n]*\{\{\s*github\.(?:sha|run_id|run_number)\s*\}\}[^\n]*", re.MULTILINE)


def _own_group(pipeline: Pipeline, repository: Repository) -> Place | None:
    """Where the workflow names a group that no other run is in."""
    found = _OWN_GROUP.search(repository.text(pipeline.path)) if pipeline.system == "github" else None
    return Place(pipeline.path, Span(*found.span())) if found is not None else None


def _never_starts(pipeline: Pipeline) -> bool:
    """True where no first job runs for a proposed change: each is switched off, or for tags, schedules and people's calls alone.

    On GitLab a condition on the branch's name parts off merge requests, whose pipelines have no CI_COMMIT_BRANCH.
    """
    first = [job for job in pipeline.jobs if not job.needs]
    return bool(first) and all(
        job.condition.strip("${ }").lower() == "false"
        or only_now_and_then(job.condition)
        or (pipeline.system == "gitlab" and _on_named_branches(job.condition))
        for job in first
    )


_NAMED_BRANCH = lazily(
    r"\$CI_COMMIT_(?:BRANCH|REF_NAME)\s*(?:==\s*(?:[\"']|\$CI_DEFAULT_BRANCH)|=~\s*/\^\(?(?:main|master|release|stable|v?\\d|gitlab|ci)\b)"
)
_PROPOSED = "merge_request"


def _on_named_branches(condition: str) -> bool:
    """True when each way into the condition is a branch that lasts: one by its name, or releases by how they begin."""
    if not condition or _PROPOSED in condition.lower():
        return False
    return all(_NAMED_BRANCH.search(part) for part in re.split(r"\|\|| or ", condition))


def _fix(pipeline: Pipeline, repository: Repository) -> Fix | None:
    source = repository.read(pipeline.path)
    if pipeline.system != "github" or source is None or "\nconcurrency:" in source.text:
        return None
    at = source.text.find("\njobs:")
    if at < 0:
        return None
    newline = "\r\n" if "\r\n" in source.text else "\n"
    lines = (
        "concurrency:",
        "  group: ${{ github.workflow }}-${{ github.ref }}",
        "  cancel-in-progress: ${{ github.event_name == 'pull_request' }}",
    )
    text = "".join(line + newline for line in lines)
    return Fix("cancel superseded runs of pull requests", (Edit(pipeline.path, Span(at + 1, at + 1), text),), safe=True)
