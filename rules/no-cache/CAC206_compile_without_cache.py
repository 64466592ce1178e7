"""A CI job compiles everything from nothing on each run."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.pipeline import Job
from agentlint.facts.repository import Repository
from agentlint.judgements.compiling.compiling import stops_early
from agentlint.judgements.compiling.meson_builds import meson_builds_little
from agentlint.judgements.compiling.native_code import native_weight
from agentlint.judgements.compiling.small_builds import builds_little
from agentlint.judgements.keeping.caching import (
    Fetch,
    advice_for,
    fetched_before,
    fetches,
    kept,
    lasting_machine,
    setup_that_could_keep,
    told_at,
    traced_build,
    uncached_actions,
)
from agentlint.judgements.keeping.compiler_caches import compiler_cache, started_cold
from agentlint.judgements.keeping.launchers import compiler_cache_advice
from agentlint.judgements.keeping.native_fetches import native_builds
from agentlint.judgements.running.occasions import rare_command, rare_step
from agentlint.judgements.running.scope import as_written
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity, Station, Tier

_HEAD = "on: pull_request\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n"
_SOURCES = {f"src/part{number}.c": "int x;\n" for number in range(40)}
LARGE = 30
"""Weight of the native sources from which on a compiler cache is worth its set-up."""

RULE = Rule(
    id="CAC206",
    name="compile-without-cache",
    category=Category.NO_CACHE,
    summary="A CI job compiles with neither a dependency cache nor a compiler cache.",
    why=(
        "Unchanged dependencies and translation units are compiled again for each change. A kept build state takes up to half "
        "of such runs away (E22, E23)."
    ),
    remediation="Keep the build state between runs: Swatinem/rust-cache, setup-gradle, ccache or sccache, GOCACHE, ~/.m2.",
    severity=Severity.MAJOR,
    cost=Cost(seconds=90, source="E23"),
    station=Station.CI,
    evidence=("E22", "E23"),
    bad=(
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD + "      - run: ./ci.sh\n",
                "ci.sh": '#!/bin/sh\nMAKE="${MAKE:-make}"\n./configure\n${MAKE} ${MAKE_ARGS}\n',
                **_SOURCES,
            },
            at=(".github/workflows/ci.yml:3",),
            title="the program and its options in variables",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - uses: dtolnay/rust-toolchain@stable\n      - run: cargo test\n"
            },
            at=(".github/workflows/ci.yml:3",),
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - uses: actions/cache@v4\n        with: {path: ~/.cargo/registry, key: \"x-${{ hashFiles('Cargo.lock') }}\"}\n"
                + "      - run: cargo test\n"
            },
            at=(".github/workflows/ci.yml:3",),
            title="the crates' sources are kept, and not what is compiled of them",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD + "      - run: ci/build.sh cross\n",
                "ci/build.sh": '#!/bin/sh\nCROSS=$1\n$CROSS build --target "$2"\n',
            },
            at=(".github/workflows/ci.yml:3",),
            title="by a program that the caller names",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - uses: vmactions/freebsd-vm@v1\n        with:\n          prepare: pkg install -y rust\n"
                + "          run: sh ci/run.sh\n",
                "ci/run.sh": '#!/bin/sh\ncrate() {\n  cmd="$1"\n  shift\n  cargo "${cmd}" --workspace "$@"\n}\ncrate test\n',
            },
            at=(".github/workflows/ci.yml:3",),
            title="in a virtual machine, by a function that hands the verb on",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD + "      - run: swift test --parallel\n",
                "Package.swift": 'let package = Package(dependencies: [.package(path: "..")])\n',
            },
            at=(".github/workflows/ci.yml:3",),
        ),
        Bad(
            {".gitlab-ci.yml": "test:\n  image: golang:1.22\n  script:\n    - go test ./...\n"},
            at=(".gitlab-ci.yml:1",),
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD + "      - run: cmake -B build -G Ninja && cmake --build build\n",
                "CMakeLists.txt": "project(x C)\n",
                **_SOURCES,
            },
            at=(".github/workflows/ci.yml:3",),
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - uses: threeal/cmake-action@v2\n      - run: ctest --test-dir build\n",
                "CMakeLists.txt": "project(x C)\n",
                **_SOURCES,
            },
            at=(".github/workflows/ci.yml:7",),
            title="a step that configures and builds",
        ),
        Bad(
            {
                ".circleci/config.yml": (
                    "version: 2.1\njobs:\n  test:\n    docker:\n      - image: cimg/openjdk:21.0\n    steps:\n      - checkout\n"
                    "      - run: ./gradlew check\n"
                )
            },
            at=(".circleci/config.yml:3",),
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD + "      - run: CC=clang make clean asan-fuzz\n",
                "Makefile": "asan-%: clean\n\t$(MAKE) -C tests $*\nclean:\n\trm -f *.o\n",
                "tests/Makefile": "fuzz: fuzzer.o part1.o\n\t$(CC) $^ -o $@\n\t./fuzzer\n",
                **_SOURCES,
            },
            at=(".github/workflows/ci.yml:3",),
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD + "      - run: ./ci/build.sh\n",
                "ci/build.sh": "#!/bin/bash\nset -e\n./configure $FLAGS\ncd build\nmake -j ${JOBS}\n",
                "configure": "#!/bin/sh\ncmake -B build\n",
                **_SOURCES,
            },
            at=(".github/workflows/ci.yml:3",),
            title="in the folder that a script of one's own makes, with a number of jobs from outside",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD + "      - run: pip install -e . && pytest --junitxml=r.xml\n",
                "pyproject.toml": "[build-system]\nrequires = ['scikit-build-core', 'pybind11']\nbuild-backend = 'scikit_build_core.build'\n"
                "[project]\nname = 'x'\nversion = '1'\n",
                **_SOURCES,
            },
            at=(".github/workflows/ci.yml:3",),
            title="a Python package that is half of it C",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD + "      - run: R CMD build . && R CMD check x_*.tar.gz\n",
                "DESCRIPTION": "Package: x\n",
                **_SOURCES,
            },
            at=(".github/workflows/ci.yml:3",),
            title="an R package with native sources",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - run: sudo apt-get install -y ccache\n"
                + "      - run: cmake -B build -DCMAKE_CXX_COMPILER_LAUNCHER=ccache && cmake --build build\n",
                **_SOURCES,
            },
            at=(".github/workflows/ci.yml:3",),
            title="under a compiler cache that starts empty in each run",
        ),
    ),
    good=(
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - run: cmake -B b -D CMAKE_C_FLAGS_RELEASE='-DNDEBUG -E -w' && cmake --build b\n",
                **_SOURCES,
            },
            because="the compiler preprocesses and makes no object, of which ccache keeps nothing",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD + "      - run: make sdist\n",
                "Makefile": "sdist:\n\tpython3 -m build --help >/dev/null || pip install build\n\tpython3 -m build --sdist\n",
                "setup.py": "from setuptools import Extension, setup\n\nsetup(ext_modules=[Extension('a', ['a.c'])])\n",
                "a.c": "int a;\n",
            },
            because="it is asked whether the builder is there, and sources are packed",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - uses: Swatinem/rust-cache@v2\n      - run: ci/build.sh cross\n",
                "ci/build.sh": "#!/bin/sh\nCROSS=$1\n$CROSS build\n",
            },
            because="the same cache serves a program that the caller names",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD + "      - run: make clean lint && make check-tag\n",
                "Makefile": "all: part1.o\nlint:\n\tclang-tidy src/*.c\nclean:\n\trm -f *.o\n"
                "check-tag: tag.c lib.h\n\t$(CC) $(CFLAGS) $< -o $@\n",
                **_SOURCES,
            },
            because="no goal leads to a compiler but for one small file",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - uses: actions/cache@v4\n        with:\n          path: |\n            ~/.cargo/registry\n            target\n"
                + "          key: ${{ hashFiles('Cargo.lock') }}\n      - run: cargo test\n"
            },
            because="what is compiled is kept beside the crates",
        ),
        Good(
            {".github/workflows/ci.yml": _HEAD + "      - uses: Swatinem/rust-cache@v2\n      - run: cargo test\n"},
            because="rust-cache keeps the dependencies",
        ),
        Good(
            {
                ".github/workflows/ci.yml": "env:\n  TURBO_TOKEN: ${{ secrets.TURBO_TOKEN }}\n  TURBO_TEAM: x\n"
                + _HEAD
                + "      - run: npm run build\n",
                "package.json": '{"scripts": {"build": "turbo build"}}\n',
            },
            because="the token turns the remote cache on",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD + "      - run: npx nx run-many -t build\n",
                "nx.json": '{"nxCloudId": "0123456789"}\n',
            },
            because="the workspace is joined to a remote cache",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - uses: gradle/actions/setup-gradle@v4\n      - run: ./gradlew check\n"
            },
            because="setup-gradle caches by default",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - uses: hendrikmuhs/ccache-action@v1.2\n      - run: cmake -B build && cmake --build build -j4\n",
                **_SOURCES,
            },
            because="a compiler cache is there",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - uses: actions/cache@v4\n        with: {path: ~/.cache/ccache, key: c-${{ github.sha }}, restore-keys: c-}\n"
                + "      - uses: threeal/cmake-action@v2\n        with: {options: CMAKE_CXX_COMPILER_LAUNCHER=ccache}\n",
                **_SOURCES,
            },
            because="the step builds under ccache, whose folder is kept",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD + "      - run: cmake -B b && cmake --build b --target lib_doxygen\n",
                **_SOURCES,
            },
            because="documents are made and nothing is compiled",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - uses: threeal/cmake-action@v2\n        with: {run-build: false}\n",
                **_SOURCES,
            },
            because="it only configures",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD + "      - run: cmake -B build && cmake --build build -j4\n",
                "src/a.c": "int x;\n",
            },
            because="a handful of files compiles at once",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - run: pip install . ./tool && python -m build --sdist && R CMD build .\n",
                "pyproject.toml": "[build-system]\nrequires = ['hatchling']\n[project]\nname = 'x'\nversion = '1'\n",
                "cpp/pyproject.toml": "[build-system]\nrequires = ['meson-python']\n[project]\nname = 'y'\nversion = '1'\n",
                "tool/pyproject.toml": "[build-system]\nrequires = ['hatchling']\n[project]\nname = 'z'\nversion = '1'\n",
                **_SOURCES,
            },
            because="the packages that are built are pure Python",
        ),
        Good({".github/workflows/ci.yml": _HEAD + "      - run: cargo fmt --check\n"}, because="nothing is compiled"),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD + "      - run: swift test --parallel\n",
                "Package.swift": 'let package = Package(name: "x", targets: [.target(name: "x")])\n',
            },
            because="the package needs no other, and its own files are newer than what was kept",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD + "      - run: meson setup build && ninja -C build\n",
                "meson.build": "project('x', 'c')\nstatic_library('x', 'a.c', 'b.c')\nsubdir('demo')\n",
                "demo/meson.build": "executable('demo', 'demo.c')\n",
                **_SOURCES,
            },
            because="the build files name three sources",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD + "      - run: cd small && cmake -B b && cmake --build b\n",
                "small/CMakeLists.txt": "project(x C)\nadd_executable(x a.c)\n",
                **_SOURCES,
            },
            because="one small folder of many is built",
        ),
    ),
)


def check(job: Job, repository: Repository) -> Iterator[Hit]:
    """Flag a job once for the compiling it does without any kept state."""
    if lasting_machine(job):
        return
    for fetch in (*fetches(job, repository), *native_builds(job, repository)):
        how = fetch.how
        if not how.compiles or setup_that_could_keep(how.what, job) or kept(fetch, job, repository):
            continue
        if how.what == "ccache" and (_of_little(fetch, repository) or not _worth_ccache(job, repository)):
            continue
        if fetched_before(fetch, job, repository):
            continue
        yield Hit(
            place=job.place if started_cold(job) else told_at(fetch, job, repository),
            message=(
                f"`{as_written(fetch.by, repository, 60)}` in job `{job.id}` builds from nothing on each run; "
                f"{compiler_cache_advice(advice_for(fetch), fetch.by, job, repository)}"
            ),
            unit=job.unit,
            tier=Tier.PEDANTIC if rare_command(fetch.through, job, repository, costly=how.what not in _LIGHT) else None,
            cost=Cost(seconds=how.seconds, source="E23"),
        )
        return
    for step, brings in uncached_actions(job, repository, compiling=True):
        if brings.what == "ccache" and not _worth_ccache(job, repository):
            continue
        advice = compiler_cache_advice(brings.advice, None, job, repository)
        yield Hit(
            place=step.place,
            message=f"`{step.action.name if step.action else ''}` in job `{job.id}` builds from nothing on each run; {advice}",
            unit=job.unit,
            tier=Tier.PEDANTIC if rare_step(step, job, repository, costly=True) else None,
        )
        return


def _of_little(fetch: Fetch, repository: Repository) -> bool:
    """True for `cmake --build build --target doxygen`, which compiles nothing, and for the build of a handful of files."""
    by = fetch.by
    if by.program == "node-gyp" and any("pre" in guard.text for guard in by.guards):
        return True  # `prebuild-install || node-gyp rebuild`: what is built already is fetched
    if by.program in {"ninja", "meson"}:
        return meson_builds_little(by, repository)
    if by.program == "cmake" and stops_early(by, repository):
        return True
    return "dox" in (by.value_of("--target", "-t") or "") or (by.program == "cmake" and builds_little(by, repository))


def _worth_ccache(job: Job, repository: Repository) -> bool:
    """True where there is enough to compile, no compiler cache yet, and no analyser that must see each call."""
    return native_weight(repository) >= LARGE and not compiler_cache(job) and not traced_build(job)


_LIGHT = frozenset({"turbo", "nx"})
"""Builds of JavaScript, which a release that does nothing else need not keep."""
