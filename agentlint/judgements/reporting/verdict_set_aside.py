"""Verdicts that a script asks for and sets aside: told and forgotten, kept in a variable that nobody reads, overtaken by the next program."""

from __future__ import annotations

import re

from agentlint.facts.command import Command, Output, Status
from agentlint.facts.repository import Repository
from agentlint.facts.unit import UnitKind
from agentlint.files.lazily import lazily
from agentlint.files.lines import line_end, line_start
from agentlint.judgements.parallelism.loop_heads import loop_around
from agentlint.judgements.reporting.verdicts import (
    any_target,
    checks_something,
    debatable,
    only_said,
    swallowed_by_step,
)
from agentlint.judgements.running.scope import as_written
from agentlint.programs import table
from agentlint.rule.comments import reason_at

_CHECKS = frozenset({"test", "lint", "type check"})


def set_aside(command: Command, repository: Repository) -> str:
    """What to say of a test, linter or type check whose verdict is asked for and then goes nowhere; "" where it counts."""
    if command.status not in {Status.TESTED, Status.COUNTED} or command.output not in {Output.INHERITED, Output.FILE}:
        return ""
    overtaken = command.status is Status.COUNTED
    if overtaken and (service := _service_with_tests(command, repository)):
        written = as_written(command, repository)
        return f"`{written}` succeeds whatever the tests of `{service}` say; add `--exit-code-from {service}`"
    if overtaken and not _in_powershell(command, repository):
        return ""
    what = checks_something(command, repository)
    if what not in _CHECKS or debatable(command, what) or swallowed_by_step(command, repository):
        return ""
    said = _overtaken(command, repository) if overtaken else _told(command, repository)
    if not said or reason_at(command.place, repository):
        return ""
    return f"`{as_written(command, repository)}` {said}"


_CARRIES_STATUS = (
    "-d",
    "--detach",
    "--exit-code-from",
    "--abort-on-container-exit",
    "--abort-on-container-failure",
    "--no-start",
)


def _service_with_tests(command: Command, repository: Repository) -> str:
    """The service of `docker compose up`, in the foreground, whose command is the tests; "" where its status comes through.

    Source: docs.docker.com/reference/cli/docker/compose/up: the status of a container is `up`'s by --exit-code-from alone.
    """
    words = command.texts()
    composes = command.program == "docker-compose" or (command.program == "docker" and "compose" in words[:1])
    if not composes or "up" not in words or command.option(*_CARRIES_STATUS) is not None:
        return ""
    for unit in repository.started_by(command):
        service = repository.units.get(unit)
        if service is not None and service.kind is UnitKind.SERVICE:
            own = repository.commands_by_unit.get(unit, ())
            if any("test" in table().roles(one) for one in own):
                return service.name
    return ""


_IF_NOT = lazily(r"(?:^|[;&|]|\bdo|\bthen)[ \t]*if[ \t]+!([ \t]+(?:\w+=\S*[ \t]+)*)$")
_BRANCH = lazily(
    r"[^\n|&;]*(?:;|\n)\s*then\b[ \t]*\n?(?P<body>(?:[ \t]*(?:echo|printf)\b[^\n`]*\n)+)[ \t]*fi\b(?P<rest>[^\n]*)"
)
_FAILS_LATER = lazily(r"\$\(|\b(?:exit|return|false|die|fail|abort)\b[^\"']*$|>>?[ \t]*[^&\s]", re.MULTILINE)
_OR_KEEPS = lazily(
    r"[^\n|&;]*\|\|[ \t]*(?P<name>[A-Za-z_]\w*)=(?:[1-9]|\$\?|\"\$\?\"|true|yes)[ \t]*(?:#[^\n]*)?$", re.MULTILINE
)


def _told(command: Command, repository: Repository) -> str:
    """`if ! CHECK; then echo …; fi` with nothing but words in it; `CHECK || rc=1` where nobody reads `rc`."""
    text = repository.text(command.place.path)
    start, end = command.place.span.start, command.place.span.end
    branch = _BRANCH.match(text, end)
    if branch is not None and _IF_NOT.search(text[line_start(text, start) : start]):
        words = _QUOTED.sub("", branch["body"])
        if not _FAILS_LATER.search(words) and not branch["rest"].strip():
            return "fails, and the script only says so; leave with `exit 1` behind the message"
    if _unread_in_groovy(text, start, end):
        return "fails, and nobody reads what `returnStatus` gives; drop it"
    if only_said(text, end) and not _LEAVES.search(text, end, end + _NEAR):
        return "fails, and its status is only printed; hand it on with `exit`"
    kept = _OR_KEEPS.match(text, end)
    if kept is not None and not re.search(
        rf"\$\{{?[!#]?{kept['name']}\b|\b(?:export|eval)\b|(?<![\w.$]){kept['name']}\b[^=\n]*[<>)]", text
    ):
        return f"has its failure kept in `{kept['name']}`, which nobody reads; end with `exit ${kept['name']}`"
    return ""


