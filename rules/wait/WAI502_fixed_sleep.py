"""A fixed sleep where something could be checked instead."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.facts.command import Command, GuardKind, Output
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.lines import line_end
from agentlint.judgements.waiting.waiting import (
    is_documentation,
    is_long_running_service,
    paces_requests,
    shell_sleep_seconds,
)
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity

SHORTEST_SECONDS = 2.0
_ONLY_FOR_PEOPLE = frozenset({GuardKind.TERMINAL, GuardKind.NOT_AUTOMATED, GuardKind.INTERACTIVE_CALLER})

RULE = Rule(
    id="WAI502",
    name="fixed-sleep",
    category=Category.WAIT,
    summary="A script or job sleeps for a fixed time instead of waiting for what it needs.",
    why=(
        "A guessed wait always pays the worst case, and still fails on the day that is worse. Waits on a condition cost "
        "1.25 times the bare run time, fixed waits 3.7 times (E25), and tests that wait a fixed time flake more often (E27)."
    ),
    remediation="Poll for the condition with a bound: `timeout 60 sh -c 'until pg_isready -q; do sleep 1; done'`.",
    severity=Severity.MINOR,
    evidence=("E25", "E26", "E27"),
    references=("https://docs.docker.com/reference/cli/docker/compose/up/",),
    bad=(
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 10\n    steps:\n"
                    "      - run: |\n          docker compose up -d\n          sleep 30\n          make test\n"
                )
            },
            at=(".github/workflows/ci.yml:9",),
        ),
        Bad({"run-tests.sh": "#!/bin/sh\n./server &\nsleep 5\ncurl localhost:8000\n"}, at=("run-tests.sh:3",)),
        Bad({"Makefile": "test:\n\tdocker compose up -d db\n\tsleep 10\n\tpytest\n"}, at=("Makefile:3",)),
        Bad(
            {"package.json": '{"name": "x", "scripts": {"e2e": "node server.js & sleep 8 && node e2e.js"}}\n'},
            at=("package.json:1",),
        ),
        Bad(
            {
                "restore.sh": (
                    "#!/bin/sh\nfor volume in $VOLUMES; do\n  if [ -n \"$old\" ]; then\n    echo 'It may not fit.'\n    sleep 2\n"
                    "    echo 'Going on.'\n  fi\n  ./restore \"$volume\"\ndone\n"
                )
            },
            at=("restore.sh:5",),
            title="time for a reader, in a loop too",
        ),
        Bad(
            {"job.sh": "#!/bin/bash\nsleep $((RANDOM % 1800))\n./job\n"},
            at=("job.sh:2",),
            title="up to half an hour at random",
        ),
        Bad(
            {"update.sh": "#!/bin/sh\n./update && gum spin --title 'Update completed!' -- sleep 3\n"},
            at=("update.sh:2",),
            title="a spinner that only passes the time",
        ),
        Bad({"start.bat": "start server.exe\r\nping -n 11 127.0.0.1 > nul\r\ntests.exe\r\n"}, at=("start.bat:2",)),
        Bad(
            {"run.sh": "#!/bin/sh\n./server &\npython3 -c 'import time; time.sleep(5)'\n./tests\n"},
            at=("run.sh:3",),
        ),
        Bad(
            {"docker/entrypoint.sh": '#!/bin/sh\nservice db start\nsleep 5\n./migrate\nexec "$@"\n'},
            at=("docker/entrypoint.sh:3",),
            title="the container's start waits for it",
        ),
    ),
    good=(
        Good(
            {"integration/stdin-quit.sh": "#!/bin/sh\nset -e\nsleep 10 | timeout 20 ./watch --stdin-quit -- echo ok\n"},
            because="the end of the input is what is tested",
        ),
        Good(
            {
                "test/stamps.sh": "#!/bin/bash\n./build one\nsleep 2 # so that the two time stamps differ\n./build two\ncmp one two && exit 1\n"
            },
            because="the time itself is wanted",
        ),
        Good(
            {"regress/quiet.sh": "#!/bin/sh\nset -e\n./send x\nsleep 3\n./send y\nassert_unchanged log ''\n"},
            because="it proves that nothing happens in that time",
        ),
        Good(
            {"docker/entrypoint.sh": "#!/bin/sh\n./server || { sleep 5; exit 1; }\n"},
            because="a pause before the container is started again",
        ),
        Good(
            {"wait.sh": "#!/bin/sh\nuntil pg_isready -q; do\n  sleep 2\ndone\n"},
            because="the sleep paces a loop that checks the condition",
        ),
        Good(
            {"dns.sh": '#!/bin/sh\ncall() {\n  # Prevent rate limit\n  sleep 2\n  curl "$1"\n}\ncall a\n'},
            because="the comment says that it keeps to a rate limit",
        ),
        Good(
            {"doc/screencast.sh": "#!/bin/sh\ntype_out 'fd --help'\nsleep 3\nclear\n"},
            because="a show for a recording runs at the speed of its reader",
        ),
        Good({"keep.sh": "#!/bin/sh\nsleep infinity\n"}, because="it keeps a container alive, and waits for nothing"),
        Good({"pace.sh": "#!/bin/sh\necho one\nsleep 1\necho two\n"}, because="a second is below the threshold"),
        Good(
            {"retry.sh": "#!/bin/sh\nfor i in 1 2 3 4 5; do\n  curl -fsS localhost && break\n  sleep 5\ndone\n"},
            because="a bounded retry loop checks before each wait",
        ),
        Good(
            {"watchdog.sh": "#!/bin/sh\n(sleep 600; kill $$) &\nmake test\n"},
            because="a background watchdog delays nothing",
        ),
    ),
)


def check(command: Command, repository: Repository) -> Iterator[Hit]:
    """Flag literal sleeps of two seconds or more that stand in no loop."""
    seconds = shell_sleep_seconds(command)
    if seconds is None or seconds < SHORTEST_SECONDS or command.background:
        return
    if command.output is Output.PIPE:
        return  # it holds another program's input open for so long
    for_reader = _between_messages(command, repository)
    if command.in_loop and not for_reader:
        return
    if is_documentation(command, repository) or _RECORDED.search(command.place.path):
        return
    if is_long_running_service(command, repository) and not _delays_start(command, repository):
        return
    if paces_requests(command, repository):
        return
    if any(guard.kind in _ONLY_FOR_PEOPLE for guard in command.guards) or _lets_time_pass(command, repository):
        return
    yield Hit(
        place=command.place,
        message=_message(command, for_reader).format(seconds),
        unit=command.unit,
        cost=Cost(seconds=min(seconds, 300.0), basis="measured", source="the written wait"),
    )


_TIME_ITSELF = lazily(
    r"\bforce the test|\b(?:advance|move) the (?:clock|time)|\btime ?stamps?|\bmtimes?\b|\bclock\b|granularity|resolution|\bepoch\b|\b(?:older|newer) than|different (?:seconds?|times?|dates?)|rate.?limit",
    re.IGNORECASE,
)


def _lets_time_pass(command: Command, repository: Repository) -> bool:
    """True where the comment on the line or right above says that time itself is what is wanted: another time stamp, a limit of calls."""
    text = repository.text(command.place.path)
    end = line_end(text, command.place.span.end)
    lines = text[:end].split("\n")[-2:]
    beside = lines[-1].partition("#")[2]
    above = lines[0].strip() if len(lines) > 1 and lines[0].strip().startswith("#") else ""
    following = "\n".join(text[end:].split("\n")[1:3]) if end >= 0 else ""
    return bool(_TIME_ITSELF.search(f"{above} {beside}") or _UNCHANGED.search(following))


_UNCHANGED = lazily(
    r"\b(?:assert|expect|check|verify|require)_?\w*(?:unchanged|_not_|_never_|_no_|_still_)\w*", re.IGNORECASE
)
"""What follows proves that nothing has happened meanwhile."""


def _delays_start(command: Command, repository: Repository) -> bool:
    """True in a container's entry point, where what follows waits for it: the start, and no pause before a failure's restart."""
    if "entrypoint" not in command.place.path.rsplit("/", 1)[-1]:
        return False
    own = repository.commands_by_unit.get(command.unit, ())
    at = next((index for index, other in enumerate(own) if other is command), len(own))
    return bool(own[at + 1 : at + 2]) and own[at + 1].program not in _LEAVES


_RECORDED = lazily(r"(?:^|[/_-])(?:demos?|screencasts?|recordings?|asciinema|showcase)(?:[/._-]|$)", re.IGNORECASE)
"""Scripts that play a show for a recording, at the speed of a reader."""


def _message(command: Command, for_reader: bool) -> str:
    if any("$" in word.text for word in command.arguments):
        return _AT_RANDOM
    return _FOR_A_READER if for_reader or command.program == "gum" else _GUESS


_AT_RANDOM = (
    "`sleep` waits up to {:g} s at random; spread the load where runs are scheduled, or let a variable turn it off"
)
_GUESS = "`sleep` waits {:g} s on a guess; poll for what it waits for, with a bound"
_FOR_A_READER = "`sleep` waits {:g} s for a reader of the message; drop it, the message stays in the log"
_SAYS = frozenset({"echo", "printf", "print_text_in_color", "log", "info", "warn", "Write-Host", "Write-Output"})
_LEAVES = frozenset({"exit", "return", "continue", "break"})


_ANNOUNCED = lazily(r"\b(?:sleep|wait)ing\b|\bto (?:settle|drain|flush|propagate)\b", re.IGNORECASE)
"""A message that tells what the sleep behind it waits for."""


def _between_messages(command: Command, repository: Repository) -> bool:
    """True where nothing but messages stands before and behind it, under the same conditions: it gives a person time to read."""
    own = repository.commands_by_unit.get(command.unit, ())
    at = next((index for index, other in enumerate(own) if other is command), 0)
    around = (*own[max(at - 1, 0) : at], *own[at + 1 : at + 2])
    if around and any(_ANNOUNCED.search(text) for text in around[0].texts()):
        return False
    return len(around) == 2 and all(
        other.program in (_SAYS | _LEAVES if other is around[1] else _SAYS)
        and other.guards == command.guards
        and other.in_loop == command.in_loop
        for other in around
    )
