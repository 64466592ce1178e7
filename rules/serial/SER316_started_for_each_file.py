"""A loop starts a container or a test runner for one file after another."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.programs import table
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity, Station
from agentlint.rule.lazily import lazily
from agentlint.rule.scope import in_prose

_ENGINES = frozenset({"docker", "podman", "nerdctl"})
_RUNNERS = frozenset(
    {"pytest", "py.test", "rspec", "phpunit", "mocha", "jest", "vitest", "busted", "nosetests", "bats"}
)

RULE = Rule(
    id="SER316",
    name="started-for-each-file",
    category=Category.SERIAL,
    summary="A loop starts a linter's container or a test runner anew for each file, one after another.",
    why=(
        "Each turn pays for a new container or a new start of the runner, and waits for the one before, though the files do not "
        "know of each other; where the loop ends at the first failure the others stay unseen (E5, E15)."
    ),
    remediation='Hand all files to one run; where each needs its own, `xargs -P "$(nproc)" -n 1`.',
    severity=Severity.MINOR,
    confidence=Confidence.MEDIUM,
    programs=_ENGINES | _RUNNERS | {"go"},
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
    ),
    good=(
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
_HEAD = lazily(
    r"(?:^|[;|]|\bdo\b|&&)[ \t@]*(?:for[ \t]+(\w+)[ \t]+in[ \t]+([^\n;]*)|while[ \t]+(?:IFS=\S*[ \t]+)?read(?:[ \t]+-\w+)*[ \t]+(\w+)[ \t]*;?[^\n]*)",
    re.MULTILINE,
)
_FILES = lazily(r"[*?\[]|\bfind\b|\bgit ls-files\b|\bgo list\b|\bls\b|\bgrep\b|\brg\b|\bfd\b|\bcat\b")
"""A list that grows with the sources: a glob, or what a program finds."""
_ON_PURPOSE = lazily(
    r"#.*\b(?:isolat\w*|separate\w*|itself|alone|one (?:at a time|by one)|each|share[sd]?|conflict\w*|leak\w*|pollut\w*|memory|order|serial\w*"
    r"|sequential\w*|parallel\w*|own process|fresh)\b",
    re.IGNORECASE,
)
_REACH = 1500
"""Characters before a command in which the head of its loop stands."""


def check(command: Command, repository: Repository) -> Iterator[Hit]:
    """Flag checks that a loop over files starts for each of them in the foreground."""
    if not command.in_loop or command.background or in_prose(command, repository):
        return
    what = _started(command)
    if not what or not _goes_over_files(command, repository):
        return
    yield Hit(
        place=command.place,
        message=f'the loop starts {what} for one file after another; hand it all files at once, or use `xargs -P "$(nproc)"`',
        unit=command.unit,
    )


def _started(command: Command) -> str:
    """What is started: the container of a linter, or a test runner."""
    words = command.texts()
    if command.program in _ENGINES:
        image = next((word for word in words if _LINTERS.search(word.rsplit("/", 1)[-1])), "")
        return f"a container of `{image}`" if "run" in words[:2] and image else ""
    if command.program == "go":
        return "`go test`" if words[:1] == ("test",) and not any("fuzz" in word for word in words) else ""
    return f"`{command.program}`" if "test" in table().roles(command) or command.program in _RUNNERS else ""


def _goes_over_files(command: Command, repository: Repository) -> bool:
    """True where the loop's variable, one of many files, is an operand or the input of the command."""
    text, start = repository.text(command.place.path), command.place.span.start
    heads = list(_HEAD.finditer(text, max(0, start - _REACH), start))
    if not heads or re.search(r"^[ \t]*\w+\(\)|\bdone\b", text[heads[-1].end() : start], re.MULTILINE):
        return False
    head = heads[-1]
    name = head[1] or head[3]
    above = text[text.rfind("\n", 0, max(0, text.rfind("\n", 0, head.end()))) + 1 : start]
    if _ON_PURPOSE.search(above) or (head[1] and not _FILES.search(head[2])):
        return False
    written = text[start : text.find("\n", command.place.span.end) if "\n" in text[command.place.span.end :] else None]
    return re.search(rf"""(?<![\w=/:-])["']?\$\$?\{{?{name}\}}?["']?(?=\s|$|[;|&)])""", written) is not None
