"""A test suite of real size runs one test after another."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.pipeline import Job
from agentlint.facts.remembered import remembered
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.judgements.parallelism.suites import Suite, is_large, suite_of
from agentlint.judgements.parallelism.workers import (
    SMALL_SUITE,
    for_debugging,
    forced_serial,
    hides_options,
    narrow,
    runs_parallel,
    shares_one_server,
    splits_elsewhere,
    suite_size,
)
from agentlint.judgements.running.aspects import programs_with
from agentlint.judgements.running.environments import taken_over
from agentlint.judgements.running.scope import as_written, in_prose, one_off
from agentlint.programs import Parallelism, table
from agentlint.rule import Bad, Category, Confidence, Cost, Fix, Good, Hit, Rule, Severity, Station, Tier
from agentlint.rule.edits import after_program

_SUITE = {f"tests/test_part{number}.py": "def test_x(): pass\n" * 60 for number in range(30)}
_SPECS = {f"spec/part{number}_spec.rb": "  it 'does x' do\n  end\n" * 60 for number in range(30)}

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
        Bad(
            {
                "Makefile": "test:\n\tpytest tests\n",
                **{
                    f"tests/test_{name}.py": "import subprocess\n" + "def test_x():\n    subprocess.run(['x'])\n" * 20
                    for name in "abcdef"
                },
            },
            at=("Makefile:2",),
            title="few tests, and each starts a program",
        ),
        Bad(
            {
                "Makefile": "test:\n\tcoverage run -m pytest tests\n",
                **_SUITE,
            },
            at=("Makefile:2",),
            title="under coverage, which has to be asked for by another way",
        ),
        Bad({"Makefile": "test:\n\tpytest tests\n", **_SUITE}, at=("Makefile:2",)),
        Bad(
            {
                "pyproject.toml": '[tool.poe.tasks.test]\ncmd = "pytest $OPTS --basetemp $TMP"\nenv.OPTS.default = "-p no:cov"\n',
                **_SUITE,
            },
            at=("pyproject.toml:2",),
            title="the variable is set beside it, and not to workers; another is an option's value",
        ),
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
                ".github/workflows/mac.yml": (
                    "on: push\njobs:\n  test:\n    runs-on: macos-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - run: script -q /dev/null bats --trace test\n"
                ),
                **{f"test/part{number}.bats": "@test x { true; }\n" * 9 for number in range(20)},
            },
            at=("test/run:2", ".github/workflows/mac.yml:7"),
            title="the option a variable chooses is not about workers; a terminal is made up for it on macOS",
        ),
        Bad(
            {
                "Makefile": "test:\n\tpytest tests\n",
                **{f"tests/test_{name}.py": "def test_x(): pass\n" * 200 for name in "abcdefgh"},
            },
            at=("Makefile:2",),
            title="few files, many tests",
        ),
    ),
    good=(
        Good(
            {
                "pyproject.toml": '[tool.hatch.envs.test.scripts]\nfast = "pytest -x {args:tests/test_a.py}"\n',
                **_SUITE,
            },
            because="one file, where nothing else is handed on",
        ),
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
        Good(
            {
                "Makefile": "test:\n\tpytest tests\n",
                **{f"tests/test_part{number}.py": "def test_x(): pass\n" * 6 for number in range(30)},
            },
            because="many files, but their few unit tests are done in two seconds",
        ),
        Good(
            {
                "package.json": '{"scripts": {"test": "mocha test"}}\n',
                **{f"test/part{number}.js": "it('is x', () => {})\n" * 10 for number in range(50)},
            },
            because="hundreds of tests of this kind take a second or two",
        ),
        Good(
            {
                "Makefile": "test:\n\tpytest tests\n",
                "tests/conftest.py": "def server():\n    return Server(Config(app, host='127.0.0.1', port=8001))\n",
                **_SUITE,
            },
            because="a server on a fixed port, which only one worker could have",
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
                "package.json": '{"scripts": {"test:upload": "nyc mocha \'src/upload/*.spec.{ts,js}\'"}}\n',
                "src/upload/client.spec.ts": "  it('sends', () => {})\n" * 2,
                **{f"src/part{n}/x.spec.ts": "import puppeteer\n" + "  it('x', () => {})\n" * 6 for n in range(12)},
            },
            because="the pattern picks one folder of the suite",
        ),
        Good(
            {
                "Makefile": "test:\n\tpytest tests\n",
                "tests/conftest.py": "def pytest_runtest_teardown(client):\n    client.flushdb()\n",
                **_SUITE,
            },
            because="all tests share one server, which workers would empty under one another",
        ),
        Good(
            {
                "Makefile": "test:\n\tpytest tests\n",
                "tests/integration/conftest.py": (
                    "@pytest.fixture(scope='session')\ndef kafka_cluster():\n    cluster = Cluster()\n    yield cluster\n    cluster.stop()\n"
                ),
                **_SUITE,
            },
            because="each worker is a session of its own, and would start the cluster once more",
        ),
    ),
)

_VERY_LARGE = 120.0
"""Estimated seconds from which on another runner is worth bringing in."""


def check(command: Command, repository: Repository) -> Iterator[Hit]:
    """Flag each serial run of a real suite."""
    entry = table().parallelism(command)
    if entry is None or not entry.test_suite or entry.default != "serial" or forced_serial(command, entry):
        return
    if suite_size(entry, repository, command.directory) < SMALL_SUITE:
        return
    if "test" not in table().roles(command) or runs_parallel(command, entry, repository):
        return
    if narrow(command, entry) or hides_options(command, repository) or splits_elsewhere(command, repository):
        return
    if (
        _picks_marked(command)
        or _only_doctests(command)
        or _shows_output(command)
        or shares_one_server(command.directory, entry, repository)
    ):
        return
    if in_prose(command, repository) or for_debugging(command, repository) or _stands_in_a_test(command):
        return
    if "xargs" in command.wrappers or taken_over(command, repository):
        return
    suite = suite_of(command, entry, repository)
    if suite.tests == 0 or suite.seconds < _TRIFLE:
        return
    yield Hit(
        place=command.place,
        message=f"`{as_written(command, repository)}` runs some {suite.tests} tests in single file; "
        + _advice(command, entry, repository),
        unit=command.unit,
        tier=None if _worth_it(suite, command, entry, repository) else Tier.PEDANTIC,
        fix=_fix(command, entry, repository),
    )


_TRIFLE = 3.0
"""Estimated seconds below which workers make a suite slower."""


def _worth_it(suite: Suite, command: Command, entry: Parallelism, repository: Repository) -> bool:
    """True for a run that is waited for, of a suite for which the workers are worth their bringing in."""
    job = repository.job_of(command)
    if job is not None and _may_wait(job, entry, repository):
        return False
    if _needs_another(command, repository) and suite.seconds < _VERY_LARGE:
        return False
    if _other_branch(command, entry, repository):
        return False
    times = sum(
        other.program == command.program and other.texts() == command.texts()
        for other in repository.commands_by_unit.get(command.unit, ())
    )
    return is_large(Suite(suite.tests, suite.seconds * max(1, times)), entry, repository)


def _other_branch(command: Command, entry: Parallelism, repository: Repository) -> bool:
    """True where another branch of the same unit gives the workers: who calls it chooses."""
    return bool(command.guards) and any(
        other.program == command.program and other.guards and runs_parallel(other, entry, repository)
        for other in repository.commands_by_unit.get(command.unit, ())
    )


def _advice(command: Command, entry: Parallelism, repository: Repository) -> str:
    """The table's advice, with what else this run needs under workers."""
    if command.program == "pytest" and "coverage" in "".join(command.wrappers):
        return f"{entry.advice} and measure with pytest-cov (`--cov`), as `coverage run` does not see the workers"
    if command.program == "prove" and _on_test_nginx(repository):
        return f"{entry.advice} and set TEST_NGINX_RANDOMIZE=1, which gives each worker a port and a folder of its own"
    return entry.advice


