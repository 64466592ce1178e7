"""Steps of Azure pipelines: scripts, checkout, tasks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from agentlint.adapters.ci.azure_files import RunFile, run_file
from agentlint.adapters.ci.azure_templates import PARAMETER, Entry
from agentlint.adapters.ci.common import (
    Gathering,
    Shell,
    condition_guard,
    environment,
    named_action,
    number,
    settings,
    substitute,
)
from agentlint.adapters.ci.edges import OPAQUE
from agentlint.documents.yaml import YamlNode
from agentlint.facts.checkout import below_checkout
from agentlint.facts.pipeline import Cache, Setting, Step
from agentlint.files.source import Place, Span
from agentlint.programs.actions import actions

_BASH = Shell("bash", errexit=False, pipefail=False)
_SCRIPTS = {
    "script": _BASH,
    "bash": _BASH,
    "pwsh": Shell("pwsh", errexit=True),
    "powershell": Shell("pwsh", errexit=True),
}
_SCRIPT_TASKS = {
    "task:bash": ("bash", "script"),
    "task:shellscript": ("bash", "script"),
    "task:cmdline": ("script", "script"),
    "task:powershell": ("powershell", "script"),
    "task:azurecli": ("bash", "inlinescript"),
}
_MACRO = re.compile(r"\$\(([A-Za-z_][\w.-]*)\)")
"""learn.microsoft.com/azure/devops/pipelines/process/variables#understand-variable-syntax"""
_SHORT = (
    "checkout",
    "download",
    "downloadBuild",
    "publish",
    "getPackage",
    "reviewApp",
    "restoreCache",
    "saveCache",
    "upload",
)
_REPORTING = frozenset({"task:vstest", "task:maven", "task:gradle", "task:publishtestresults"})


_ARTIFACTS = {
    "inputs": ("input", "task:downloadpipelineartifact", "2"),
    "outputs": ("output", "task:publishpipelineartifact", "1"),
}
"""What Microsoft's 1ES templates make of a job's `templateContext`: artifacts fetched before its steps and kept after them."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What holds for the steps of a job."""

    unit: str
    environment: Mapping[str, str]
    windows: bool
    swallowed: bool = False


@dataclass(frozen=True, slots=True)
class Handed:
    """What one step keeps and hands over."""

    caches: tuple[Cache, ...] = ()
    out: tuple[str, ...] = ()
    into: tuple[str, ...] = ()
    reports: bool = False


def read_step(entry: Entry, index: int, around: Surroundings, gathering: Gathering) -> Step | None:
    """One step; None for a step that is switched off."""
    node = entry.node
    enabled = node.get("enabled")
    if enabled is not None and enabled.truth is False:
        return None
    tolerated = node.get("continueOnError")
    step = Step(
        index=index,
        place=Place(gathering.path_of(node), node.here),
        name=_filled(node.value("displayName") or node.value("name"), entry),
        condition=node.value("condition") or entry.condition,
        continue_on_error=tolerated is not None and tolerated.truth is True,
        timeout_minutes=number(node.get("timeoutInMinutes")),
        environment=environment(node.get("env"), around.environment),
    )
    for kind in _SCRIPTS:
        script = node.get(kind)
        if script is not None and script.is_scalar:
            return _scripted(step, kind, script, node.value("workingDirectory"), entry, around, gathering)
    if node.get("task") is not None:
        return _task(step, node, entry, around, gathering)
    for kind in _SHORT:
        value = node.get(kind)
        if value is not None:
            return replace(step, action=named_action(kind, inputs=settings(node)))
    return step


def artifact_steps(node: YamlNode, key: str, index: int, gathering: Gathering) -> Iterator[Step]:
    """The steps that a template adds for the `inputs` or the `outputs` of a job's `templateContext`."""
    item, task, version = _ARTIFACTS[key]
    listed = node.at("templateContext", key)
    for child in listed.children if listed is not None and listed.is_list else ():
        if child.value(item) == "pipelineArtifact":
            place = Place(gathering.path_of(child), child.here)
            yield Step(index=index, place=place, action=named_action(task, version, settings(child, lower=True)))
            index += 1


