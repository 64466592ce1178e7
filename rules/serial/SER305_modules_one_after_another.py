"""A build of several modules runs them one after another."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.facts.unit import UnitKind
from agentlint.files.lazily import lazily
from agentlint.judgements.keeping.caching import traced_build
from agentlint.judgements.parallelism.workers import forced_serial, hides_options, runs_parallel
from agentlint.judgements.running.aspects import programs_with
from agentlint.judgements.running.scope import (
    as_written,
    callers_of,
    first_of_unit,
    in_prose,
    repeated,
    waited_for_by_none,
)
from agentlint.programs import table
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity, Station, Tier
from agentlint.rule.edits import after_program

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
        Bad(
            {
                "Jenkinsfile": "pipeline {\n  agent any\n  stages {\n    stage('build') {\n      steps {\n        mavenBuild('')\n"
                '      }\n    }\n  }\n}\n\ndef mavenBuild(extraArgs) {\n  sh "mvn -B install $extraArgs"\n}\n',
                "pom.xml": _POM,
            },
            at=("Jenkinsfile:13",),
            fixed={
                "Jenkinsfile": "pipeline {\n  agent any\n  stages {\n    stage('build') {\n      steps {\n        mavenBuild('')\n"
                '      }\n    }\n  }\n}\n\ndef mavenBuild(extraArgs) {\n  sh "mvn -T1C -B install $extraArgs"\n}\n'
            },
            title="what a Jenkinsfile hands to itself",
        ),
    ),
    good=(
        Good(
            {
                ".github/workflows/ci.yml": _CI + "mvn -B -f ${{ github.run_id }}.base/core/pom.xml package\n",
                "pom.xml": _POM,
                "core/pom.xml": "<project/>\n",
            },
            because="one module of another copy of this tree",
        ),
        Good(
            {
                "pom.xml": "<project><modules><module>core</module></modules><profiles><profile><modules><module>core</module>"
                "<module>it</module></modules></profile></profiles></project>\n",
                "core/pom.xml": "<project/>\n",
                "it/pom.xml": "<project/>\n",
                "build.sh": "#!/bin/sh\nmvn -B clean install\n",
            },
            because="one module, and another in a profile that nobody chooses",
        ),
        Good({".github/workflows/ci.yml": _CI + "mvn -B -T 2 verify\n", "pom.xml": _POM}, because="two threads"),
        Good(
            {
                ".github/workflows/ci.yml": _CI + "mvn -B verify -Prun-its\n",
                "pom.xml": _POM,
                "core/pom.xml": "<project><build><plugins><plugin><configuration><forkCount>0.75C</forkCount></configuration>"
                "</plugin></plugins></build></project>\n",
            },
            because="what the profile adds runs in as many forks as there are cores",
        ),
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
            {
                ".github/workflows/ci.yml": _CI + "./gradlew check\n",
                "settings.gradle": _SETTINGS,
                "gradle.properties": "org.gradle.configuration-cache=true\n",
            },
            because="under the configuration cache tasks run at once by default",
        ),
        Good(
            {
                "pom.xml": "<project><modules><module>core</module><module>kit</module></modules></project>\n",
                "core/pom.xml": "<project/>\n",
                "kit/pom.xml": "<project/>\n",
                "kit/run.sh": "#!/bin/sh\nmvn clean install -Dkit\n",
            },
            because="a script beside the pom.xml of its module is run there",
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
    if forced_serial(command, entry) or runs_parallel(command, entry, repository) or _hidden(command, repository):
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
        tier=Tier.PEDANTIC if job is not None and waited_for_by_none(command, job, repository) else None,
        fix=after_program(command, entry.insert or "-T1C", repository),
    )


_THREADS = lazily(r"(?<![\w-])(?:-T[ =]?[\d.$]|--threads\b)|\bparams\.")


def _hidden(command: Command, repository: Repository) -> bool:
    """True where a variable may bring the option; one of a Jenkinsfile's own, which speaks nowhere of threads, does not."""
    if not hides_options(command):
        return False
    path = command.place.path.rsplit("/", 1)[-1].lower()
    return "jenkinsfile" not in path or bool(_THREADS.search(repository.text(command.place.path)))


def _told(command: Command, repository: Repository) -> bool:
    """True behind another run in the same unit; of steps with conditions of their own only one may run."""
    step = repository.step_of(command)
    if step is None or not step.condition:
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
    known = None if gradle else _of_the_pom(command, repository)
    if known is not None:
        return known
    return sum(
        len(manifest.modules)
        for manifest in repository.project.manifests
        if manifest.ecosystem == "java" and ("gradle" in manifest.path) is gradle and not manifest.directory.count("/")
    )


_MODULE = lazily(r"<module>\s*([^<\s]+)\s*</module>")
_PROFILES = lazily(r"<profiles>.*?</profiles>|<!--.*?-->", re.DOTALL)


_SUITES = lazily(r"-P\S*\b(?:run-)?(?:its?|integration(?:-tests?)?|e2e)\b")
_FORKS = lazily(r"<(?:[\w-]+\.)?forkCount>\s*(?:\d*\.?\d+C|[2-9]|\d\d)\s*<")
"""Tests that a profile adds and that run in several forks at once: with more modules at a time they would only fight for the cores."""


def _folder(command: Command, repository: Repository) -> str:
    """Where it runs; a script that nothing calls and that never leaves its place is run in the folder of its own pom.xml."""
    own = posixpath.dirname(command.place.path)
    script = repository.units.get(command.unit)
    if command.directory or script is None or script.kind is not UnitKind.SCRIPT:
        return command.directory or ""
    alone = f"{own}/pom.xml" in repository.project.paths and not callers_of(command.unit, repository)
    return own if alone else ""


def _of_the_pom(command: Command, repository: Repository) -> int | None:
    """The modules of the pom.xml that is built and of those below it; what stands in profiles counts where one is chosen."""
    written = command.value_of("-f", "--file") or "pom.xml"
    if "$" in written:
        written = (
            written.rpartition("}")[2].partition("/")[2] or written
        )  # in a copy of this tree: `-f $BASE/one/pom.xml`
    waiting, seen = [posixpath.normpath(posixpath.join(_folder(command, repository), written))], 0
    source = repository.read(waiting[0]) if waiting[0].endswith(".xml") else None
    if source is None:
        return None
    chosen = any(text.startswith(("-P", "--activate-profiles")) for text in command.texts())
    suites = any(_SUITES.match(text) for text in command.texts())
    while waiting and seen < _MANY:
        path = waiting.pop()
        source = repository.read(path)
        text = source.text if source is not None else ""
        if suites and _FORKS.search(text):
            return 0
        for name in dict.fromkeys(_MODULE.findall(text if chosen else _PROFILES.sub("", text))):
            seen += 1
            below = posixpath.normpath(posixpath.join(posixpath.dirname(path), name))
            waiting.append(below if below.endswith(".xml") else f"{below}/pom.xml")
    return seen


_MANY = 50
