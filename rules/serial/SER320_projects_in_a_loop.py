"""A loop of CI installs, builds or tests one project, or one version of the runtime, after another."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.source import Place, Span
from agentlint.judgements.parallelism.loop_heads import Loop, loop_around
from agentlint.judgements.running.scope import as_written, in_prose
from agentlint.judgements.running.waited_units import waited_units
from agentlint.programs import table
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity, Station

_BUILDERS = frozenset({"mvn", "mvnw", "gradle", "gradlew", "npm", "yarn", "pnpm", "dotnet", "sbt", "bundle", "rake"})
_RUNNERS = frozenset(
    {"pytest", "py.test", "unittest", "phpunit", "rspec", "tox", "nox", "mocha", "jest", "vitest", "mix"}
)

_HEAD = "on: pull_request\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 20\n    steps:\n      - uses: actions/checkout@v4\n"
_CALL = ".gitlab-ci.yml"
_LINT = "lint:\n  timeout: 20m\n  script:\n    - ci/lint.sh\n"

RULE = Rule(
    id="SER320",
    name="projects-in-a-loop",
    category=Category.SERIAL,
    summary="A loop of CI installs, builds or tests one project, or one version of the runtime, after another.",
    why=(
        "The turns do not know of each other, yet the answer comes after the sum of them all, and where the loop ends at the first "
        "failure the projects behind it stay unseen: the agent learns one fault a push (E5, E15)."
    ),
    remediation='Make the list a matrix (a job can print it as JSON for `fromJSON`), or run the turns at once: `xargs -P "$(nproc)" -I{}`.',
    severity=Severity.MINOR,
    confidence=Confidence.MEDIUM,
    programs=_BUILDERS | _RUNNERS,
    cost=Cost(seconds=60, source="E15"),
    station=Station.TEST,
    evidence=("E5", "E15"),
    bad=(
        Bad(
            {
                _CALL: _LINT,
                "ci/lint.sh": (
                    '#!/bin/bash\nset -e\ndirs=("$(find . -name "*-java" -type d)")\nfor dir in $dirs; do\n  pushd $dir\n'
                    "  if [[ -f pom.xml ]]; then\n    mvn -B clean package\n  else\n    ./gradlew build\n  fi\n  popd\ndone\n"
                ),
            },
            at=("ci/lint.sh:4",),
            title="each folder that find lists is a build of its own",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD
                + '      - run: |\n          for dir in examples/*/; do\n            (cd "$dir" && npm ci && npm test)\n          done\n'
            },
            at=(".github/workflows/ci.yml:9",),
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD
                + '      - run: |\n          for pom in services/*/pom.xml; do\n            mvn -B -f "$pom" verify\n          done\n'
            },
            at=(".github/workflows/ci.yml:9",),
            title="the project is named by an option",
        ),
        Bad(
            {
                _CALL: _LINT,
                "ci/lint.sh": (
                    "#!/bin/bash\nset -e\nfind . -name '*Tests.csproj' | while read -r project; do\n"
                    '  dotnet test "$project" --logger trx\ndone\n'
                ),
            },
            at=("ci/lint.sh:3",),
        ),
        Bad(
            {
                _CALL: _LINT,
                "ci/lint.sh": (
                    '#!/bin/bash\nset -e\nversions=(3.2.9 3.3.12 3.4.9)\nfor version in "${versions[@]}"; do\n  rbenv shell "$version"\n'
                    "  bundle install\n  bundle exec rake test\ndone\n"
                ),
            },
            at=("ci/lint.sh:4",),
            title="one version of the runtime after another",
        ),
    ),
    good=(
        Good(
            {
                ".github/workflows/bump.yml": (
                    "on: push\njobs:\n  bump:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 9\n    steps:\n      - run: |\n"
                    '          while read -r file; do\n            dotnet run --project "$file" -- --version 1\n          done <<< "$FILES"\n'
                )
            },
            because="a program is run for each",
        ),
        Good(
            {"run.sh": '#!/bin/bash\nset -e\nfor dir in examples/*/; do\n  (cd "$dir" && npm ci && npm test)\ndone\n'},
            because="no CI job calls it",
        ),
        Good(
            {
                _CALL: _LINT,
                "ci/lint.sh": '#!/bin/bash\nset -e\nfor dir in examples/*/; do\n  (cd "$dir" && npm ci && npm test) &\ndone\nwait\n',
            },
            because="all at once",
        ),
        Good(
            {
                _CALL: _LINT,
                "ci/lint.sh": "#!/bin/bash\nset -e\nfor dir in */go.mod; do\n  (cd $(dirname $dir) && go vet ./... && go test ./...)\ndone\n",
            },
            because="go takes all cores for each module",
        ),
        Good(
            {
                _CALL: _LINT,
                "ci/lint.sh": "#!/bin/bash\nset -e\nfor attempt in 1 2 3; do\n  npm ci && break\ndone\n",
            },
            because="the same again, until it holds",
        ),
        Good(
            {
                _CALL: _LINT,
                "ci/lint.sh": (
                    '#!/bin/bash\nset -e\nfor suite in docker/*/; do\n  docker compose -f "$suite/compose.yml" up -d\n'
                    '  pytest "$suite"\n  docker compose -f "$suite/compose.yml" down\ndone\n'
                ),
            },
            because="they take the same ports, as like as not",
        ),
        Good(
            {
                _CALL: _LINT,
                "ci/lint.sh": (
                    '#!/bin/bash\nset -e\n# one at a time: they share the database\nfor dir in services/*/; do\n  (cd "$dir" && npm test)\ndone\n'
                ),
            },
            because="a comment tells why",
        ),
        Good(
            {
                _CALL: _LINT,
                "ci/lint.sh": '#!/bin/bash\nset -e\nfor dir in $(git diff --name-only main | xargs dirname); do\n  (cd "$dir" && npm test)\ndone\n',
            },
            because="what one change touches is little",
        ),
        Good(
            {
                _CALL: _LINT,
                "ci/lint.sh": "#!/bin/bash\nset -e\nfor v in 3.3.12 3.4.9; do\n  rbenv shell $v\n  bundle install\ndone\n",
            },
            because="the packages of two versions are soon there",
        ),
        Good(
            {
                _CALL: _LINT,
                "ci/lint.sh": "#!/bin/bash\nset -e\nfor name in $(ls patches); do\n  npm pkg set patched=$name\ndone\n",
            },
            because="nothing is installed, built or tested",
        ),
    ),
)

_SHARED = lazily(r"\b(?:docker|podman|compose|kubectl|minikube|kind create|ports?)\b|localhost", re.IGNORECASE)
"""What several turns at once would fight for: containers with fixed ports, a cluster."""
_VERSION = lazily(r"[\w+-]*?v?\d+(?:\.\d+)+[\w.-]*$")
"""A version by its number, or a name with one (`jruby-9.4`)."""
_OF_VERSIONS = lazily(r"^v$|^ver$|version|^(?:node|nodejs|jdk|java|php|ruby|python)$", re.IGNORECASE)
"""A loop's variable that holds versions: `for version in 18 20 22`."""
_ENTERS = lazily(r"\b(?:cd|pushd)[ \t]")
_WORK = frozenset({"test", "lint", "build", "typecheck", "format"})
PROJECTS = 3
"""Folders by name from which on a loop over them is worth saying."""
VERSIONS = 2


