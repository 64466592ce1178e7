"""CI compiles another project from its sources on each run."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.pipeline import Job
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.judgements.absences.places_meant import all_folders
from agentlint.judgements.keeping.caching import caches_at_hand, lasting_machine
from agentlint.judgements.keeping.compiler_caches import compiler_cache
from agentlint.judgements.keeping.foreign_sources import BUILT_AT_ONCE, Foreign, foreign, units_at_work
from agentlint.judgements.running.occasions import rare_command
from agentlint.judgements.running.scope import as_written
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity, Station, Tier

_HEAD = "on: pull_request\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n"
_BUILD = (
    "      - run: |\n          curl -LO https://www.openssl.org/source/openssl-3.0.15.tar.gz\n          tar xf openssl-3.0.15.tar.gz\n"
    "          cd openssl-3.0.15\n          ./config --prefix=$HOME/openssl\n          make -j4\n          make install_sw\n"
)

RULE = Rule(
    id="CAC213",
    name="dependency-from-source",
    category=Category.NO_CACHE,
    summary="A CI job compiles another project from source on each run and keeps nothing of it.",
    why=(
        "The version is fixed, the result is the same each time, and it stands before the first test: minutes of compiling "
        "for what a cache entry or a package would hand over at once (E5, E22)."
    ),
    remediation="Keep the installed folder, keyed on the version and the flags, and build only on a miss; or take a package or an image.",
    severity=Severity.MAJOR,
    cost=Cost(seconds=90, source="E22"),
    station=Station.CI,
    evidence=("E5", "E22"),
    bad=(
        Bad({".github/workflows/ci.yml": _HEAD + _BUILD}, at=(".github/workflows/ci.yml:12",)),
        Bad(
            {
                ".travis.yml": (
                    "language: c\ninstall:\n  - git clone https://github.com/openresty/luajit2.git\nscript:\n  - cd luajit2\n"
                    "  - make -j2\n  - sudo make install\n  - cd ..\n  - prove -r t\n"
                )
            },
            at=(".travis.yml:6",),
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD + "      - run: ./ci/deps.sh\n",
                "ci/deps.sh": (
                    "#!/bin/sh\nset -e\ngit clone --depth 1 https://github.com/libgit2/libgit2\ncmake -S libgit2 -B libgit2/build\n"
                    "cmake --build libgit2/build\n"
                ),
            },
            at=("ci/deps.sh:5",),
            title="in a script",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - run: |\n          git clone https://github.com/x/avrsim.git\n          cd avrsim\n"
                "          make build-avrsim\n          sudo make install-avrsim\n"
            },
            at=(".github/workflows/ci.yml:10",),
            title="made, then installed",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD + "      - run: ./hack/setup\n",
                "hack/setup": (
                    "#!/bin/bash\nset -e\ninstall_runc() {\n  git clone --depth 1 --branch v1.3.0 https://x.org/runc\n  pushd runc\n  make BUILDTAGS=\n"
                    "  sudo install -D -m0755 runc /usr/bin/runc\n  popd\n}\ninstall_runc\n"
                ),
            },
            at=("hack/setup:6",),
            title="made, and its program put where programs lie",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - uses: actions/cache@v4\n        id: tls\n        with: {path: ~/usr, key: mbedtls-3.6.2}\n"
                + "      - if: steps.tls.outputs.cache-hit != 'true'\n        run: |\n"
                + "          curl -LO https://x.org/mbedtls-3.6.2.tar.gz\n          tar xf mbedtls-3.6.2.tar.gz\n          cd mbedtls-3.6.2\n"
                + "          ./configure\n          make -j4\n"
                + _BUILD.replace("$HOME/openssl", "$HOME/usr")
            },
            at=(".github/workflows/ci.yml:22",),
            title="the cache is another project's",
        ),
    ),
    good=(
        Good(
            {".github/workflows/ci.yml": _HEAD + _BUILD.replace("openssl", "luarocks")},
            because="LuaRocks is written in Lua, and its make puts a few scripts together",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - run: |\n          git clone https://github.com/x/shunit.git\n          cd shunit\n          sudo make install\n"
            },
            because="an install alone copies files, as often as not",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - run: |\n          git clone https://github.com/x/words.git\n          cd words\n          make\n"
                "          cp words.txt /usr/share/dict\n"
            },
            because="a list of words is made in no time",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - uses: actions/cache@v4\n        id: ssl\n        with:\n          path: ~/openssl\n          key: openssl-3.0.15\n"
                + _BUILD.replace("- run", "- if: steps.ssl.outputs.cache-hit != 'true'\n        run")
            },
            because="it is built on a miss only",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - run: |\n          git clone https://github.com/bats-core/bats-core\n          cd bats-core\n          sudo ./install.sh /usr/local\n"
            },
            because="nothing is compiled",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD + "      - run: |\n          ./configure\n          make -j4\n",
                "configure": "#!/bin/sh\n",
                "main.c": "int x;\n",
            },
            because="it builds the project itself",
        ),
        Good(
            {
                ".travis.yml": (
                    "language: c\ninstall:\n  - wget https://x.org/redis/archive/6.0.6.tar.gz\n  - tar -xzf 6.0.6.tar.gz\nscript:\n"
                    "  - mkdir build/ && cd build/\n  - cmake .. ${OPTS}\n  - make VERBOSE=1\n"
                ),
                "CMakeLists.txt": "project(x C)\n",
                "main.c": "int x;\n",
            },
            because="it builds the project itself, in a folder of its own",
        ),
        Good(
            {
                "Dockerfile": "FROM debian\nRUN curl -LO https://x.org/a-1.tar.gz && tar xf a-1.tar.gz && cd a-1 && ./configure && make -j4\n"
            },
            because="the layer keeps it",
        ),
    ),
)

_CONFIGURES = frozenset(
    {
        "cmake",
        "configure",
        "config",
        "Configure",
        "meson",
        "autogen.sh",
        "bootstrap",
        "autoreconf",
        "qmake",
        "buildconf",
    }
)
_COMPILES = frozenset({"make", "gmake", "ninja", "samu", "b2", "scons", "waf"})


def check(job: Job, repository: Repository) -> Iterator[Hit]:
    """Flag the command that compiles what was fetched just before, once for each project."""
    if lasting_machine(job) or compiler_cache(job):
        return
    units = tuple(units_at_work(job, repository))
    names = {found.name.lower() for commands in units for command in commands if (found := foreign(command))}
    for commands in units:
        for source, build in _builds(commands, repository):
            if _kept(source, build, names - {source.name.lower()}, job, repository):
                continue
            yield Hit(
                place=build.place,
                message=(
                    f"`{as_written(build, repository, 50)}` in job `{job.id}` compiles {source.name} from source on each run; "
                    "keep the result, keyed on its version, or take a package"
                ),
                unit=build.unit,
                confidence=Confidence.MEDIUM,
                tier=Tier.PEDANTIC if rare_command(build, job, repository, costly=True) else None,
            )


def _builds(commands: tuple[Command, ...], repository: Repository) -> Iterator[tuple[Foreign, Command]]:
    """Each compile of sources that an earlier command of the same unit fetched."""
    fetched: list[Foreign] = []
    configured = False
    own: set[str] = set()
    for at, command in enumerate(commands):
        own.update(_own_build_folders(command, repository))
        found = foreign(command)
        if found is not None:
            if found.name.lower() not in BUILT_AT_ONCE:
                fetched.append(found)
            configured = False
            continue
        if not fetched:
            continue
        source = next((one for one in fetched if one.folder and _works_in(command, one.folder)), None)
        if source is None and _outside(command, repository) and command.directory not in own:
            source = _archive_for(command, fetched)
        if source is None:
            continue
        told = configured or command.option("-j", "--jobs", "--parallel") is not None
        if _compiles(command) and (told or _installs_after(commands[at + 1 : at + NEAR], source, command)):
            yield source, command
            fetched.remove(source)
            configured = False
        elif _name(command) in _CONFIGURES:
            configured = True


LONG = 4
"""Letters from which on the name of another project in a cache's key tells that the cache is that project's."""
NEAR = 4
"""Commands among which the `make install` of what `make` built stands."""


def _installs_after(later: tuple[Command, ...], source: Foreign, build: Command) -> bool:
    """True where what a plain `make` made in a cloned folder is installed: a tool of scripts alone needs no first step."""
    return (
        bool(source.folder)
        and build.program in {"make", "gmake"}
        and any(
            _installs(one, source) or (one.program == build.program and _made_install(one, source)) for one in later
        )
    )


def _made_install(command: Command, source: Foreign) -> bool:
    return any(text.startswith("install") for text in command.texts()) and _works_in(command, source.folder)


def _installs(command: Command, source: Foreign) -> bool:
    """`install -m 755 runc /usr/bin/runc`: a program of the project's own name is put where programs lie."""
    if command.program not in {"install", "cp", "mv"}:
        return False
    operands = [text for text in command.texts() if not text.startswith("-")]
    return len(operands) > 1 and bool(_BIN.search(operands[-1])) and posixpath.basename(operands[-2]) == source.name


