"""A CI job that may run for an hour or more because nobody set a limit."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.pipeline import Job, Step
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity, Station
from agentlint.rule.yaml_edits import with_key

LONG_MINUTES = 60

RULE = Rule(
    id="WAI501",
    name="job-without-timeout",
    category=Category.WAIT,
    summary="A CI job has no time limit on a system whose default is an hour or more.",
    why=(
        "A hung test, a prompt or a lost network connection holds the job until the system's own limit: six hours on GitHub "
        "Actions, for ever on Jenkins and Buildkite. Nobody watches an agent's run, so the agent waits all that time for an "
        "answer that a limit of a few minutes above the usual duration would have given at once."
    ),
    remediation="Set a limit a little above the job's usual duration (GitHub: `timeout-minutes: 15`).",
    severity=Severity.MAJOR,
    cost=Cost(seconds=25, basis="estimate", source="E8: a timed-out build takes 19.7 min against 3.4 min"),
    station=Station.CI,
    evidence=("E8", "E11"),
    references=(
        "https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idtimeout-minutes",
        "https://docs.gitlab.com/ci/yaml/#timeout",
    ),
    bad=(
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: make test\n"
                )
            },
            at=(".github/workflows/ci.yml:3",),
            fixed={
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  test:\n    timeout-minutes: 30\n    runs-on: ubuntu-latest\n    steps:\n      - run: make test\n"
                )
            },
        ),
        Bad(
            {".gitlab-ci.yml": "test:\n  script:\n    - make test\n"},
            at=(".gitlab-ci.yml:1",),
            fixed={".gitlab-ci.yml": "test:\n  timeout: 30 minutes\n  script:\n    - make test\n"},
            title="GitLab ends a job after 60 minutes",
        ),
        Bad(
            {".buildkite/pipeline.yml": "steps:\n  - label: test\n    command: make test\n"},
            at=(".buildkite/pipeline.yml:2",),
            fixed={
                ".buildkite/pipeline.yml": "steps:\n  - label: test\n    timeout_in_minutes: 30\n    command: make test\n"
            },
            title="Buildkite has no limit of its own",
        ),
        Bad(
            {
                "Jenkinsfile": (
                    "node('linux') {\n  stage('Checkout') {\n    checkout scm\n  }\n  stage('Build') {\n    sh 'make'\n  }\n}\n"
                    "stage('Test') {\n  node('linux') {\n    timeout(30) {\n      sh 'make test'\n    }\n  }\n}\n"
                    "stage('Report') {\n  node('linux') {\n    sh 'make report'\n  }\n}\n"
                )
            },
            at=("Jenkinsfile:2", "Jenkinsfile:17"),
            title="a machine that a script takes, once for all stages on it",
        ),
        Bad(
            {
                "Jenkinsfile": (
                    "def timeoutHours = 3\nnode('linux') {\n  stage('Test') {\n    sh \"make test LIMIT=${timeoutHours}\"\n  }\n}\n"
                )
            },
            at=("Jenkinsfile:3",),
            title="a number that the script makes use of itself",
        ),
    ),
    good=(
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 10\n    steps:\n      - run: make test\n"
                )
            },
            because="the job sets its limit",
        ),
        Good(
            {
                ".github/workflows/ci.yml": ("on: push\njobs:\n  call:\n    uses: ./.github/workflows/test.yml\n"),
                ".github/workflows/test.yml": (
                    "on: workflow_call\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 10\n"
                    "    steps:\n      - run: make test\n"
                ),
            },
            because="a job that calls a reusable workflow cannot take a limit; the called job has one",
        ),
        Good(
            {".gitlab-ci.yml": "default:\n  timeout: 10 minutes\ntest:\n  script:\n    - make test\n"},
            because="the limit is inherited from `default`",
        ),
        Good(
            {
                ".circleci/config.yml": (
                    "version: 2.1\njobs:\n  test:\n    docker:\n      - image: cimg/base:2024.01\n    steps:\n      - run: make test\n"
                )
            },
            because="CircleCI ends a job after ten minutes without output, so a hang is bounded",
        ),
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n"
                    "      - run: make test\n        timeout-minutes: 10\n"
                )
            },
            because="the only step has a limit of its own",
        ),
        Good(
            {
                ".github/workflows/label.yml": (
                    "on: pull_request\njobs:\n  label:\n    runs-on: ubuntu-slim\n    steps:\n      - run: make label\n"
                )
            },
            because="GitHub ends a job on its smallest machine after 15 minutes",
        ),
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  all-green:\n    runs-on: ubuntu-latest\n    steps:\n      - run: exit 1\n"
                    "        if: contains(needs.*.result, 'failure')\n      - run: exit 0\n"
                )
            },
            because="nothing in it can hang",
        ),
        Good(
            {
                "Jenkinsfile": (
                    "def config = jobConfig {\n  owner = 'client'\n  timeoutHours = 3\n}\ndef job = {\n  stage('Test') {\n    sh 'make test'\n"
                    "  }\n}\nrunJob config, job\n"
                )
            },
            because="the library that runs the job is told the limit",
        ),
        Good(
            {
                "Jenkinsfile": (
                    "pipeline {\n  agent any\n  stages {\n    stage('Skip') {\n      when { expression { MODE == 'SKIP' } }\n      steps {\n"
                    "        script {\n          currentBuild.result = 'ABORTED'\n          error('nothing was released')\n        }\n      }\n    }\n  }\n}\n"
                )
            },
            because="`error` ends the build at once",
        ),
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  shared:\n    if: ${{ false }}\n    runs-on: ubuntu-latest\n    steps:\n      - run: make test\n"
                )
            },
            because="it never runs: other jobs take their steps from it",
        ),
    ),
)


def check(job: Job, repository: Repository) -> Iterator[Hit]:
    """Flag jobs that could take a limit, have none, and run where the default is long."""
    if job.timeout_minutes is not None or not job.timeout_settable or job.no_output_limit or job.calls:
        return
    if not job.steps or all(step.timeout_minutes is not None for step in job.steps):
        return
    if (job.gate and not job.commands) or all(_does_nothing(step) for step in job.steps):
        return
    if _NEVER.fullmatch(job.condition.strip()):
        return
    default = job.timeout_default_minutes
    if default is not None and default < LONG_MINUTES:
        return
    limit = "no limit at all" if default is None else f"the default limit of {default:g} minutes"
    entry = _ENTRIES.get(repository.pipeline_of(job).system)
    yield Hit(
        place=job.place,
        message=f"job `{job.id}` has {limit}; set one a little above its usual duration",
        unit=job.unit,
        fix=with_key(job.place, entry, f"limit the job: `{entry}`", repository) if entry is not None else None,
    )


_ENTRIES = {
    "github": "timeout-minutes: 30",
    "gitlab": "timeout: 30 minutes",
    "azure": "timeoutInMinutes: 30",
    "buildkite": "timeout_in_minutes: 30",
    "bitbucket": "max-time: 30",
    "cirrus": "timeout_in: 30m",
}
"""Half an hour is many times what most jobs take (E8), and a guess all the same: who applies it looks at the job's own runs."""


_NEVER = lazily(r"(?:\$\{\{\s*)?false(?:\s*\}\})?")
_NO_OPS = lazily(r"(?:exit(?:\s+\d+)?|true|:|#.*)")
_ENDS_AT_ONCE = frozenset({"jenkins:error", "jenkins:echo", "jenkins:unstable", "jenkins:milestone"})
"""Steps that say a word or end the build. Source: www.jenkins.io/doc/pipeline/steps/workflow-basic-steps."""


def _does_nothing(step: Step) -> bool:
    """True for a step of `exit` or `true` alone, or one that ends the build: nothing in it can hang."""
    if step.action is not None and step.action.name in _ENDS_AT_ONCE:
        return True
    lines = [line.strip() for line in step.script.splitlines() if line.strip()]
    return step.action is None and bool(lines) and all(_NO_OPS.fullmatch(line) for line in lines)
