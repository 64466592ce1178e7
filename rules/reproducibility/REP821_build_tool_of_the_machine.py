"""A build runs whatever Gradle, Maven or Bazel the machine has, past the wrapper or with no file that says which."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.facts.unit import UnitKind
from agentlint.files.lazily import lazily
from agentlint.judgements.pinning.bazel_versions import brings_newest_bazel, no_file_names_bazel
from agentlint.judgements.running.scope import aside
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity, Station

_WRAPPERS = {"gradle": "gradlew", "mvn": "mvnw"}
_BAZEL = frozenset({"bazel", "bazelisk"})
_BAZEL_VERBS = frozenset("build test run query cquery aquery coverage fetch mod".split())
_UNITS = frozenset({UnitKind.JOB, UnitKind.SCRIPT, UnitKind.FUNCTION, UnitKind.TARGET})
_MAKES_THE_WRAPPER = lazily(r"wrapper|^(?:init|--version|-v|-version|--stop|--status|help)$")
_FETCHED = lazily(r"\b(?:gradle|maven|bazel)[-_@=/: ]*v?\d|bazel_version|\.bazelversion", re.IGNORECASE)
"""A version of the tool that the same job or script fetches, or that is named to a manager of tools."""

RULE = Rule(
    id="REP821",
    name="build-tool-of-the-machine",
    category=Category.REPRODUCIBILITY,
    summary="A build calls the machine's `gradle` or `mvn` beside a wrapper, or Bazel with no file that names its version.",
    why="The version decides what the build files mean: the same commit builds here, and fails on a machine that has another one.",
    remediation="Call `./gradlew` or `./mvnw`; for Bazel commit a `.bazelversion`, which bazelisk follows.",
    severity=Severity.MINOR,
    confidence=Confidence.MEDIUM,
    cost=Cost(seconds=10),
    station=Station.BUILD,
    references=(
        "https://docs.gradle.org/current/userguide/gradle_wrapper_basics.html",
        "https://maven.apache.org/tools/wrapper/",
        "https://github.com/bazelbuild/bazelisk#how-does-bazelisk-know-which-bazel-version-to-run",
    ),
    programs=frozenset(_WRAPPERS) | _BAZEL,
    bad=(
        Bad(
            {
                "gradlew": "#!/bin/sh\n",
                "scripts/release.sh": "#!/bin/sh\nset -e\ngradle build\ngradle publish\n",
                "mvnw": "#!/bin/sh\n",
                ".gitlab-ci.yml": "test:\n  timeout: 5m\n  script:\n    - mvn -B verify\n",
            },
            at=(".gitlab-ci.yml:4", "scripts/release.sh:3"),
        ),
        Bad(
            {
                "MODULE.bazel": 'module(name = "x")\n',
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - run: bazel build //...\n      - run: bazel test //...\n"
                ),
            },
            at=(".github/workflows/ci.yml:7",),
            title="bazelisk runs the newest Bazel where nothing names one",
        ),
    ),
    good=(
        Good(
            {
                "gradlew": "#!/bin/sh\n",
                "build.sh": "#!/bin/sh\n./gradlew build\ngradle --version\n",
                "wrap.sh": "#!/bin/sh\ngradle wrapper --gradle-version 8.10\n",
                "Dockerfile": "FROM gradle:8.10-jdk21\nRUN gradle build\n",
                "pinned.sh": "#!/bin/sh\nsdk install gradle 8.10\ngradle build\n",
                ".gitlab-ci.yml": "test:\n  timeout: 5m\n  image: gradle:8.10-jdk21\n  script:\n    - gradle check\n",
            },
            because="the wrapper itself, how it is made, and images and managers that name a version",
        ),
        Good({"build.sh": "#!/bin/sh\ngradle build\n"}, because="there is no wrapper"),
        Good(
            {
                "MODULE.bazel": 'module(name = "x")\n',
                ".bazelversion": "8.1.0\n",
                ".gitlab-ci.yml": "test:\n  timeout: 5m\n  script:\n    - bazel test //...\n",
            },
            because="a file names the version",
        ),
        Good(
            {
                "MODULE.bazel": 'module(name = "x")\n',
                ".gitlab-ci.yml": "test:\n  timeout: 5m\n  variables:\n    USE_BAZEL_VERSION: 8.1.0\n  script:\n    - bazel test //...\n",
            },
            because="a variable names the version",
        ),
        Good(
            {
                "WORKSPACE": 'workspace(name = "x")\n',
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: example/setup-bazel@v2\n        with:\n          bazel-version: 7.4.1\n      - run: bazel test //...\n"
                ),
            },
            because="a step is told the version",
        ),
    ),
)


def check(command: Command, repository: Repository) -> Iterator[Hit]:
    """Flag the first call of each such tool in a job or a script."""
    unit = repository.units.get(command.unit)
    if unit is None or unit.kind not in _UNITS or aside(command.place.path) or "docker run" in command.wrappers:
        return
    if "/" in command.program_path or not _is_first(command, repository) or _is_told(command, repository):
        return
    if command.program in _BAZEL:
        if unit.kind is UnitKind.JOB and _is_without_a_version(command, repository):
            yield Hit(
                place=command.place,
                message="Bazel comes at whatever version is newest; commit a `.bazelversion`",
                unit=command.unit,
            )
        return
    wrapper = _wrapper(command, repository)
    if wrapper:
        yield Hit(
            place=command.place,
            message=f"`{command.program}` is the machine's own, whatever its version; call `./{wrapper}`",
            unit=command.unit,
        )


def _works(command: Command) -> bool:
    """True for a call that builds; not for one that makes the wrapper or asks for the version."""
    if command.program in _BAZEL:
        return any(text in _BAZEL_VERBS for text in command.texts())
    return not any(_MAKES_THE_WRAPPER.search(text) for text in command.texts())


def _is_first(command: Command, repository: Repository) -> bool:
    for other in repository.commands_by_unit.get(command.unit, ()):
        if other.program == command.program and _works(other):
            return other.place == command.place
    return False


def _is_told(command: Command, repository: Repository) -> bool:
    """True where the job's image or a step brings a version, or another command of the unit fetches one or calls the wrapper."""
    for other in repository.commands_by_unit.get(command.unit, ()):
        if other.program in _WRAPPERS.values():
            return True  # the machine's own is what a condition falls back to
        if other.program not in {*_WRAPPERS, *_BAZEL} and _FETCHED.search(f"{other.program} {' '.join(other.texts())}"):
            return True
    job = repository.job_of(command)
    if job is None:
        return False
    if job.container or any(not image.service for image in job.images):
        return True
    actions = [step.action for step in (*job.steps, *job.inner_steps) if step.action is not None]
    return any(
        re.fullmatch(r"(?:gradle|maven|bazel)[-_]version|version", name) and command.program[:2] in action.name
        for action in actions
        for name in action.inputs
    )


def _wrapper(command: Command, repository: Repository) -> str:
    """The wrapper in the folder of the command or at the root, "" where there is none."""
    name = _WRAPPERS[command.program]
    folder = command.directory or ""
    return name if {posixpath.join(folder, name), name} & repository.project.paths else ""


def _is_without_a_version(command: Command, repository: Repository) -> bool:
    """True where nothing says which Bazel; a job whose step installs bazelisk is told of at that step (REP806)."""
    if "USE_BAZEL_VERSION" in command.environment or not no_file_names_bazel(repository):
        return False
    job = repository.job_of(command)
    return job is None or not brings_newest_bazel(job, repository)
