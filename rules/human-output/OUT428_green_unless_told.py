"""A program that ends with success whatever it finds, unless an option says otherwise, is run without that option."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.facts.command import Command, Output, Status
from agentlint.facts.pipeline import Job
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.lines import line_of, line_start
from agentlint.files.source import Place
from agentlint.judgements.reporting.kept_paths import kept_by
from agentlint.judgements.reporting.verdicts import swallowed_by_step
from agentlint.judgements.running.scope import as_written, carried_out, in_prose
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity
from agentlint.rule.comments import reason_at

_HEAD = "on: pull_request\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n"

RULE = Rule(
    id="OUT428",
    name="green-unless-told",
    category=Category.HUMAN_OUTPUT,
    summary="`scan-build`, `cppcheck`, `script -c` or `gofmt -l` ends with success whatever became of its work, and nothing else fails.",
    why=(
        "The exit status is what a program reads first. These give success by default, so that a finding of the analyser, a file "
        "that `gofmt -l` lists or a failure of the command behind `script` stands in the log alone and the step is green."
    ),
    remediation='Add `--status-bugs` (scan-build), `--error-exitcode=1` (cppcheck), `-e` (script), or ask for an empty list (`test -z "$(gofmt -l .)"`).',
    severity=Severity.MINOR,
    confidence=Confidence.MEDIUM,
    cost=Cost(seconds=60, source="E14"),
    evidence=("E14",),
    bad=(
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - run: scan-build ./configure\n      - run: scan-build -o logs make -j4\n"
                "      - uses: actions/upload-artifact@v4\n        with: {path: archives}\n"
            },
            at=(".github/workflows/ci.yml:7",),
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD + "      - run: make analyse\n",
                "Makefile": "analyse:\n\tcppcheck --enable=all --template=gcc -j4 src\n",
            },
            at=("Makefile:2",),
            title="behind a target",
        ),
        Bad(
            {"size.sh": "#!/bin/sh\nset -e\nscript -q -c 'stty cols 90 && make all' log\n"},
            at=("size.sh:3",),
            title="once for all that it runs",
        ),
        Bad({"release.sh": '#!/bin/sh\nset -e\nscript --command "tools/build.sh $1" log\n'}, at=("release.sh:3",)),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - run: pytest --junitxml=r.xml\n        shell: 'script -q -c \"bash {0}\" /dev/null'\n"
            },
            at=(".github/workflows/ci.yml:6",),
            title="as the shell of a step",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD + "      - run: gofmt -s -l .\n      - run: ci/lint.sh\n",
                "ci/lint.sh": (
                    '#!/bin/bash\nset -e\nfound=$(goimports -l $(go list -f "{{.Dir}}" ./...))\nif [[ "${found}" != "" ]]; then\n'
                    '  print "These files want goimports:"\n  echo "${found}"\nfi\nfound=$(gofmt -l .)\n[ -z "$found" ]\n'
                ),
            },
            at=(".github/workflows/ci.yml:6", "ci/lint.sh:3"),
            title="files that are listed, and nobody minds",
        ),
    ),
    good=(
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - run: scan-build --status-bugs make -j4\n      - run: scan-build -plist -o logs make -j4\n"
                "      - run: cppcheck -j4 --template=gcc --error-exitcode=2 src\n      - run: cppcheck -j4 --xml src\n"
                "      - run: cppcheck --version\n"
            },
            because="they are told, or leave their findings for a program",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - run: scan-build -o logs make -j4\n      - uses: actions/upload-artifact@v4\n        with: {path: logs}\n"
            },
            because="the report is kept",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + '      - run: test -z "$(gofmt -l .)"\n      - run: gofmt -l -w . && git diff --exit-code\n      - run: goimports -local example.org -d .\n      - run: ci/lint.sh\n',
                "ci/lint.sh": (
                    '#!/bin/bash\nbad=$(gofmt -l .)\nif [ -n "$bad" ]; then\n  echo "$bad"\n  exit 1\nfi\n'
                    'more=$(goimports -l .)\nif [ -n "$more" ]; then\n  echo "$more"\nfi\n[ -z "$more" ]\n'
                ),
            },
            because="what is listed fails the step",
        ),
        Good({"Makefile": "analyse:\n\tscan-build make -j4\n"}, because="who calls it by hand reads what it says"),
        Good(
            {
                "release.sh": '#!/bin/sh\nset -e\nscript -qefc "make all" log\nscript -q --return -c "make all" log\nscript -q log make all\n'
            },
            because="it gives the status back, as BSD's form always does",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - run: pytest --junitxml=r.xml\n        shell: 'script -q -e -c \"bash {0}\"'\n"
            },
            because="the shell of the step gives its status back",
        ),
    ),
)

_ANALYSED_BUILDS = frozenset({"make", "gmake", "ninja", "samu", "xcodebuild", "gcc", "cc", "clang", "g++", "c++"})
_SCAN_BUILD = lazily(r"\bscan-build(?:-[\d.]+)?\s(?P<options>.*)", re.DOTALL)
_TOLD = lazily(r"--status-bugs|-plist|-sarif")
_FOLDER = lazily(r"(?:^|\s)-o[= ]?[\"']?([^\s\"']+)")
_CPPCHECK_TOLD = ("--error-exitcode", "--xml", "--output-file", "--output-format", "--plist-output")
_CPPCHECK_ELSE = ("--version", "--help", "-h", "--doc", "--errorlist", "--check-config", "--dump")
_SCRIPT = lazily(r"(?:^|[\s;&|(\"'])script\s+(?P<options>(?:-[-\w]+\s+)*?)(?P<last>-\w*c|--command)(?:\s+|=)[\"']")
_GIVES_BACK = lazily(r"(?:^|\s)-(?!-)\w*e|--return")
"""Sources: clang-analyzer.llvm.org/scan-build (--status-bugs), `cppcheck --help` (--error-exitcode), script(1) of util-linux (-e)."""


def check(whole: Repository, repository: Repository) -> Iterator[Hit]:
    """Flag analysers that CI sets going, and commands behind `script -c`, whose status is success by default."""
    told: set[Place] = set()
    analysed = any(one.program in {"cppcheck", *_LISTERS} or _by_scan_build(one) for one in whole.commands)
    for pipeline in whole.pipelines:
        for job in pipeline.jobs:
            for hit in (*(_analysers(job, repository) if analysed else ()), *_shells(job)):
                if hit.place not in told:
                    told.add(hit.place)
                    yield hit
    behind: set[tuple[str, int]] = set()
    for command in whole.commands:
        if "script" in command.wrappers and _lost_in_script(command, repository):
            line = command.place.path, line_start(repository.text(command.place.path), command.place.span.start)
            if line in behind:
                continue  # one `script` may run several commands
            behind.add(line)
            message = "`script -c` ends with success whatever became of its command; add `-e`"
            yield Hit(place=command.place, message=message, unit=command.unit)


def _analysers(job: Job, repository: Repository) -> Iterator[Hit]:
    for own in job.commands:
        for command in carried_out(own, repository):
            advice = _missing(command, job, repository)
            if not advice or command.status is not Status.COUNTED or command.output is not Output.INHERITED:
                if command.program not in _LISTERS or not _list_only_shown(command, repository):
                    continue
                advice = _LISTERS[command.program]
            if in_prose(command, repository) or swallowed_by_step(own, repository):
                continue
            if not reason_at(command.place, repository):
                message = f"`{as_written(command, repository)}` ends green whatever it finds; {advice}"
                yield Hit(place=command.place, message=message, unit=job.unit)


_LISTERS = dict.fromkeys(("gofmt", "goimports", "gofumpt"), 'fail where it lists a file: `test -z "$(gofmt -l .)"`')
"""Formatters of Go whose `-l` lists what is wrong, with status 0. Source: pkg.go.dev/cmd/gofmt."""
_CAUGHT = lazily(r"[ \t]*(?P<name>\w+)=[\"']?\$\(")
_PRINTED = (
    r"[^\n]*\)\"?[ \t]*\n(?:[ \t]*\n)?[ \t]*if \[[^\n]*\$\{{?{name}\b[^\n|&]*\n"
    r"(?:[ \t]*(?:then|(?:echo|printf|print|log|info|warn)\b[^\n|&]*)\n)+[ \t]*fi\b"
)


def _lists(command: Command) -> bool:
    return "-l" in command.texts() and "-w" not in command.texts()  # Go's flags stand alone; `-local` is another


def _list_only_shown(command: Command, repository: Repository) -> bool:
    """True for `list=$(gofmt -l .)` where a script prints the list and never asks for it again."""
    text = repository.text(command.place.path)
    start = line_start(text, command.place.span.start)
    caught = _CAUGHT.match(text, start) if _lists(command) and command.output is Output.CAPTURED else None
    shown = re.compile(_PRINTED.format(name=caught["name"])).match(text, command.place.span.end) if caught else None
    if caught is None or shown is None:
        return False
    later = re.search(rf"\b{caught['name']}\b(=)?", text[shown.end() :])
    return later is None or later[1] is not None


def _by_scan_build(command: Command) -> bool:
    return any(one.startswith("scan-build") for one in command.wrappers)


def _missing(command: Command, job: Job, repository: Repository) -> str:
    """The option without which an analyser gives success; "" where it is given, or the command is none."""
    if command.program == "cppcheck":
        if command.option(*_CPPCHECK_TOLD, *_CPPCHECK_ELSE) is not None or not command.arguments:
            return ""
        line = line_of(repository.text(command.place.path), command.place.span.start, command.place.span.end)
        return "" if "2>" in line else "add --error-exitcode=1"
    if command.program in _LISTERS:
        return _LISTERS[command.program] if _lists(command) else ""
    builds = command.program in _ANALYSED_BUILDS or (command.program == "cmake" and "--build" in command.texts())
    if not builds or not _by_scan_build(command):
        return ""
    span = command.place.span
    written = _SCAN_BUILD.search(repository.text(command.place.path)[span.start : span.end])
    if written is None or _TOLD.search(written["options"]):
        return ""
    folder = _FOLDER.search(written["options"])
    kept = folder is not None and any(folder[1].strip("./") in path for path in kept_by(job))
    return "" if kept else "add --status-bugs"


def _shells(job: Job) -> Iterator[Hit]:
    """Steps whose shell is `script -c "bash {0}"`, which hides what their commands said."""
    for step in job.steps:
        found = _SCRIPT.search(step.shell) if "script" in step.shell else None
        if found is not None and not _GIVES_BACK.search(found["options"] + found["last"]):
            message = "`script -c` as a step's shell ends with success whatever its commands say; add `-e`"
            yield Hit(place=step.place, message=message, unit=job.unit)


def _lost_in_script(command: Command, repository: Repository) -> bool:
    """True for the command behind `script -c` without `-e`, where its status would count."""
    if command.status is not Status.COUNTED or command.output is not Output.INHERITED or in_prose(command, repository):
        return False
    if not command.place.path.endswith((".sh", ".bash", ".yml", ".yaml", "akefile", ".mk")):
        return False
    text = repository.text(command.place.path)
    line = line_of(text, command.place.span.start, command.place.span.start)
    found = _SCRIPT.search(line)
    return found is not None and not _GIVES_BACK.search(found["options"] + found["last"])
