"""A package script, or a target of make, chains checks that could run at once."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.calls import called_units
from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.facts.unit import Unit, UnitKind
from agentlint.files.lazily import lazily
from agentlint.files.source import Place
from agentlint.judgements.parallelism.independence import groups, one_kind
from agentlint.judgements.parallelism.target_chains import kinds_of_target
from agentlint.judgements.parallelism.workers import runs_parallel
from agentlint.judgements.running.waited_units import waited_units
from agentlint.programs import table
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity, Station, Tier

RULE = Rule(
    id="SER311",
    name="scripts-in-a-chain",
    category=Category.SERIAL,
    summary="A script runs lint, type check and tests, or several suites, in a chain.",
    why="The checks do not need each other; chained, they take the sum, and the first failure hides the rest (E5).",
    remediation="Run them at once (run-p, concurrently, npm-run-all -p, turbo), or as jobs of their own.",
    severity=Severity.MINOR,
    confidence=Confidence.MEDIUM,
    cost=Cost(seconds=20, source="E15"),
    station=Station.CHECK,
    evidence=("E5", "E15"),
    bad=(
        Bad(
            {
                "package.json": (
                    '{\n  "scripts": {\n    "ci": "npm run lint && npm run types && npm run unit",\n    "lint": "eslint .",\n'
                    '    "types": "tsc --noEmit",\n    "unit": "vitest run"\n  }\n}\n'
                ),
                ".gitlab-ci.yml": "t:\n  cache: {paths: [node_modules]}\n  script:\n    - npm run ci\n",
            },
            at=("package.json:3",),
        ),
        Bad(
            {
                "package.json": '{\n  "scripts": {\n    "test": "eslint . && mocha --reporter xunit"\n  }\n}\n',
                ".gitlab-ci.yml": "t:\n  cache: {paths: [node_modules]}\n  script:\n    - npm test\n",
            },
            at=("package.json:3",),
        ),
        Bad(
            {
                "package.json": (
                    '{\n  "scripts": {\n    "check": "run-s lint types",\n    "lint": "eslint .",\n    "types": "tsc --noEmit"\n  }\n}\n'
                ),
                ".gitlab-ci.yml": "t:\n  cache: {paths: [node_modules]}\n  script:\n    - npm run check\n",
            },
            at=("package.json:3",),
        ),
        Bad(
            {
                "package.json": (
                    '{\n  "scripts": {\n    "test": "npm-run-all test:*",\n    "test:core": "mocha test/core",\n    "test:plugins": "mocha test/plugins",\n'
                    '    "test:langs": "mocha test/langs"\n  }\n}\n'
                ),
                ".gitlab-ci.yml": "t:\n  cache: {paths: [node_modules]}\n  script:\n    - npm test\n",
            },
            at=("package.json:3",),
            title="suites of their own, each on one core",
        ),
        Bad(
            {
                "Makefile": ".PHONY: ci\nci: lint unit\nlint:\n\tgolangci-lint run\nunit:\n\tgo test ./...\n",
                ".gitlab-ci.yml": "t:\n  timeout: 20m\n  script:\n    - make ci\n",
            },
            at=("Makefile:2",),
            title="a target that only gathers others",
        ),
        Bad(
            {
                "scripts/ci": "#!/bin/bash\nset -e\ncd $(dirname $0)\n\n./validate\n./build\n./test\n./package\n",
                "scripts/validate": "#!/bin/sh\ngolangci-lint run\n",
                "scripts/test": "#!/bin/sh\ngo test ./...\n",
            },
            at=("scripts/ci:5",),
            title="all of CI in one recipe",
        ),
    ),
    good=(
        Good(
            {
                "Makefile": ".PHONY: ci\nci: lint unit\nlint:\n\tgolangci-lint run\nunit:\n\tgo test ./...\n",
                ".gitlab-ci.yml": "t:\n  timeout: 20m\n  script:\n    - make -j2 ci\n",
            },
            because="make is given jobs",
        ),
        Good(
            {
                "Makefile": ".PHONY: test\ntest: lint\n\tgo test ./...\nlint:\n\tgolangci-lint run\n",
                ".gitlab-ci.yml": "t:\n  timeout: 20m\n  script:\n    - make test\n",
            },
            because="a target with work of its own",
        ),
        Good(
            {
                "package.json": (
                    '{"scripts": {"test": "npm-run-all -p test:*", "test:a": "mocha a", "test:b": "mocha b", "test:c": "mocha c"}}\n'
                ),
                ".gitlab-ci.yml": "t:\n  cache: {paths: [node_modules]}\n  script:\n    - npm test\n",
            },
            because="the suites run at once",
        ),
        Good(
            {
                "package.json": (
                    '{"scripts": {"test": "run-s test:*", "test:a": "jest a", "test:b": "jest b", "test:c": "jest c"}}\n'
                ),
                ".gitlab-ci.yml": "t:\n  cache: {paths: [node_modules]}\n  script:\n    - npm test\n",
            },
            because="each uses all cores by itself",
        ),
        Good(
            {
                "scripts/ci": "#!/bin/bash\nset -e\n./scripts/bootstrap\n./scripts/build\n./scripts/test\n",
                "scripts/test": "#!/bin/sh\ngo test ./...\n",
            },
            because="the tests take what was built, and no check waits",
        ),
        Good(
            {
                "package.json": (
                    '{"scripts": {"check": "run-p lint types", "lint": "eslint .", "types": "tsc --noEmit"}}\n'
                ),
                ".gitlab-ci.yml": "t:\n  cache: {paths: [node_modules]}\n  script:\n    - npm run check\n",
            },
            because="they run at once",
        ),
        Good({"package.json": '{"scripts": {"all": "eslint . && mocha"}}\n'}, because="no CI job calls it"),
        Good(
            {
                "package.json": '{"scripts": {"test": "tsc -p . && mocha --reporter xunit"}}\n',
                ".gitlab-ci.yml": "t:\n  cache: {paths: [node_modules]}\n  script:\n    - npm test\n",
            },
            because="the tests need what was compiled",
        ),
        Good(
            {
                "package.json": '{"scripts": {"lint": "eslint . && prettier --check ."}}\n',
                ".gitlab-ci.yml": "t:\n  cache: {paths: [node_modules]}\n  script:\n    - npm run lint\n",
            },
            because="one kind of check",
        ),
    ),
)


def check(repository: Repository, _same: Repository) -> Iterator[Hit]:
    """Flag package scripts that CI calls and that chain independent checks, and the one script that is all of CI."""
    from_ci = _called_by_ci(repository)
    for unit in repository.units.values():
        if unit.kind is UnitKind.SCRIPT and (unit.id in from_ci or _OF_CI.search(unit.name)):
            yield from _recipe(unit, repository)
        if unit.kind is UnitKind.TARGET and unit.id in waited_units(repository):
            yield from _target(unit, repository)
        if unit.kind is not UnitKind.PACKAGE_SCRIPT or unit.id not in from_ci:
            continue
        kinds = _chain(unit, repository)
        if len(kinds) < 2:
            yield from _suites_in_a_row(unit, repository)
            continue
        yield Hit(
            place=unit.place,
            message=f"script `{unit.name}` runs {', then '.join(kinds)} one after another; run them at once",
            unit=unit.id,
            tier=None if len(kinds) > 2 or kinds[0] != "lint" or kinds[1] != "lint" else Tier.PEDANTIC,
        )


def _target(unit: Unit, repository: Repository) -> Iterator[Hit]:
    """A target that gathers the tests and other checks."""
    kinds = kinds_of_target(unit, repository)
    if len(kinds) > 1 and "test" in kinds:
        yield Hit(
            place=unit.place,
            message=f"target `{unit.name}` makes {', then '.join(kinds)} one after another; call it with -j (and --output-sync), "
            "or give each a job of its own",
            unit=unit.id,
        )


_OF_CI = lazily(r"(?:^|/)(?:scripts?|ci|hack|build|tools?)/ci(?:\.(?:sh|bash))?$")
_VALIDATES = lazily(r"(?:^|/)(?:validate|verify)(?:\.(?:sh|bash))?$")


def _recipe(unit: Unit, repository: Repository) -> Iterator[Hit]:
    """A script that does nothing but call the others beside it: the checks, the build, the tests, the packaging."""
    commands = [c for c in repository.commands_by_unit.get(unit.id, ()) if c.program not in _AROUND]
    local = [c for c in commands if "/" in c.program_path and not c.program_path.startswith("/")]
    if len(local) < 3 or len(local) != len(commands) or any(c.background or c.guards or c.in_loop for c in local):
        return
    kinds = dict.fromkeys(_kind_of_script(command, repository) for command in local)
    if not {"lint", "test"} <= set(kinds):
        return
    yield Hit(
        place=Place(local[0].place.path, local[0].place.span.cover(local[-1].place.span)),
        message=f"{', then '.join(f'`{c.program_path}`' for c in local)} run one after another; give the checks and the tests a job of their own",
        unit=unit.id,
    )


_AROUND = frozenset(
    {"cd", "set", "source", ".", "echo", "export", "pwd", "dirname", "readlink", "date", "pushd", "popd"}
)


def _kind_of_script(command: Command, repository: Repository) -> str:
    return "lint" if _VALIDATES.search(command.program_path) else one_kind(command, repository)


SUITES = 3
"""Suites in single file from which on it is worth saying."""


def _suites_in_a_row(unit: Unit, repository: Repository) -> Iterator[Hit]:
    """`npm-run-all test:*` over suites that each run on one core."""
    for command in repository.commands_by_unit.get(unit.id, ()):
        if command.program not in _SEQUENCES or command.option("-p", "--parallel", "--max-parallel"):
            continue
        suites = [called for called in called_units(command, repository.unit_index) if _on_one_core(called, repository)]
        if len(suites) >= SUITES:
            yield Hit(
                place=unit.place,
                message=f"script `{unit.name}` runs {len(suites)} suites one after another; run them at once (-p)",
                unit=unit.id,
            )


def _on_one_core(unit: str, repository: Repository) -> bool:
    """True for a script of tests and nothing else, by a runner that starts no workers."""
    tests = [c for c in repository.reached_from(unit) if "test" in table().roles(c)]
    entries = [table().parallelism(command) for command in tests]
    return bool(tests) and all(
        entry is not None and entry.default == "serial" and not runs_parallel(command, entry, repository)
        for command, entry in zip(tests, entries, strict=True)
    )


def _called_by_ci(repository: Repository) -> frozenset[str]:
    found: set[str] = set()
    for pipeline in repository.pipelines:
        for job in pipeline.jobs:
            found.update(repository.graph.closure(job.unit))
    return frozenset(found)


_SEQUENCES = frozenset({"run-s", "npm-run-all", "npm-run-all2"})


def _chain(unit: Unit, repository: Repository) -> tuple[str, ...]:
    kinds: dict[str, None] = {}
    for command in repository.commands_by_unit.get(unit.id, ()):
        if command.background:
            continue
        found = _composed(command, repository) if command.program in _SEQUENCES else (one_kind(command, repository),)
        kinds.update(dict.fromkeys(kind for kind in found if kind))
    return tuple(kinds)


def _composed(command: Command, repository: Repository) -> tuple[str, ...]:
    if command.option("-p", "--parallel", "--max-parallel"):
        return ()
    found: list[str] = []
    for called in called_units(command, repository.unit_index):
        own = groups(role for reached in repository.reached_from(called) for role in table().roles(reached))
        if len(own) == 1:
            found.extend(own)
    return tuple(found)