_BIN = lazily(r"(?:^|/)s?bin(?:/|$)")


def _own_build_folders(command: Command, repository: Repository) -> Iterator[str]:
    """The folders that CMake fills with a build of this repository: the one it is called in, with its sources above."""
    if command.program != "cmake" or not command.directory or command.option("--build") is not None:
        return
    for text in command.texts():
        if re.match(r"\.\.?(?:/|$)", text):
            sources = posixpath.normpath(posixpath.join(command.directory, text, "CMakeLists.txt"))
            if sources in repository.project.paths:
                yield command.directory


def _archive_for(command: Command, fetched: list[Foreign]) -> Foreign | None:
    """The archive whose name begins the folder that the command works in; the last one where no name tells."""
    archives = [one for one in reversed(fetched) if not one.folder]
    folder = posixpath.basename(command.directory or "")
    return next((one for one in archives if folder and folder in " ".join(one.by.texts())), None) or next(
        iter(archives), None
    )


def _name(command: Command) -> str:
    return posixpath.basename(command.program_path) or command.program


def _compiles(command: Command) -> bool:
    if command.program == "cmake":
        return command.option("--build") is not None
    if command.program == "meson":
        return command.texts()[:1] == ("compile",)
    return command.program in _COMPILES and not {"install", "clean", "check", "test"} & set(command.texts()[:1])


