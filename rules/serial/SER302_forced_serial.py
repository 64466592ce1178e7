"""An option forces work into single file that the tool would spread over the cores."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from agentlint.facts.calls import called_units
from agentlint.facts.command import Command, Word
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.lines import line_start
from agentlint.judgements.compiling.builds import real_build
from agentlint.judgements.parallelism.reasons import reason_above
from agentlint.judgements.parallelism.workers import for_debugging, forced_serial, narrow
from agentlint.judgements.running.aspects import programs_with
from agentlint.judgements.running.patterns import option_matching
from agentlint.judgements.running.scope import as_written, in_prose, waited_for_by_none
from agentlint.programs import table
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity, Station, Tier
from agentlint.rule.edits import without_option

RUNNERS = frozenset({"npm", "yarn", "pnpm", "bun"})
"""Programs that run a script of package.json, and hand it the options that stand behind its name."""

RULE = Rule(
    id="SER302",
    name="forced-serial",
    category=Category.SERIAL,
    summary="An option such as --runInBand, -p 1 or --test-threads=1 takes a tool's workers away.",
    why=(
        "The tool is parallel by default; with the option the suite takes as long as the sum of its files. Mostly it hides a "
        "few tests that share state, and all the others wait for them (E20)."
    ),
    remediation="Drop the option; isolate the few tests that share state.",
    severity=Severity.MAJOR,
    cost=Cost(seconds=30, source="E20"),
    station=Station.TEST,
    programs=programs_with("parallelism") | RUNNERS,
    evidence=("E20",),
    bad=(
        Bad(
            {"package.json": '{"scripts": {"test": "jest --runInBand --coverage"}}\n'},
            at=("package.json:1",),
            fixed={"package.json": '{"scripts": {"test": "jest --coverage"}}\n'},
        ),
        Bad(
            {"Makefile": "test:\n\tgo test -p 1 ./...\n"},
            at=("Makefile:2",),
            fixed={"Makefile": "test:\n\tgo test ./...\n"},
        ),
        Bad(
            {
                ".gitlab-ci.yml": (
                    "test:\n  cache: {paths: [target]}\n  script:\n    - cargo test --all -- --test-threads=1\n"
                )
            },
            at=(".gitlab-ci.yml:4",),
            fixed={
                ".gitlab-ci.yml": "test:\n  cache: {paths: [target]}\n  script:\n    - cargo test --all --\n",
            },
        ),
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  e2e:\n    runs-on: ubuntu-latest\n    steps:\n      - run: npx playwright test --workers=1\n"
                )
            },
            at=(".github/workflows/ci.yml:6",),
            fixed={
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  e2e:\n    runs-on: ubuntu-latest\n    steps:\n      - run: npx playwright test\n"
                )
            },
            title="the files may share the one running system: pedantic",
        ),
        Bad(
            {
                "package.json": '{"scripts": {"test": "jest --coverage"}}\n',
                ".gitlab-ci.yml": "test:\n  cache: {paths: [node_modules]}\n  script:\n    - npm test -- --runInBand\n",
            },
            at=(".gitlab-ci.yml:4",),
            fixed={
                ".gitlab-ci.yml": "test:\n  cache: {paths: [node_modules]}\n  script:\n    - npm test --\n",
            },
            title="handed to the script behind its name",
        ),
        Bad(
            {
                "ci.sh": "#!/bin/sh\nset -e\n./gradlew check --no-parallel\n",
                "gradle.properties": "org.gradle.parallel=true\n",
            },
            at=("ci.sh:3",),
            fixed={"ci.sh": "#!/bin/sh\nset -e\n./gradlew check\n"},
            title="what the settings give is taken away again",
        ),
        Bad(
            {"phar.sh": "#!/bin/sh\nset -e\nvendor/bin/box compile --no-parallel\n"},
            at=("phar.sh:3",),
            fixed={"phar.sh": "#!/bin/sh\nset -e\nvendor/bin/box compile\n"},
        ),
        Bad(
            {
                "composer.json": '{"scripts": {"types": "phpstan analyse --ansi --memory-limit=-1 --debug"}}\n',
                "src/A.php": "<?php\n",
            },
            at=("composer.json:1",),
            fixed={
                "composer.json": '{"scripts": {"types": "phpstan analyse --ansi --memory-limit=-1"}}\n',
                "src/A.php": "<?php\n",
            },
            title="one file after another, named as they come",
        ),
    ),
    good=(
        Good(
            {"composer.json": '{"scripts": {"step": "phpstan analyse --xdebug --debug"}}\n', "src/A.php": "<?php\n"},
            because="a debugger follows one process",
        ),
        Good({"package.json": '{"scripts": {"test": "jest --maxWorkers=50%"}}\n'}, because="several workers"),
        Good(
            {"package.json": '{"scripts": {"test:debug": "jest --runInBand"}}\n'},
            because="a debugger wants one process",
        ),
        Good({"Makefile": "test:\n\tgo test -p 4 ./...\n"}, because="four packages at a time"),
        Good({"Makefile": "test:\n\tcd tests && go test -v -p=1 -run FIPS .\n"}, because="one package is named"),
        Good({"Makefile": "find:\n\tgrep -i needle hay\n"}, because="another program's -i"),
        Good(
            {
                "Makefile": (
                    "# Migration tests reset the shared database, so they must run serially.\n"
                    "test-store:\n\tgo test -p 1 ./store/...\n"
                )
            },
            because="the comment above gives the reason",
        ),
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  small:\n    runs-on: ubuntu-latest\n    steps:\n"
                    "      # We limit concurrency, for parallel tests map more than 32 bits can address.\n"
                    "      - run: GOARCH=386 go test -parallel=1 ./...\n"
                )
            },
            because="the comment above speaks of what too much at once does here",
        ),
        Good(
            {
                "package.json": '{"scripts": {"native": "vitest --root=./fixtures/native --watch=false --max-workers=1"}}\n'
            },
            because="a handful of sample tests, which another test runs",
        ),
        Good({"Makefile": "test:\n\tpytest -n 4\n"}, because="four workers"),
    ),
)


def check(command: Command, repository: Repository) -> Iterator[Hit]:
    """Flag commands whose options or variables leave them one worker."""
    meant = _with_its_script(command, repository)
    entry = table().parallelism(meant)
    if entry is None:
        return
    how = forced_serial(meant, entry)
    if not how or in_prose(command, repository) or for_debugging(command, repository):
        return
    if command.program in {"make", "gmake"} and not real_build(command, repository):
        return
    if entry.test_suite and (
        narrow(meant, entry) or _sharded(command) or _one_package(command, how) or _on_samples(meant)
    ):
        return
    if (
        entry.default == "serial"
        and not entry.test_suite
        and option_matching(command, entry.parallel_options)
        and "1" not in how
    ):
        return
    if reason_above(command.place, repository):
        return
    job = repository.job_of(command)
    yield Hit(
        place=command.place,
        message=f"`{as_written(command, repository)}` is held to {_one(command, how)} by `{how}`; {_advice(entry.default, entry.advice)}",
        unit=command.unit,
        tier=Tier.PEDANTIC
        if (job is not None and waited_for_by_none(command, job, repository))
        or ((entry.test_suite or command.program in _OVER_PROJECTS) and _against_one_server(command, repository))
        else None,
        fix=without_option(command, how, repository),
    )


def _with_its_script(command: Command, repository: Repository) -> Command:
    """For `npm test -- -i` and its like, the last command of the script with these words behind it; else the command itself."""
    handed = _handed_on(command) if command.program in RUNNERS and "package.json" not in command.place.path else ()
    called = called_units(command, repository.unit_index) if handed else ()
    commands = repository.commands_by_unit.get(called[0], ()) if len(called) == 1 else ()
    if not commands:
        return command
    script = commands[-1]
    entry = table().parallelism(script)
    if entry is None or forced_serial(script, entry):
        return command
    return replace(script, arguments=(*script.arguments, *handed))


def _handed_on(command: Command) -> tuple[Word, ...]:
    """The words that go to the script: of npm those behind `--`, of the others those behind the script's name."""
    texts = command.texts()
    if "--" in texts:
        return command.arguments[texts.index("--") + 1 :]
    if command.program == "npm":
        return ()
    names = [index for index, text in enumerate(texts) if text != "run" and not text.startswith("-")]
    return command.arguments[names[0] + 1 :] if names else ()


