"""CMake's own target `test` runs the tests one by one, whatever jobs the build tool has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from agentlint.facts.command import Command
from agentlint.facts.remembered import remembered
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.judgements.compiling.builds import PREPARES, goals, make_directory, named_makefile, several_ctest_entries
from agentlint.judgements.compiling.cores import in_own_words
from agentlint.judgements.compiling.make_targets import MAKES
from agentlint.judgements.compiling.small_builds import without_its_large_groups
from agentlint.judgements.parallelism.in_functions import in_function, once_for_all, starts_in_functions
from agentlint.judgements.parallelism.shared_servers import beside_a_server
from agentlint.judgements.parallelism.workers import for_debugging, runs_parallel
from agentlint.judgements.running.named_programs import by_variable
from agentlint.judgements.running.scope import as_written, in_prose
from agentlint.programs import table
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity, Station

_LISTS = "enable_testing()\n" + "".join(f"add_test(NAME t{number} COMMAND t{number})\n" for number in range(9))
_HEAD = "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n      - uses: actions/checkout@v4\n"

RULE = Rule(
    id="SER318",
    name="cmake-tests-one-by-one",
    category=Category.SERIAL,
    summary="`make test` or the target RUN_TESTS of a CMake build runs ctest with one job.",
    why=(
        "The target that CMake writes calls ctest and hands no jobs on: under `make -j8 test` and `cmake --build . --parallel "
        "--target test` the tests still run one after another, and the agent waits for the sum of them (E15)."
    ),
    remediation='Call `ctest -j"$(nproc)"`, or set CTEST_PARALLEL_LEVEL (make also takes `ARGS=-j8`).',
    severity=Severity.MAJOR,
    confidence=Confidence.MEDIUM,
    cost=Cost(seconds=40, source="E15"),
    station=Station.TEST,
    evidence=("E15",),
    references=("https://cmake.org/cmake/help/latest/envvar/CTEST_PARALLEL_LEVEL.html",),
    bad=(
        Bad(
            {
                "build.sh": (
                    '#!/bin/sh\nset -e\nCMAKE="${CMAKE:-cmake}"\nMAKE="${MAKE:-make}"\ncase "$1" in\n'
                    "configure)\n  case $BS in\n    autotools) ./configure ;;\n    cmake) ${CMAKE} .. ;;\n  esac\n  ;;\n"
                    "test)\n  case $BS in\n    autotools) ${MAKE} ${MAKE_ARGS} check ;;\n    cmake) ${MAKE} ${MAKE_ARGS} test ;;\n"
                    "  esac\n  ;;\nesac\n"
                ),
                "CMakeLists.txt": _LISTS,
            },
            at=("build.sh:15",),
            title="one script for two build systems, its programs in variables",
        ),
        Bad(
            {"ci.sh": "#!/bin/sh\nset -e\ncmake .\nmake -j4\nmake -j4 test\n", "CMakeLists.txt": _LISTS},
            at=("ci.sh:5",),
            title="make's jobs are not ctest's",
        ),
        Bad(
            {
                "ci.cmd": "cmake -B build\ncmake --build build --target RUN_TESTS --config Release\n",
                "CMakeLists.txt": _LISTS,
            },
            at=("ci.cmd:2",),
            title="the target's name in Visual Studio",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - run: cmake -G Ninja -B build && ninja -C build\n      - run: ninja -C build test\n",
                "CMakeLists.txt": _LISTS,
            },
            at=(".github/workflows/ci.yml:9",),
            title="Ninja builds in parallel and starts one ctest",
        ),
    ),
    good=(
        Good(
            {"ci.sh": '#!/bin/sh\nset -e\ncmake .\nmake -j4\nmake test ARGS="-j4 -V"\n', "CMakeLists.txt": _LISTS},
            because="ARGS hands the jobs to ctest",
        ),
        Good(
            {"ci.sh": "#!/bin/sh\nexport CTEST_PARALLEL_LEVEL=4\ncmake .\nmake\nmake test\n", "CMakeLists.txt": _LISTS},
            because="ctest reads its jobs from the environment",
        ),
        Good(
            {"ci.sh": "#!/bin/sh\nset -e\n./configure\nmake -j4\nmake -j4 test\n", "CMakeLists.txt": _LISTS},
            because="the Makefile is another tool's",
        ),
        Good(
            {
                "ci.sh": "#!/bin/sh\nset -e\ncmake -B out\nmake test\n",
                "CMakeLists.txt": _LISTS,
                "Makefile": "test:\n\tctest --test-dir out -j8\n",
            },
            because="the folder has a Makefile of its own",
        ),
        Good(
            {
                "ci.sh": "#!/bin/sh\nset -e\ncmake .\nmake -j4\nmake test\n",
                "CMakeLists.txt": "enable_testing()\nadd_test(one one)\n",
            },
            because="one test is spread over nothing",
        ),
        Good(
            {
                "ci.sh": "#!/bin/sh\nset -e\ncmake .\nmake -j4\nmake test\n",
                "CMakeLists.txt": "set(CMAKE_CTEST_ARGUMENTS -j8)\n" + _LISTS,
            },
            because="the CMake files give the target its jobs",
        ),
        Good(
            {"ci.sh": "#!/bin/sh\nset -e\nmeson setup build\nninja -C build test\n", "CMakeLists.txt": _LISTS},
            because="Meson's target runs the tests in parallel",
        ),
        Good(
            {"ci.sh": "#!/bin/sh\nset -e\ncmake .\nmake -j4 check\n", "CMakeLists.txt": _LISTS},
            because="CMake writes no target `check`: it is the project's own",
        ),
    ),
)

_STARTS_IT = MAKES | {"cmake", "ninja"}
_TARGETS = frozenset({"test", "RUN_TESTS"})
_JOBS_FOR_CTEST = lazily(r"CMAKE_CTEST_ARGUMENTS|CTEST_PARALLEL_LEVEL|\bRUN_SERIAL\b")
"""What gives the target its jobs, or the reason for which it has none."""


def check(command: Command, repository: Repository) -> Iterator[Hit]:
    """Flag each call of the target by which CMake starts the tests; that of many functions at the first of them."""
    if not _TARGETS & set(command.texts()) or not _is_serial(command, repository):
        return
    alike = _in_functions(command.place.path, repository) if in_function(command, repository) else ()
    if alike and command.place.span.start != alike[0]:
        return
    command = by_variable(command)
    advice = (
        once_for_all(len(alike))
        if alike
        else in_own_words('run `ctest -j"$(nproc)"` in its place, or set CTEST_PARALLEL_LEVEL', command, repository)
    )
    yield Hit(
        place=command.place,
        message=f"`{as_written(command, repository)}` has ctest run one test at a time, whatever -j says; {advice}",
        unit=command.unit,
    )


@remembered
def _in_functions(path: str, repository: Repository) -> tuple[int, ...]:
    def flagged(one: Command) -> bool:
        return bool(_TARGETS & set(one.texts())) and _is_serial(one, repository)

    return starts_in_functions(path, flagged, repository)


def _is_serial(command: Command, repository: Repository) -> bool:
    """True for a call of the target that nothing gives jobs, where there are several tests to spread."""
    command = by_variable(command)
    if not _asks_for_tests(command) or in_prose(command, repository) or for_debugging(command, repository):
        return False
    if not several_ctest_entries(repository) or without_its_large_groups(command, repository):
        return False
    if command.program != "cmake" and not _written_by_cmake(command, repository):
        return False
    return not (_jobs_are_given(command, repository) or beside_a_server(command, repository))


def _asks_for_tests(command: Command) -> bool:
    words = command.texts()
    if command.program not in _STARTS_IT:
        return False
    if command.program == "cmake":
        return "--build" in words and (command.value_of("--target", "-t") or "") in _TARGETS
    if any(word.lstrip("\"'").startswith("ARGS=") for word in words):
        return False
    return "test" in (goals(command) if command.program in MAKES else words)


def _written_by_cmake(command: Command, repository: Repository) -> bool:
    """True where CMake was the last to configure before this call, and the folder has no Makefile of the tree."""
    if named_makefile(command):
        return False
    folder = make_directory(command)
    if folder is not None and f"{folder}/Makefile".lstrip("/") in repository.project.paths:
        return False
    last = ""
    for other in repository.commands_by_unit.get(command.unit, ()):
        if other.place == command.place:
            break
        other, name = by_variable(other), other.program_path.rsplit("/", 1)[-1]
        if other.program == "cmake" and not {"--build", "--install", "-E", "-P", "--version"} & set(other.texts()):
            last = "cmake"
        elif other.program in PREPARES - {"cmake"} or name in PREPARES - {"cmake"}:
            last = name
    return last == "cmake"


def _jobs_are_given(command: Command, repository: Repository) -> bool:
    """True where a variable, a setting of ctest or the CMake files say how many tests run at once."""
    ctest = replace(command, program="ctest", arguments=())
    entry = table().parallelism(ctest)
    return entry is None or runs_parallel(ctest, entry, repository) or _said_in_cmake(repository)


@remembered
def _said_in_cmake(repository: Repository) -> bool:
    paths = [path for path in repository.ordered_paths if path.endswith(("CMakeLists.txt", ".cmake"))]
    return any(_JOBS_FOR_CTEST.search(repository.text(path)) for path in paths[:MAX_FILES])


MAX_FILES = 300
