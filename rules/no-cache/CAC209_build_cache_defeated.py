"""A build or test run is told to do again what it knows the result of."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.pipeline import Job
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.lines import line_end, line_start
from agentlint.files.source import Place, Span
from agentlint.judgements.keeping.caching import nothing_to_defeat, traced_build
from agentlint.judgements.running.aspects import programs_with
from agentlint.judgements.running.patterns import environment_matching, option_matching
from agentlint.judgements.running.scope import as_written, in_prose, one_off
from agentlint.programs import Fetching, table
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity, Tier
from agentlint.rule.edits import without_option

_DEBATABLE = frozenset({"-count=1", "-count", "-U", "--update-snapshots", "--refresh-dependencies", "--force"})

RULE = Rule(
    id="CAC209",
    name="build-cache-defeated",
    category=Category.NO_CACHE,
    summary="An option, or a clean before it, makes a build tool ignore the results it already has.",
    why=(
        "Incremental builds are what makes an agent's second try quick; with this option each try costs as much as the first "
        "(E22)."
    ),
    remediation="Drop the option; mend the undeclared input that made it necessary.",
    severity=Severity.MINOR,
    cost=Cost(seconds=60, source="E22"),
    programs=programs_with("fetches"),
    evidence=("E22",),
    bad=(
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n      - uses: actions/checkout@v4\n"
                    "      - uses: actions/setup-node@v4\n        with: {cache: npm}\n      - run: npm cache clean --force\n      - run: npm ci\n"
                ),
                "package-lock.json": "{}",
            },
            at=(".github/workflows/ci.yml:10",),
            title="a step empties the store that the job has just restored",
        ),
        Bad(
            {"Makefile": "test:\n\t@go clean --testcache && go test ./...\n", "go.mod": "module x\n"},
            at=("Makefile:2",),
            title="the results of tests",
        ),
        Bad(
            {"test.sh": "#!/bin/sh\nset -e\ncargo clean\ncargo fmt -- --check\ncargo clippy\ncargo test --workspace\n"},
            at=("test.sh:3",),
            title="every crate is compiled again",
        ),
        Bad(
            {"Makefile": "check:\n\t./gradlew check --rerun-tasks\n"},
            at=("Makefile:2",),
            fixed={"Makefile": "check:\n\t./gradlew check\n"},
        ),
        Bad(
            {"Makefile": 'FLAGS := -a -ldflags "-s -w"\n\nall:\n\tgo build $(FLAGS) ./cmd/x\n'},
            at=("Makefile:1",),
            title="through a variable: told where it is set",
        ),
        Bad(
            {"build.sh": "#!/bin/sh\nexport GOFLAGS=-a\ngo build ./...\n"},
            at=("build.sh:3",),
            title="through the tool's own variable",
        ),
        Bad(
            {"package.json": '{"scripts": {"build": "turbo run build --force"}}\n'},
            at=("package.json:1",),
            fixed={"package.json": '{"scripts": {"build": "turbo run build"}}\n'},
        ),
        Bad(
            {
                ".gitlab-ci.yml": "build:\n  cache: {paths: [.gradle]}\n  script:\n    - ./gradlew build --no-build-cache\n"
            },
            at=(".gitlab-ci.yml:4",),
            fixed={".gitlab-ci.yml": "build:\n  cache: {paths: [.gradle]}\n  script:\n    - ./gradlew build\n"},
        ),
    ),
    good=(
        Good(
            {
                ".github/workflows/codeql.yml": (
                    "on: pull_request\njobs:\n  scan:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: github/codeql-action/init@v4\n"
                    "      - run: ./gradlew build -x test --no-build-cache\n      - uses: github/codeql-action/analyze@v4\n"
                ),
                "build.gradle": "plugins { id 'java' }\n",
                "gradlew": "#!/bin/sh\n",
            },
            because="CodeQL has to see the compiler run",
        ),
        Good(
            {
                "cover.sh": "#!/bin/sh\ncargo clean\nRUSTFLAGS=-Cinstrument-coverage cargo test\ngrcov . -s . -o report\n",
                "test.sh": "#!/bin/sh\ncargo test\n# the next build is for another libc\ncargo clean\ncargo test --target x86_64-unknown-linux-musl\n",
                "cold.sh": "#!/bin/sh\n# clean: warnings of crates that are built already are not printed again\ncargo clean\ncargo check\n",
                "Makefile": "clean:\n\tcargo clean\n\ntest:\n\tcargo test\n",
            },
            because="the build is thrown away for a reason, or by a target that is there for it",
        ),
        Good(
            {"Makefile": "clean:\n\tgo clean -testcache\n\trm -rf build\n", "go.mod": "module x\n"},
            because="a target for cleaning",
        ),
        Good({"Makefile": "check:\n\t./gradlew check\n"}, because="up-to-date tasks are skipped"),
        Good(
            {"Makefile": "FLAGS := -trimpath\n\nall:\n\tgo build $(FLAGS) -o app-amd64 ./cmd/x\n"},
            because="the variable holds nothing of the kind",
        ),
        Good(
            {".gitlab-ci.yml": "build:\n  image: golang:1.22\n  script:\n    - go build -a ./...\n"},
            because="a fresh machine has no earlier results: the missing cache is told",
        ),
        Good(
            {"check_reproducibility.sh": "#!/bin/sh\nset -e\n./gradlew --no-build-cache clean assemble\n"},
            because="two true builds are compared",
        ),
        Good({"Makefile": "flaky:\n\tgo test -count=20 ./...\n"}, because="twenty runs of one test are wanted"),
        Good({"Makefile": "clean:\n\t./gradlew clean\n"}, because="cleaning is asked for by name"),
        Good({"Makefile": "push:\n\tgit push --force\n"}, because="another program's option"),
    ),
)


def check(command: Command, repository: Repository) -> Iterator[Hit]:
    """Flag builds and tests with an option that throws known results away."""
    if in_prose(command, repository) or "reproduc" in command.place.path.lower() or _other_library(command):
        return  # a second true build is the point there
    if _store_emptied(command, repository):
        yield Hit(
            place=command.place,
            message=f"`{as_written(command, repository)}` throws away what the job's cache has just brought; drop it",
            unit=command.unit,
        )
        return
    if command.program == "go" and command.texts()[:1] == ("clean",):
        yield from _results_thrown_away(command, repository)
        return
    if command.program == "cargo" and command.texts()[:1] == ("clean",):
        yield from _build_thrown_away(command, repository)
        return
    for how in table().fetching(command):
        option = option_matching(command, how.disabled_by) if how.compiles else ""
        if how.compiles and not (option and option in as_written(command, repository, 1000).split()):
            told = tuple(_through_variable(command, how.disabled_by, repository))
            yield from told
            if told:
                return
        if not option:
            continue
        job = repository.job_of(command)
        if job is not None and (_nothing_kept(command, how, job) or traced_build(job)):
            return
        judgement = option in _DEBATABLE and command.program not in {"turbo", "nx"}
        yield Hit(
            place=command.place,
            message=f"`{as_written(command, repository)}` does again what is already done; drop `{option}`",
            unit=command.unit,
            tier=Tier.PEDANTIC if judgement or (job is not None and one_off(job, repository)) else None,
            fix=without_option(command, option, repository),
        )
        return


_EMPTIES = {
    "npm": (("cache", "clean"), ("cache", "clear"), ("cache", "rm")),
    "yarn": (("cache", "clean"),),
    "pip": (("cache", "purge"),),
    "composer": (("clear-cache",), ("clearcache",)),
    "cargo": (("clean",),),
    "go": (("clean", "-cache"), ("clean", "-modcache")),
}
"""Commands that empty the store of a package manager or a compiler, by the program, which is also the name of its cache."""


def _store_emptied(command: Command, repository: Repository) -> bool:
    """True for a step of CI that empties a store which the job keeps between runs, before anything has used it."""
    job = repository.job_of(command)
    forms = _EMPTIES.get(command.program, ())
    if job is None or command.guards or not any(set(form) <= set(command.texts()) for form in forms):
        return False
    name = command.program
    kept = [cache for cache in job.caches if name in cache.what or not cache.what]
    if not job.hosted or not kept or (name == "cargo" and len(command.texts()) > 1):
        return False
    uses = [one for one in job.commands if any(how.what == name for how in table().fetching(one))]
    return bool(uses) and all(one.place.span.start > command.place.span.start for one in uses)


def _nothing_kept(command: Command, how: Fetching, job: Job) -> bool:
    """True where neither the job nor a store beyond the machine has earlier results."""
    remote = [name for name in how.enabled_by if name.isupper()]
    return nothing_to_defeat(how.what, job) and not any(
        environment_matching(known, remote) for known in (command.environment, job.environment)
    )


def _results_thrown_away(command: Command, repository: Repository) -> Iterator[Hit]:
    """`go clean -testcache` right before the tests: results of packages that nothing has changed are worked out again."""
    job = repository.job_of(command)
    if command.option("-testcache", "--testcache") is None or (job is not None and nothing_to_defeat("go", job)):
        return
    own = repository.commands_by_unit.get(command.unit, ())
    later = [one for one in own if one.place.span.start > command.place.span.start]
    if any(one.program in {"go", "gotestsum", "ginkgo"} and one.texts()[:1] != ("clean",) for one in later):
        yield Hit(
            place=command.place,
            message=f"`{as_written(command, repository)}` throws away the results of unchanged packages; drop it",
            unit=command.unit,
        )


_ANEW_ON_PURPOSE = lazily(
    r"(?i)clean|fresh|bench|cover|grcov|llvm-cov|profraw|instrument|sanitiz|miri|timing|hyperfine|release|stale|rebuild|warning|because|bug"
)
"""What is built anew for a reason: measurements, instrumented builds, releases, or a comment that gives one."""


def _build_thrown_away(command: Command, repository: Repository) -> Iterator[Hit]:
    """A bare `cargo clean` before the checks of a script: all crates are compiled again at each try."""
    if command.texts()[1:] or command.guards or repository.job_of(command) is not None:
        return
    source = repository.read(command.place.path)
    name = command.unit.rpartition(":")[2].rpartition("/")[2]
    own = repository.commands_by_unit.get(command.unit, ())
    words = " ".join(
        one.program + " " + " ".join(one.texts()) for one in own if one.texts() != ("clean",) and one.program != "trap"
    )
    if source is None or _ANEW_ON_PURPOSE.search(f"{name} {words} {_comment_above(source.text, command)}"):
        return
    checks = [
        one for one in own if one.program == "cargo" and {"test", "nextest", "clippy", "check"} & set(one.texts())
    ]
    if checks and all(one.place.span.start > command.place.span.start for one in checks):
        yield Hit(
            place=command.place,
            message="`cargo clean` has each run of these checks compile every crate again; drop it",
            unit=command.unit,
        )


def _comment_above(text: str, command: Command) -> str:
    """The comment on the command's line and on the line before it."""
    start = line_start(text, command.place.span.start)
    lines = text[line_start(text, max(0, start - 1)) : line_end(text, command.place.span.end)].splitlines()
    return " ".join(line.partition("#")[2] for line in lines)