def check(command: Command, repository: Repository) -> Iterator[Hit]:
    """Flag the first costly command of a loop over projects or versions that a CI job runs in the foreground."""
    if not command.in_loop or command.background or not _costly(command) or in_prose(command, repository):
        return
    loop = loop_around(command, repository)
    if loop is None or loop.meant or command.unit not in waited_units(repository):
        return
    whole = loop.whole(repository.text(command.place.path))
    what = _goes_over(loop, whole, command)
    if not what or _SHARED.search(whole) or _AT_ONCE.search(whole) or _earlier(command, loop, whole, repository):
        return
    yield Hit(
        place=Place(command.place.path, Span(loop.start, command.place.span.end)),
        message=(
            f"the loop runs `{as_written(command, repository, 40)}` for one {what} after another; make the list a matrix, or run the "
            "turns at once"
        ),
        unit=command.unit,
    )


_AT_ONCE = lazily(r"[^&>|]&[ \t]*(?:$|#|\))", re.MULTILINE)
"""A turn that is sent to the background."""


def _costly(command: Command) -> bool:
    """True for an install, a build, a lint or a test run; npm's own small talk (`npm pkg set`) is none, nor is a program's own run."""
    if command.texts()[:1] == ("run",) and command.program in _STARTERS:
        return False
    return bool(table().roles(command) & _WORK) or any(how.heavy for how in table().fetching(command))


_STARTERS = frozenset({"dotnet", "cargo", "go", "swift", "dub"})
"""`dotnet run` compiles, and then the program works on what the turn is about."""


def _goes_over(loop: Loop, whole: str, command: Command) -> str:
    """Of what the loop's list consists: projects that are found or named, or versions of a runtime; "" for neither.

    A runner that takes the loop's files as operands goes over the files of one suite (SER316).
    """
    if not re.search(rf"\$\$?\{{?{loop.variable}\b", whole):
        return ""
    if loop.grows:
        return "project" if command.program in _BUILDERS or _ENTERS.search(whole) else ""
    words = [word.strip("\"'") for word in re.split(r"[\s(),]+", loop.listed) if word.strip("\"'")]
    numbered = _OF_VERSIONS.search(loop.variable) is not None and all(word.isdigit() for word in words)
    if len(words) >= VERSIONS and (numbered or all(_VERSION.match(word) for word in words)):
        return "version" if table().roles(command) & _WORK else ""
    named = len(words) >= PROJECTS and not any("$" in word or word.isdigit() for word in words)
    return "project" if named and _ENTERS.search(whole) else ""


def _earlier(command: Command, loop: Loop, whole: str, repository: Repository) -> bool:
    """True where another command of the same loop stands before it and is told already."""
    return any(
        loop.start < other.place.span.start < command.place.span.start
        and other.place.path == command.place.path
        and other.program in RULE.programs
        and _costly(other)
        and _goes_over(loop, whole, other)
        for other in repository.commands_by_unit.get(command.unit, ())
    )
