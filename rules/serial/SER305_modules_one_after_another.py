"""A build of several modules runs them one after another."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.programs import table
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity, Station, Tier
from agentlint.rule.aspects import programs_with
from agentlint.rule.caching import traced_build
from agentlint.rule.edits import after_program
from agentlint.rule.scope import as_written, first_of_unit, in_prose, one_off, repeated
from agentlint.rule.workers import forced_serial, hides_options, runs_parallel

_POM = "<project><modules><module>core</module><module>web</module></modules></project>\n"
_SETTINGS = "rootProject.name = 'x'\ninclude 'core', 'web'\n"
_CI = "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: "

RULE = Rule(
    id="SER305",
    name="modules-one-after-another",
    category=Category.SERIAL,
    summary="Maven or Gradle builds the modules of a multi-module project in single file.",
    why="Modules that do not depend on each other wait for each other; the build takes the sum, not the longest chain (E15).",
    remediation="mvn -T1C; gradle --parallel, or org.gradle.parallel=true in gradle.properties.",
    severity=Severity.MINOR,
    confidence=Confidence.MEDIUM,
    cost=Cost(seconds=40, source="E15"),
    station=Station.BUILD,
    programs=programs_with("parallelism"),
    evidence=("E15",),
    bad=(
        Bad(
            {".github/workflows/ci.yml": _CI + "mvn -B verify\n", "pom.xml": _POM},
            at=(".github/workflows/ci.yml:6",),
            fixed={".github/workflows/ci.yml": _CI + "mvn -T1C -B verify\n"},
        ),
        Bad(
            {".github/workflows/ci.yml": _CI + "./gradlew check\n", "settings.gradle": _SETTINGS},
            at=(".github/workflows/ci.yml:6",),
            fixed={".github/workflows/ci.yml": _CI + "./gradlew --parallel check\n"},
        ),
        Bad(
            {".gitlab-ci.yml": "test:\n  cache: {paths: [.m2]}\n  script:\n    - ./mvnw test\n", "pom.xml": _POM},
            at=(".gitlab-ci.yml:4",),
            fixed={".gitlab-ci.yml": "test:\n  cache: {paths: [.m2]}\n  script:\n    - ./mvnw -T1C test\n"},
        ),
    ),
    good=(
        Good({".github/workflows/ci.yml": _CI + "mvn -B -T 2 verify\n", "pom.xml": _POM}, because="two threads"),
        Good(
            {".github/workflows/ci.yml": _CI + "mvn -B verify\n", "pom.xml": "<project/>\n"}, because="a single module"
        ),
        Good(
            {
                ".github/workflows/ci.yml": _CI + "./gradlew check\n",
                "settings.gradle": _SETTINGS,
                "gradle.properties": "org.gradle.parallel=true\n",
            },
            because="the project's settings say parallel",
        ),
        Good(
            {".github/workflows/ci.yml": _CI + "mvn -B -pl core verify\n", "pom.xml": _POM},
            because="one module is asked for",
        ),
    ),
)


def check(command: Command, repository: Repository) -> Iterator[Hit]:
    """Flag the first serial multi-module build of each unit."""
    entry = table().parallelism(command)
    if entry is None or entry.language != "java" or entry.default != "serial" or entry.test_suite:
        return
    if forced_serial(command, entry) or runs_parallel(command, entry, repository) or hides_options(command):
        return
    if in_prose(command, repository) or _told(command, repository) or _modules(command, repository) < 2:
        return
    job = repository.job_of(command)
    if job is not None and traced_build(job):
        return
    yield Hit(
        place=command.place,
        message=f"`{as_written(command, repository)}` builds the modules one after another; {entry.advice}",
        unit=command.unit,
        tier=Tier.PEDANTIC if job is not None and one_off(job, repository) else None,
        fix=after_program(command, entry.insert or "-T1C", repository),
    )


def _told(command: Command, repository: Repository) -> bool:
    """True behind another run in the same unit; of steps with conditions of their own only one may run."""
    job = repository.job_of(command)
    if job is None or command.step is None or command.step >= len(job.steps) or not job.steps[command.step].condition:
        return repeated(command, repository)
    return any(other.step == command.step for other in first_of_unit(command, repository))


def _modules(command: Command, repository: Repository) -> int:
    gradle = command.program.startswith("gradle")
    program = table().of(command)
    if (
        gradle
        and program
        and all(task.count(":") > 1 or (":" in task and not task.startswith(":")) for task in program.operands(command))
    ):
        return 0
    return sum(
        len(manifest.modules)
        for manifest in repository.project.manifests
        if manifest.ecosystem == "java" and ("gradle" in manifest.path) is gradle and not manifest.directory.count("/")
    )
