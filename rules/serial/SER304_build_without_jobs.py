"""A native build or its tests run on one core."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.judgements.compiling.cores import in_own_words
from agentlint.judgements.compiling.serial_builds import ctests_in_functions, is_serial_build
from agentlint.judgements.parallelism.in_functions import in_function, once_for_all
from agentlint.judgements.running.aspects import programs_with
from agentlint.judgements.running.scope import as_written
from agentlint.programs import table
from agentlint.rule import Bad, Category, Confidence, Cost, Fix, Good, Hit, Rule, Severity, Station
from agentlint.rule.edits import after_program, at_end

_MAKE = "all: a.o b.o\n\t$(CC) -o app a.o b.o\n"
_INSTALLS = "set -e\ncmake -B out\ncmake --build out --target install\n"
_SOURCES = {f"src/part{number}.c": "int x;\n" for number in range(24)}
_ELSEWHERE = lazily(r"mac|windows|win|matrix|bsd", re.IGNORECASE)
"""Machines that have no `nproc`, or may have none."""

RULE = Rule(
    id="SER304",
    name="build-without-jobs",
    category=Category.SERIAL,
    summary="make, cmake --build, ctest or msbuild runs one job at a time.",
    why=(
        "These tools are serial unless told otherwise, so a machine of four cores takes four times as long for the same objects. "
        "The build stands before every other answer (E15)."
    ),
    remediation='Add -j"$(nproc)" (or MAKEFLAGS, CMAKE_BUILD_PARALLEL_LEVEL, CTEST_PARALLEL_LEVEL), or build with Ninja.',
    severity=Severity.MAJOR,
    cost=Cost(seconds=60, source="E15"),
    station=Station.BUILD,
    programs=programs_with("parallelism"),
    evidence=("E15",),
    bad=(
        Bad(
            {
                "Dockerfile": "FROM debian\nWORKDIR /src\nCOPY . /src\nRUN make && make install\n",
                "Makefile": _MAKE,
                **_SOURCES,
            },
            at=("Dockerfile:4",),
            fixed={"Dockerfile": 'FROM debian\nWORKDIR /src\nCOPY . /src\nRUN make -j"$(nproc)" && make install\n'},
            title="an image compiles the sources that were copied in",
        ),
        Bad(
            {
                ".gitlab-ci.yml": "build:\n  cache: {paths: [.ccache]}\n  script:\n    - make\n",
                "Makefile": _MAKE,
                **_SOURCES,
            },
            at=(".gitlab-ci.yml:4",),
            fixed={".gitlab-ci.yml": 'build:\n  cache: {paths: [.ccache]}\n  script:\n    - make -j"$(nproc)"\n'},
        ),
        Bad(
            {"build.sh": "#!/bin/sh\nset -e\ncmake -B build\ncmake --build build\n", **_SOURCES},
            at=("build.sh:4",),
            fixed={"build.sh": "#!/bin/sh\nset -e\ncmake -B build\ncmake --build build --parallel\n"},
        ),
        Bad({"a.sh": _INSTALLS, **_SOURCES}, at=("a.sh:3",), fixed={"a.sh": _INSTALLS[:-1] + " --parallel\n"}),
        Bad(
            {"build.sh": "#!/bin/sh\nset -e\nctest --test-dir build\n", **_SOURCES},
            at=("build.sh:3",),
            fixed={"build.sh": '#!/bin/sh\nset -e\nctest -j "$(nproc)" --test-dir build\n'},
        ),
        Bad(
            {
                "Dockerfile": "FROM debian\nRUN curl -fsSL https://x.org/x.tgz | tar xz && cd x && ./configure && make && make install\n"
            },
            at=("Dockerfile:2",),
            fixed={
                "Dockerfile": 'FROM debian\nRUN curl -fsSL https://x.org/x.tgz | tar xz && cd x && ./configure && make -j"$(nproc)"'
                " && make install\n"
            },
        ),
        Bad(
            {
                "ci.sh": "#!/bin/sh\nset -e\nmake std99; make clean\nmake std11\n",
                "Makefile": "std99:\n\tCFLAGS=-std=c99 $(MAKE) all\nstd11:\n\tCFLAGS=-std=c11 $(MAKE) all\nclean:\n\trm -f *.o\n"
                + _MAKE,
                **_SOURCES,
            },
            at=("ci.sh:3", "ci.sh:4"),
            fixed={"ci.sh": '#!/bin/sh\nset -e\nmake -j"$(nproc)" std99; make clean\nmake -j"$(nproc)" std11\n'},
            title="any target that leads to objects, and again after a clean",
        ),
        Bad(
            {
                "build.sh": (
                    '#!/bin/sh\nsh autogen.sh\ncase "$KIND" in\nstatic)\n  ./configure --enable-static\n  make\n  ;;\n'
                    "*)\n  ./configure\n  make\n  ;;\nesac\n"
                ),
                "configure.ac": "AC_INIT\n",
                **_SOURCES,
            },
            at=("build.sh:6", "build.sh:10"),
            fixed={
                "build.sh": (
                    '#!/bin/sh\nsh autogen.sh\ncase "$KIND" in\nstatic)\n  ./configure --enable-static\n  make -j"$(nproc)"\n  ;;\n'
                    '*)\n  ./configure\n  make -j"$(nproc)"\n  ;;\nesac\n'
                )
            },
            title="of two branches one runs",
        ),
        Bad(
            {
                "ci.sh": "#!/bin/sh\nset -e\n./configure\nmake -j4\nmake distcheck\ncov-build --dir out make clean all\n",
                "configure.ac": "AC_INIT\n",
                "Makefile.am": "bin_PROGRAMS = x\n",
                **_SOURCES,
            },
            at=("ci.sh:5", "ci.sh:6"),
            fixed={
                "ci.sh": '#!/bin/sh\nset -e\n./configure\nmake -j4\nmake -j"$(nproc)" distcheck\n'
                'cov-build --dir out make -j"$(nproc)" clean all\n'
            },
            title="distcheck builds its own archive from nothing; a build that is watched",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  pkg:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: actions/checkout@v4\n      - run: make -C lib install\n"
                ),
                "lib/Makefile": "libx.a: a.o b.o\n\tar rcs $@ $^\ninstall: libx.a\n\tcp libx.a /usr/lib\n",
                **_SOURCES,
            },
            at=(".github/workflows/ci.yml:8",),
            fixed={
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  pkg:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    '      - uses: actions/checkout@v4\n      - run: make -j"$(nproc)" -C lib install\n'
                )
            },
            title="an install on a fresh machine compiles first",
        ),
        Bad(
            {
                ".travis.yml": (
                    "language: c\ninstall:\n  - wget https://x.org/redis-6.0.6.tar.gz && tar -xzf redis-6.0.6.tar.gz\n"
                    "  - pushd redis-6.0.6 && BUILD_TLS=yes make && popd\nscript:\n  - prove -r t\n"
                )
            },
            at=(".travis.yml:4",),
            fixed={
                ".travis.yml": (
                    "language: c\ninstall:\n  - wget https://x.org/redis-6.0.6.tar.gz && tar -xzf redis-6.0.6.tar.gz\n"
                    '  - pushd redis-6.0.6 && BUILD_TLS=yes make -j"$(nproc)" && popd\nscript:\n  - prove -r t\n'
                )
            },
            title="a program that the tests need, from its archive",
        ),
        Bad(
            {
                "install_zsh.sh": (
                    "#!/bin/sh\nset -e\nmkdir zsh-build\ncd zsh-build\ncurl -L https://x.org/zsh.tar.gz | tar xz --strip=1\n"
                    "./configure\nmake install.bin\nmake install.modules\n"
                )
            },
            at=("install_zsh.sh:7",),
            fixed={
                "install_zsh.sh": (
                    "#!/bin/sh\nset -e\nmkdir zsh-build\ncd zsh-build\ncurl -L https://x.org/zsh.tar.gz | tar xz --strip=1\n"
                    './configure\nmake -j"$(nproc)" install.bin\nmake install.modules\n'
                )
            },
            title="another project's sources, compiled by the first install",
        ),
        Bad(
            {
                "ci.sh": "#!/bin/sh\nset -e\ncd tests\nscons CC=gcc\nscons CC=gcc\nscons CC=clang\nrm -rf build\npython3 -m SCons CC=gcc\n",
                **_SOURCES,
            },
            at=("ci.sh:4", "ci.sh:6", "ci.sh:8"),
            fixed={
                "ci.sh": '#!/bin/sh\nset -e\ncd tests\nscons -j"$(nproc)" CC=gcc\nscons CC=gcc\nscons -j"$(nproc)" CC=clang\n'
                'rm -rf build\npython3 -m SCons -j"$(nproc)" CC=gcc\n'
            },
            title="another compiler, or a tree wiped before, compiles everything anew",
        ),
    ),
    good=(
        Good(
            {
                ".gitlab-ci.yml": (
                    "test:\n  timeout: 5m\n  script:\n    - cmake -S . -B build\n    - cmake --build build --parallel\n"
                    "    - cmake --build build --target install\n"
                    "    - python3 test/broker.py &\n    - ctest --test-dir build -VV\n"
                ),
                "CMakeLists.txt": "project(x C)\nfile(GLOB SOURCES src/*.c)\nadd_library(x ${SOURCES})\n",
            },
            because="the tests share the broker that was started for them",
        ),
        Good(
            {
                "Dockerfile": "FROM debian\nRUN wget https://x.org/luarocks-3.9.2.tar.gz && tar xzf luarocks-3.9.2.tar.gz && cd luarocks-3.9.2"
                " && ./configure && make build\n"
            },
            because="scripts alone, which make puts together at once",
        ),
        Good(
            {
                "ci.sh": "#!/bin/sh\nset -e\ncd sdk-*/examples\n(cd simple; make)\n(cd two; mkdir build; cd build; cmake ..; make)\n",
                "examples/simple/Makefile": "simple: simple.c common.o\n\t$(CC) -o $@ $^\n",
                "examples/simple/simple.c": "int x;\n",
                "examples/two/CMakeLists.txt": "project(two C)\nadd_executable(two two.c)\n",
                "Makefile": _MAKE,
                **_SOURCES,
            },
            because="an example of one or two files",
        ),
        Good(
            {"ci.sh": "#!/bin/sh\nscons\n", "SConstruct": "SetOption('num_jobs', cpus())\n", **_SOURCES},
            because="the SConstruct sets the jobs",
        ),
        Good(
            {
                "ci.sh": "#!/bin/sh\nset -e\ncmake -B build\ncmake --build build\n",
                "CMakeLists.txt": "project(x C)\nadd_library(x src/part1.c src/part2.c)\n",
                **_SOURCES,
            },
            because="CMake builds two of the files; the others belong to another build",
        ),
        Good(
            {
                "ci.sh": "#!/bin/sh\nset -e\ncmake -B build -DRUN_DOCKER_TESTS=OFF -DRUN_SSHD_TESTS=OFF\nctest --test-dir build\n",
                "CMakeLists.txt": "if(RUN_DOCKER_TESTS)\n  foreach(t IN LISTS T)\n    add_test(NAME ${t} COMMAND ${t})\n  endforeach()\n"
                "endif()\nif(RUN_SSHD_TESTS AND SSHD)\n  add_test(NAME sshd COMMAND sh t)\nendif()\n",
                **_SOURCES,
            },
            because="the large groups of tests are switched off",
        ),
        Good(
            {
                "ci.sh": "#!/bin/sh\nmake cross\n",
                "Makefile": "cross:\n\tCC=arm-gcc $(MAKE) -j all\n" + _MAKE,
                **_SOURCES,
            },
            because="the recipe gives the jobs",
        ),
        Good(
            {"ci.sh": "#!/bin/sh\nmake -j4\nmake prog\n", "Makefile": "prog: a.o b.o\n" + _MAKE, **_SOURCES},
            because="the first make has built it",
        ),
        Good(
            {
                "Dockerfile": "FROM debian\nCOPY . /src\nWORKDIR /src\nRUN ./configure && make\n",
                "configure": "#!/bin/sh\n",
            },
            because="the image compiles this repository, which has next to no C",
        ),
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  build:\n    runs-on: windows-latest\n    timeout-minutes: 9\n    strategy:\n"
                    "      matrix:\n        kind: [Debug, Release]\n    steps:\n"
                    "      - run: cmake --build build --config ${{ matrix.kind }} --parallel 10\n"
                )
            },
            because="what CI fills in does not end the line",
        ),
        Good(
            {".gitlab-ci.yml": "build:\n  script:\n    - make -j4\n", "Makefile": _MAKE, **_SOURCES},
            because="four jobs",
        ),
        Good(
            {"build.sh": "#!/bin/sh\nexport MAKEFLAGS=-j8\nmake\n", "Makefile": _MAKE, **_SOURCES},
            because="MAKEFLAGS brings the jobs",
        ),
        Good(
            {"build.sh": "#!/bin/sh\nset -e\ncmake -B build -G Ninja\ncmake --build build\n", **_SOURCES},
            because="Ninja is parallel by itself",
        ),
        Good(
            {
                "build.sh": "#!/bin/sh\nset -e\nFLAGS='-GNinja -DX=1'\ncmake $FLAGS -B $dir\ncmake --build $dir\n",
                **_SOURCES,
            },
            because="a variable of the script names Ninja",
        ),
        Good(
            {"build.sh": "#!/bin/sh\nset -e\ncmake -B build -G Xcode\ncmake --build build\n", **_SOURCES},
            because="Xcode is parallel by itself",
        ),
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  build:\n    runs-on: windows-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: msys2/setup-msys2@v2\n      - run: cmake -B build\n        shell: msys2 {0}\n"
                    "      - run: cmake --build build\n        shell: msys2 {0}\n"
                ),
                **_SOURCES,
            },
            because="CMake of MSYS2 generates for Ninja",
        ),
        Good(
            {
                "build.sh": "#!/bin/sh\nset -e\nctest --test-dir build\n",
                "CMakeLists.txt": "project(x C)\nadd_executable(t t.c)\nadd_test(NAME one COMMAND t)\nadd_test(NAME two COMMAND t -2)\n",
                **_SOURCES,
            },
            because="two tests are nothing to spread",
        ),
        Good(
            {
                "ci.sh": "#!/bin/sh\nset -e\nctest --test-dir build\n",
                "CMakeLists.txt": "project(x C)\nadd_executable(t t.c)\nadd_test(NAME one COMMAND t)\n",
                "test/googletest-1.16.0/cmake/utils.cmake": "macro(cxx_test name)\n  add_test(NAME ${name} COMMAND ${name})\nendmacro()\n",
                **_SOURCES,
            },
            because="the tests of a library brought along are not run",
        ),
        Good(
            {
                "Dockerfile": "FROM postgres:16-alpine\nRUN wget -qO- https://x.org/ext.tgz | tar xz && cd ext && make && make install\n"
            },
            because="an extension of PostgreSQL is a few files",
        ),
        Good(
            {
                "build.bat": "cmake -B build\ncmake --build build --config Release\n",
                "CMakeLists.txt": "project(x CXX)\nif(MSVC)\n  add_compile_options(/MP)\nendif()\n",
                **_SOURCES,
            },
            because="Visual C++ is told to compile the files at once",
        ),
        Good(
            {
                ".gitlab-ci.yml": "test:\n  script:\n    - make lint\n    - make test\n",
                "Makefile": "lint:\n\truff check\ntest:\n\tgo test\n",
            },
            because="phony targets of one command each",
        ),
        Good(
            {
                "build.sh": "#!/bin/sh\nset -e\nmake -f ci/listed.make\n",
                "ci/listed.make": "check:\n\tcomm -3 listed found\n",
                "Makefile": _MAKE,
                **_SOURCES,
            },
            because="another file of rules is named, and it compiles nothing",
        ),
        Good(
            {
                "Dockerfile": "FROM golang:1.25\nRUN git clone https://x.org/app.git /app\nWORKDIR /app\nRUN make build\n"
            },
            because="go's compiler uses all cores by itself",
        ),
        Good(
            {"build.sh": "#!/bin/sh\nset -e\nmake install\nmake clean\n", "Makefile": _MAKE, **_SOURCES},
            because="nothing is compiled",
        ),
    ),
)


def check(command: Command, repository: Repository) -> Iterator[Hit]:
    """Flag the first serial native build of each unit, and its serial ctest; that of many functions at the first of them."""
    entry = table().parallelism(command)
    if entry is None or not is_serial_build(command, entry, repository):
        return
    tests = command.program == "ctest"
    path, start = command.place.path, command.place.span.start
    alike = ctests_in_functions(path, repository) if tests and in_function(command, repository) else ()
    if alike and start != alike[0]:
        return
    advice = once_for_all(len(alike)) if alike else in_own_words(entry.advice, command, repository)
    yield Hit(
        place=command.place,
        message=f"`{as_written(command, repository)}` runs one job at a time; {advice}",
        unit=command.unit,
        confidence=Confidence.MEDIUM if command.program in {"make", "gmake"} else None,
        station=Station.TEST if tests else None,
        fix=None if alike else _fix(command, entry.insert, repository),
    )


def _fix(command: Command, insert: str, repository: Repository) -> Fix | None:
    job = repository.job_of(command)
    if not insert or ("nproc" in insert and job is not None and _ELSEWHERE.search(job.runner)):
        return None
    place = at_end if command.program == "cmake" else after_program
    return place(command, in_own_words(insert, command, repository), repository)