def _works_in(command: Command, folder: str) -> bool:
    if command.directory and folder in command.directory.split("/"):
        return True
    return any(folder in text.split("/") for text in command.texts()) and command.program in {
        *_COMPILES,
        "cmake",
        "meson",
    }


def _outside(command: Command, repository: Repository) -> bool:
    """True for a command whose folder is not known, or holds no file of this repository."""
    if command.directory is None:
        return True
    return bool(command.directory) and command.directory not in all_folders(repository)


def _kept(source: Foreign, build: Command, others: set[str], job: Job, repository: Repository) -> bool:
    """True where a cache may hold the result: it is built on a miss, or a cache names it, or nobody can tell."""
    if any("cache" in guard.text.lower() for guard in (*build.guards, *source.by.guards)):
        return True
    written = [cache for cache in caches_at_hand(job, repository) if not cache.by_default]
    if written and any(" -" in f" {guard.text}" for guard in (*build.guards, *source.by.guards)):
        return True
    about = " ".join((source.name, source.folder, build.directory or "", *build.texts())).lower()
    for cache in written:
        text = " ".join((*cache.paths, cache.key)).lower()
        if source.name.lower() in text or cache.what & {"ccache", "sccache"}:
            return True
        if (
            not cache.what
            and not any(len(other) >= LONG and other in cache.key.lower() for other in others)
            and (
                any("$" in path or "~" in path for path in cache.paths)
                or any(posixpath.basename(path.rstrip("/")).lower() in about for path in cache.paths)
            )
        ):
            return True
    return False
