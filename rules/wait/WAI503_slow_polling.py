"""A loop that looks only every so often."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.facts.unit import UnitKind
from agentlint.files.lazily import lazily
from agentlint.judgements.waiting.waiting import (
    is_documentation,
    is_long_running_service,
    paces_requests,
    shell_sleep_seconds,
)
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity

SLOWEST_SECONDS = 10.0

RULE = Rule(
    id="WAI503",
    name="slow-polling",
    category=Category.WAIT,
    summary="A loop polls more slowly than every ten seconds.",
    why="On average half the interval is lost after the condition has come true; an agent repeats that at every visit.",
    remediation="Poll every second or two, and bound the loop by a deadline instead of a count of long waits.",
    severity=Severity.MINOR,
    confidence=Confidence.MEDIUM,
    evidence=("E25",),
    programs=frozenset({"sleep", "Start-Sleep"}),
    bad=(
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 10\n    steps:\n      - run: |\n"
                    "          for i in 1 2 3; do\n            curl -fsS localhost:80 && break\n            sleep 30\n          done\n"
                )
            },
            at=(".github/workflows/ci.yml:10",),
        ),
        Bad(
            {"Makefile": "test:\n\tuntil curl -fs localhost; do sleep 20; done\n\tpytest\n"},
            at=("Makefile:2",),
        ),
        Bad(
            {
                "ci/test.sh": "#!/bin/bash\nuntil nc -z db 5432; do\n  sleep 15\ndone\n./run\n",
                "Makefile": "test:\n\tci/test.sh\n",
            },
            at=("ci/test.sh:3",),
        ),
    ),
    good=(
        Good({"test.sh": "#!/bin/sh\nuntil pg_isready; do sleep 1; done\n"}, because="it looks every second"),
        Good({"test.sh": "#!/bin/sh\nuntil pg_isready; do sleep 10; done\n"}, because="ten seconds is the bound"),
        Good(
            {"daemon.sh": "#!/bin/sh\nwhile true; do\n  backup\n  sleep 3600\ndone\n"},
            because="a daemon's pace, no wait for an answer",
        ),
        Good({"once.sh": "#!/bin/sh\nsleep 1\n"}, because="no loop"),
        Good(
            {
                "ci/bench.sh": '#!/bin/bash\n./serve &\nfor i in {1..8}; do\n  sleep 30\n  ./sample "$i"  # the numbers that return\ndone\n',
                "Makefile": "test:\n\tci/bench.sh\n",
            },
            because="it takes eight samples and leaves at none of them",
        ),
        Good(
            {
                "ci/test.sh": '#!/bin/sh\nfor branch in $BRANCHES; do\n  ./trigger "$branch"\n  sleep 20\ndone\n',
                "Makefile": "test:\n\tci/test.sh\n",
            },
            because="it spaces out work over a list and asks for nothing",
        ),
        Good(
            {
                "ci/test.sh": (
                    '#!/bin/sh\nfirst=true\nwhile ! ./ready; do\n  if [ "$first" = true ]; then\n    sleep 60\n    first=false\n'
                    "  else\n    sleep 5\n  fi\ndone\n"
                ),
                "Makefile": "test:\n\tci/test.sh\n",
            },
            because="only the first look waits so long",
        ),
    ),
)


def check(command: Command, repository: Repository) -> Iterator[Hit]:
    """Flag sleeps over ten seconds in loops that a run reaches."""
    seconds = shell_sleep_seconds(command)
    if seconds is None or seconds <= SLOWEST_SECONDS or not command.in_loop or command.background or seconds > 600:
        return
    if is_documentation(command, repository) or is_long_running_service(command, repository):
        return
    if paces_requests(command, repository):
        return
    unit = repository.units.get(command.unit)
    if unit is not None and unit.kind is UnitKind.SCRIPT and repository.graph.reach(command.unit) < 0.45:
        return
    if _paces_a_list(command, repository) or _only_at_first(command, repository):
        return
    yield Hit(
        place=command.place,
        message=f"the loop looks only every {seconds:g} s; poll every second or two under a deadline",
        unit=command.unit,
        cost=Cost(seconds=seconds / 2, source="half the interval"),
    )


_LOOP = lazily(r"^(?P<indent>\s*)(?:-\s+|\w+:\s+)?(?P<kind>for|while|until|foreach|do)\b(?P<rest>.*)$", re.IGNORECASE)
_COUNTED = lazily(r"\{\d+\.\.|\bseq\b|in\s+(?:\d+\s+)+\d+|\(\(|\d+\.\.|-lt|-le|range", re.IGNORECASE)
_READS = lazily(r"while\b.*\bread\b", re.IGNORECASE)
_ENDED = lazily(r"\bbreak\b|\b(?:exit|return)(?:\s+0\b|\s*$)", re.MULTILINE)


_LEFT = lazily(r"\b(?:break|exit|return|die|fail|throw|last)\b|&&\s*\w*(?:exit|done|stop)", re.IGNORECASE)
"""Any way out before the count is full."""
_COMMENT = lazily(r"(?:^|[ \t])#.*$", re.MULTILINE)


def _paces_a_list(command: Command, repository: Repository) -> bool:
    """True in a loop that no answer ends, over a list of things or for so many samples: it spaces out work and asks for nothing."""
    source = repository.read(command.place.path)
    if source is None:
        return False
    before = source.text[: command.place.span.start].split("\n")
    depth = len(before[-1]) - len(before[-1].lstrip())
    for index in range(len(before) - 2, max(len(before) - 80, -1), -1):
        found = _LOOP.match(before[index])
        if found is None or len(found["indent"]) >= max(depth, 1) or before[index].strip() == "do":
            continue
        repeats = found["kind"].lower() in {"for", "foreach"}
        if repeats and _COUNTED.search(found["rest"]):
            body = "\n".join(before[index + 1 :]) + _rest_of_loop(source.text, command.place.span.end, found["indent"])
            return not _LEFT.search(_COMMENT.sub("", body))
        body = "\n".join(before[index + 1 :])
        return (repeats or bool(_READS.search(before[index]))) and not _ENDED.search(body)
    return False


def _rest_of_loop(text: str, at: int, indent: str) -> str:
    """What stands in the loop behind the sleep: up to the line that closes it, as deep as the one that opens it."""
    close = re.compile(rf"^{re.escape(indent)}(?:done\b|\}}|end\b|\S)", re.MULTILINE).search(text, at)
    return text[at : close.start() if close is not None else len(text)]


_TOLD_APART = lazily(r"^\s*(\w+)=[\"']?(?:false|true|no|yes|0|1)?[\"']?\s*;?\s*$")


def _only_at_first(command: Command, repository: Repository) -> bool:
    """True for the wait before the first look: the next line changes the variable that the branch asks for."""
    source = repository.read(command.place.path)
    if source is None:
        return False
    following = source.text[command.place.span.end :].split("\n")[1:2]
    found = _TOLD_APART.match(following[0]) if following else None
    return found is not None and any(found[1] in guard.text for guard in command.guards)
