"""CI runs tests and no machine can read the result."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from agentlint.facts.pipeline import Job
from agentlint.facts.repository import Repository
from agentlint.files.source import Place
from agentlint.judgements.reporting.reporting import Silence, all_named, hands_over, silences
from agentlint.judgements.reporting.told_silences import set_for, told_at
from agentlint.judgements.reporting.unknown_suites import unreported_suites
from agentlint.judgements.running.environments import chosen_by_argument, chosen_elsewhere, picked_by_matrix
from agentlint.judgements.running.patterns import option_matching
from agentlint.judgements.running.scope import as_written
from agentlint.programs.action_formats import untold
from agentlint.rule import Bad, Category, Confidence, Cost, Fix, Good, Hit, Rule, Severity, Station
from agentlint.rule.edits import after_program

_HEAD = "on: pull_request\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n"

RULE = Rule(
    id="OUT401",
    name="tests-without-report",
    category=Category.HUMAN_OUTPUT,
    summary="A CI job runs tests and writes no report a program can read.",
    why=(
        "What failed, and where, stands only in a log made for eyes. An agent has to fetch the whole log and guess its layout, "
        "once for each runner, where a JUnit or JSON report gives the failing test by name."
    ),
    remediation="Write JUnit XML or JSON (--junitxml, --reporter=junit, gotestsum, --output-junit) and upload it.",
    severity=Severity.MINOR,
    cost=Cost(seconds=20, source="E34"),
    station=Station.CI,
    evidence=("E34",),
    bad=(
        Bad(
            {".github/workflows/ci.yml": _HEAD + "      - run: pytest-3 -q\n"},
            at=(".github/workflows/ci.yml:6",),
            fixed={".github/workflows/ci.yml": _HEAD + "      - run: pytest-3 --junitxml=report.xml -q\n"},
        ),
        Bad(
            {".gitlab-ci.yml": "test:\n  image: golang\n  cache: {paths: [.go]}\n  script:\n    - go test ./...\n"},
            at=(".gitlab-ci.yml:5",),
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD + "      - run: npm test\n",
                "package.json": '{"scripts": {"test": "mocha"}}\n',
            },
            at=(".github/workflows/ci.yml:6", "package.json:1"),
            title="through a package script: where CI starts it, and where it stands",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - uses: actions-rs/cargo@v1\n        with: {command: test, args: --all}\n"
                + "      - run: ${{ matrix.cross && 'cross' || 'cargo' }} test\n      - run: ./build/tests/unit_tests\n"
            },
            at=(".github/workflows/ci.yml:6", ".github/workflows/ci.yml:8", ".github/workflows/ci.yml:9"),
            title="cargo by an action or an expression, and a built suite by hand",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD + "      - run: ./configure && make test\n",
                "Makefile.am": "test: tool\n\t@if test -n x; then \\\n\t  prove $(srcdir)/t; \\\n\tfi\n",
            },
            at=(".github/workflows/ci.yml:6", "Makefile.am:3"),
            title="a target that configure hands on",
        ),
        Bad(
            {
                ".circleci/config.yml": (
                    "version: 2.1\njobs:\n  test:\n    docker: [{image: cimg/base:2024.01}]\n    steps:\n      - run: make check\n"
                ),
                "Makefile": "check:\n\tctest --test-dir build -j4\n",
            },
            at=(".circleci/config.yml:6", "Makefile:2"),
            fixed={"Makefile": "check:\n\tctest --output-junit junit.xml --test-dir build -j4\n"},
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - name: Run the suite's tests\n        run: cd ../suite && ./run.sh all\n"
                "      - run: ci/test.sh one\n      - run: ci/test.sh two\n"
            },
            at=(".github/workflows/ci.yml:6", ".github/workflows/ci.yml:8"),
            title="scripts whose runners nobody here knows, by what the step is called; each is told once",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD + "      - run: npm test\n",
                "package.json": '{\n"scripts": {\n"test": "node test/all.js"\n}}\n',
            },
            at=(".github/workflows/ci.yml:6", "package.json:3"),
            title="a script of the project's own behind the call",
        ),
        Bad(
            {".github/workflows/ci.yml": _HEAD + "      - uses: cypress-io/github-action@v6\n"},
            at=(".github/workflows/ci.yml:6",),
        ),
        Bad(
            {
                ".gitlab-ci.yml": "t:\n  script:\n    - bash ci/run-unit-tests.sh\n    - python -m parser.tests\n    - ci/install-test-tools.sh\n"
            },
            at=(".gitlab-ci.yml:3", ".gitlab-ci.yml:4"),
            title="scripts and modules that are tests by their names",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD + "      - run: cd build && ctest -V\n",
            },
            at=(".github/workflows/ci.yml:6",),
            fixed={".github/workflows/ci.yml": _HEAD + "      - run: cd build && ctest --output-junit junit.xml -V\n"},
            title="more words are no report",
        ),
        Bad(
            {
                ".gitlab-ci.yml": (
                    ".shared:\n  script:\n    - ${CHECK}\n\nunit:\n  extends: .shared\n  variables:\n    CHECK: prove -r t\n"
                )
            },
            at=(".gitlab-ci.yml:3", ".gitlab-ci.yml:8"),
            title="the command that a job hands to a shared script",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD + "      - run: ./ci.sh\n",
                "ci.sh": "cmake --build . --target testcore\n./testcore\n${VALGRIND:-} ./json-test -v\n./speed-test\n",
            },
            at=("ci.sh:2", "ci.sh:3"),
            title="test programs that a script has built",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - run: ./app_test --gtest_color=yes\n        working-directory: build\n"
                "      - uses: actions/upload-artifact@v4\n        with: {name: app, path: archives}\n      - run: ./unit -s\n",
                "test/unit.cpp": '#define CATCH_CONFIG_MAIN\n#include "catch.hpp"\n',
            },
            at=(".github/workflows/ci.yml:6", ".github/workflows/ci.yml:10"),
            title="what the job keeps is another thing, and a program that its source tells to be a suite",
        ),
        Bad(
            {".travis.yml": "language: c\nscript:\n  - ./configure\n  - make check\n"},
            at=(".travis.yml:4",),
            title="a target whose recipe is made by the build system",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD + "      - run: tox -e py${{ matrix.python }}\n",
                "tox.ini": "[testenv]\ncommands = pytest tests\n",
            },
            at=(".github/workflows/ci.yml:6", "tox.ini:2"),
            fixed={"tox.ini": "[testenv]\ncommands = pytest --junitxml=report.xml tests\n"},
            title="the versions of one environment",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": (
                    _HEAD.replace(
                        "    steps:", "    strategy:\n      matrix:\n        env: [py-redis, py-sqs]\n    steps:"
                    )
                    + "      - run: tox -e linux-${{ matrix.env }}\n"
                ),
                "tox.ini": "[testenv]\ncommands =\n    redis: pytest t/redis\n    kafka: pytest t/kafka\n",
            },
            at=(".github/workflows/ci.yml:9", "tox.ini:3"),
            fixed={
                "tox.ini": "[testenv]\ncommands =\n    redis: pytest --junitxml=report.xml t/redis\n    kafka: pytest t/kafka\n"
            },
            title="behind a condition that one leg of the matrix meets",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - run: composer exec -- phpunit --testdox\n      - run: bundle exec rake\n",
                "Rakefile": 'require "rake/testtask"\nRake::TestTask.new(:test) do |t|\n  t.libs << "test"\nend\ntask default: %i{test}\n',
            },
            at=(".github/workflows/ci.yml:6", ".github/workflows/ci.yml:7", "Rakefile:2"),
            title="through a runner of installed programs, and by a task that a library makes",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD + "      - uses: ./.github/actions/unit\n",
                ".github/actions/unit/Dockerfile": 'FROM ubuntu:24.04\nCOPY entry.sh /entry.sh\nENTRYPOINT ["/entry.sh"]\n',
                ".github/actions/unit/entry.sh": "#!/bin/sh -e\nprove -r tests\n",
            },
            at=(".github/actions/unit/entry.sh:2",),
            title="behind an action that runs in an image of its own",
        ),
        Bad(
            {
                ".cirrus.yml": "task:\n  script:\n    - pytest --junit-xml=r.xml\n    - go test ./...\n  x_artifacts: {path: r.xml, format: junit}\n"
            },
            at=(".cirrus.yml:4",),
            title="the one report is another runner's",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD + "      - run: nox -s unit-${{ matrix.python }}\n",
                "noxfile.py": (
                    'import nox\n\nPLAIN = ["-v"]\n\ndef default(session):\n    command = ["py.test", *PLAIN]\n'
                    '    command.append("--cov")\n    session.run(*command, *session.posargs)\n\n'
                    "@nox.session\ndef unit(session):\n    default(session)\n"
                ),
            },
            at=(".github/workflows/ci.yml:6", "noxfile.py:6"),
            title="a session that another function runs, by a list of words",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD + "      - run: npm run test:chrome\n",
                "package.json": (
                    '{"scripts": {\n"test:chrome": "npm run test:unit -- -b chrome",\n"test:unit": "jtr -m test/server.cjs"\n}}\n'
                ),
            },
            at=(".github/workflows/ci.yml:6", "package.json:3"),
            title="a call between the job and the runner is no place to mend",
        ),
    ),
    good=(
        Good({"deps/lib/appveyor.yml": "build: off\ntest_script:\n  - cargo test\n"}, because="no service reads it"),
        Good(
            {"appveyor.yml": "build: off\ntest_script:\n  - dotnet test\n"},
            because="AppVeyor listens to the test runners of .NET by itself",
        ),
        Good(
            {
                "appveyor.yml": "build: off\ntest_script:\n  - cargo test\non_finish:\n"
                "  - ps: (New-Object Net.WebClient).UploadFile('https://ci.appveyor.com/api/testresults/junit/1', 'x')\n"
            },
            because="results are uploaded",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - uses: cypress-io/github-action@v6\n        with: {runTests: false}\n      - name: Install test tools\n        run: ./get.sh\n"
            },
            because="they only install",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - name: Run tests\n        run: ./run.sh && ./build/unit_tests\n      - uses: actions/upload-artifact@v4\n"
                + "        with: {name: files, path: out/}\n"
            },
            because="what the script leaves is kept",
        ),
        Good(
            {
                ".travis.yml": "language: c\nscript: make distcheck\n",
                "Makefile.am": "bin_PROGRAMS = a\n",
            },
            because="Automake's target has no test behind it",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD + "      - run: pytest\n",
                "pyproject.toml": '[tool.pytest.ini_options]\naddopts = "--junitxml=report.xml"\n',
            },
            because="the settings write it",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - run: ./build/unit_tests -r junit\n      - run: ./bin/test_server 80\n"
            },
            because="a built suite that is told to report, and a built program that is none",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD + "      - run: vendor/bin/phpunit --no-coverage\n",
                "phpunit.xml.dist": '<phpunit><logging><log type="junit" target="j.xml"/></logging></phpunit>\n',
            },
            because="an older form of its settings has it write the report",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - uses: actions-rs/cargo@v1\n        with: {command: build}\n      - run: go tool cover -func c.out\n"
            },
            because="neither runs tests",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - run: python3 ci/test_build.py && ci/tests.sh && ./build.sh Test\n",
                "ci/test_build.py": "import json\nrun()\njson.dump(results, open('report.json', 'w'))\n",
                "ci/tests.sh": "find t -name '*T.php' | parallel vendor/bin/phpunit --log-junit out/{/.}.xml {}\n",
                "build.sh": 'dotnet run --project build/_build.csproj -- "$@"\n',
                "build/Build.cs": 'class Build { Target Test => _ => _.Executes(() => DotNetTest(s => s.SetLoggers("trx"))); }\n',
            },
            because="each script writes its report itself, one by the build program that it starts",
        ),
        Good(
            {".github/workflows/ci.yml": _HEAD + "      - run: bats tests && npx vitest run && ./gradlew check\n"},
            because="TAP where there is no terminal, annotations on GitHub by itself, and JUnit XML always",
        ),
        Good(
            {
                ".gitlab-ci.yml": (
                    "test:\n  script:\n    - ./run.sh\n    - go test -v ./... 2>&1 | go-junit-report > report.xml\n"
                    "  artifacts:\n    reports:\n      junit: report.xml\n"
                )
            },
            because="the output is turned into a report",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD + "      - run: npm test\n",
                "package.json": '{"scripts": {"test": "standard && tsc --noEmit"}}\n',
            },
            because="a test in name only: linters",
        ),
        Good(
            {".github/workflows/ci.yml": _HEAD + "      - run: cc -o ctest ctest.c && ./ctest\n"},
            because="the repository's own program of that name",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD + "      - run: bash -n ./check && ci/test_docs.sh\n",
                "check": "#!/bin/bash\nprove -r t\n",
                "ci/test_docs.sh": "#!/bin/sh\nif grep -r TODO docs; then exit 1; fi\n",
            },
            because="one script is only parsed, the other only looks for a word",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD + "      - run: nox -s cleanup_buckets && make bench && make sweep\n",
                "noxfile.py": 'import nox\n\n@nox.session\ndef cleanup_buckets(session):\n    session.run("pytest", "it/cleanup_buckets.py")\n',
                "Makefile": "bench:\n\tgo test -bench . ./...\nsweep:\n\tgo test ./internal -sweep=eu-west-1\n",
            },
            because="one cleans up by a fixture, one measures, one sweeps",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - run: go test -run '^$' -bench . ./... && go test -c ./it && dotnet test --list-tests\n"
                + "      - run: ci/test-released-wheels.sh 1.0\n",
                "ci/test-released-wheels.sh": (
                    "#!/bin/bash -e\nuv venv env && source env/bin/activate\nuv pip install app==$1\n"
                    "echo \"$(python -c 'import app; print(app.version())')\"\n"
                ),
            },
            because="no test is run: by the benchmarks, the compiler, the list or the script that shows a version",
        ),
        Good({"Makefile": "test:\n\tpytest\n"}, because="no CI job runs it; at a terminal the text is right"),
    ),
)


def check(job: Job, repository: Repository) -> Iterator[Hit]:
    """Flag each test runner that a job starts and that tells its result to eyes only, where the runner stands."""
    if (handed := hands_over(job, "test")) and not all_named(job, repository):
        return
    told: set[Place] = set()
    found = list(silences(job, frozenset({"test"}), repository))
    behind = Counter(id(silence.through) for silence in found)
    for silence in found:
        unsure = behind[id(silence.through)] > MANY or (
            chosen_elsewhere(silence.through, repository)
            and silence.by not in picked_by_matrix(silence.through, job, repository)
        )
        unsure = unsure or chosen_by_argument(silence.through)
        places = (*told_at(silence, unsure or _readable(silence), repository), *set_for(silence, job, repository))
        for place, message in places:
            if place not in told:
                told.add(place)
                yield Hit(place=place, message=message, unit=job.unit, fix=_fix(silence, place, repository))
    if handed:
        return  # the others may be in what is kept
    for step in job.steps:
        advice = untold(step.action, "test") if not job.artifacts_out else ""
        if advice and step.action is not None:
            message = f"`{step.action.name}` tells its result to eyes only; {advice}"
            yield Hit(place=step.place, message=message, unit=job.unit)
    yield from _by_name(job, found, repository)


def _readable(silence: Silence) -> bool:
    """True for a runner whose lines a program can read where they are caught: it is the job that catches nothing."""
    return option_matching(silence.by, ("--tap", "-F=tap", "-F=tap13", "--formatter=tap", "--formatter=tap13")) != ""


MANY = 12
"""Runners behind one call from which on the call alone is told."""


def _by_name(job: Job, found: list[Silence], repository: Repository) -> Iterator[Hit]:
    """Tests by what they are called, in a script, container or built program whose runner nobody here knows."""
    for place, command in unreported_suites(job, frozenset(id(silence.through) for silence in found), repository):
        written = as_written(command, repository, 60)
        message = f"`{written}` runs tests and leaves only a log; have it write JUnit XML or JSON and keep that file"
        yield Hit(place=place, message=message, unit=job.unit, confidence=Confidence.MEDIUM)


def _fix(silence: Silence, place: Place, repository: Repository) -> Fix | None:
    """A report beside what is printed, where the runner stands: who runs it by hand sees the same as before."""
    if place != silence.by.place or not silence.how.insert:
        return None
    if "composer exec" in silence.by.wrappers:
        return None  # which takes options for its own unless `--` stands before them
    return after_program(silence.by, silence.how.insert, repository)
