"""A check is told to end green whatever it finds."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.judgements.reporting.verdicts import checks_something
from agentlint.judgements.running.patterns import option_matching
from agentlint.judgements.running.scope import as_written, in_prose
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity, Tier
from agentlint.rule.edits import without_option

_GREEN: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("mvn", "mvnw", "mvnd"), (
        "-Dmaven.test.failure.ignore=true", "-Dmaven.test.failure.ignore", "-fn", "--fail-never", "-DtestFailureIgnore=true",
        "-Dcheckstyle.failOnViolation=false", "-Dspotbugs.failOnError=false", "-Dpmd.failOnViolation=false",
    )),
    "ruff": ("--exit-zero", "-e"),
    **dict.fromkeys(("flake8", "pylint", "bandit", "sqlfluff"), ("--exit-zero", "--nofail")),
    "golangci-lint": ("--issues-exit-code=0",),
    "rubocop": ("--fail-level=fatal",),
    "phpcs": ("--runtime-set=ignore_errors_on_exit", "--runtime-set=ignore_warnings_on_exit"),
    "hadolint": ("--no-fail",),
    "checkov": ("--soft-fail",),
    "trivy": ("--exit-code=0",),
    "brakeman": ("--no-exit-on-warn", "--no-exit-on-error"),
    "codespell": ("--exit-zero",),
    "jest": ("--passWithNoTests",),
    "vitest": ("--passWithNoTests", "--dangerouslyIgnoreUnhandledErrors"),
    "robot": ("--nostatusrc", "--NoStatusRC"),
    "tflint": ("--force",),
    **dict.fromkeys(("ng", "tslint"), ("--force",)),
    "rspec": ("--failure-exit-code=0",),
    "phpmd": ("--ignore-violations-on-exit",),
    "pmd": ("--no-fail-on-violation", "--fail-on-violation=false", "-failOnViolation=false"),
    "swiftlint": ("--lenient",),
    "vale": ("--no-exit",),
    "knip": ("--no-exit-code",),
    "lerna": ("--no-bail",),
    **dict.fromkeys(("make", "gmake"), ("--ignore-errors",)),
    "clang-tidy": (),
}  # fmt: skip
"""Options with which a program's exit status says nothing of its findings."""
_OF_MANY_USES = frozenset({"make", "gmake", "ng", "lerna"})
"""Programs that do other work too, which may fail."""
_DEBATABLE = frozenset(
    {
        "--passWithNoTests",
        "--fail-level fatal",
        "--exit-code 0",
        "--no-exit-on-warn",
        "--dangerouslyIgnoreUnhandledErrors",
    }
)

