"""A compiler runs in a container that is thrown away, and nothing of what it made or fetched is kept outside."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.pipeline import Job
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.source import Place
from agentlint.judgements.compiling.compiling import compiles
from agentlint.judgements.compiling.native_code import native_weight
from agentlint.judgements.compiling.native_packages import compiles_package
from agentlint.judgements.running.occasions import rare_command
from agentlint.judgements.running.scope import as_written, aside, carried_out, in_prose
from agentlint.programs import Fetching, table
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity, Station, Tier

_HEAD = "on: pull_request\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n"
_SOURCES = {f"src/part{number}.c": "int x;\n" for number in range(40)}
_TARGET = "app: main.go\n\tdocker run --rm -v $(PWD):/src -w /src golang:1.26 go build -o app .\n"
LARGE = 30
"""Native source files from which on a compiler cache is worth its set-up."""

RULE = Rule(
    id="CAC216",
    name="compile-in-throwaway-container",
    category=Category.NO_CACHE,
    summary="A compiler runs by `docker run` with no folder mounted for its cache.",
    why=(
        "What the compiler fetched and built lies in the container and goes with it, on a machine that lasts too. Each run "
        "fetches every module and compiles everything again (E23, E24)."
    ),
    remediation="Mount a volume for the cache: -v gocache:/root/.cache/go-build -v gomod:/go/pkg/mod, ~/.cargo, ~/.m2, ~/.ccache.",
    severity=Severity.MAJOR,
    cost=Cost(seconds=60, source="E23"),
    station=Station.BUILD,
    programs=frozenset({"docker", "podman", "nerdctl"}),
    evidence=("E23", "E24"),
    bad=(
        Bad(
            {"Makefile": _TARGET, "go.mod": "module x\n", "ci.sh": "#!/bin/sh\nmake app\n"},
            at=("Makefile:2",),
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD
                + '      - run: docker run --rm -v "$PWD:/b" -w /b ghcr.io/x/cross:1 sh -c "./configure && make -j4"\n',
                "configure.ac": "AC_INIT\n",
                "Makefile.am": "bin_PROGRAMS = x\n",
                **_SOURCES,
            },
            at=(".github/workflows/ci.yml:3",),
            title="a whole tree of C",
        ),
        Bad(
            {
                "ci/test.sh": '#!/bin/sh\ndocker run --rm -v "$PWD":/src -w /src -e CARGO_INCREMENTAL docker:28-dind sh -c \'\napk add curl gcc\n'
                "curl -sSf https://sh.rustup.rs | sh -s -- -y\ncargo test\n'\n",
                "Cargo.toml": "[package]\nname = 'x'\n",
            },
            at=("ci/test.sh:4",),
            title="the compiler itself is fetched each time",
        ),
    ),
    good=(
        Good(
            {
                "ci/test.sh": '#!/bin/sh\ndocker run --rm -v "$PWD":/src -w /src -e CARGO_HOME docker:28-dind sh -c \'\napk add curl gcc\n'
                "curl -sSf https://sh.rustup.rs | sh -s -- -y\ncargo test\n'\n",
                "Cargo.toml": "[package]\nname = 'x'\n",
            },
            because="the folder of the crates may lie outside",
        ),
        Good(
            {
                "Makefile": _TARGET.replace("--rm", "--rm -v gocache:/root/.cache/go-build -v gomod:/go/pkg/mod"),
                "go.mod": "module x\n",
            },
            because="two volumes keep modules and objects",
        ),
        Good(
            {"Makefile": _TARGET.replace("--rm", "--rm $(DOCKER_FLAGS)"), "go.mod": "module x\n"},
            because="a variable may bring the mount",
        ),
        Good(
            {"Makefile": _TARGET.replace("golang:1.26", "acme/builder"), "go.mod": "module x\n"},
            because="an image of one's own may hold the modules",
        ),
        Good(
            {"Makefile": _TARGET.replace("go build -o app .", "gofmt -l ."), "go.mod": "module x\n"},
            because="nothing is compiled",
        ),
        Good(
            {"README.md": "Try it:\n\n```sh\n" + _TARGET.split("\t")[1] + "```\n", "go.mod": "module x\n"},
            because="shown to a reader",
        ),
    ),
)

_KEEPS = lazily(
    r"cache|\.cargo|cargo[-_/]|\.m2|maven|\.gradle|gradle|go/pkg|gopath|go[-_]?mod|:/go\b|/root\b|/home/|\$\{?HOME\}?:|~:|registry"
    r"|mod=vendor|GOFLAGS|\.npm|\.ivy2|\.sbt|target:",
    re.IGNORECASE,
)
"""A mount or a variable that takes the compiler's folders out of the container."""
_KEPT_INSIDE = lazily(r"_HOME=|GOCACHE|GOMODCACHE|GOPATH|CCACHE|maven\.repo|(?<!no-)cache\b|mod=vendor", re.IGNORECASE)
"""A script handed over in one word that puts the compiler's folders elsewhere itself."""
_OF_THE_LANGUAGE = lazily(
    r"(?:docker\.io/|public\.ecr\.aws/docker/|mirror\.gcr\.io/)?(?:library/)?(?:golang|rust|maven|gradle|eclipse-temurin|openjdk|amazoncorretto)(?:[:@]|$)"
)
"""Images that hold the tools and nothing of any project."""
_ALONE = frozenset({"--rm", "-i", "-t", "-it", "-ti", "--init", "--privileged", "--interactive", "--tty"})
"""Options without a value: what follows them is not theirs."""
_LOST_WITH_IT = frozenset({"go", "maven", "gradle"})
"""What keeps its work outside the mounted sources, and so loses it on a machine that lasts too."""


