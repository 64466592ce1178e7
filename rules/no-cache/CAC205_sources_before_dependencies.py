"""A Dockerfile copies the sources first and installs the dependencies after."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.image import Instruction, Stage
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.source import Place
from agentlint.judgements.keeping.copied_sources import copies_all, copies_code, lays_over_root
from agentlint.judgements.keeping.image_installs import (
    LEAVES_PROJECT,
    PACKAGES,
    brought,
    inherited,
    installs,
    installs_from_lock,
    own_package,
    taken_over,
)
from agentlint.judgements.keeping.images_of_tests import of_tests
from agentlint.judgements.running.scope import aside
from agentlint.programs import Fetching
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity, Station, Tier

RULE = Rule(
    id="CAC205",
    name="sources-before-dependencies",
    category=Category.NO_CACHE,
    summary="An image copies all sources before it installs the dependencies.",
    why=(
        "A layer is rebuilt when anything before it changed. With the sources copied first, each edit of any file throws the "
        "installed dependencies away, and every build of an agent's change installs them again (E24)."
    ),
    remediation="Copy the manifest and lock file, install, then copy the rest; or give the RUN a cache mount.",
    severity=Severity.MAJOR,
    cost=Cost(seconds=40, source="E24"),
    station=Station.BUILD,
    evidence=("E24",),
    references=("https://docs.docker.com/build/cache/optimize/",),
    bad=(
        Bad(
            {
                "Dockerfile": "FROM golang:1.23-alpine\nCOPY go.mod go.sum main.go ./\nCOPY internal internal\n"
                "RUN apk add --no-cache git && go build -o x .\n",
                "go.mod": "module x\n",
                "internal/x.go": "package internal\n",
            },
            at=("Dockerfile:3",),
            title="a folder of code",
        ),
        Bad(
            {
                "Dockerfile": "FROM python:3.13\nCOPY . .\nRUN make requirements\nRUN make build\n",
                "Makefile": "requirements:\n\tpip install -r requirements.txt\nbuild:\n\tpython -m build\n",
                "requirements.txt": "requests\n",
            },
            at=("Dockerfile:2",),
            title="through a target",
        ),
        Bad(
            {
                "tests/docker/Dockerfile": (
                    "FROM python:3.12\nCOPY . /src\nRUN pip install /src pytest requests\nRUN apt-get update && apt-get install -y procps\n"
                ),
                "tests/docker/docker-compose.yml": "services:\n  app:\n    build: {context: ../.., dockerfile: tests/docker/Dockerfile}\n",
            },
            at=("tests/docker/Dockerfile:2", "tests/docker/Dockerfile:2"),
            title="the image that the tests build after each edit; its system packages too",
        ),
        Bad(
            {
                "tests/Dockerfile": "FROM python:3.12\nCOPY . /src\nRUN pip install /src\n",
                "ci.sh": "#!/bin/sh\nset -e\ndocker build -t x -f tests/Dockerfile .\n",
                "setup.py": "from setuptools import setup\nsetup(install_requires=['psutil', 'six', 'pyte'])\n",
            },
            at=("tests/Dockerfile:2",),
            title="the package itself brings its dependencies",
        ),
        Bad(
            {
                "Dockerfile": "FROM python:3.12\nCOPY shop /src/shop\nCOPY pyproject.toml /src/\nRUN pip install /src\n"
                "COPY web/requirements.txt .\nRUN pip install -r requirements.txt\n",
                "shop/__init__.py": "",
                "web/requirements.txt": "django\n",
            },
            at=("Dockerfile:2",),
            title="a list of requirements that comes by itself, behind the code",
        ),
        Bad(
            {
                "docker/Dockerfile.cross": "FROM debian\nCOPY docker/lib.sh docker/build.sh /\nCOPY ./ /project\nRUN /build.sh /project\n",
                "docker/build.sh": '#!/bin/bash\nset -e\n. lib.sh\nmain() {\n  cd "$1"\n  cargo install --path .\n}\nmain "$@"\n',
                "docker/lib.sh": "",
            },
            at=("docker/Dockerfile.cross:3",),
            title="by a script that was copied",
        ),
        Bad(
            {
                "Dockerfile": "FROM node:22\nCOPY package.json pnpm-lock.yaml pnpm-workspace.yaml ./\nCOPY web ./web\n"
                "RUN pnpm install --frozen-lockfile\n",
                "web/package.json": '{"name": "web", "dependencies": {"react": "^19"}}\n',
                **{f"web/part{number}.tsx": "export {}\n" for number in range(6)},
            },
            at=("Dockerfile:3",),
            title="a member of the workspace with all its sources, where its package.json would do",
        ),
        Bad({"Dockerfile": "FROM node:22\nWORKDIR /app\nCOPY . .\nRUN npm ci\n"}, at=("Dockerfile:3",)),
        Bad(
            {
                "Dockerfile": "FROM python:3.12 AS docs\nRUN pip install sphinx furo\nFROM python:3.12\n"
                "COPY --from=docs /docs/html /html\nCOPY . .\nRUN pip install -r requirements.txt\n"
            },
            at=("Dockerfile:5",),
            title="the other stage gives its pages and no package",
        ),
        Bad(
            {
                "Dockerfile": "FROM python:3.12\nADD . /app\nRUN apt-get update && pip install -r /app/requirements.txt\n"
            },
            at=("Dockerfile:2",),
        ),
        Bad(
            {"Containerfile": "FROM golang:1.22\nCOPY . /src\nRUN cd /src && go mod download && go build ./...\n"},
            at=("Containerfile:2",),
        ),
        Bad(
            {
                "web/Dockerfile": "FROM debian:13\nCOPY rootfs/ /\nRUN apt-wrap apt-get update && apt-wrap apt-get install -y nginx-extras jq\n",
                "web/rootfs/etc/nginx/nginx.conf": "",
                "web/rootfs/etc/nginx/site.conf": "",
                "web/rootfs/etc/s6/run": "",
            },
            at=("web/Dockerfile:2",),
            title="a tree of settings laid over the root, of which the install needs nothing",
        ),
        Bad(
            {"Dockerfile": "FROM freebsd\nCOPY . .\nRUN pkg install -y git go\n"},
            at=("Dockerfile:2",),
            title="the system's packages",
        ),
        Bad(
            {
                "Dockerfile": "FROM mcr.microsoft.com/dotnet/sdk:8.0\nCOPY ./ /code\nWORKDIR /code/build\nRUN dotnet run\n"
            },
            at=("Dockerfile:2",),
            title="a run that restores first",
        ),
        Bad(
            {
                "docker/Dockerfile.template": "FROM python:${python_version}-slim\nWORKDIR /x\nCOPY ./x /x/x\nCOPY pyproject.toml uv.lock /x/\n"
                "RUN pip install uv==0.8.24\nRUN uv sync --locked\n",
                "x/__init__.py": "pass\n",
                "uv.lock": "version = 1\n",
            },
            at=("docker/Dockerfile.template:3",),
            title="a folder of code before what a lock file names",
        ),
    ),
    good=(
        Good(
            {
                "Dockerfile": "FROM python:3.13-slim\nCOPY pyproject.toml uv.lock ./\nRUN uv sync --locked --no-install-project\nCOPY x x\n"
                "RUN uv sync --locked\n",
                "x/__init__.py": "pass\n",
                "uv.lock": "version = 1\n",
            },
            because="what others wrote is installed first, and the project behind its code",
        ),
        Good(
            {"Dockerfile": "FROM mcr.microsoft.com/dotnet/sdk:8.0\nCOPY . .\nRUN dotnet run --no-restore\n"},
            because="it is told to restore nothing",
        ),
        Good(
            {
                "Dockerfile": "FROM python:3.12\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\nCOPY shop shop\n",
                "shop/__init__.py": "",
            },
            because="the list comes before the code",
        ),
        Good(
            {
                "Dockerfile": "FROM node:22\nCOPY package.json pnpm-lock.yaml ./\nCOPY patches ./patches\nRUN pnpm install\nCOPY web web\n",
                "patches/react.patch": "",
                "web/package.json": '{"name": "web"}\n',
                **{f"web/part{number}.tsx": "export {}\n" for number in range(6)},
            },
            because="the install reads the patches, and the package comes after it",
        ),
        Good(
            {
                "Dockerfile": "FROM golang:1.23\nCOPY go.mod go.sum ./\nRUN go mod download\nCOPY cmd cmd\nRUN go build ./cmd\n",
                "go.mod": "module x\n",
                "cmd/main.go": "package main\n",
            },
            because="the modules come before the folder of code",
        ),
        Good(
            {
                "Dockerfile": "FROM debian\nCOPY docker/tools.sh /\nRUN /tools.sh\nCOPY . /project\nRUN ./list.sh\n",
                "docker/tools.sh": "#!/bin/bash\napt-get install -y git cargo\n",
                "list.sh": "#!/bin/bash\nls\n",
            },
            because="the script comes by itself, before the sources",
        ),
        Good(
            {
                "Dockerfile": "FROM debian:13\nCOPY rootfs/ /\nRUN apt-wrap apt-get install -y jq\n",
                "rootfs/usr/bin/apt-wrap": '#!/bin/sh\nset -e\nexec "$@"\n',
                "rootfs/etc/nginx/nginx.conf": "",
                "rootfs/etc/nginx/site.conf": "",
            },
            because="the install is run by a script out of the tree",
        ),
        Good(
            {"Dockerfile": "FROM debian\nCOPY . /src\nRUN apt-get install -y /src/./tool.deb\n"},
            because="what is installed was copied in",
        ),
        Good(
            {
                "Dockerfile": "FROM node:22\nCOPY package.json package-lock.json ./\nRUN npm ci\nCOPY . .\nRUN npm run build\n"
            },
            because="the lock file comes first",
        ),
        Good(
            {
                "Dockerfile": "FROM golang:1.23\nCOPY go.mod go.sum ./\nRUN apt-get update -y && apt-get install -y git && go mod download\n"
                "COPY . .\nRUN go build ./cmd\n",
                "go.mod": "module x\n",
            },
            because="the modules come before, in one layer with the system's packages",
        ),
        Good(
            {
                "Dockerfile": "FROM python:3.12 AS deps\nCOPY requirements.txt .\nRUN pip install --user -r requirements.txt\n"
                "FROM python:3.12\nCOPY --from=deps /root/.local /root/.local\nCOPY . /app\nRUN pip install -e /app && pip install -e .\n"
            },
            because="the dependencies come out of a stage that knows only their list",
        ),
        Good(
            {
                "Dockerfile": "FROM node:22 AS deps\nCOPY package*.json ./\nRUN npm ci\nFROM deps\nCOPY . .\nRUN npm ci --offline\n"
            },
            because="the stage goes on from one that has them",
        ),
        Good(
            {
                "Dockerfile": "FROM golang:1.25\nRUN git clone --depth=1 https://x.org/app.git /app\nWORKDIR /app\n"
                "COPY pkg /app/stubs\nRUN go mod edit -replace=math/rand=./stubs && go mod tidy\n",
                "pkg/rand.go": "package rand\n",
            },
            because="the sources and their manifest come by git; the folder replaces a module in them",
        ),
        Good(
            {"Dockerfile": "FROM node:22\nCOPY . .\nRUN --mount=type=cache,target=/root/.npm npm ci\n"},
            because="a cache mount keeps the downloads",
        ),
        Good(
            {
                "Dockerfile": "FROM node:22 AS deps\nCOPY package*.json ./\nRUN npm ci\nFROM node:22\nCOPY --from=deps /app .\nRUN npm test\n"
            },
            because="it copies out of another stage",
        ),
        Good(
            {
                "Dockerfile": "FROM node:22\nCOPY package*.json ./\nRUN npm ci\nCOPY . .\nRUN npm run build && npm ci --omit=dev\n"
            },
            because="the expensive install stands before the sources; the last one finds its cache",
        ),
        Good(
            {"Dockerfile": "FROM nginx\nCOPY . /usr/share/nginx/html\nRUN nginx -t\n"}, because="nothing is installed"
        ),
    ),
)


def check(stage: Stage, repository: Repository) -> Iterator[Hit]:
    """Flag the copy of all sources that stands before the first install of a stage."""
    copied: Instruction | None = None
    part: Instruction | None = None
    laid: Instruction | None = None
    cloned = False  # what is built came by git, and a folder that is laid beside it is no source of its own
    told: set[str] = set()
    if aside(stage.place.path):
        return
    before = set(inherited(stage, repository))
    for instruction in stage.instructions:
        if instruction.keyword in {"COPY", "ADD"}:
            before |= taken_over(instruction, stage, repository)
            if copied is None and copies_all(instruction):
                copied = instruction
            elif part is None and not cloned and copies_code(instruction, repository):
                part = instruction
            laid = laid or (instruction if instruction.arguments[-1:] == ("/",) else None)
        elif instruction.keyword == "RUN":
            cloned = cloned or any(one.program == "git" and "clone" in one.texts() for one in instruction.commands)
            found = next(installs(instruction, before, stage, repository), None)
            if found is None:
                continue
            blamed = copied or (part if _may_go_first(*found, part, stage, repository) else None)
            if blamed is None and found[1] is PACKAGES and laid is not None:
                blamed = laid if lays_over_root(laid, instruction, repository) else None
            if blamed is None:
                before |= brought(instruction, before, stage, repository)
                continue
            what = "packages" if found[1].what == "packages" else "dependencies"
            if what in told:
                continue
            told.add(what)
            before.add(found[1].what)
            if not any("type=cache" in flag for flag in instruction.flags):
                yield _hit(stage, blamed, instruction, *found, repository)


_NEED_CODE = frozenset({"pip", "uv", "bundler", "poetry", "pdm", "composer"})
"""Installs that read the project's own folders as often as not, so that a part of the sources must be there."""