def _advice(default: str, advice: str) -> str:
    return advice if default == "parallel" and advice else "drop it"


def _one(command: Command, how: str) -> str:
    """What runs at a time: go's `-parallel` bounds the tests in each package, and packages still run side by side."""
    return "one test at a time in each package" if command.program == "go" and how.startswith("-pa") else "one worker"


def _one_package(command: Command, how: str) -> bool:
    """True where go's `-p` counts nothing: it bounds the packages at a time, and one is named (`go help build`)."""
    if command.program != "go" or not how.startswith("-p") or how.startswith("-pa") or "xargs" in command.wrappers:
        return False
    program = table().of(command)
    named = program.operands(command)[1:] if program is not None else ("./...",)
    return len(named) <= 1 and not any("..." in name or "$" in name or "*" in name for name in named)


_OVER_PROJECTS = frozenset({"pnpm", "lerna", "nx", "turbo"})
"""Programs that run one script of many projects."""


def _on_samples(command: Command) -> bool:
    """True for a run whose root is a folder of sample projects."""
    return bool(_SAMPLES.search(command.value_of("--root", "--rootDir", "--dir", "--project-dir") or ""))


_SAMPLES = lazily(r"(?:^|/)(?:fixtures?|__fixtures__|testdata|examples?|samples?)(?:/|$)")


def _sharded(command: Command) -> bool:
    return any("shard" in text or "CIRCLE_NODE" in text or "CI_NODE" in text for text in command.texts())


_WHOLE_SYSTEM = lazily(
    r"(?<![a-z])(?:integration|e2e|end-to-end|acceptance|functional|system|platinum|cluster)(?![a-z])",
    re.IGNORECASE,
)
MAX_LINE = 2000


def _against_one_server(command: Command, repository: Repository) -> bool:
    """True for a suite that by its name, its job's or its own line tests one running system, which its files share."""
    unit, job = repository.units.get(command.unit), repository.job_of(command)
    source = repository.read(command.place.path)
    line = ""
    if source is not None and not command.place.path.endswith(".json"):
        start, end = command.place.span.start, command.place.span.end
        line = source.text[line_start(source.text, start) : end][-MAX_LINE:]
    named = (
        unit.name if unit is not None else "",
        job.id if job is not None else "",
        job.name if job is not None else "",
    )
    return any(_WHOLE_SYSTEM.search(text) for text in (*named, *command.texts(), line))
