"""A CI job installs dependencies and keeps nothing of them for the next run."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.pipeline import Job
from agentlint.facts.repository import Repository
from agentlint.judgements.keeping.caching import (
    advice_for,
    fetched_before,
    fetches,
    keeper,
    kept,
    lasting_machine,
    packages,
    setup_that_could_keep,
    told_at,
    uncached_actions,
    worth_keeping,
)
from agentlint.judgements.running.occasions import rare_command, rare_step
from agentlint.judgements.running.scope import as_written
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity, Station, Tier

_HEAD = "on: pull_request\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n"

RULE = Rule(
    id="CAC202",
    name="install-without-cache",
    category=Category.NO_CACHE,
    summary="A CI job installs dependencies on a fresh machine with no cache for them.",
    why=(
        "The same packages come over the network before each answer. An agent pushes many small changes and pays for each "
        "(E1, E5); a warm cache is one block of configuration."
    ),
    remediation="Keep the package manager's download folder between runs, keyed on the lock file.",
    severity=Severity.MINOR,
    cost=Cost(seconds=20, source="E5"),
    station=Station.CI,
    evidence=("E1", "E5", "E6"),
    bad=(
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - run: cmake -B b --toolchain $VCPKG_INSTALLATION_ROOT/scripts/buildsystems/vcpkg.cmake\n",
                "vcpkg.json": '{"dependencies": ["zlib", "curl"]}\n',
            },
            at=(".github/workflows/ci.yml:3",),
            title="the toolchain file has vcpkg build what the manifest names",
        ),
        Bad(
            {".gitlab-ci.yml": "test:\n  image: node:22\n  script:\n    - npm ci\n    - npm test\n"},
            at=(".gitlab-ci.yml:1",),
        ),
        Bad(
            {
                ".gitlab-ci.yml": "build:\n  image: mcr.microsoft.com/dotnet/sdk:8.0\n  script:\n    - ./build.cmd Test\n",
                "build.cmd": '@echo off\npowershell -ExecutionPolicy ByPass -NoProfile -File "%~dp0build.ps1" %*\n',
                "build.ps1": '$env:DOTNET_EXE = (Get-Command "dotnet").Path\n'
                "& $env:DOTNET_EXE build $BuildProjectFile -nologo\n"
                "& $env:DOTNET_EXE run --project $BuildProjectFile --no-build -- $args\n",
            },
            at=(".gitlab-ci.yml:1",),
            title="behind the script of a build tool, by a program that a variable names",
        ),
        Bad(
            {
                ".circleci/config.yml": (
                    "version: 2.1\njobs:\n  test:\n    docker:\n      - image: cimg/ruby:3.3\n    steps:\n      - checkout\n"
                    "      - run: bundle install\n      - run: bundle exec rspec\n"
                )
            },
            at=(".circleci/config.yml:3",),
        ),
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    container: python:3.12\n    steps:\n"
                    "      - uses: actions/checkout@v4\n      - run: pip install -r requirements.txt\n      - run: pytest\n"
                )
            },
            at=(".github/workflows/ci.yml:3",),
        ),
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n"
                    "      - run: make deps\n"
                ),
                "Makefile": "deps:\n\tcomposer install\n",
            },
            at=(".github/workflows/ci.yml:3",),
            title="through a target",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  lint:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n"
                    "      - uses: asdf-vm/actions/install@v4\n      - run: shellcheck bin/*\n"
                )
            },
            at=(".github/workflows/ci.yml:7",),
            title="all tools of .tool-versions",
        ),
        Bad(
            {
                "azure-pipelines.yml": (
                    "pool: {vmImage: windows-latest}\njobs:\n- job: build\n  steps:\n  - task: DotNetCoreCLI@2\n    inputs: {command: test}\n"
                )
            },
            at=("azure-pipelines.yml:3",),
            title="a task that restores",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  lint:\n    runs-on: ubuntu-latest\n    container: archlinux\n    steps:\n"
                    "      - run: pacman --noconfirm -Syu bandit\n"
                )
            },
            at=(".github/workflows/ci.yml:3",),
            title="the whole system is brought up to date",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: pull_request\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n"
                    "      - uses: actions/setup-dotnet@v5\n      - uses: cake-build/cake-action@v3\n"
                )
            },
            at=(".github/workflows/ci.yml:7",),
            title="a step that restores by itself, told at the set-up that could keep it",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  matrix:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n"
                    "      - run: npm ci --prefix .github/tools\n"
                ),
                ".github/tools/package.json": '{"private": true, "dependencies": {"draw-legs": "2.1.0"}}\n',
                ".github/tools/package-lock.json": (
                    '{"lockfileVersion": 3, "packages": {\n  "": {},\n  "node_modules/draw-legs": {"version": "2.1.0"},\n  "node_modules/dice": {"version": "1.0.0"}\n}}\n'
                ),
            },
            at=(".github/workflows/ci.yml:3",),
            title="a package that brings another, in a folder of its own",
        ),
    ),
    good=(
        Good(
            {
                ".travis.yml": "language: node_js\nnode_js: 20\nscript:\n  - npm install -g a b c d e\n",
                "package.json": "{}\n",
            },
            because="Travis keeps npm's cache by default",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - uses: actions/cache@v4\n        with: {path: vcpkg-cache, key: a}\n"
                + "      - run: cmake -B b --toolchain $VCPKG_INSTALLATION_ROOT/scripts/buildsystems/vcpkg.cmake\n"
                + "        env: {VCPKG_BINARY_SOURCES: 'clear;files,/tmp/vcpkg-cache,readwrite'}\n",
                "vcpkg.json": '{"dependencies": ["zlib", "curl"]}\n',
            },
            because="what vcpkg builds is kept",
        ),
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  matrix:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n"
                    "      - run: npm ci --prefix .github/tools\n"
                ),
                ".github/tools/package.json": '{"private": true, "dependencies": {"draw-legs": "2.1.0"}}\n',
                ".github/tools/package-lock.json": (
                    '{"lockfileVersion": 3, "packages": {\n  "": {},\n  "node_modules/draw-legs": {"version": "2.1.0"}\n}}\n'
                ),
            },
            because="one package is here sooner than a cache",
        ),
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/cache@v4\n"
                    "        with: {path: ~/conda_pkgs_dir, key: conda}\n      - run: conda env create -f environment.yml\n"
                    "      - run: pip install -e . --no-deps\n"
                )
            },
            because="what pip is to bring has come with conda, whose packages are kept",
        ),
        Good(
            {
                ".gitlab-ci.yml": (
                    "test:\n  image: node:22\n  cache:\n    key: npm\n    paths: [.npm/]\n  script:\n    - npm ci --cache .npm\n"
                )
            },
            because="the job keeps npm's folder",
        ),
        Good(
            {
                ".circleci/config.yml": (
                    "version: 2.1\njobs:\n  test:\n    docker:\n      - image: cimg/ruby:3.3\n    steps:\n      - restore_cache:\n"
                    "          keys: ['gems-{{ checksum \"Gemfile.lock\" }}']\n      - run: bundle install\n      - save_cache:\n"
                    '          key: gems-{{ checksum "Gemfile.lock" }}\n          paths: [vendor/bundle]\n'
                )
            },
            because="restore_cache brings the gems back",
        ),
        Good(
            {
                ".gitlab-ci.yml": "lint:\n  image: python:3.12\n  script:\n    - pip install --upgrade pip\n    - python check.py\n"
            },
            because="a newer pip is not worth a cache",
        ),
        Good(
            {".gitlab-ci.yml": ("test:\n  image: docker:27\n  script:\n    - docker run --rm app npm ci\n")},
            because="it installs inside a container of its own, where the job's cache does not reach",
        ),
    ),
)


def check(job: Job, repository: Repository) -> Iterator[Hit]:
    """Flag a job once for each package manager whose downloads nobody keeps."""
    if lasting_machine(job):
        return
    told: set[str] = set()
    for fetch in sorted(fetches(job, repository), key=lambda fetch: not fetch.how.heavy):
        how = fetch.how
        if how.compiles or how.download or how.what in {"docker", "pre-commit"} or told & {how.what, *how.covered_by}:
            continue
        if keeper(fetch, job) or kept(fetch, job, repository) or not worth_keeping(fetch):
            continue
        if fetched_before(fetch, job, repository):
            continue
        told.add(how.what)
        yield Hit(
            place=told_at(fetch, job, repository),
            message=(
                f"`{as_written(fetch.by, repository, 60)}` in job `{job.id}` fetches everything anew on each run; {advice_for(fetch)}"
            ),
            unit=job.unit,
            tier=Tier.PEDANTIC
            if rare_command(fetch.through, job, repository) or not (how.heavy or packages(fetch) >= MANY)
            else None,
            cost=Cost(seconds=how.seconds, source="E5"),
        )
    yield from _by_tasks(job, repository)
    for step, brings in uncached_actions(job, repository, compiling=False):
        if brings.what not in told and step.action is not None:
            told.add(brings.what)
            could = setup_that_could_keep(brings.what, job)
            yield Hit(
                place=could[0].place if could else step.place,
                message=f"`{step.action.name}` in job `{job.id}` fetches everything anew on each run; {brings.advice}",
                unit=job.unit,
                tier=Tier.PEDANTIC if rare_step(step, job, repository) else None,
            )


MANY = 4
"""Packages named on one line from which on their download is worth keeping."""
_RESTORING = frozenset({"restore", "build", "pack", "test", "publish", ""})


def _by_tasks(job: Job, repository: Repository) -> Iterator[Hit]:
    """Azure's task for .NET restores all packages, whatever else it is asked for."""
    for step in job.steps:
        if step.action is None or step.action.name != "task:dotnetcorecli":
            continue
        given = step.action.inputs
        verb = given["command"].value.lower() if "command" in given else ""
        arguments = given["arguments"].value if "arguments" in given else ""
        if (
            verb not in _RESTORING
            or "--no-restore" in arguments
            or any({"nuget", "dotnet"} & c.what for c in job.caches)
        ):
            continue
        yield Hit(
            place=job.place,
            message=f"`{step.name or verb}` in job `{job.id}` restores every package anew; keep ~/.nuget/packages with Cache@2",
            unit=job.unit,
            tier=Tier.PEDANTIC if rare_step(step, job, repository) else None,
        )
        return