def _may_go_first(
    command: Command, how: Fetching, part: Instruction | None, stage: Stage, repository: Repository
) -> bool:
    """True for an install that does without the project's code, or has a way to leave that for later."""
    if how.what not in _NEED_CODE or installs_from_lock(command, repository):
        return True
    return _listed_later(command, part, stage)


_LISTS = lazily(r"(?:^|[/_-])(?:requirements|constraints)[\w-]*\.txt$", re.IGNORECASE)


def _listed_later(command: Command, part: Instruction | None, stage: Stage) -> bool:
    """True for `pip install -r` of a list that is copied by itself, behind the code: it could as well stand before it."""
    if part is None or not any(_LISTS.search(text) for text in command.texts()):
        return False
    if any(_LISTS.search(source) for source in part.arguments[:-1]):
        return True  # in one COPY with code, of which a list has no need
    return any(
        later.keyword in {"COPY", "ADD"}
        and part.place.span.end <= later.place.span.start < command.place.span.start
        and all(_LISTS.search(source) for source in later.arguments[:-1])
        for later in stage.instructions
    )


def _advice(command: Command, how: Fetching, repository: Repository) -> str:
    if how is PACKAGES:
        return "install the system's packages first"
    if installs_from_lock(command, repository):
        option = LEAVES_PROJECT[command.program]
        return f"copy the manifest and lock file, install with `{option}`, then copy the rest and install again"
    if how.what == "go":
        return "copy go.mod and go.sum, run `go mod download`, then copy the rest"
    return "copy the manifest and lock file, install, then copy the rest"


def _hit(
    stage: Stage, copied: Instruction, run: Instruction, command: Command, how: Fetching, repository: Repository
) -> Hit:
    itself = own_package(command, how)
    written = " ".join((command.program, *command.texts()[:3]))
    return Hit(
        place=Place(copied.place.path, copied.place.span.cover(run.place.span)),
        message=(
            f"`{copied.keyword} {copied.value.strip()[:40]}` stands before `{written}`, so that every edit installs the "
            f"dependencies again; {_advice(command, how, repository)}"
        ),
        unit=stage.unit,
        confidence=Confidence.MEDIUM if how.compiles or itself else None,
        tier=Tier.PEDANTIC if of_tests(stage, command, how, repository) else None,
        cost=Cost(seconds=how.seconds, source="E24"),
    )