def _other_library(command: Command) -> bool:
    """True for a Go build with an install suffix: the standard library is built another way on purpose."""
    return command.program == "go" and command.option("-installsuffix") is not None


_VARIABLE = lazily(r"\$[({]?(\w+)[)}]?")
_FLAG_VARIABLES = {"go": "GOFLAGS", "mvn": "MAVEN_ARGS", "gradle": "GRADLE_OPTS"}


def _through_variable(command: Command, options: tuple[str, ...], repository: Repository) -> Iterator[Hit]:
    """The same through a variable of the file, told at the line that sets it, or through the variable the tool reads."""
    wanted = set(options) - _DEBATABLE
    source = repository.read(command.place.path)
    if not wanted or source is None:
        return
    in_effect = command.environment.get(_FLAG_VARIABLES.get(command.program, ""), "")
    found = next(iter(wanted & set(in_effect.split())), "")
    if found:
        yield _hit(command.place, found, command.unit)
    written = source.text[command.place.span.start : command.place.span.end]
    for name in dict.fromkeys(_VARIABLE.findall(written)):
        for line in re.finditer(rf"^[ \t]*(?:export )?{name}[ \t]*[:?+]{{0,2}}=(.*)$", source.text, re.MULTILINE):
            found = next(iter(wanted & set(line[1].strip(" \t\"'").split())), "")
            if found:
                yield _hit(Place(command.place.path, Span(line.start(), line.end())), found, command.unit)


def _hit(place: Place, option: str, unit: str) -> Hit:
    return Hit(place=place, message=f"`{option}` makes each build do again what is already done; drop it", unit=unit)
