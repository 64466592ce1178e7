"""A loop that looks or tries again, for ever if need be."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.facts.unit import UnitKind
from agentlint.files.lazily import lazily
from agentlint.files.source import Place, Span
from agentlint.judgements.pages.test_commands import runs_tests
from agentlint.judgements.waiting.waiting import (
    is_documentation,
    is_long_running_service,
    paces_requests,
    shell_sleep_seconds,
)
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity

_FETCHERS = frozenset(
    "git curl wget apt-get apt add-apt-repository apt-key gpg dnf yum zypper apk pacman brew pip pip3 npm yarn pnpm gem cargo docker podman"
    " rsync scp ssh gh".split()
)
"""Programs that ask another machine, and are tried again when it does not answer."""

RULE = Rule(
    id="WAI510",
    name="loop-without-end",
    category=Category.WAIT,
    summary="A loop waits for something, or tries something again, and never gives up.",
    why="A server that died, or an address that is gone, holds the run until the limit of the whole job, and tells nobody why.",
    remediation="Count the tries and fail after the last, or put `timeout 60` before the loop (`timeout 60 sh -c 'until ...'`).",
    severity=Severity.MINOR,
    confidence=Confidence.MEDIUM,
    cost=Cost(seconds=15, source="E8"),
    evidence=("E8", "E36"),
    references=("https://www.gnu.org/software/coreutils/manual/html_node/timeout-invocation.html",),
    programs=frozenset({"sleep", "Start-Sleep", *_FETCHERS}),
    bad=(
        Bad(
            {
                "refresh.sh": "#!/bin/sh\ncd data\nwhile ! git fetch origin --tags; do sleep 10; done\ngit reset --hard x\n"
            },
            at=("refresh.sh:3",),
            title="a download that is tried again for ever, whoever starts the script",
        ),
        Bad(
            {
                "deps.sh": (
                    "#!/bin/bash\nwhile true; do\n  apt-get update -yqq && break\ndone\n"
                    "until add-apt-repository -y ppa:some/one; do\n  echo again\ndone\n"
                    "while :; do\n  if curl -fsSO https://example.org/a.tgz; then\n    break\n  fi\ndone\n"
                )
            },
            at=("deps.sh:2", "deps.sh:5", "deps.sh:8"),
            title="tried again at once, and for ever",
        ),
        Bad(
            {
                "setup.sh": "#!/bin/bash\nxcode-select --install\nuntil xcode-select -p &> /dev/null; do\n  sleep 5\ndone\nbrew bundle\n"
            },
            at=("setup.sh:3",),
            title="a window that somebody must click on first",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 60\n    steps:\n"
                    "      - run: |\n          mysqld &\n          while ! mysqladmin ping --silent; do\n            sleep 5\n          done\n"
                )
            },
            at=(".github/workflows/ci.yml:9",),
        ),
        Bad(
            {
                "test.sh": '#!/bin/sh\nserver conf\nwhile [ ! -S "$SOCK" ]; do sleep 1; done\n./suite\n',
                ".gitlab-ci.yml": "test:\n  timeout: 60m\n  script:\n    - ./test.sh\n",
            },
            at=("test.sh:3",),
            title="in a script that a job calls",
        ),
        Bad(
            {
                "scripts/with-db.sh": (
                    '#!/bin/sh\ndocker compose up -d db\nwhile [ "$state" != running ]; do\n  sleep 5\n'
                    "  state=$(docker inspect db -f '{{ .State.Status }}')\ndone\npytest tests\n"
                )
            },
            at=("scripts/with-db.sh:3",),
            title="tests come after it in the same script",
        ),
        Bad(
            {
                "test.sh": (
                    '#!/bin/sh\nserver conf\nuntil [ "$(docker inspect -f "{{.State.Health.Status}}" db)" = "healthy" ]; do\n'
                    "  sleep 2\ndone\n./suite\n"
                ),
                ".gitlab-ci.yml": "test:\n  timeout: 60m\n  script:\n    - ./test.sh\n",
            },
            at=("test.sh:3",),
            title="a container that turns unhealthy is waited for as well",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 60\n    steps:\n"
                    "      - run: |\n          while true; do\n            if ./state | grep -q passed; then\n              break\n"
                    "            fi\n            sleep 5\n          done\n"
                )
            },
            at=(".github/workflows/ci.yml:8",),
            title="left only when all is well",
        ),
        Bad(
            {
                "ci/get.ps1": (
                    "function Get-It {\n  do {\n    Write-Output again\n    Start-Sleep -Seconds 5\n    Invoke-WebRequest $u -OutFile f\n"
                    "  } while (-not $?)\n}\n"
                ),
            },
            at=("ci/get.ps1:2",),
        ),
        Bad(
            {
                "ci/up.ps1": (
                    "while ($true) {\n  $r = Invoke-WebRequest $u -SkipHttpErrorCheck\n  if ($r.StatusCode -eq 200) { break }\n  Start-Sleep 5\n}\n"
                    "do {\n  Start-Sleep -Seconds 2\n} until ((Get-Service db).Status -eq 'Running')\n"
                ),
            },
            at=("ci/up.ps1:1", "ci/up.ps1:6"),
            title="in PowerShell words are compared with -eq, and a `while ($true)` is left only when all is well",
        ),
    ),
    good=(
        Good(
            {
                "ci/up.ps1": (
                    "$end = (Get-Date).AddMinutes(5)\nwhile ($true) {\n  if (Test-Path up) { break }\n  if ((Get-Date) -gt $end) { throw 'late' }\n"
                    "  Start-Sleep 5\n}\nfor ($i = 0; $i -lt 9; $i++) {\n  if (Test-Path up) { break }\n  Start-Sleep 5\n}\n"
                    "while (-not $p.HasExited) {\n  Start-Sleep 2\n}\n"
                ),
            },
            because="a clock, a count, and a process that ends",
        ),
        Good(
            {
                "deps.sh": (
                    "#!/bin/bash\nfor n in 1 2 3; do\n  apt-get update && break\ndone\nwhile read -r mirror; do\n  curl -fO $mirror/a.tgz && break\n"
                    "done < mirrors\nn=0\nuntil git fetch; do\n  n=$((n + 1))\n  [ $n -lt 5 ] || exit 1\ndone\nwhile true; do\n  git pull\n  ./build\ndone\n"
                )
            },
            because="counted, over a list, or a service",
        ),
        Good(
            {
                "test.sh": (
                    '#!/bin/sh\nn=0\nuntil curl -sf localhost; do\n  n=$((n + 1))\n  [ "$n" -gt 30 ] && exit 1\n  sleep 1\ndone\n'
                    "for i in 1 2 3; do\n  curl -sf x && break\n  sleep 2\ndone\n"
                    "timeout 60 sh -c 'until curl -sf localhost; do sleep 1; done'\n"
                    'server &\npid=$!\nwhile kill -0 "$pid"; do sleep 1; done\n'
                ),
                ".gitlab-ci.yml": "test:\n  timeout: 60m\n  script:\n    - ./test.sh\n",
            },
            because="tries are counted, `timeout` ends it, and a process ends of itself",
        ),
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 60\n    steps:\n"
                    "      - run: until curl -sf localhost; do sleep 1; done\n        timeout-minutes: 2\n"
                )
            },
            because="the step has a limit",
        ),
        Good(
            {
                "Dockerfile": 'FROM alpine:3.20\nCOPY entrypoint.sh /\nENTRYPOINT ["/entrypoint.sh"]\n',
                "entrypoint.sh": "#!/bin/sh\nuntil nc -z db 5432; do sleep 1; done\nexec app\n",
            },
            because="a service that comes up when the other one is there",
        ),
        Good(
            {
                "test.sh": (
                    '#!/bin/sh\nserver conf\nuntil [ "$(docker inspect -f "{{.State.Health.Status}}" db)" != "starting" ]; do\n'
                    "  sleep 2\ndone\n./suite\n"
                ),
                ".gitlab-ci.yml": "test:\n  timeout: 60m\n  script:\n    - ./test.sh\n",
            },
            because="a health check leaves its first state after so many tries, well or not",
        ),
        Good(
            {
                "ci/wait.sh": (
                    '#!/bin/sh\nwhile true; do\n  state=$(./state)\n  [ "$state" = passed ] && break\n'
                    '  [ "$state" = failed ] && exit 1\n  sleep 5\ndone\nwhile :; do\n  ./report\n  sleep 5\ndone\n'
                )
            },
            because="it fails where the other side does, and the last one is there to go on",
        ),
        Good(
            {"monitor.sh": '#!/bin/sh\nwhile [ -e "$run" ]; do\n  report\n  sleep 5\ndone\n'},
            because="no run waits for it",
        ),
        Good(
            {
                "up.sh": "#!/bin/sh\ndocker compose up -d db\nuntil pg_isready; do\n  sleep 5\ndone\necho 'the database is up'\n"
            },
            because="who starts it by hand sees it wait, and no test comes after it",
        ),
    ),
)

_SHORT_JOB_MINUTES = 15
_FURTHEST = 1500
"""A loop with more in it than this does the script's work, and waits by the way."""
_SHELL_LOOP = lazily(
    r"(?:^|[;&|({'\"`]|\b(?:do|then|else)\b|-[ \t]|\w:[ \t])[ \t@]*(?P<open>(?:while|until|for|select)\b)"
    r"|(?:^|[;&])[ \t]*(?P<close>done\b)",
    re.MULTILINE,
)
_BRACES = lazily(r"(?P<open>(?:\bdo|\bwhile\s*\([^{}]*\)|\bforeach\b[^{}]*|\bfor\s*\([^{}]*\)|)\s*\{)|(?P<close>\})")
_CONDITION = lazily(r"(?:while|until)\b(.*?)(?:;\s*|\n\s*)do\b", re.DOTALL)
_FOR_EVER = lazily(r"\s*(?:true|:|\[+\s*(?:1|true|\"?true\"?)\s*\]+|sleep\b.*|\(?\s*\$?(?:true|1)\s*\)?)\s*$")
_BOUNDED = lazily(
    r"\(\(|\+\+|\+=|-(?:[lg][te]|eq|ne)\b|\bexpr\b|\blet\b|(?-i:\bSECONDS\b)|\bdate\b|Get-Date|Stopwatch|\btimeout|\b(?:break|exit|return|throw|die|fail|abort)\b"
    r"|Health\.Status\b.{0,80}\bstarting\b|\bkill\b|\bps\b|\bpgrep\b|\bjobs\b|\bread\b|\block|\.lock|\bshift\b|fuser",
    re.IGNORECASE,
)
"""What ends a loop sooner or later: a count, a clock, a way out, the end of a process, another run that lets go of a lock, or a
container's health check: from "starting" it goes to "unhealthy" after so many tries."""
_WELL = lazily(r"\bbreak\b|\b(?:exit|return)(?:[ \t]+0)?(?=[ \t]*(?:[;})]|$))", re.MULTILINE)
"""The way out of a loop that goes on for ever otherwise."""
_TRIES_AGAIN = lazily(
    r"^\s*(?:while\s*!|until)\s*(?:sudo\s+)?(?:git|curl|wget|apt-get|apt|dnf|yum|pip3?|npm|docker\s+(?:pull|push|login)|rsync|scp|gh|xcode-select)\b",
)
"""Something that is fetched or sent again until it goes well, or that a person must install: endless in whatever script it stands."""


