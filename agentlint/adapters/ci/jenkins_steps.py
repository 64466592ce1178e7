"""Steps of Jenkins stages: scripts in their string forms, gates, reports, and the blocks they stand in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from agentlint.adapters.ci.common import Gathering, Shell, named_action, swallow
from agentlint.documents.embedded import EmbeddedText
from agentlint.documents.groovy import MAX_DEPTH, Call
from agentlint.facts.command import Command, Output, Status
from agentlint.facts.interface import Sleep
from agentlint.facts.pipeline import Setting, Step
from agentlint.files.source import Place, Span

_SHELLS = {
    "sh": Shell("sh", errexit=True),
    "bat": Shell("cmd", errexit=False),
    "powershell": Shell("pwsh", errexit=True),
    "pwsh": Shell("pwsh", errexit=True),
}
_REPORTS = frozenset({"junit", "xunit", "publishTestResults", "nunit", "cucumber", "step.junit", "testNG", "mstest"})
_LINT_REPORTS = frozenset(
    {"recordIssues", "publishIssues", "scanForIssues", "recordCoverage", "publishCoverage", "cobertura"}
)
_SWALLOWING = frozenset({"catchError", "warnError"})
_MINUTES = {"SECONDS": 1 / 60, "MINUTES": 1.0, "HOURS": 60.0, "DAYS": 1440.0, "MILLISECONDS": 1 / 60000}
_KNOWN = frozenset(
    {
        "checkout", "git", "build", "archiveArtifacts", "stash", "unstash", "cleanWs", "deleteDir", "error", "echo",
        "readFile", "writeFile", "emailext", "mail", "slackSend", "buildPlugin", "publishHTML", "waitForQualityGate",
        "lock", "milestone", "docker.build",
    }
) | _REPORTS | _LINT_REPORTS  # fmt: skip
_INTERPOLATION = re.compile(r"\$\{([^{}\n]{1,200})\}")
_ASSIGNMENT = re.compile(r"""["']([A-Za-z_]\w*)=([^"'\n]*)["']""")
_MAX_STEPS = 2000


@dataclass(frozen=True, slots=True)
class Around:
    """What holds for a step from the blocks it stands in."""

    environment: Mapping[str, str] = field(default_factory=dict)
    directory: str | None = ""
    swallowed: bool = False
    timeout: float | None = None
    condition: str = ""
    in_loop: bool = False


@dataclass(slots=True)
class Work:
    """A job's steps as they are read."""

    unit: str
    gathering: Gathering
    steps: list[Step] = field(default_factory=list)
    out: list[str] = field(default_factory=list)
    into: list[str] = field(default_factory=list)
    sleeps: list[Sleep] = field(default_factory=list)
    reports: bool = False
    gate: Call | None = None
    retries: int = 0
    functions: dict[str, Call] = field(default_factory=dict)
    """The file's own functions that no step has called yet; one is read where it is first called."""


def duration(call: Call) -> float | None:
    """Minutes of `timeout(time: 5, unit: 'HOURS')`, `timeout(5)`, `sleep time: 3, unit: 'SECONDS'`; an unknown number
    counts as an hour: there is a limit, at least."""
    argument = call.argument("time", "")
    if argument is None:
        return None
    unit = call.text("unit").strip("'\"").rpartition(".")[2] or ("SECONDS" if call.name == "sleep" else "MINUTES")
    try:
        number = float(argument.string.text if argument.string is not None else argument.text)
    except ValueError:
        return 60.0 if call.name == "timeout" else None
    return round(number * _MINUTES.get(unit.upper(), 1.0), 4)


def read_steps(calls: Iterable[Call], around: Around, work: Work, depth: int = 0) -> None:
    """All steps of a block, in order, blocks opened."""
    listed = tuple(calls)
    for index, call in enumerate(listed):
        if len(work.steps) >= _MAX_STEPS or depth > MAX_DEPTH:
            return
        if call.name in ("stage", "parallel") and call.kind == "call" and call.body is None:
            read_steps(call.nested, around, work, depth + 1)
        elif call.name in _SHELLS and call.kind == "call":
            _script(call, around, work)
        elif call.name in ("sleep", "input", "timeout", "retry") or call.name in _KNOWN:
            _known(call, around, work, depth)
        else:
            read_steps(call.nested, around, work, depth + 1)
            if call.body is None and call.kind == "call" and call.name in work.functions:
                read_steps(work.functions.pop(call.name).body or (), around, work, depth + 1)
            if call.body is not None:
                caught = call.name == "try" and _only_told(listed[index + 1 : index + 2], work)
                inner = replace(around, swallowed=True) if caught else _inside(call, around)
                read_steps(call.body, inner, work, depth + 1)


_BEYOND_WORDS = re.compile(
    r"\b(?:throw|return|error|fail\w*|unstable|result|currentBuild)\b\s*[^\w\s:]|\bthrow\b|\breturn\b|[^=!<>]=[^=]"
)


def _only_told(following: tuple[Call, ...], work: Work) -> bool:
    """True for a `catch` that prints something and lets the build go on."""
    if not following or following[0].name != "catch" or not following[0].body:
        return False
    told = following[0]
    if any(inner.name not in {"echo", "println", "print"} for inner in told.body or ()):
        return False
    written = work.gathering.files.get(work.gathering.path, "")[told.name_span.end : told.span.end]
    return _BEYOND_WORDS.search(_STRING.sub("''", written)) is None


