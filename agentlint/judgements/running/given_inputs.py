"""What callers give a reusable workflow or a composite action: the command, the target or the task that it then runs."""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace

from agentlint.adapters.shell.reading import read_shell
from agentlint.documents.embedded import EmbeddedText
from agentlint.facts.command import Command, Word
from agentlint.facts.pipeline import Job
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily

_INPUT = lazily(r"\$\{\{\s*inputs\.([\w-]+)\s*\}\}")
_MANY = 16


def completed_by_inputs(command: Command, job: Job, repository: Repository) -> tuple[Command, ...]:
    """The commands behind a call whose script or target an input names: `npm run ${{ inputs.script }}`."""
    written = " ".join((command.program_path, *command.texts()))
    asked = tuple(dict.fromkeys(_INPUT.findall(written))) if "inputs." in written else ()
    if len(asked) != 1:
        return ()
    found: dict[int, Command] = {}
    for value in _given(asked[0], command.place.path, job, repository):
        for meant in _meant(command, value):
            if meant is not command:
                found.setdefault(id(meant), meant)
            for unit in repository.started_by(meant):
                for reached in repository.commands_by_unit.get(unit, ()):
                    found.setdefault(id(reached), reached)
    return tuple(found.values())


def _meant(command: Command, value: str) -> tuple[Command, ...]:
    """The command with the value put in; where the input is the whole of it, what the value says."""
    if _INPUT.fullmatch(command.program_path) is None:
        return (_filled(command, value),)
    reading = read_shell(EmbeddedText.at(value, 0), command.place.path, command.unit, dialect="bash", step=command.step)
    return tuple(replace(one, place=command.place, program_span=command.program_span) for one in reading.commands)


def _given(name: str, path: str, job: Job, repository: Repository) -> tuple[str, ...]:
    """The values of an input: of the job's own steps for a composite action, of all calling jobs for a workflow."""
    found: list[str] = []
    if path != repository.pipeline_of(job).path:
        for step in job.steps:
            if step.action is not None and step.action.local and name in step.action.inputs:
                if posixpath.normpath(step.action.local.removesuffix("/action.yml")) == posixpath.dirname(path):
                    found.append(step.action.inputs[name].value)
    else:
        wanted = re.compile(rf"^[ \t]+{re.escape(name)}:[ \t]+([^\n#|>]+?)[ \t]*$", re.MULTILINE)
        for pipeline in repository.pipelines:
            for caller in pipeline.jobs:
                if caller.calls == path:
                    span = caller.place.span
                    found += wanted.findall(repository.text(caller.place.path)[span.start : span.end])
    return tuple(value.strip("'\"") for value in dict.fromkeys(found) if "${{" not in value)[:_MANY]


def _filled(command: Command, value: str) -> Command:
    path = _INPUT.sub(lambda _: value, command.program_path)
    return replace(
        command,
        program=path.rsplit("/", 1)[-1] if path != command.program_path else command.program,
        program_path=path,
        arguments=tuple(_word(word, value) for word in command.arguments),
    )


def _word(word: Word, value: str) -> Word:
    return replace(word, text=_INPUT.sub(lambda _: value, word.text))
