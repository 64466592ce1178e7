"""A set-up action's cache looks for a lock file at the root, where there is none."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.pipeline import Job, Step
from agentlint.facts.repository import Repository
from agentlint.judgements.keeping.caching import caches_at_hand, inner_commands, lasting_machine
from agentlint.judgements.running.occasions import rare
from agentlint.judgements.running.scope import carried_out
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity, Station, Tier
from agentlint.rule.edits import with_input

_HEAD = "on: pull_request\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n"
_SETUP = "      - uses: actions/setup-go@v5\n        with:\n          go-version-file: tool/go.mod\n"
_TEST = "      - run: go test ./...\n        working-directory: tool\n"
_TOOL = {"tool/go.mod": "module x\n\nrequire x.org/y v1.0.0\n", "tool/go.sum": "x.org/y v1.0.0 h1:x=\n"}

RULE = Rule(
    id="CAC224",
    name="cache-finds-no-lock-file",
    category=Category.NO_CACHE,
    summary="A set-up action's cache looks for a lock file at the root, where there is none.",
    why=(
        "setup-go makes the key of its cache out of the go.sum at the root. Where the module stands in a folder it only warns "
        "(`Restore cache failed: Dependencies file is not found`), and every run fetches all modules and compiles all packages anew (E5, E22)."
    ),
    remediation="Name the file: `cache-dependency-path: tool/go.sum`, or a pattern for several modules.",
    severity=Severity.MINOR,
    cost=Cost(seconds=45, source="E22"),
    station=Station.CI,
    evidence=("E5", "E22"),
    references=("https://github.com/actions/setup-go/issues/418",),
    bad=(
        Bad(
            {".github/workflows/ci.yml": _HEAD + _SETUP + _TEST, **_TOOL},
            at=(".github/workflows/ci.yml:7",),
            fixed={
                ".github/workflows/ci.yml": _HEAD
                + _SETUP.replace(
                    "          go-version-file",
                    "          cache-dependency-path: tool/go.sum\n          go-version-file",
                )
                + _TEST
            },
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD
                + _SETUP
                + "      - run: cd api && go build ./...\n      - run: cd tool && go test ./...\n",
                **_TOOL,
                "api/go.mod": "module y\n",
                "api/go.sum": "",
            },
            at=(".github/workflows/ci.yml:7",),
            fixed={
                ".github/workflows/ci.yml": _HEAD
                + _SETUP.replace(
                    "          go-version-file",
                    "          cache-dependency-path: '**/go.sum'\n          go-version-file",
                )
                + "      - run: cd api && go build ./...\n      - run: cd tool && go test ./...\n"
            },
            title="several modules",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": "defaults:\n  run:\n    working-directory: tool\n"
                + _HEAD
                + "      - uses: actions/setup-go@v6\n        with: {go-version: 1.25.1, cache: true}\n      - run: go build main.go\n",
                **_TOOL,
            },
            at=(".github/workflows/ci.yml:10",),
            fixed={
                ".github/workflows/ci.yml": "defaults:\n  run:\n    working-directory: tool\n"
                + _HEAD
                + "      - uses: actions/setup-go@v6\n        with: {cache-dependency-path: tool/go.sum, go-version: 1.25.1, cache: true}\n"
                + "      - run: go build main.go\n",
            },
            title="asked for by name; the folder stands among the defaults",
        ),
    ),
    good=(
        Good(
            {
                ".github/workflows/ci.yml": _HEAD + _SETUP + "          cache-dependency-path: tool/go.sum\n" + _TEST,
                **_TOOL,
            },
            because="the file is named",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD + _SETUP + "      - run: go test ./...\n",
                **_TOOL,
                "go.mod": "module z\n",
            },
            because="a module at the root, which needs no other: newer versions take go.mod for the key",
        ),
        Good(
            {".github/workflows/ci.yml": _HEAD + _SETUP + "          cache: false\n" + _TEST, **_TOOL},
            because="it is switched off: another rule tells",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + _SETUP
                + "      - uses: actions/cache@v4\n        with:\n          path: ~/go/pkg/mod\n          key: go-${{ hashFiles('**/go.sum') }}\n"
                + _TEST,
                **_TOOL,
            },
            because="a step of its own keeps the modules",
        ),
        Good(
            {".github/workflows/ci.yml": _HEAD + _SETUP + "      - run: go version\n", **_TOOL},
            because="no module is fetched",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD.replace("v4", "v4\n        with:\n          repository: team/tool")
                + _SETUP
                + _TEST,
                **_TOOL,
            },
            because="another repository is checked out",
        ),
    ),
)

_BUILDS = frozenset({"build", "test", "vet", "run", "install", "generate", "tool", "mod", "get"})
_ON_SINCE = 4
"""The version of setup-go from which on its cache is on by default."""


def check(job: Job, repository: Repository) -> Iterator[Hit]:
    """Flag setup-go with its cache on, in a job that builds a module of a folder, where the root has none."""
    step = next((one for one in job.steps if _keeps_by_root(one)), None)
    if step is None or lasting_machine(job) or _elsewhere(job) or {"go.sum", "go.mod"} & repository.project.paths:
        return
    if any(
        cache.span != step.place.span and ("go" in cache.what or not cache.what)
        for cache in caches_at_hand(job, repository)
        if not cache.by_default
    ):
        return
    locks = _lock_files(job, repository)
    if not locks:
        return
    wanted = next(iter(locks)) if len(locks) == 1 else "'**/go.sum'"
    yield Hit(
        place=step.place,
        message=f"`actions/setup-go` looks for go.sum at the root and finds none, so that nothing is kept; set `cache-dependency-path: {wanted}`",
        unit=job.unit,
        tier=Tier.PEDANTIC if rare(job, repository, costly=True) else None,
        fix=with_input(step, "cache-dependency-path", wanted, repository, "name the lock file"),
    )


def _keeps_by_root(step: Step) -> bool:
    """True for setup-go with its cache on and no word on where the lock file lies."""
    action = step.action
    if action is None or action.name != "actions/setup-go" or "cache-dependency-path" in action.inputs:
        return False
    written = action.inputs["cache"].value.strip().lower() if "cache" in action.inputs else ""
    return written == "true" or (not written and (action.version_number or _ON_SINCE) >= _ON_SINCE)


def _elsewhere(job: Job) -> bool:
    """True where a checkout puts another repository, or this one into a folder, so that the root is not this tree's."""
    return any(
        step.action is not None
        and step.action.name == "actions/checkout"
        and {"repository", "path"} & set(step.action.inputs)
        for step in job.steps
    )


def _lock_files(job: Job, repository: Repository) -> frozenset[str]:
    """The go.sum of the folders in which the job builds."""
    return frozenset(
        path
        for command in (*job.commands, *inner_commands(job, repository))
        for reached in carried_out(command, repository)
        if (path := _lock_of(reached)) in repository.project.paths
    )


def _lock_of(command: Command) -> str:
    """The go.sum beside which a build of Go runs; "" for any other command."""
    if command.program not in {"go", "gotestsum", "golangci-lint", "ginkgo"} or not command.directory:
        return ""
    if command.program == "go" and not set(command.texts()[:1]) & _BUILDS:
        return ""
    return posixpath.join(posixpath.normpath(command.directory), "go.sum")