def check(command: Command, repository: Repository) -> Iterator[Hit]:
    """Flag a container run whose inner command compiles, told at the job on a fresh machine and at the command elsewhere."""
    if "run" not in command.texts()[:2] or in_prose(command, repository) or aside(command.place.path):
        return
    inner = [one for one in repository.commands_by_unit.get(command.unit, ()) if _is_inside(one, command)]
    if not inner or not _keeps_nothing(command, inner[0]):
        return
    job = repository.job_of(command)
    fresh = job is not None and job.hosted
    tools = next((one for one in inner if _brings_tools(one)), None)
    for one in inner:
        for reached in carried_out(one, repository):
            what = _compiling(reached, repository)
            lost = tools is not None or what in _LOST_WITH_IT
            if not what or (not fresh and not lost) or (job is not None and _held(what, job)):
                continue
            if what != "ccache" and tools is None and not any(_OF_THE_LANGUAGE.match(text) for text in command.texts()):
                continue
            if what == "ccache" and native_weight(repository) < LARGE:
                continue
            yield Hit(
                place=job.place if job is not None and fresh else _place(command, tools, one),
                message=(
                    f"`{as_written(command, repository, 60)}` compiles in a container that keeps nothing; "
                    "mount a volume or a kept folder for the compiler's cache"
                ),
                unit=command.unit,
                tier=Tier.PEDANTIC if job is not None and rare_command(command, job, repository, costly=True) else None,
            )
            return


_HOME_OF_CACHE = lazily(r"_HOME|CACHE|PATH|DIR\b|_OPTS|^GOFLAGS|PROXY")
"""Variables handed in by their name that may lead to a folder kept outside."""


def _place(command: Command, tools: Command | None, one: Command) -> Place:
    """The container's command; of a script handed over in it, from the install of the compiler to the build."""
    if tools is None or tools.place.span.start > one.place.span.start:
        return command.place
    return Place(command.place.path, tools.place.span.cover(one.place.span))


def _brings_tools(command: Command) -> bool:
    """True for the install of a compiler itself, which an image of the language would have spared."""
    words = command.texts()
    if command.program in {"apk", "apt-get", "apt", "dnf", "yum"}:
        return bool({"install", "add"} & set(words)) and bool(_COMPILERS & set(words))
    return any(_TOOLCHAINS.search(word) for word in words) and command.program in {"curl", "wget", "rustup-init"}


_COMPILERS = frozenset("golang go cargo rust rustc maven gradle openjdk-17-jdk openjdk-21-jdk default-jdk".split())
_TOOLCHAINS = lazily(r"^https://(?:sh\.rustup\.rs|go\.dev/dl/|dl\.google\.com/go/|get\.sdkman\.io)")


def _is_inside(one: Command, outer: Command) -> bool:
    span, around = one.place.span, outer.place.span
    return (
        one is not outer and one.place.path == outer.place.path and around.start < span.start and span.end <= around.end
    )


def _keeps_nothing(command: Command, first: Command) -> bool:
    """True where each word before the inner command is seen, and none takes a cache in or out."""
    before = ""
    for word in command.arguments:
        if word.span.end > first.place.span.start:
            return _KEPT_INSIDE.search(word.text) is None
        if before in {"-e", "--env"} and "=" not in word.text and not _HOME_OF_CACHE.search(word.text):
            before = ""
            continue
        if word.text.startswith(("$", '"$')) and not before.startswith("-") and not word.text.startswith("$(pwd)"):
            return False
        if _KEEPS.search(word.text):
            return False
        before = word.text if "=" not in word.text and word.text not in _ALONE else ""
    return True


def _compiling(command: Command, repository: Repository) -> str:
    """What kind of build a command is; "" for none."""
    for how in table().fetching(command):
        if how.compiles and _is_build(how):
            return how.what
    by_make = command.program in {"make", "gmake"} and compiles(command, repository)
    return "ccache" if by_make else compiles_package(command, repository)


def _is_build(how: Fetching) -> bool:
    return how.what in {"go", "cargo", "maven", "gradle", "ccache"}


def _held(what: str, job: Job) -> bool:
    """True in a job that keeps something of this kind, which it may mount by the folder of the sources."""
    return any(what in cache.what or not cache.what for cache in job.caches)