def check(command: Command, repository: Repository) -> Iterator[Hit]:
    """Flag the loop around a short sleep, or around what is fetched, that nothing ends when what it waits for never comes."""
    if command.program in _FETCHERS:
        yield from _tried_for_ever(command, repository)
        return
    seconds = shell_sleep_seconds(command)
    if seconds is None or not 1 <= seconds <= 10 or not command.in_loop or command.background:
        return  # longer ones are told of as slow
    if "timeout" in command.wrappers or command.place.path.endswith(".bats"):
        return
    if is_documentation(command, repository) or is_long_running_service(command, repository):
        return
    loop = _loop_around(command, repository)
    gives_up = _gives_up_in_powershell if _is_powershell(command) else _gives_up
    if loop is None or gives_up(loop[1]) or paces_requests(command, repository):
        return
    if not (_TRIES_AGAIN.match(loop[1]) or _is_waited_for(command, repository)) or _has_a_limit(command, repository):
        return
    yield Hit(
        place=loop[0],
        message="this loop never gives up; count its tries and fail after the last, or put `timeout` before it",
        unit=command.unit,
    )


_BREAKS = lazily(r"[^\n;&|]*(?:&&|;\s*then\b|\n\s*then\b)\s*(?:\{\s*)?break\b")
"""What follows the command of a loop that ends when it goes well."""
_CALLED = lazily(r"(?:while\s*!|until)\s*(?:sudo\s+(?:-\S+\s+)*)?\Z")


