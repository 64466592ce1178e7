"""The tests of a Jenkins plugin run in one JVM."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.facts.pipeline import Pipeline
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.source import Place, Span
from agentlint.judgements.parallelism.workers import REAL_SUITE
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity, Station

_TESTS = {f"src/test/java/x/Part{number}Test.java": "class T {}\n" for number in range(20)}

RULE = Rule(
    id="SER315",
    name="plugin-tests-in-one-fork",
    category=Category.SERIAL,
    summary="`buildPlugin` without `forkCount` runs the tests of a Jenkins plugin in one JVM.",
    why=(
        "Each JenkinsRule test starts a Jenkins of its own; in one fork they follow one another, on each of the platforms. "
        "The shared library takes `forkCount` for this (E15)."
    ),
    remediation="Add forkCount: '1C' to the call: a JVM for each core.",
    severity=Severity.MINOR,
    confidence=Confidence.MEDIUM,
    cost=Cost(seconds=120, source="E15"),
    station=Station.TEST,
    evidence=("E15",),
    bad=(
        Bad(
            {
                "Jenkinsfile": "buildPlugin(\n  useContainerAgent: true,\n  configurations: [[platform: 'linux', jdk: 21]])\n",
                **_TESTS,
            },
            at=("Jenkinsfile:1",),
        ),
    ),
    good=(
        Good(
            {"Jenkinsfile": "buildPlugin(useContainerAgent: true, forkCount: '1C')\n", **_TESTS},
            because="a JVM for each core",
        ),
        Good({"Jenkinsfile": "buildPlugin()\n"}, because="there are next to no tests"),
        Good(
            {
                "Jenkinsfile": "buildPlugin(useContainerAgent: true)\n",
                "pom.xml": "<project><properties><forkCount>1C</forkCount></properties></project>\n",
                **_TESTS,
            },
            because="the project's settings give it forks",
        ),
    ),
)

_CALL = lazily(r"^[ \t]*buildPlugin\b[^\n]*", re.MULTILINE)
_COMMENT = lazily(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
MAX_CALL = 4000


def check(pipeline: Pipeline, repository: Repository) -> Iterator[Hit]:
    """Flag the call where neither it nor the build's settings speak of forks."""
    source = repository.read(pipeline.path) if pipeline.system == "jenkins" else None
    found = _CALL.search(source.text) if source is not None else None
    if source is None or found is None or repository.project.test_files.get("java", 0) < REAL_SUITE:
        return
    call = source.text[found.start() : _end(source.text, found.start())]
    if "forkCount" in _COMMENT.sub("", call) or any(_gives_forks(path, repository) for path in _SETTINGS):
        return
    yield Hit(
        place=Place(pipeline.path, Span(found.start(), found.start() + len(call))),
        message="`buildPlugin` runs the tests in one JVM; add forkCount: '1C'",
        unit=pipeline.jobs[0].unit if pipeline.jobs else "",
    )


_SETTINGS = ("pom.xml", ".mvn/maven.config", ".mvn/jvm.config")


def _gives_forks(path: str, repository: Repository) -> bool:
    source = repository.read(path)
    return source is not None and ("forkCount" in source.text or "<parallel>" in source.text)


def _end(text: str, start: int) -> int:
    """The end of the call that starts here: its closing bracket, or the end of the line where it has none."""
    depth = 0
    for index in range(start, min(len(text), start + MAX_CALL)):
        letter = text[index]
        depth += (letter == "(") - (letter == ")")
        if (letter == ")" and depth == 0) or (letter == "\n" and depth == 0):
            return index + (letter == ")")
    return min(len(text), start + MAX_CALL)
