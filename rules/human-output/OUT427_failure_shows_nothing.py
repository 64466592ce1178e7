"""A check fails and nothing is left of what it said."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.facts.command import Command, Output, Status
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.lines import line_end, line_start
from agentlint.judgements.reporting.verdicts import swallowed_by_step
from agentlint.judgements.running.scope import as_written, in_prose
from agentlint.programs import table
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity
from agentlint.rule.comments import reason_at

_STRICT = "#!/bin/bash\nset -e\n"
_JOB = "on: push\njobs:\n  t:\n    runs-on: ubuntu-latest\n    steps:\n"
_REPORTED = "      - run: |\n          go test -json ./... > out/report.json\n          tparse -file=out/report.json\n"

RULE = Rule(
    id="OUT427",
    name="failure-shows-nothing",
    category=Category.HUMAN_OUTPUT,
    summary="The output of a check goes to /dev/null, or to a log that the script prints only where all went well.",
    why=(
        "When it fails, only a status is left: the agent has to find the command, run it again by itself, and hope that it fails "
        "in the same way."
    ),
    remediation="Drop the redirection, or print the log before the script leaves (`cmd > log 2>&1 || { cat log; exit 1; }`).",
    severity=Severity.MINOR,
    confidence=Confidence.MEDIUM,
    cost=Cost(seconds=60, source="E14"),
    evidence=("E14",),
    bad=(
        Bad({"Makefile": "test:\n\t@go test ./... 1>/dev/null\n\t@echo fine\n"}, at=("Makefile:2",)),
        Bad({"ci.sh": _STRICT + "npx eslint . > /dev/null 2>&1\necho fine\n"}, at=("ci.sh:3",)),
        Bad(
            {"ci.sh": _STRICT + "./run-all > $LOG 2>&1 || exit 1\n\ncat $LOG\n"},
            at=("ci.sh:3",),
            title="the log comes behind the exit",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _JOB + "      - run: |\n          go test -json ./... > report.json\n          tparse -file=report.json\n"
                "      - if: failure()\n        run: ./send-mail\n"
            },
            at=(".github/workflows/ci.yml:7",),
            title="the step ends before its report is read, and the machine goes with it",
        ),
    ),
    good=(
        Good({"Makefile": "test:\n\t@pytest --junitxml=report.xml > /dev/null\n"}, because="a report is left"),
        Good(
            {"ci.sh": _STRICT + "if ! npx eslint . > /dev/null; then\n  npx eslint .\nfi\n"},
            because="it is run again to be seen",
        ),
        Good(
            {"ci.sh": _STRICT + "./run-all > all.log 2>&1 || { cat all.log; exit 1; }\ncat all.log\n"},
            because="the log is printed first",
        ),
        Good(
            {"ci.sh": _STRICT + "trap 'cat all.log' EXIT\n./run-all > all.log 2>&1\ncat all.log\n"},
            because="a trap prints it",
        ),
        Good(
            {".github/workflows/ci.yml": _JOB + _REPORTED + "      - if: always()\n        uses: actions/upload-artifact@v4\n        with: {path: out}\n"},
            because="the report is kept whatever happened",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _JOB + "      - run: |\n          set +e\n          go test -json ./... > report.json\n          status=$?\n"
                "          tparse -file=report.json\n          exit $status\n      - run: |\n          npx eslint -f json . > lint.json || (cat lint.json; exit 1)\n"
                "          jq length lint.json\n      - run: |\n          pytest --junitxml=a.xml > all.txt\n          cat all.txt\n"
            },
            because="a failure gets as far as the report, and tells of itself in another one",
        ),
        Good(
            {"Makefile": "build:\n\tgo test -exec /usr/bin/true ./... >/dev/null\n\tgo test -run '^$$' ./... >/dev/null\n"},
            because="compiles the tests only, whose errors are on standard error",
        ),
        Good({"ci.sh": _STRICT + "./make-page > page.html || exit 1\ncat page.html\n"}, because="errors are seen"),
        Good({"ci.sh": _STRICT + "pytest --version > /dev/null\nmake lint 2> /dev/null\ncppcheck src > /dev/null\n"}, because="no check, no result, and findings on standard error"),
    ),
)  # fmt: skip

_CHECKS = frozenset({"test", "lint", "typecheck"})
_REPORTS = lazily(
    r"junit|report|xml|json|sarif|tap|output|trx|log|html|cov|--list|-list$|collect-only|--dry-run|-l$", re.IGNORECASE
)
_TO_FILE = lazily(
    r"[^\n]*?\s(?:&>>?|>>?)\s*(?P<file>[\"']?[\w$./{}-]+[\"']?)(?P<both>\s*2>&1)?[ \t]*(?:\|\|\s*exit\s+[1-9]\d*)?[ \t]*;?[ \t\r]*$",
    re.MULTILINE,
)
_TRAP = lazily(r"trap(?<!\wtrap)\b")
_KEPT = ("upload-artifact", "store_artifacts")


def check(command: Command, repository: Repository) -> Iterator[Hit]:
    """Flag checks whose words are thrown away, and logs that only success gets to see."""
    if command.output not in {Output.NULL, Output.FILE} or command.status is not Status.COUNTED:
        return
    if command.background or in_prose(command, repository) or reason_at(command.place, repository):
        return
    written = as_written(command, repository)
    if command.output is Output.NULL:
        reported = any(_REPORTS.search(word) for word in command.texts())
        checks = table().roles(command) & _CHECKS and not _only_compiles(command)
        if checks and not reported and _is_redirected(command, repository):
            yield Hit(
                place=command.place,
                message=f"`{written}` fails without a word, since its output goes to /dev/null; drop the redirection",
                unit=command.unit,
            )
    elif _shown_too_late(command, repository):
        yield Hit(
            place=command.place,
            message=f"`{written}` leaves the script before its log is printed; print it where it fails",
            unit=command.unit,
        )
    elif _report_is_lost(command, repository):
        yield Hit(
            place=command.place,
            message=f"where `{written}` fails, the step ends before its report is read, and nothing keeps that; read it in a step with `if: always()`",
            unit=command.unit,
        )


def _only_compiles(command: Command) -> bool:
    """True for tests of Go that are built and not run (`-exec true`, `-run ^$`): the compiler complains on standard error."""
    if command.program != "go":
        return False
    runner, chosen = command.value_of("-exec", "--exec"), command.value_of("-run", "--run")
    return (runner or "").rpartition("/")[2] == "true" or (chosen or "").strip("'\"") in {"^$", "NONE", "XXX", "^NONE$"}


def _is_redirected(command: Command, repository: Repository) -> bool:
    """True for a redirection by a shell of all that tells of a failure: linters may tell it on standard error."""
    text = repository.text(command.place.path)
    end = line_end(text, command.place.span.end)
    line = text[command.place.span.start : end]
    both = "2>&1" in line or "&>" in line or ">&" in line
    on_output = "test" in table().roles(command) and command.program not in _ON_STDERR
    return "/dev/null" in line and (both or on_output)


def _report_is_lost(command: Command, repository: Repository) -> bool:
    """True for a check of CI that tells all to a file which only a later command of the same step reads."""
    job, step = repository.job_of(command), repository.step_of(command)
    if job is None or step is None or command.in_loop or command.program in _ON_STDERR:
        return False
    if not table().roles(command) & _CHECKS or _writes_another(command) or swallowed_by_step(command, repository):
        return False
    text = repository.text(command.place.path)
    tail = _sent_to_file(text, command.place.span.end)
    if tail is None or "|" in tail[0] or tail["file"].startswith("/dev/") or "GITHUB_" in tail["file"]:
        return False
    name = tail["file"].strip("\"'").rsplit("/", 1)[-1]
    anyway = [one.place.span for one in job.steps if one.index > step.index and _RUNS_ANYWAY.search(one.condition)]
    kept = any(word in text[one.start : one.end] for one in anyway for word in (name, "upload", "artifact", "store"))
    if kept or _TRAP.search(step.script):
        return False
    return any(
        one.step == command.step and one.place.span.start > tail.end() and any(name in word for word in one.texts())
        for one in repository.commands_by_unit.get(command.unit, ())
    )


def _writes_another(command: Command) -> bool:
    return any(word.split("=", 1)[0] in _OWN_FILE for word in command.texts())


_RUNS_ANYWAY = lazily(r"always\(|failure\(|cancelled\(")
_OWN_FILE = frozenset({"--junitxml", "--junit-xml", "--output-file", "--outputFile", "-o", "--output"})
"""Options by which a runner writes its result elsewhere as well."""
_ON_STDERR = frozenset({"jest", "react-scripts", "craco"})
"""Runners that tell their results on standard error, as many linters do. Source: github.com/jestjs/jest, issue 5064."""


def _sent_to_file(text: str, at: int) -> re.Match[str] | None:
    """The redirection into a file with which the line ends that goes on at `at`."""
    return _TO_FILE.match(text, at) if text.find(">", at, line_end(text, at)) >= 0 else None


def _shown_too_late(command: Command, repository: Repository) -> bool:
    """True where both streams go to a file that the script prints further on, which a failure keeps it from reaching."""
    text = repository.text(command.place.path)
    if "cat" not in text or any(word in text for word in _KEPT) or ("trap" in text and _TRAP.search(text)):
        return False
    start = line_start(text, command.place.span.end)
    line = _sent_to_file(text, min(start, command.place.span.end))
    tail = line or _sent_to_file(text, text.find("\n", command.place.span.end) + 1)
    if tail is None or not (tail["both"] or "&>" in tail[0]):
        return False
    name = re.escape(tail["file"].strip("\"'"))
    shown = re.search(rf"^[ \t]*cat [\"']?{name}[\"']?[ \t]*$", text[tail.end() :], re.MULTILINE)
    behind = text[tail.end() : tail.end() + shown.start()] if shown is not None else ""
    return shown is not None and not re.search(r"^[ \t]*(?:fi|\}|esac|exit\b.*)[ \t]*$", behind, re.MULTILINE)