_STRING = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'")


def _inside(call: Call, around: Around) -> Around:
    """What a block changes for the steps in it."""
    if call.name == "withEnv":
        found = dict(around.environment)
        for item in call.arguments:
            found.update(_ASSIGNMENT.findall(item.text))
        return replace(around, environment=found)
    if call.name == "dir":
        inner = call.text()
        plain = bool(inner) and "$" not in inner and not inner.startswith("/") and call.arguments[0].string is not None
        joined = f"{around.directory}/{inner}".strip("/") if plain and around.directory is not None else None
        return replace(around, directory=joined)
    if call.name in _SWALLOWING:
        return replace(around, swallowed=True)
    if call.name in ("if", "else", "when"):
        return replace(around, condition=call.text() or around.condition)
    if call.name in ("while", "waitUntil", "for"):
        return replace(around, in_loop=True)
    return around


def _known(call: Call, around: Around, work: Work, depth: int) -> None:
    if call.name == "timeout":
        read_steps(call.body or (), replace(around, timeout=duration(call) or around.timeout), work, depth + 1)
        return
    if call.name == "retry":
        count = call.text("count", "")
        work.retries = max(work.retries, int(count) if count.isdecimal() and len(count) < 6 else 1)
        read_steps(call.body or (), replace(around, in_loop=True), work, depth + 1)
        return
    if call.name == "sleep":
        minutes = duration(call)
        if minutes is not None:
            place = Place(work.gathering.path, call.span)
            work.sleeps.append(Sleep(minutes * 60, "sleep", "groovy", place, work.unit, polling=around.in_loop))
        return
    gate = call.name == "input"
    if gate and work.gate is None:
        work.gate = call
    step = _step(call, around, work)
    inputs = {
        item.key or "value": Setting(item.string.text if item.string is not None else item.text, item.span)
        for item in call.arguments
    }
    name = "jenkins:" + call.name if call.name not in ("checkout", "git") else "checkout"
    work.steps.append(replace(step, action=named_action(name, inputs=inputs), gate=gate))
    _note(call, work)
    if call.body is not None:
        read_steps(call.body, around, work, depth + 1)


def _note(call: Call, work: Work) -> None:
    if call.name in _REPORTS:
        work.reports = True
    elif call.name == "stash":
        work.out.append(call.text("name", "") or "*")
    elif call.name == "unstash":
        work.into.append(call.text("name", "") or "*")


def _step(call: Call, around: Around, work: Work) -> Step:
    return Step(
        index=len(work.steps),
        place=Place(work.gathering.path, call.span),
        name=call.name,
        condition=around.condition,
        continue_on_error=around.swallowed,
        timeout_minutes=around.timeout,
        environment=around.environment,
    )


def _script(call: Call, around: Around, work: Work) -> None:
    argument = call.argument("script", "")
    step = replace(_step(call, around, work), shell=call.name)
    if argument is None or argument.string is None:
        work.steps.append(step)
        return
    text = _plain_names(argument.string) if '"' in argument.text[:1] else argument.string
    commands = work.gathering.script(
        text,
        work.unit,
        shell_of(call.name, text.text),
        environment=around.environment,
        directory=around.directory,
        step=step.index,
    )
    if around.swallowed:
        commands = swallow(commands)
    commands = _with_result(call, commands)
    if around.in_loop:
        commands = tuple(replace(command, in_loop=True) for command in commands)
    work.steps.append(replace(step, script=text.text, commands=commands))


def shell_of(name: str, text: str) -> Shell:
    """`sh` runs with `-xe`, unless the script names an interpreter of its own."""
    first = text.lstrip().partition("\n")[0]
    if name != "sh" or not first.startswith("#!"):
        return _SHELLS[name]
    if "python" in first or "perl" in first or "node" in first:
        return Shell("python")
    return Shell("bash" if "bash" in first else "sh", errexit=bool(re.search(r"\s-\w*e", first)))


def _plain_names(text: EmbeddedText) -> EmbeddedText:
    """`${env.X}` and `${call(x)}` as plain variables of the same length: Groovy fills them in before a shell reads."""
    if "${" not in text.text:
        return text
    return EmbeddedText(
        _INTERPOLATION.sub(lambda match: "${" + re.sub(r"\W", "_", match.group(1)) + "}", text.text), text.segments
    )


def _with_result(call: Call, commands: tuple[Command, ...]) -> tuple[Command, ...]:
    """`returnStatus` looks at the status, `returnStdout` takes the output."""
    if call.text("returnStatus") == "true":
        return tuple(
            replace(item, status=Status.TESTED) if item.status is Status.COUNTED else item for item in commands
        )
    if call.text("returnStdout") == "true":
        return tuple(
            replace(item, output=Output.CAPTURED) if item.output is Output.INHERITED else item for item in commands
        )
    return commands


def place_of(call: Call, path: str) -> Place:
    """A call's place, without blank space behind it."""
    return Place(path, Span(call.span.start, call.span.end))