RULE = Rule(
    id="OUT408",
    name="always-green",
    category=Category.HUMAN_OUTPUT,
    summary="An option makes a test or linter end with success whatever it finds.",
    why="The exit status is what a program reads first; with the option it always says that all is well.",
    remediation="Drop the option; list what is accepted in the tool's baseline or ignore file.",
    severity=Severity.MAJOR,
    cost=Cost(seconds=60, source="E14"),
    programs=frozenset(_GREEN),
    evidence=("E14",),
    bad=(
        Bad(
            {"ci.sh": "#!/bin/sh\nset -e\nmake -i test\nvale --no-exit docs\n"},
            at=("ci.sh:3", "ci.sh:4"),
            fixed={"ci.sh": "#!/bin/sh\nset -e\nmake test\nvale docs\n"},
        ),
        Bad(
            {"Makefile": "lint:\n\tflake8 --exit-zero src\n"},
            at=("Makefile:2",),
            fixed={"Makefile": "lint:\n\tflake8 src\n"},
        ),
        Bad(
            {
                ".gitlab-ci.yml": "t:\n  cache: {paths: [.m2]}\n  script:\n    - mvn -B -Dmaven.test.failure.ignore=true verify\n"
            },
            at=(".gitlab-ci.yml:4",),
            fixed={".gitlab-ci.yml": "t:\n  cache: {paths: [.m2]}\n  script:\n    - mvn -B verify\n"},
        ),
        Bad(
            {
                "ci.sh": (
                    "#!/bin/bash\nset -e\ncase $1 in\nlint)\n  ruff check --exit-zero src\n  echo done\n  ;;\n"
                    "find)\n  grep -q x src/a.py || exit 1\n  ;;\nesac\n"
                )
            },
            at=("ci.sh:5",),
            fixed={
                "ci.sh": (
                    "#!/bin/bash\nset -e\ncase $1 in\nlint)\n  ruff check src\n  echo done\n  ;;\n"
                    "find)\n  grep -q x src/a.py || exit 1\n  ;;\nesac\n"
                )
            },
            title="what another branch looks for decides nothing here",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  t:\n    runs-on: ubuntu-latest\n    steps:\n      - run: checkov -d . -o sarif --soft-fail\n"
                )
            },
            at=(".github/workflows/ci.yml:6",),
            fixed={
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  t:\n    runs-on: ubuntu-latest\n    steps:\n      - run: checkov -d . -o sarif\n"
                )
            },
        ),
    ),
    good=(
        Good(
            {
                "Jenkinsfile": (
                    "pipeline {\n  agent any\n  stages { stage('t') { steps { sh 'mvn -Dmaven.test.failure.ignore verify' } } }\n"
                    "  post { always { junit '**/target/surefire-reports/*.xml' } }\n}\n"
                )
            },
            because="the step that takes the reports judges the run",
        ),
        Good(
            {
                "ci.sh": (
                    "#!/bin/bash\nset -e\ncase $1 in\nshuffle)\n  ./mvnw -B --fail-never nondex:nondex\n"
                    "  grep -RlE 'class=.x' .nondex/ > found.txt || true\n  if [[ -s found.txt ]]; then exit 1; fi\n  ;;\nesac\n"
                )
            },
            because="the script looks through the report and fails by what it finds",
        ),
        Good({"Makefile": "lint:\n\tflake8 src\n"}, because="findings fail it"),
        Good({"Makefile": "fmt:\n\truff check --fix src\n"}, because="fixing is another thing"),
        Good({"package.json": '{"scripts": {"test": "jest --bail"}}\n'}, because="it ends at the first failure"),
        Good(
            {"ci.sh": "#!/bin/sh\nset -e\nmake -k test\nmake -i clean\n"},
            because="it goes on, and is red at the end; and cleaning up",
        ),
        Good({"README.md": "```sh\nflake8 --exit-zero\n```\n"}, because="prose"),
    ),
)


def check(command: Command, repository: Repository) -> Iterator[Hit]:
    """Flag checks with an option that empties their exit status."""
    option = option_matching(command, _GREEN.get(command.program, ()))
    if command.program in {"make", "gmake"} and "-i" in command.texts():
        option = "-i"  # whole: "-fMakefile.in" holds the letter too
    if not option or in_prose(command, repository):
        return
    if command.program in _OF_MANY_USES and not checks_something(command, repository):
        return
    job = repository.job_of(command)
    if (
        job is not None
        and job.reports
        and "failure.ignore" in option.lower().replace("testfailureignore", "failure.ignore")
    ):
        return  # the system that takes the reports judges the run
    if _examined(command, repository):
        return
    yield Hit(
        place=command.place,
        message=f"`{as_written(command, repository)}` ends green whatever it finds; drop `{option}`",
        unit=command.unit,
        tier=Tier.PEDANTIC if option in _DEBATABLE or option.replace("=", " ") in _DEBATABLE else None,
        fix=without_option(command, option, repository),
    )


_FAR = 1500
_LOOKS = lazily(
    r"^[ \t]*(?:if |! |\w+=\$\()*(?:grep|egrep|rg|jq|xmllint|xmlstarlet|awk|find)\b[^\n]*[\w*]?[./][\w*]", re.MULTILINE
)
_DECIDES = lazily(r"\b(?:exit|return) [1-9$]|\bfalse\b|\bdie\b|\bfail\b")
_BRANCH_ENDS = lazily(r"^[ \t]*(?:;;|esac\b|\}|- )|^\S[^\n]*:[ \t]*$", re.MULTILINE)


def _examined(command: Command, repository: Repository) -> bool:
    """True where the script looks through the report right behind the command, and fails by what it finds there."""
    text = repository.text(command.place.path)
    end = command.place.span.end
    behind = text[end : end + _FAR]
    branch = _BRANCH_ENDS.search(behind)
    behind = behind[: branch.start()] if branch is not None else behind
    looks = _LOOKS.search(behind)
    return looks is not None and _DECIDES.search(behind, looks.end()) is not None
