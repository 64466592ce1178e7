"""A build file tells a check to pass whatever it finds."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.source import Place, Span
from agentlint.judgements.running.scope import aside
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity, Tier
from agentlint.rule.comments import reason_at

RULE = Rule(
    id="OUT412",
    name="told-to-pass",
    category=Category.HUMAN_OUTPUT,
    summary="A build file sets `ignoreFailures`, `testFailureIgnore`, `ignore_outcome` or the like: tests or linters pass whatever they find.",
    why=(
        "The build is green whatever the check says, on every machine and in CI; what it found stands in a report that nobody "
        "is made to open."
    ),
    remediation="Drop the setting; list what is accepted in the tool's baseline, or set it by a property that CI does not give.",
    severity=Severity.MAJOR,
    confidence=Confidence.MEDIUM,
    cost=Cost(seconds=60, source="E14"),
    evidence=("E14",),
    bad=(
        Bad(
            {"build.gradle.kts": "checkstyle {\n    isIgnoreFailures = true\n}\n"},
            at=("build.gradle.kts:2",),
        ),
        Bad({"app/build.gradle": "spotbugs {\n  ignoreFailures true\n}\n"}, at=("app/build.gradle:2",)),
        Bad(
            {
                "pom.xml": (
                    "<project>\n<properties>\n<maven.test.failure.ignore>true</maven.test.failure.ignore>\n</properties>\n</project>\n"
                )
            },
            at=("pom.xml:3",),
        ),
        Bad({"tox.ini": "[testenv:lint]\nignore_outcome = true\ncommands = ruff check .\n"}, at=("tox.ini:2",)),
    ),
    good=(
        Good(
            {"tox.ini": "[testenv:djmain]\nignore_outcome = true\ncommands = pytest\n"},
            because="it tries what is not released",
        ),
        Good({"build.gradle": "checkstyle {\n  ignoreFailures = false\n}\n"}, because="findings fail the build"),
        Good(
            {"build.gradle": "test {\n  ignoreFailures = project.hasProperty('local')\n}\n"},
            because="only where it is asked for",
        ),
        Good(
            {
                "build.gradle": "pmd {\n  // findings are advisory until the old code is gone\n  ignoreFailures = true\n}\n"
            },
            because="a comment says why",
        ),
        Good({"src/test/resources/samples/build.gradle": "test { ignoreFailures = true }\n"}, because="a sample"),
        Good(
            {"build.gradle": "test {\n  if (retried) {\n    ignoreFailures = true\n  }\n}\n"},
            because="in one branch only",
        ),
        Good({"build.gradle": "// ignoreFailures = true\n"}, because="a comment"),
    ),
)

_GRADLE = lazily(
    r"^[^\n/*]*?\b(?P<what>(?:isI|i)gnoreFailures(?:\s*=\s*|\s+|\.set\()true\b|setIgnoreFailures\(true\)"
    r"|(?:isA|a)bortOnError(?:\s*=\s*|\s+)false\b)",
    re.MULTILINE,
)
_MAVEN = lazily(
    r"<(?P<name>testFailureIgnore|maven\.test\.failure\.ignore|failOnViolation|failsOnError|checkstyle\.failOnViolation"
    r"|pmd\.failOnViolation|checkstyle\.failsOnError|spotbugs\.failOnError)>\s*(?P<value>true|false)\s*</"
)
_WRONG_VALUE = {"testFailureIgnore": "true", "maven.test.failure.ignore": "true"}
_DEBATABLE = lazily("abortOnError", re.IGNORECASE)
_FOR_TESTS = lazily(
    r"(?:^|/)(?:[\w-]*test(?:s|ing)?-?(?:support|utils?|helpers?|fixtures|lib)|(?:acceptance|integration)-?tests?|fake-[\w-]+|benchmarks?)/",
    re.IGNORECASE,
)
"""Modules that only tests use: reasonable people leave their style and age of API unchecked."""
_TOX = lazily(
    r"^\[(?P<table>[^\]\n]+)\][^\n]*$|^[ \t]*(?P<what>ignore_outcome[ \t]*=[ \t]*(?:true|True|1)\b)", re.MULTILINE
)
_TOX_FILES = frozenset({"tox.ini", "tox.toml", "setup.cfg", "pyproject.toml"})
_NOT_RELEASED = lazily(
    r"dev|nightly|main|master|next|alpha|beta|latest|pre|pypy|py3\d$|min|old|upstream", re.IGNORECASE
)
"""Environments that try what is not released, or not promised: those may fail."""
_SAMPLES = lazily(r"(?:^|/)(?:src/(?:test|it|functionalTest|integTest)|samples?|tests?/resources)/")


def check(whole: Repository, repository: Repository) -> Iterator[Hit]:
    """Flag settings in the files of Gradle, Maven and tox that let a check pass."""
    for path in whole.judged:
        if path in _TOX_FILES:
            yield from _of_tox(path, repository)
        gradle = path.endswith((".gradle", ".gradle.kts"))
        if not (gradle or path.rsplit("/", 1)[-1] == "pom.xml") or aside(path) or _SAMPLES.search(path):
            continue
        sources = path.rpartition("/")[0] + "/src/" if "/" in path else "src/"
        if not gradle and "/" in path and not any(known.startswith(sources) for known in whole.project.paths):
            continue  # a module without sources of its own has nothing to check
        for place, what in _settings(path, repository.text(path), _GRADLE if gradle else _MAVEN):
            if not reason_at(place, repository):
                yield Hit(
                    place=place,
                    message=f"`{what}` lets the check pass whatever it finds; drop it",
                    unit="",
                    tier=Tier.PEDANTIC if _DEBATABLE.search(what) or _FOR_TESTS.search(path) else None,
                )


def _of_tox(path: str, repository: Repository) -> Iterator[Hit]:
    """Environments of tox whose failure is ignored, but for those that try what is not released."""
    text, table = repository.text(path), ""
    for match in _TOX.finditer(text) if "ignore_outcome" in text else ():
        table = match["table"] or table
        place = Place(path, Span(*match.span("what")))
        if match["what"] and not _NOT_RELEASED.search(table.rpartition(":")[2]) and not reason_at(place, repository):
            yield Hit(place=place, message=f"`{match['what']}` lets `{table}` pass whatever it finds; drop it", unit="")


def _settings(path: str, text: str, pattern: re.Pattern[str]) -> Iterator[tuple[Place, str]]:
    for match in pattern.finditer(text):
        if pattern is _GRADLE and not _under_condition(text, match.start("what")):
            yield Place(path, Span(*match.span("what"))), match["what"]
        elif pattern is _MAVEN and match["value"] == _WRONG_VALUE.get(match["name"], "false"):
            yield Place(path, Span(match.start(), match.end())), f"<{match['name']}>{match['value']}"


def _under_condition(text: str, at: int) -> bool:
    """True for a line of a branch: the setting holds only where the script finds reason for it."""
    lines = text[:at].splitlines()
    own = (
        len(lines[-1]) if lines and not lines[-1].strip() else len(lines[-1]) - len(lines[-1].lstrip()) if lines else 0
    )
    for line in reversed(lines[:-1]):
        if line.strip() and len(line) - len(line.lstrip()) < own:
            return line.lstrip().startswith(("if", "else", "} else", "when", "onlyIf"))
    return False