def _task(step: Step, node: YamlNode, entry: Entry, around: Surroundings, gathering: Gathering) -> Step:
    name, _, version = node.value("task").partition("@")
    given = node.get("inputs")
    inputs = settings(given, lower=True)
    inputs = {key: replace(item, value=_filled(item.value, entry)) for key, item in inputs.items()}
    action = named_action("task:" + name, version, inputs)
    kind, script_input = _SCRIPT_TASKS.get(action.name, ("", ""))
    if kind and script_input in inputs and given is not None:
        script = next((value for key, value in given.pairs() if key.lower() == script_input), None)
        if script is not None and script.is_scalar and not script.is_null:
            directory = inputs["workingdirectory"].value if "workingdirectory" in inputs else ""
            if "ps" in _value(action.inputs, "scripttype"):
                kind = "pwsh"
            if _value(inputs, "ignorelastexitcode") == "true":
                around = replace(around, swallowed=True)
            return _scripted(step, kind, script, directory, entry, around, gathering)
    run = run_file(action.name, given, inputs, gathering.tree.paths) if given is not None else None
    if run is not None:
        return _by_file(step, run, around, gathering)
    return replace(step, action=action, gate="gate" in actions().roles(action))


def _value(inputs: Mapping[str, Setting], name: str) -> str:
    return inputs[name].value.lower() if name in inputs else ""


def _scripted(
    step: Step, kind: str, script: YamlNode, directory: str, entry: Entry, around: Surroundings, gathering: Gathering
) -> Step:
    shell = Shell("cmd", errexit=False) if kind == "script" and around.windows else _SCRIPTS[kind]
    text = script.embedded()
    if "${{" in text.text:
        text = substitute(text, PARAMETER, lambda match: _scalar(entry.parameters.get(match.group(1))))
    return replace(
        step,
        script=text.text,
        shell=kind,
        commands=gathering.script(
            text,
            around.unit,
            shell,
            path=gathering.path_of(script),
            environment=step.environment,
            directory=_relative(directory),
            step=step.index,
            guards=condition_guard(step.condition, script.span),
            swallowed=around.swallowed or step.continue_on_error,
            opaque=_macros(text.text, step.environment),
        ),
    )


def _by_file(step: Step, run: RunFile, around: Surroundings, gathering: Gathering) -> Step:
    """A step that runs a file: one command, which stands where the file is named."""
    path = gathering.path_of(run.node)
    commands = gathering.script(
        run.text,
        around.unit,
        _SCRIPTS[run.shell],
        path=path,
        environment=step.environment,
        step=step.index,
        guards=condition_guard(step.condition, run.node.span),
        swallowed=around.swallowed or step.continue_on_error,
        opaque=_macros(run.text.text, step.environment),
    )
    place = Place(path, run.span)
    return replace(
        step, script=run.text.text, shell=run.shell, commands=tuple(replace(one, place=place) for one in commands[:1])
    )


def _macros(text: str, known: Mapping[str, str]) -> tuple[Span, ...]:
    """`$(Build.SourcesDirectory)`, `$(name)` of a variable in sight: Azure fills them in before the shell reads the text."""
    return tuple(
        Span(match.start(), match.end())
        for match in _MACRO.finditer(text)
        if "." in match[1] or match[1] in known or match[1][:1].isupper()
    )


def _scalar(node: YamlNode | None) -> str | None:
    return None if node is None or not node.is_scalar or "\n" in node.text or "${{" in node.text else node.text


def _filled(text: str, entry: Entry) -> str:
    if "${{" not in text:
        return text
    return PARAMETER.sub(lambda match: _scalar(entry.parameters.get(match.group(1))) or match.group(), text)


def _relative(directory: str) -> str | None:
    below = below_checkout(directory)
    directory = directory if below is None else below
    if "$" in directory or directory.startswith(("/", "~")):
        return None
    return directory.replace("\\", "/").removeprefix("./").strip("/")


def handed_over(step: Step) -> Handed:
    """What a step keeps and hands over."""
    action = step.action
    if action is None:
        return Handed()
    known = actions()
    roles = known.roles(action)
    out: tuple[str, ...] = ()
    into: tuple[str, ...] = ()
    if action.name in ("publish", "upload") or "upload-artifact" in roles:
        out = (_artifact(action.inputs),)
    if action.name in ("download", "downloadbuild") or "download-artifact" in roles:
        if _value(action.inputs, "download") != "none":
            into = (_artifact(action.inputs),)
    return Handed(known.caches(action, step.place.span), out, into, _reports(action.name, action.inputs))


def _artifact(inputs: Mapping[str, Setting]) -> str:
    for name in ("artifact", "artifactName", "artifactname"):
        if name in inputs and inputs[name].value:
            return inputs[name].value
    return OPAQUE


def _reports(name: str, inputs: Mapping[str, Setting]) -> bool:
    """Some tasks publish test results of themselves, unless told not to."""
    if name == "task:dotnetcorecli":
        return _value(inputs, "command") == "test" and _value(inputs, "publishtestresults") != "false"
    return name in _REPORTING and _value(inputs, "publishjunitresults") != "false"
