"""Harness CI: one job for each stage, whose steps run in its machine one after another.

Source: developer.harness.io/docs/platform/pipelines/harness-yaml-quickstart and
developer.harness.io/docs/continuous-integration/use-ci/run-step-settings. What starts a pipeline stands outside the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from agentlint.adapters.ci.common import (
    Gathering,
    Shell,
    environment,
    named_action,
    open_yaml,
    settings,
    texts,
    unused,
    written_cache,
)
from agentlint.adapters.ci.edges import with_flows
from agentlint.adapters.ci.images import job_images
from agentlint.adapters.ci.systems import system
from agentlint.adapters.context import TreeContext
from agentlint.documents.yaml import YamlNode
from agentlint.facts.filefacts import FileFacts
from agentlint.facts.pipeline import Cache, Job, Need, Pipeline, Step, Triggers
from agentlint.files.source import Place, SourceFile

_SHELLS = {
    "bash": Shell("bash", errexit=True),
    "sh": Shell("sh", errexit=True),
    "pwsh": Shell("pwsh", errexit=False),
    "powershell": Shell("pwsh", errexit=False),
}
_SCRIPTS = ("Run", "RunTests", "Test", "Background", "ShellScript")
_MAX_STEPS = 500
_MAX_DEPTH = 10


def facts(file: SourceFile, tree: TreeContext) -> FileFacts:
    """The facts of a pipeline kept in git; templates and input sets are read as far as they hold stages or steps."""
    gathering = Gathering(file.path, tree)
    pipelines = []
    for root in open_yaml(file, gathering).documents:
        pipeline = root.get("pipeline") if root.is_map else None
        if pipeline is not None and pipeline.is_map:
            pipelines.append(_pipeline(pipeline, Place(file.path, file.whole), gathering))
    return gathering.facts(tuple(pipelines))


def _pipeline(node: YamlNode, place: Place, gathering: Gathering) -> Pipeline:
    defaults = system("harness")
    jobs: list[Job] = []
    before: tuple[str, ...] = ()
    for group in _groups(node.get("stages"), "stage"):
        made = [_job(stage, before, {job.id for job in jobs}, gathering) for stage in group]
        jobs.extend(made)
        before = tuple(job.id for job in made) or before
    return Pipeline(
        system="harness",
        path=place.path,
        place=place,
        name=node.value("name"),
        triggers=Triggers(frozenset({"push", "pull-request"})),
        jobs=with_flows(tuple(jobs)),
        cancel=defaults.cancel,
        cancel_settable=defaults.cancel_settable,
        default_clone_depth=defaults.clone_depth,
    )


def _groups(node: YamlNode | None, key: str) -> Iterator[tuple[YamlNode, ...]]:
    """What runs at once, in order: a stage or step by itself, or those of a `parallel` block."""
    for child in node.children if node is not None else ():
        inner = child.get("parallel")
        entries = inner.children if inner is not None else (child,)
        yield tuple(found for entry in entries if (found := entry.get(key)) is not None)


def _steps(node: YamlNode | None, together: int = 0, depth: int = 0) -> Iterator[tuple[YamlNode, int]]:
    """Every step, those of groups and parallel blocks included, with the number of its block."""
    for index, child in enumerate(node.children if node is not None and depth < _MAX_DEPTH else (), 1):
        step = child.get("step")
        if step is not None:
            yield step, together
        parallel, group = child.get("parallel"), child.get("stepGroup")
        yield from _steps(parallel, together or index, depth + 1)
        yield from _steps(group.get("steps") if group is not None else None, together, depth + 1)


def _job(stage: YamlNode, before: tuple[str, ...], taken: set[str], gathering: Gathering) -> Job:
    defaults = system("harness")
    name = stage.value("name")
    identifier = unused(stage.value("identifier") or name, taken)
    place = gathering.place(stage)
    nodes = list(_steps(stage.at("spec", "execution", "steps")))[:_MAX_STEPS]
    when = stage.get("when")
    job = Job(
        id=identifier,
        unit=gathering.unit(identifier, place),
        place=place,
        name=name,
        needs=tuple(Need(one, implicit=True) for one in before),
        timeout_default_minutes=defaults.timeout,
        images=tuple(image for node, _ in nodes for image in job_images(gathering, node.get("spec"))),
        environment=environment(_variables(stage), defaults.environment),
        condition=when.value("condition") if when is not None else "",
        caches=_caches(stage),
        reports=any(node.at("spec", "reports") is not None for node, _ in nodes),
        gate=stage.value("type") == "Approval",
        blocking_gate=stage.value("type") == "Approval",
    )
    steps = (replace(_step(node, at, job, gathering), together=group) for at, (node, group) in enumerate(nodes))
    return replace(job, steps=tuple(steps))


def _variables(stage: YamlNode) -> YamlNode | None:
    """A stage's variables as a map: they stand as a list of `name` and `value`."""
    node = stage.get("variables")
    if node is None:
        return None
    items = tuple(
        (name, value)
        for child in node.children
        if (name := child.get("name")) is not None and (value := child.get("value")) is not None
    )
    return replace(node, kind="map", items=items, children=())


def _caches(stage: YamlNode) -> tuple[Cache, ...]:
    """The stage's own caching, on by `enabled: true`; without paths the system looks for the usual folders."""
    node = stage.at("spec", "caching")
    enabled = node.get("enabled") if node is not None else None
    if node is None or enabled is None or enabled.truth is not True:
        return ()
    usual = ("~/.npm", "~/.cache/pip", "~/go/pkg/mod", "~/.m2", "~/.gradle", "~/.cache/yarn")
    return (written_cache(texts(node.get("paths")) or usual, node.value("key"), node.entry),)


def _step(node: YamlNode, index: int, job: Job, gathering: Gathering) -> Step:
    spec = node.get("spec")
    place = gathering.place(node)
    command = spec.get("command") or spec.get("script") if spec is not None else None
    around = environment(spec.get("envVariables") if spec is not None else None, job.environment)
    if spec is None or command is None or node.value("type") not in _SCRIPTS:
        image = spec.value("image") if spec is not None else ""
        name, _, version = image.rpartition("/")[2].partition(":")
        action = named_action("plugin:" + name if name else "harness:" + node.value("type"), version)
        given = settings(spec.get("settings") if spec is not None else None)
        return Step(index, place, node.value("name"), replace(action, inputs=given), environment=around)
    text = command.embedded()
    shell = _SHELLS.get(spec.value("shell").lower(), _SHELLS["sh"])
    commands = gathering.script(text, job.unit, shell, environment=around, step=index)
    return Step(
        index=index,
        place=gathering.place(command),
        name=node.value("name"),
        script=text.text,
        environment=around,
        commands=commands,
    )
