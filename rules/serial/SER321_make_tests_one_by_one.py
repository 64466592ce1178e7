"""Tests that are targets of make, one for each, are run with one job."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.judgements.compiling.builds import goals
from agentlint.judgements.compiling.cores import in_own_words
from agentlint.judgements.compiling.make_targets import MAKES
from agentlint.judgements.compiling.native_builds import compiles_enough, told_before
from agentlint.judgements.parallelism.shared_servers import beside_a_server
from agentlint.judgements.parallelism.tests_of_make import tests_made_one_by_one
from agentlint.judgements.parallelism.workers import for_debugging, forced_serial, hides_options, runs_parallel
from agentlint.judgements.running.scope import as_written, in_prose
from agentlint.programs import table
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity, Station

_MANY = {f"tests/t{number}.sh": "#!/bin/sh\n./x\n" for number in range(16)}
_NAMES = " ".join(_MANY)
_CONFIGURE = "AC_INIT([x], [1])\nAM_INIT_AUTOMAKE([foreign])\n"
_JOB = "on: pull_request\njobs:\n  t:\n    runs-on: ubuntu-latest\n    steps:\n      - run: ./configure && make -j4\n      - run: %s\n"

RULE = Rule(
    id="SER321",
    name="make-tests-one-by-one",
    category=Category.SERIAL,
    summary="`make check` runs tests that are targets of their own with one job.",
    why=(
        "Automake's harness, and rules that make one target of each test, run as many tests at once as make has jobs; without -j "
        "they run, and their programs are compiled, one after another (E15)."
    ),
    remediation='`make -j"$(nproc)" check`; say `serial-tests` or .NOTPARALLEL where the tests disturb each other.',
    severity=Severity.MINOR,
    confidence=Confidence.MEDIUM,
    programs=MAKES,
    cost=Cost(seconds=30, source="E15"),
    station=Station.TEST,
    evidence=("E15",),
    references=("https://www.gnu.org/software/automake/manual/html_node/Parallel-Test-Harness.html",),
    bad=(
        Bad(
            {
                ".github/workflows/ci.yml": _JOB % "make check",
                "configure.ac": _CONFIGURE,
                "Makefile.am": f"TESTS = {_NAMES}\n",
                **_MANY,
            },
            at=(".github/workflows/ci.yml:7",),
            title="automake's own harness",
        ),
        Bad(
            {
                ".travis.yml": "language: c\nscript:\n  - make -j4\n  - make test\n",
                "Makefile": "CASES := $(wildcard tests/*.sh)\n\ntest: x $(addsuffix .ran,$(CASES))\n\n%.sh.ran: %.sh\n\tsh $<\n",
                **_MANY,
            },
            at=(".travis.yml:4",),
            title="a target for each test",
        ),
    ),
    good=(
        Good(
            {
                ".github/workflows/ci.yml": _JOB % "make -j4 check",
                "configure.ac": _CONFIGURE,
                "Makefile.am": f"TESTS = {_NAMES}\n",
                **_MANY,
            },
            because="as many at once as there are cores",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _JOB % "make check",
                "configure.ac": _CONFIGURE.replace("foreign", "foreign serial-tests"),
                "Makefile.am": f"TESTS = {_NAMES}\n",
                **_MANY,
            },
            because="the project asks for tests one after another",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _JOB % "make check",
                "configure.ac": _CONFIGURE,
                "Makefile.am": "TESTS = tests/t1.sh tests/t2.sh\n",
                **_MANY,
            },
            because="two tests",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _JOB % "make check",
                "Makefile": "check: $(wildcard tests/*.sh)\n\tfor t in $^; do sh $$t; done\n",
                **_MANY,
            },
            because="one recipe runs them all, whatever -j says",
        ),
    ),
)

_TESTS = lazily(r"(?:\w*[-_])?(?:tests?|check)(?![a-z])")


def check(command: Command, repository: Repository) -> Iterator[Hit]:
    """Flag the first `make check` of a unit whose tests could run at once."""
    wanted = goals(command)
    if not wanted or not all(_TESTS.match(goal) for goal in wanted):
        return
    entry = table().parallelism(command)
    if entry is None or forced_serial(command, entry) or runs_parallel(command, entry, repository):
        return
    if hides_options(command) or in_prose(command, repository) or for_debugging(command, repository):
        return
    if beside_a_server(command, repository) or _said_before(command, repository):
        return
    if compiles_enough(command, repository) and not told_before(command, repository):
        return  # the build that comes with it is told
    if not tests_made_one_by_one(command, repository):
        return
    yield Hit(
        place=command.place,
        message=f"`{as_written(command, repository)}` runs its many tests one at a time; {in_own_words(entry.advice, command, repository)}",
        unit=command.unit,
    )


def _said_before(command: Command, repository: Repository) -> bool:
    """True where the same unit has run the same goals before: it is told there."""
    for other in repository.commands_by_unit.get(command.unit, ()):
        if other is command:
            return False
        if other.program in MAKES and goals(other) == goals(command):
            return True
    return False
