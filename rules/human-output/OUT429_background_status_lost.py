"""What ran in the background failed, and a bare `wait` says that all went well."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.facts.command import Command, Status
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.judgements.reporting.verdicts import checks_something, swallowed_by_step, text_weighed_later
from agentlint.judgements.running.roles import command_roles
from agentlint.judgements.running.scope import as_written, in_prose
from agentlint.programs import table
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity
from agentlint.rule.comments import reason_at

_STRICT = "#!/bin/bash -e\n"

RULE = Rule(
    id="OUT429",
    name="background-status-lost",
    category=Category.HUMAN_OUTPUT,
    summary="Builds, tests or deliveries run in the background, and a bare `wait` ends with success whatever became of them.",
    why=(
        "`wait` without an operand always gives 0, and errexit does not reach what stands before `&`: a failed part leaves a green "
        "run, and the agent builds on what was never made."
    ),
    remediation='Keep the process ids and wait for each (`pids+=($!)`, `for pid in "${pids[@]}"; do wait "$pid"; done`).',
    severity=Severity.MAJOR,
    cost=Cost(seconds=60, source="E14"),
    evidence=("E14",),
    programs=frozenset({"wait"}),
    bad=(
        Bad(
            {
                "images.sh": _STRICT
                + "for one in 7 8; do\n    {\n        docker buildx build --push -t app:$one .\n    } &\ndone\nwait\n"
            },
            at=("images.sh:4",),
        ),
        Bad({"Makefile": "test:\n\tgo test -json ./a & go test -json ./b & wait\n"}, at=("Makefile:2", "Makefile:2")),
        Bad(
            {"fetch.sh": _STRICT + "for one in $NAMES; do\n    python make_one.py $one &\ndone\nwait\npython all.py\n"},
            at=("fetch.sh:3",),
            title="each round of a loop in a script that is to end with the first failure",
        ),
        Bad(
            {"all.sh": '#!/bin/bash\nfor one in cases/*.sh; do\n    "$one" &\ndone\nwait\nstatus=$?\nexit "$status"\n'},
            at=("all.sh:5",),
            title="the status of the bare `wait` is asked for, which says nothing",
        ),
        Bad(
            {"get.sh": "#!/bin/sh\nset -eu\nfor one in $NAMES; do\n    ./make_one $one &\ndone\nwait\n./all\n"},
            at=("get.sh:4",),
        ),
    ),
    good=(
        Good(
            {
                "images.sh": _STRICT
                + "for one in 7 8; do\n    docker buildx build -t app:$one . &\n    pids+=($!)\ndone\n"
                'for pid in "${pids[@]}"; do\n    wait "$pid"\ndone\nwait\n'
            },
            because="each is waited for by its id",
        ),
        Good({"images.sh": _STRICT + "make a &\nmake b &\nwait -n\nwait -n\n"}, because="`wait -n` gives the status"),
        Good(
            {"images.sh": _STRICT + "(make a || touch failed) &\nmake b || touch failed &\nwait\n[ ! -e failed ]\n"},
            because="a failure leaves its mark",
        ),
        Good(
            {"up.sh": "#!/bin/sh\nset -e\nnpm run serve &\nnode proxy.js &\nwait\n"},
            because="services run until somebody ends them",
        ),
        Good(
            {
                "get.sh": "#!/bin/bash -e\nget() {\n    curl -fO $1 || echo $1 >> failed\n}\nfor one in a b; do\n    get $one &\ndone\nwait\n"
                "if [[ -f failed ]]; then exit 1; fi\n"
            },
            because="its function writes down what failed",
        ),
        Good(
            {"up.sh": "#!/bin/sh\nset -e\nfor one in a b; do\n  kill $one &\ndone\nwait\necho done\n"},
            because="cleaning up may fail",
        ),
    ),
)

_DELIVERS = frozenset({"install", "deploy", "publish"})
_OTHERWISE = lazily(r"\|\||\$\?|\$!|\bEXIT\b")
_KEEPS_IDS = lazily(r"\$\{?!|\bwait[ \t]+(?:-\w|[\"']?[$%\d])|\bjobs[ \t]+-\w*[pr]|\bSIGCHLD\b|\btrap\b[^\n]*\bERR\b")
_ENDS_WITH_FAILURE = lazily(r"^[ \t]*set -(?:\w*e|o errexit)|^#!.*sh -\w*e", re.MULTILINE)
_ASKED = lazily(
    r"[ \t]*(?:(?:;|\n)\s*(?:(?:local |declare |readonly )?\w+=|exit |return |if \[+ |\[+ |test )[\"']?\$\{?\?|\|\|[ \t]*\{?[ \t]*(?:exit|return|false|die|fail))"
)
"""What stands behind `wait` where its status is to tell how all went."""
_AT_EASE = frozenset(
    "kill pkill killall sleep echo printf cat tail rm rmdir tput read wait true test [ open xdg-open notify-send tee pv watch logger disown".split()
)  # fmt: skip
"""Programs whose failure nobody waits for: they clean up, show, or pass the time."""
_LONG = 4000


def check(command: Command, repository: Repository) -> Iterator[Hit]:
    """Flag what a bare `wait` waits for, where its status was to count."""
    if command.arguments or in_prose(command, repository):
        return
    text = repository.text(command.place.path)
    if _KEEPS_IDS.search(text):
        return
    own = sorted(
        (
            one
            for one in repository.commands_by_unit.get(command.unit, ())
            if one.place.path == command.place.path and one.step == command.step
        ),
        key=lambda one: one.place.span.start,
    )
    before = [one for one in own if one.place.span.start < command.place.span.start]
    since = max((at for at, one in enumerate(before) if one.program == "wait" and not one.arguments), default=-1)
    goes_on = own[-1].place.span.start > command.place.span.start
    if _ASKED.match(text, command.place.span.end) and any(_worked(one, text) for one in before[since + 1 :]):
        message = "a bare `wait` gives 0 whatever became of what ran in the background; wait for each process id"
        yield Hit(place=command.place, message=message, unit=command.unit)
        return
    told = 0
    for one in before[since + 1 :]:
        what = _lost(one, text, goes_on, repository)
        if what and one.place.span.start >= told and not reason_at(one.place, repository):
            told = one.place.span.end  # `docker run … CMD` is one start
            yield Hit(
                place=one.place,
                message=(
                    f"`{as_written(one, repository)}` runs in the background, and a bare `wait` gives 0 whatever became of the {what}; "
                    "wait for its process id"
                ),
                unit=one.unit,
            )


def _lost(command: Command, text: str, goes_on: bool, repository: Repository) -> str:
    """What was to come of a command in the background whose status nobody gets; "" where nothing hangs on it."""
    if not command.background or command.status is not Status.UNCHECKED or command.program in _AT_EASE:
        return ""
    start = command.place.span.start
    end = text.find("\n", command.place.span.end)
    if _OTHERWISE.search(text, start, end if end >= 0 else min(len(text), start + _LONG)):
        return ""
    if swallowed_by_step(command, repository) or text_weighed_later(command, repository):
        return ""
    what = checks_something(command, repository)
    if what:
        return what
    roles = command_roles(command, repository) | table().roles(command)
    if roles & {"serve", "watch", "clean"}:
        return ""
    if roles & _DELIVERS:
        return "delivery" if not roles & {"install"} else "installation"
    strict = command.in_loop and goes_on and _ENDS_WITH_FAILURE.search(text)
    return _worked(command, text) if strict else ""


def _worked(command: Command, text: str) -> str:
    """ "work" for anything in the background of which the script cannot have written down what failed."""
    if not command.background or command.status is not Status.UNCHECKED or command.program in _AT_EASE:
        return ""
    return "" if _is_function(command.program_path, text) else "work"


def _is_function(name: str, text: str) -> bool:
    """True for a function of the script itself, which may write down what failed."""
    return re.search(rf"^[ \t]*(?:function[ \t]+)?{re.escape(name)}[ \t]*(?:\(\)|\{{)", text, re.MULTILINE) is not None
