"""A loop behind a pipe notes a failure in a variable that is gone when the loop ends."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.lines import line_end, line_start
from agentlint.files.source import Place, Span
from agentlint.judgements.running.scope import in_prose
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity

_LOOP = "#!/bin/bash\nstatus=0\n{head}\n  if ! check $one; then\n    status=1\n  fi\ndone{tail}\nexit $status\n"

RULE = Rule(
    id="OUT418",
    name="verdict-in-subshell",
    category=Category.HUMAN_OUTPUT,
    summary="A `while` behind a pipe sets the status that the script leaves with: it runs in a shell of its own, and the value is lost.",
    why="Bash runs each part of a pipe in a subshell. What the loop notes there never reaches `exit`, and the check always passes.",
    remediation="Feed the loop by `done < <(command)`, or leave the loop with the status.",
    severity=Severity.MAJOR,
    cost=Cost(seconds=60, source="E14"),
    evidence=("E14",),
    programs=frozenset({"exit", "return"}),
    bad=(
        Bad({"ci.sh": _LOOP.format(head="find . -name '*.md' | while read -r one; do", tail="")}, at=("ci.sh:3",)),
        Bad(
            {".gitlab-ci.yml": "words:\n  script:\n    - build 2>&1 | { grep 'error:' && exit 1; } || true\n"},
            at=(".gitlab-ci.yml:3",),
            title="it leaves the subshell, and `|| true` takes even that",
        ),
    ),
    good=(
        Good(
            {
                "ci.sh": "#!/bin/bash\nset -o pipefail\nbuild 2>&1 | { grep error && exit 1; }\nbuild | { cat; exit 1; } || echo failed\n"
            },
            because="the status of the pipe counts, or is said",
        ),
        Good(
            {"ci.sh": _LOOP.format(head="while read -r one; do", tail=" < <(find . -name '*.md')")},
            because="the loop runs in the script's own shell",
        ),
        Good(
            {"ci.sh": "shopt -s lastpipe\n" + _LOOP.format(head="ls | while read -r one; do", tail="")},
            because="lastpipe keeps the last part in this shell",
        ),
        Good(
            {"ci.sh": "#!/bin/zsh\nls | while read -r one; do\n  status=1\ndone\nexit $status\n"},
            because="zsh runs the last part itself",
        ),
    ),
)

_VARIABLE = lazily(r"(?:exit|return)\s+[\"']?\$\{?([A-Za-z]\w*)")
_PIPED = lazily(r"^(?P<indent>[ \t]*)(?P<set>[^\n# \t][^\n]*\|\s*while\b[^\n]*)", re.MULTILINE)


_LEFT_ONLY_THE_PIPE = lazily(r"\|\s*[{(][^\n{}()]*\bexit [1-9]\d*\s*;?\s*[})]\s*\|\|\s*(?:true\b|:(?=\s|$))")


def _exit_of_a_pipe(command: Command, text: str) -> bool:
    """True for an `exit 1` that leaves no more than the part of a pipe, behind which `|| true` stands."""
    start = line_start(text, command.place.span.start)
    end = line_end(text, command.place.span.end)
    found = _LEFT_ONLY_THE_PIPE.search(text, start, end)
    return found is not None and found.start() < command.place.span.start < found.end()


def check(command: Command, repository: Repository) -> Iterator[Hit]:
    """Flag loops behind pipes that set the variable which this `exit` hands on, and `exit 1` where `|| true` takes it."""
    source = repository.read(command.place.path)
    if source is not None and "true" in source.text and _exit_of_a_pipe(command, source.text):
        message = "this `exit` leaves no more than its part of the pipe, and `|| true` takes that as well; test the output by `if`"
        yield Hit(command.place, message, unit=command.unit)
    named = _VARIABLE.match(source.text, command.place.span.start) if source is not None else None
    if named is None or source is None or in_prose(command, repository):
        return
    text = source.text[: command.place.span.start]
    if "lastpipe" in text or re.match(r"#!\s*\S*(?:zsh|ksh)\b|#!\s*\S*env (?:zsh|ksh)\b", text):
        return
    for loop in _PIPED.finditer(text):
        end = text.find(f"\n{loop['indent']}done", loop.end())
        body = text[loop.end() : end] if end >= 0 else ""
        if re.search(rf"^\s*(?:\w.*[;&]\s*)?{named[1]}=[\"']?[1-9$]", body, re.MULTILINE):
            place = Place(command.place.path, Span(*loop.span("set")))
            yield Hit(
                place=place,
                message=f"`{named[1]}` is set in the subshell of this pipe and lost; feed the loop by `done < <(…)`",
                unit=command.unit,
            )