def _tried_for_ever(command: Command, repository: Repository) -> Iterator[Hit]:
    """The loop without a pause around a fetch (`while true; do apt-get update && break; done`)."""
    if command.background or "timeout" in command.wrappers or command.place.path.endswith((".bats", ".ps1", ".psm1")):
        return
    source = repository.read(command.place.path)
    if source is None or is_documentation(command, repository) or is_long_running_service(command, repository):
        return
    span = command.place.span
    after = _BREAKS.match(source.text, span.end)
    loop = _loop_around(command, repository)
    if loop is None or (after is None and not _CALLED.match(loop[1][: span.start - loop[0].span.start])):
        return
    if not re.search(r"\bsleep\b", loop[1]) and not _gives_up(loop[1]) and not _has_a_limit(command, repository):
        yield Hit(
            place=loop[0],
            message="this loop tries again for ever, at once and without a pause; count its tries, and fail after the last",
            unit=command.unit,
        )


def _loop_around(command: Command, repository: Repository) -> tuple[Place, str] | None:
    """The loop on a condition that a sleep stands in, and its text; None for a loop over a list, or for ever on purpose."""
    source = repository.read(command.place.path)
    if source is None:
        return None
    powershell = _is_powershell(command)
    pattern = _BRACES if powershell else _SHELL_LOOP
    at = command.place.span.start
    before = source.text[max(0, at - _FURTHEST) : at]
    if not powershell and "while" not in before and "until" not in before:
        return None
    start = _opening(pattern, before)
    end = _closing(pattern, source.text[at : at + _FURTHEST])
    if start is None or end is None:
        return None
    begin = max(0, at - _FURTHEST) + start
    text = source.text[begin : at + end]
    if powershell:
        rest = source.text[at + end : at + end + 200].split("\n")[0]
        text += rest
        condition = _POWERSHELL_CONDITION.search(text)
    else:
        condition = _CONDITION.match(text)
    if condition is None or (_FOR_EVER.match(condition[1]) and not _WELL.search(text)):
        return None
    return Place(command.place.path, Span(begin, command.place.span.end)), text


