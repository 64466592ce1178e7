"""A job wipes its lasting workspace before it builds in it."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.pipeline import Job, Step
from agentlint.facts.repository import Repository
from agentlint.judgements.running.occasions import rare
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity, Station, Tier

_WIPES = frozenset({"jenkins:cleanws", "jenkins:deletedir"})

RULE = Rule(
    id="CAC212",
    name="workspace-wiped",
    category=Category.NO_CACHE,
    summary="A job empties its workspace before it builds, so that nothing of the last build is left.",
    why=(
        "The machine keeps the checkout, the dependencies and the build state between runs; wiped first, each run clones, "
        "downloads and compiles everything again (E5, E22)."
    ),
    remediation="Wipe after the build, or only what must be fresh; keep the checkout and the package manager's folder.",
    severity=Severity.MINOR,
    cost=Cost(seconds=60, source="E22"),
    station=Station.CI,
    evidence=("E5", "E22"),
    references=(
        "https://plugins.jenkins.io/ws-cleanup/",
        "https://docs.gitlab.com/ci/runners/configure_runners/#git-strategy",
    ),
    bad=(
        Bad(
            {
                "Jenkinsfile": (
                    "pipeline {\n  agent any\n  stages {\n    stage('Build') {\n      steps {\n        cleanWs()\n"
                    "        checkout scm\n        sh 'mvn -B verify'\n      }\n    }\n  }\n}\n"
                )
            },
            at=("Jenkinsfile:6",),
        ),
        Bad(
            {"Jenkinsfile": "node('linux') {\n  deleteDir()\n  checkout scm\n  sh './gradlew build'\n}\n"},
            at=("Jenkinsfile:2",),
        ),
        Bad(
            {".gitlab-ci.yml": "test:\n  variables:\n    GIT_STRATEGY: clone\n  script:\n    - make check\n"},
            at=(".gitlab-ci.yml:1",),
            title="GitLab clones anew where a fetch would do",
        ),
    ),
    good=(
        Good(
            {
                "Jenkinsfile": (
                    "pipeline {\n  agent any\n  stages {\n    stage('Build') {\n      steps {\n        sh 'mvn -B verify'\n      }\n"
                    "    }\n  }\n  post {\n    always {\n      cleanWs()\n    }\n  }\n}\n"
                )
            },
            because="it tidies up at the end",
        ),
        Good(
            {"Jenkinsfile": "node {\n  checkout scm\n  sh 'make'\n  deleteDir()\n}\n"},
            because="nothing is built after it",
        ),
        Good(
            {".gitlab-ci.yml": "test:\n  variables:\n    GIT_STRATEGY: fetch\n  script:\n    - make check\n"},
            because="the checkout is kept and brought up to date",
        ),
    ),
)


def check(job: Job, repository: Repository) -> Iterator[Hit]:
    """Flag the first wipe of a job that has its work still to do."""
    tier = Tier.PEDANTIC if rare(job, repository, costly=True) else None
    system = repository.pipeline_of(job).system
    if system == "gitlab" and job.environment.get("GIT_STRATEGY") == "clone" and job.steps:
        yield Hit(
            place=job.place,
            message=f"`GIT_STRATEGY: clone` in job `{job.id}` clones everything anew; let it fetch",
            unit=job.unit,
            tier=tier,
        )
    for step in job.steps if system == "jenkins" else ():
        if _wipes(step):
            if any(_works(later) for later in job.steps[step.index + 1 :]):
                yield Hit(
                    place=step.place,
                    message=f"`{step.name}` empties the workspace before the build, which fetches and builds everything again; "
                    "wipe after it, or only what must be fresh",
                    unit=job.unit,
                    tier=tier,
                )
            return
        if _works(step):
            return


def _wipes(step: Step) -> bool:
    return step.action is not None and step.action.name.lower() in _WIPES and step.condition != "post"


def _works(step: Step) -> bool:
    """True for a script that does more than look about, and for one that only Groovy knows."""
    return step.shell != "" and (
        not step.commands or any(c.program not in {"echo", "mkdir", "rm", "env", "ls"} for c in step.commands)
    )
