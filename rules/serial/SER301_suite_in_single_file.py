"""A test suite of real size runs one test after another."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.pipeline import Job
from agentlint.facts.repository import Repository
from agentlint.programs import Parallelism, table
from agentlint.rule import Bad, Category, Confidence, Cost, Fix, Good, Hit, Rule, Severity, Station, Tier
from agentlint.rule.aspects import programs_with
from agentlint.rule.edits import after_program
from agentlint.rule.environments import taken_over
from agentlint.rule.scope import as_written, in_prose, one_off
from agentlint.rule.workers import (
    REAL_SUITE,
    SMALL_SUITE,
    for_debugging,
    forced_serial,
    hides_options,
    many_cases,
    narrow,
    runs_parallel,
    shares_one_server,
    splits_elsewhere,
    suite_size,
)

_SUITE = {f"tests/test_part{number}.py": "def test_x(): pass\n" for number in range(30)}
_SPECS = {f"spec/part{number}_spec.rb": "describe('x') {}\n" for number in range(30)}

RULE = Rule(
    id="SER301",
    name="suite-in-single-file",
    category=Category.SERIAL,
    summary="A test runner that is serial by default runs a real suite without workers.",
    why=(
        "The suite is what an agent waits for most often. On one core of many it takes longer than it has to: pytest-xdist made "
        "a large suite 1.97 times as fast on a developer's machine and 1.4 times in CI (E20)."
    ),
    remediation="Let the runner use the cores: pytest -n auto, --parallel, parallel_tests, paratest, prove -j.",
    severity=Severity.MAJOR,
    confidence=Confidence.MEDIUM,
    cost=Cost(seconds=22, source="E20"),
    station=Station.TEST,
    programs=programs_with("parallelism"),
    evidence=("E20", "E21"),
    bad=(
        Bad({"Makefile": "test:\n\tpytest tests\n", **_SUITE}, at=("Makefile:2",)),
        Bad(
            {
                "tox.ini": "[testenv]\ndeps = pytest\n    pytest-xdist\ncommands = pytest {posargs}\n",
                "requirements-dev.txt": "pytest\npytest-xdist\n",
                **_SUITE,
            },
            at=("tox.ini:4",),
            fixed={
                "tox.ini": "[testenv]\ndeps = pytest\n    pytest-xdist\ncommands = pytest -n auto {posargs}\n",
            },
        ),
        Bad(
            {
                ".gitlab-ci.yml": "test:\n  cache: {paths: [vendor/bundle]}\n  script:\n    - bundle exec rspec\n",
                **_SPECS,
            },
            at=(".gitlab-ci.yml:4",),
        ),
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: python manage.py test\n"
                ),
                **_SUITE,
            },
            at=(".github/workflows/ci.yml:6",),
        ),
        Bad(
            {"Makefile": "test:\n\tpytest -rxs $(COV) tests\n", **_SUITE}, at=("Makefile:2",), title="-rxs is a report"
        ),
        Bad(
            {
                "test/run": "#!/bin/sh\nexec bats ${CI:+--tap} test/\n",
                **{f"test/part{number}.bats": "@test x { true; }\n" for number in range(20)},
            },
            at=("test/run:2",),
            title="the option a variable chooses is not about workers",
        ),
        Bad(
            {
                "Makefile": "test:\n\tpytest tests\n",
                **{f"tests/test_{name}.py": "def test_x(): pass\n" * 30 for name in "abcdefgh"},
            },
            at=("Makefile:2",),
            title="few files, many tests",
        ),
    ),
    good=(
        Good({"Makefile": "test:\n\tpytest -n auto tests\n", **_SUITE}, because="it runs on all cores"),
        Good(
            {
                "Makefile": "test:\n\tpytest tests\n",
                "pyproject.toml": '[tool.pytest.ini_options]\naddopts = "-ra -n auto"\n',
                **_SUITE,
            },
            because="the project's settings give it workers",
        ),
        Good(
            {"Makefile": "test:\n\tpytest tests\n", "tests/test_x.py": "def test_x(): pass\n"}, because="a tiny suite"
        ),
        Good({"Makefile": "test:\n\tpytest -sv tests\n", **_SUITE}, because="workers cannot show output as it comes"),
        Good({"Makefile": "stress:\n\tpytest -m stress\n", **_SUITE}, because="a marker picks a few tests"),
        Good(
            {"Makefile": "e2e:\n\tpytest tests_e2e\n", "tests_e2e/test_a.py": "def test_a(): pass\n", **_SUITE},
            because="the folder it names holds one file",
        ),
        Good({"Makefile": "smoke:\n\tpytest tests/test_part1.py\n", **_SUITE}, because="one file only"),
        Good({"Makefile": "test:\n\tgo test ./...\n"}, because="go test is parallel by default"),
        Good({"README.md": "```sh\npytest\n```\n", **_SUITE}, because="prose shows it; the reader adapts it"),
        Good(
            {
                "Makefile": "test:\n\tpytest tests\n",
                "tests/conftest.py": "def pytest_runtest_teardown(client):\n    client.flushdb()\n",
                **_SUITE,
            },
            because="all tests share one server, which workers would empty under one another",
        ),
    ),
)

_CODE = re.compile(r"\.(?:py|rb|php|[cm]?[jt]sx?|t|bats|feature|lua|pl|rs|java|kt)$")
_BOUNDLESS = 1_000_000
LARGE = 150
"""Test files from which on another runner is worth bringing in."""


def check(command: Command, repository: Repository) -> Iterator[Hit]:
    """Flag each serial run of a real suite."""
    entry = table().parallelism(command)
    if entry is None or not entry.test_suite or entry.default != "serial" or forced_serial(command, entry):
        return
    size = min(suite_size(entry, repository, command.directory), _named_size(command, repository))
    if size < SMALL_SUITE or "test" not in table().roles(command) or runs_parallel(command, entry, repository):
        return
    if narrow(command, entry) or hides_options(command) or splits_elsewhere(command, repository):
        return
    if _picks_marked(command) or _shows_output(command) or shares_one_server(command.directory, repository):
        return
    if in_prose(command, repository) or for_debugging(command, repository) or _stands_in_a_test(command):
        return
    if "xargs" in command.wrappers or taken_over(command, repository):
        return
    job = repository.job_of(command)
    yield Hit(
        place=command.place,
        message=f"`{as_written(command, repository)}` runs {size} test files in single file; {entry.advice}",
        unit=command.unit,
        tier=Tier.PEDANTIC
        if (size < REAL_SUITE and not many_cases(entry, repository, command.directory))
        or (size < LARGE and _needs_another(command, repository))
        or (job is not None and _may_wait(job, entry, repository))
        else None,
        fix=_fix(command, entry, repository),
    )


def _stands_in_a_test(command: Command) -> bool:
    """True for a runner that a test itself starts: on inputs of its own, and not on the suite."""
    return command.place.path.endswith(".bats")


_RUN_BY_ANOTHER = {
    "phpunit": "brianium/paratest",
    "simple-phpunit": "brianium/paratest",
    "unittest": "unittest-parallel",
}


def _needs_another(command: Command, repository: Repository) -> bool:
    """True for a runner that has no workers of its own where the program that gives it some is not at hand."""
    another = _RUN_BY_ANOTHER.get(command.program)
    return another is not None and not repository.project.depends_on(another)


def _picks_marked(command: Command) -> bool:
    """True where a marker picks some tests out of the suite; `not slow` leaves the suite."""
    marker = (command.value_of("-m") or "").strip() if command.program == "pytest" else ""
    return bool(marker) and not marker.startswith(("not ", "not(", "$", "(not")) and " or " not in marker


def _shows_output(command: Command) -> bool:
    """True for pytest with its output uncaught, which workers cannot give."""
    if command.program != "pytest":
        return False
    return (
        any(re.fullmatch(r"-[a-qt-z]*s[a-z]*", text) for text in command.texts()) or "--capture=no" in command.texts()
    )


def _named_size(command: Command, repository: Repository) -> int:
    """Number of test files below the folders that the command names; beyond any bound where it names none that are there."""
    program = table().of(command)
    operands = [text for text in (program.operands(table().meant(command)) if program else ()) if "$" not in text]
    total = 0
    for operand in operands:
        path = posixpath.normpath(posixpath.join(command.directory or "", operand.partition("::")[0]))
        if path in repository.project.paths:
            total += 1
            continue
        below = [known for known in repository.project.paths if known.startswith(path + "/") and _CODE.search(known)]
        if not below:
            return _BOUNDLESS
        total += len(below)
    return total if operands else _BOUNDLESS


def _may_wait(job: Job, entry: Parallelism, repository: Repository) -> bool:
    """True for a release or nightly run, unless the workers are installed and only need to be asked for."""
    if entry.needs_dependency and repository.project.depends_on(entry.needs_dependency):
        return False
    return one_off(job, repository)


def _fix(command: Command, entry: Parallelism, repository: Repository) -> Fix | None:
    if not entry.insert or (entry.needs_dependency and not repository.project.depends_on(entry.needs_dependency)):
        return None
    return after_program(command, entry.insert, repository)