_NEAR = 200
_LEAVES = lazily(r"(?:^|[;&|{])[ \t]*(?:exit|return)\b", re.MULTILINE)
_QUOTED = lazily(r"\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*'")
_STATEMENT = lazily(r"[ \t]*(?:sh|bat|pwsh|powershell)\b[ \t]*\(?")
_LAST_OF_FUNCTION = lazily(r"\s*\}")


def _unread_in_groovy(text: str, start: int, end: int) -> bool:
    """True for a statement of its own with `returnStatus: true`, which is not what a function gives back."""
    begin, stop = line_start(text, start), line_end(text, end)
    line = text[begin:stop]
    if "returnStatus: true" not in line or not _STATEMENT.match(line) or not line.rstrip().endswith((")", "true")):
        return False
    return _LAST_OF_FUNCTION.match(text, stop) is None or "def " not in text


_SHELLS = frozenset({"pwsh", "powershell"})
_CMDLET = lazily(r"[A-Z]\w*-[A-Z]\w+$")
_LOOKED_AT = lazily(
    r"LASTEXITCODE|NativeCommandUseErrorActionPreference|\$\?|\b(?:throw|exec|Invoke-\w+)\b", re.IGNORECASE
)
_NO_PROGRAM = frozenset(
    "cd echo exit set pushd popd mkdir md rm del cp copy mv move type cat ls dir ni sl if foreach".split()
)


def _in_powershell(command: Command, repository: Repository) -> bool:
    step, job = repository.step_of(command), repository.job_of(command)
    if step is None or job is None:
        return False
    by_default = not step.shell and "windows" in job.runner.lower() and repository.pipeline_of(job).system == "github"
    return step.shell in _SHELLS or by_default


def _overtaken(command: Command, repository: Repository) -> str:
    """A program in a step of PowerShell that is not its last: `$ErrorActionPreference` does not see how programs end.

    Source: learn.microsoft.com, about_Preference_Variables ($PSNativeCommandUseErrorActionPreference is $false by default).
    """
    step = repository.step_of(command)
    if step is None or _LOOKED_AT.search(step.script):
        return ""
    last = step.place.span.end
    if command.place.span.start < step.place.span.start:
        return ""  # a value of the matrix, beside which those of other legs stand
    behind = [one for one in step.commands if command.place.span.end < one.place.span.start < last]
    if not any(_is_program(one) for one in behind):
        return ""
    return "fails, and PowerShell goes on to the next program, whose status is the step's; add `if ($LASTEXITCODE) { exit $LASTEXITCODE }`"


def _is_program(command: Command) -> bool:
    return bool(command.program) and not _CMDLET.match(command.program) and command.program.lower() not in _NO_PROGRAM


_OF_CHECKS = lazily(
    r"(?:^|[\s/\"'])(?:[\w.*-]*[-_.])?(?:verify|tests?|checks?|lint|spec)[-_.\w]*(?:[*?][\w.*?-]*|/[\w*?/.-]*[*?][\w.*?-]*)",
    re.IGNORECASE,
)
_RUNNERS = frozenset({"bash", "sh", "zsh", "python", "python3", "ruby", "perl", "php"})


def checks_by_name(command: Command, repository: Repository) -> str:
    """What is checked where no role tells: "build" by make with a target handed on, "test" by what files are called.

    `for one in hack/verify-*.sh; do bash "$one"; done` runs checks, whatever each of them holds.
    """
    if any_target(command):
        return "build"
    if command.status is not Status.UNCHECKED or not command.in_loop or command.background:
        return ""
    run = next(iter(command.texts()), "") if command.program in _RUNNERS else command.program_path
    if "$" not in run:
        return ""
    loop = loop_around(command, repository)
    if (
        loop is None
        or loop.reads
        or not re.fullmatch(rf"(?:\./)?\$\{{?{re.escape(loop.variable)}\}}?", run.strip("\"'"))
    ):
        return ""
    return "test" if _OF_CHECKS.search(loop.listed) else ""