def _is_powershell(command: Command) -> bool:
    return command.program == "Start-Sleep" or command.place.path.endswith((".ps1", ".psm1"))


_POWERSHELL_CONDITION = lazily(r"\b(?:while|until)\s*(\((?:\s*\$true\s*\)|.*))", re.IGNORECASE)
_BOUNDED_IN_POWERSHELL = lazily(
    r"\+\+|[+-]=|--|-[lg][te]\b|(?<!LASTEXITCODE )-(?:eq|ne)\s+\d{1,2}\b|Get-Date|DateTime|Stopwatch|Elapsed|TickCount|time-?out|\b(?:break|exit|return|throw|fail|abort)\b"
    r"|HasExited|Get-Process|Get-Job|-Process\b|Read-Host|lock|KeyAvailable",
    re.IGNORECASE,
)
"""The same in PowerShell, where -eq and -ne compare words too (`until ($state -eq 'ok')`)."""


def _gives_up_in_powershell(loop: str) -> bool:
    condition = _POWERSHELL_CONDITION.search(loop)
    if condition is not None and _FOR_EVER.match(condition[1]):
        loop = _WELL.sub("", loop)
    return _BOUNDED_IN_POWERSHELL.search(loop) is not None


def _gives_up(loop: str) -> bool:
    """True for a loop that something ends when what it waits for never comes; `while true` ends well only at its `break`."""
    condition = _CONDITION.match(loop)
    if condition is not None and _FOR_EVER.match(condition[1]):
        loop = _WELL.sub("", loop)
    return _BOUNDED.search(loop) is not None


def _opening(pattern: re.Pattern[str], before: str) -> int | None:
    """Where the innermost loop opens that is still open at the end of a text."""
    opened = []
    for match in pattern.finditer(before):
        if match["close"] is None:
            opened.append(match.start("open"))
        elif opened:
            opened.pop()
    return opened[-1] if opened else None


def _closing(pattern: re.Pattern[str], after: str) -> int | None:
    """Where the loop closes that is open at the beginning of a text."""
    depth = 1
    for match in pattern.finditer(after):
        depth += -1 if match["close"] is not None else 1
        if not depth:
            return match.end()
    return None


def _is_waited_for(command: Command, repository: Repository) -> bool:
    """True in a CI job, in what one calls, and before tests of the same script; images may wait for each other."""
    known = repository.memory("reached by jobs without images")
    if known is None:
        seen: set[str] = set()
        waiting = [unit.id for unit in repository.units.values() if unit.kind is UnitKind.JOB]
        while waiting:
            current = waiting.pop()
            unit = repository.units.get(current)
            if current not in seen and unit is not None and unit.kind not in {UnitKind.IMAGE_STAGE, UnitKind.SERVICE}:
                seen.add(current)
                waiting.extend(repository.graph.edges.get(current, ()))
        known = repository.remember("reached by jobs without images", frozenset(seen))
    assert isinstance(known, frozenset)
    if command.unit in known or re.match(r"\.?ci/|\.github/", command.place.path) is not None:
        return True
    unit = repository.units.get(command.unit)
    if unit is None or unit.kind is not UnitKind.SCRIPT:
        return False
    return any(
        later.place.span.start > command.place.span.end and runs_tests(later, repository)
        for later in repository.commands_by_unit.get(command.unit, ())
    )


def _has_a_limit(command: Command, repository: Repository) -> bool:
    """True where the step has a limit of its own, or the job one that is short."""
    unit = repository.units.get(command.unit)
    job = repository.job_of(command) if unit is not None and unit.kind is UnitKind.JOB else None
    if job is None:
        return False
    step = repository.step_of(command)
    if step is not None and step.timeout_minutes is not None:
        return True
    return job.timeout_minutes is not None and job.timeout_minutes <= _SHORT_JOB_MINUTES
