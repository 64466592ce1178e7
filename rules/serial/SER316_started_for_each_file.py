"""A loop starts a container, a test runner or a slow linter for one file after another."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.lines import line_end
from agentlint.judgements.parallelism.loop_heads import loop_around
from agentlint.judgements.running.scope import in_prose
from agentlint.programs import table
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity, Station

_ENGINES = frozenset({"docker", "podman", "nerdctl"})
_RUNNERS = frozenset(
    {"pytest", "py.test", "rspec", "phpunit", "mocha", "jest", "vitest", "busted", "nosetests", "bats"}
)
_SLOW_STARTERS = frozenset(
    {
        *("ktlint", "ktfmt", "detekt", "checkstyle", "pmd", "google-java-format", "scalafmt"),
        *("eslint", "prettier", "stylelint", "markdownlint", "markdownlint-cli2", "textlint", "cspell"),
        *("pylint", "mypy", "phpstan", "php-cs-fixer", "rubocop", "ansible-lint", "swiftlint", "clang-tidy"),
    }
)
"""Linters and formatters that take many files and need half a second or more to start, or to parse what each file includes."""

RULE = Rule(
    id="SER316",
    name="started-for-each-file",
    category=Category.SERIAL,
    summary="A loop starts a linter (its container, its JVM, its compiler) or a test runner anew for each file, one after another.",
    why=(
        "Each turn pays for a new container, JVM or start of the runner, and waits for the one before, though the files do not "
        "know of each other; where the loop ends at the first failure the others stay unseen (E5, E15)."
    ),
    remediation='Hand all files to one run; where each needs its own, `xargs -P "$(nproc)" -n 1`.',
    severity=Severity.MINOR,
    confidence=Confidence.MEDIUM,
    programs=_ENGINES | _RUNNERS | _SLOW_STARTERS | {"go", "java"},
    cost=Cost(seconds=20, source="E15"),
    station=Station.CHECK,
    evidence=("E5", "E15"),
    bad=(
        Bad(
            {
                "lint.sh": (
                    "#!/bin/bash\nset -e\ngit ls-files '*.sh' | while read -r file; do\n"
                    '  docker run --rm -v "$PWD:/mnt" koalaman/shellcheck "$file"\ndone\n'
                )
            },
            at=("lint.sh:4",),
            title="one container for each script",
        ),
        Bad(
            {
                ".github/workflows/lint.yml": (
                    "on: pull_request\njobs:\n  lint:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n"
                    '          while IFS= read -r f; do\n            docker run --rm -i hadolint/hadolint hadolint - < "$f" || rc=1\n'
                    "          done < <(find . -name Dockerfile)\n          exit $rc\n"
                )
            },
            at=(".github/workflows/lint.yml:8",),
            title="each file on the container's standard input",
        ),
        Bad(
            {
                "specs.sh": (
                    "#!/bin/bash\nset -e\nfor file in `find spec -iname '*_spec.rb'`; do\n  bin/rspec $file --format progress\ndone\n"
                )
            },
            at=("specs.sh:4",),
        ),
        Bad(
            {
                "test.sh": "#!/bin/sh\nset -e\nfor d in $(go list ./...); do\n  go test -race -coverprofile=p.out $d\ndone\n"
            },
            at=("test.sh:4",),
            title="go test takes all packages, and runs several at once",
        ),
        Bad(
            {
                "Makefile": "PKGS := $(shell go list ./... | grep -v vendor)\n\ntest:\n\t@for pkg in $(PKGS); do \\\n"
                "\t\tgo test -cover $$pkg || exit 1; \\\n\tdone\n"
            },
            at=("Makefile:5",),
            title="over a list that make holds",
        ),
        Bad(
            {
                "format.sh": (
                    '#!/bin/bash\nset -e\nJAR_PATH="$HOME/google-java-format-1.27-all-deps.jar"\n'
                    'INPUTS=($(find src -name "Input*.java" \\\n  | grep -v -f excluded.txt))\n'
                    'for INPUT in "${INPUTS[@]}"; do\n  java -jar "$JAR_PATH" --replace "$INPUT"\ndone\n'
                )
            },
            at=("format.sh:7",),
            title="a JVM for each file of a list that was found before",
        ),
        Bad(
            {
                "lint.sh": '#!/bin/sh\nfor f in $(git ls-files "*.cc"); do\n  clang-tidy -p build "$f" || bad=1\ndone\nexit $bad\n'
            },
            at=("lint.sh:3",),
        ),
    ),
    good=(
        Good(
            {
                "lint.sh": '#!/bin/sh\nset -e\nfor f in $(git diff --name-only main | grep "\\.py$"); do\n  pylint "$f"\ndone\n'
            },
            because="the files of one change are few",
        ),
        Good(
            {
                "run.sh": '#!/bin/bash\nset -e\nJAR=tools/simulator.jar\nfor f in cases/*.txt; do\n  java -jar "$JAR" "$f"\ndone\n'
            },
            because="what another program makes of each file is its own affair",
        ),
        Good(
            {"lint.sh": "#!/bin/sh\nset -e\nfor f in a.js b.js; do\n  eslint $f\ndone\n"},
            because="two files",
        ),
        Good(
            {"lint.sh": '#!/bin/sh\ngit ls-files "*.sh" | xargs docker run --rm -v "$PWD:/mnt" koalaman/shellcheck\n'},
            because="one container takes all files",
        ),
        Good(
            {
                "lint.sh": (
                    '#!/bin/bash\nfor file in *.sh; do\n  docker run --rm -v "$PWD:/mnt" koalaman/shellcheck "$file" &\ndone\nwait\n'
                )
            },
            because="all at once",
        ),
        Good(
            {"run.sh": "#!/bin/sh\nfor n in 1 2 3; do\n  docker run -d --name app-$n app\ndone\n"},
            because="starts services, and checks nothing",
        ),
        Good(
            {"stress.sh": "#!/bin/bash\nfor i in {1..50}; do\n  pytest tests/test_timing.py\ndone\n"},
            because="the same test again and again, on purpose",
        ),
        Good(
            {
                "fuzz.sh": "#!/bin/sh\nfor t in $(go test -list Fuzz ./util); do\n  go test -fuzz=$t -fuzztime=30s ./util\ndone\n"
            },
            because="go fuzzes one target at a time",
        ),
        Good(
            {
                "tests.sh": (
                    "#!/bin/sh\n# each by itself: they share one database\nfor f in tests/test_*.py; do\n  pytest $f\ndone\n"
                )
            },
            because="a comment tells why",
        ),
        Good(
            {"all.sh": "#!/bin/sh\nfor dir in api web; do\n  (cd $dir && pytest)\ndone\n"},
            because="projects of their own",
        ),
        Good(
            {"all.sh": '#!/bin/sh\nfor dir in api web; do\n  pytest "$dir"\ndone\n'},
            because="a list of a few, and not the files of a suite",
        ),
    ),
)

_LINTERS = lazily(
    r"(?:hadolint|shellcheck|shfmt|markdownlint\S*|yamllint|actionlint|eslint|dockerfile-?lint\w*|dockerfilelint|checkov|tflint|kubeval"
    r"|kubeconform|ansible-lint|phpstan|phpcs|pylint|flake8|codespell|editorconfig-checker|spectral|vale|jsonlint|xmllint)(?:[:@]\S*)?$"
)
_JARS = lazily(r"google-java-format|ktlint|ktfmt|checkstyle|\bpmd\b|detekt|palantir-java-format|\bvnu\b", re.IGNORECASE)
_LIST = lazily(r"""[ \t]*"?\$\{?(\w+)(?:\[[@*]\])?\}?"?[ \t]*""")


def check(command: Command, repository: Repository) -> Iterator[Hit]:
    """Flag checks that a loop over files starts for each of them in the foreground."""
    if not command.in_loop or command.background or in_prose(command, repository):
        return
    what = _started(command, repository)
    if not what or not _goes_over_files(command, repository):
        return
    yield Hit(
        place=command.place,
        message=f'the loop starts {what} for one file after another; hand it all files at once, or use `xargs -P "$(nproc)"`',
        unit=command.unit,
    )


def _started(command: Command, repository: Repository) -> str:
    """What is started: the container of a linter, a linter that starts slowly, or a test runner."""
    words = command.texts()
    if command.program in _ENGINES:
        image = next((word for word in words if _LINTERS.search(word.rsplit("/", 1)[-1])), "")
        return f"a container of `{image}`" if "run" in words[:2] and image else ""
    if command.program == "go":
        return "`go test`" if words[:1] == ("test",) and not any("fuzz" in word for word in words) else ""
    if command.program == "java":
        return _jar(command, repository)
    if command.program in _SLOW_STARTERS:
        return f"`{command.program}`"
    return f"`{command.program}`" if "test" in table().roles(command) or command.program in _RUNNERS else ""


def _jar(command: Command, repository: Repository) -> str:
    """The linter or formatter in the jar that is started; the name may stand where the variable is set, or be the script's own."""
    written = next((after for before, after in itertools.pairwise(command.texts()) if before == "-jar"), "")
    name = _LIST.fullmatch(written)
    if name is not None:
        path = command.place.path
        set_to = re.findall(rf"\b{name[1]}=([^\n]*)", repository.text(path))
        written = " ".join([*set_to, path.rsplit("/", 1)[-1]])
    found = _JARS.search(written)
    return f"the JVM of {found[0]}" if found is not None else ""


def _goes_over_files(command: Command, repository: Repository) -> bool:
    """True where the loop's variable, one of many files, is an operand or the input of the command."""
    loop = loop_around(command, repository)
    if loop is None or loop.meant or not loop.grows:
        return False
    text, span = repository.text(command.place.path), command.place.span
    written = text[span.start : line_end(text, span.end)]
    return re.search(rf"""(?<![\w=/:-])["']?\$\$?\{{?{loop.variable}\}}?["']?(?=\s|$|[;|&)])""", written) is not None