@remembered
def _on_test_nginx(repository: Repository) -> bool:
    """True where the tests are Test::Nginx's, which share one port unless told otherwise."""
    paths = [path for path in repository.ordered_paths if path.endswith(".t")][:5]
    sources = [repository.read(path) for path in paths]
    return any(source is not None and b"Test::Nginx" in source.data for source in sources)


def _stands_in_a_test(command: Command) -> bool:
    """True for a runner that a test itself starts: on inputs of its own, and not on the suite."""
    path = command.place.path
    return path.endswith(".bats") or bool(_TEST_SOURCE.search(path))


_TEST_SOURCE = lazily(
    r"(?:^|/)(?:test_[^/]*\.py|[^/]*_test\.(?:py|go|rb)|[^/]*[._-](?:test|spec)\.(?:[cm]?[jt]sx?|rb))$"
)


_RUN_BY_ANOTHER = {
    "rspec": "parallel_tests",
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


def _only_doctests(command: Command) -> bool:
    """True for pytest on the examples in the sources' own folder, or in an installed package."""
    return command.option("--doctest-modules") is not None and any(
        word.text == "--pyargs" or (not word.text.startswith("-") and _SOURCES.search(word.text))
        for word in command.arguments
    )


_SOURCES = lazily(r"(?:^|/)(?:src|lib)[/\"'}]*$")


def _shows_output(command: Command) -> bool:
    """True for pytest with its output uncaught, which workers cannot give."""
    if command.program != "pytest":
        return False
    return (
        any(re.fullmatch(r"-[a-qt-z]*s[a-z]*", text) for text in command.texts()) or "--capture=no" in command.texts()
    )


def _may_wait(job: Job, entry: Parallelism, repository: Repository) -> bool:
    """True for a release or nightly run, unless the workers are installed and only need to be asked for."""
    if entry.needs_dependency and repository.project.depends_on(entry.needs_dependency):
        return False
    return one_off(job, repository)


def _fix(command: Command, entry: Parallelism, repository: Repository) -> Fix | None:
    if not entry.insert or (entry.needs_dependency and not repository.project.depends_on(entry.needs_dependency)):
        return None
    return after_program(command, entry.insert, repository)
