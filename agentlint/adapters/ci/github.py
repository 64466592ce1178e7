"""GitHub Actions: workflows and composite actions."""

from __future__ import annotations

from agentlint.adapters.ci.common import Gathering, environment, open_yaml, texts
from agentlint.adapters.ci.github_jobs import WorkflowSettings, read_cancel, read_jobs
from agentlint.adapters.ci.github_local import COMPOSITE, declared_package_manager, expand
from agentlint.adapters.ci.github_steps import Surroundings, read_steps
from agentlint.adapters.ci.systems import system
from agentlint.adapters.context import TreeContext
from agentlint.documents.yaml import YamlNode
from agentlint.facts.filefacts import FileFacts
from agentlint.facts.pipeline import Cancel, Pipeline, Triggers
from agentlint.facts.unit import UnitKind
from agentlint.files.source import Place, SourceFile

_EVENTS = {
    "push": "push",
    "pull_request": "pull-request",
    "pull_request_target": "pull-request",
    "merge_group": "pull-request",
    "schedule": "schedule",
    "workflow_dispatch": "manual",
    "release": "release",
    "workflow_call": "called",
}
_AGAIN = frozenset({"synchronize"})
"""The event of a pull request that comes with each push and makes the last run's answer an old one."""
_CHANGE_TYPES = frozenset({"opened", "synchronize", "reopened", "edited", "ready_for_review"})


def facts(file: SourceFile, tree: TreeContext) -> FileFacts:
    """The facts of a workflow or of an action's description."""
    gathering = Gathering(file.path, tree)
    root = open_yaml(file, gathering).root
    if root is None or not root.is_map:
        return gathering.facts()
    place = Place(file.path, file.whole)
    if root.get("runs") is not None and root.get("jobs") is None:
        _read_composite(root, place, gathering)
        return gathering.facts()
    return gathering.facts((_read_workflow(root, place, gathering),))


def _read_workflow(root: YamlNode, place: Place, gathering: Gathering) -> Pipeline:
    defaults = system("github")
    run = root.at("defaults", "run")
    around = WorkflowSettings(
        environment=environment(root.get("env"), defaults.environment),
        shell=run.value("shell") if run is not None else "",
        directory=run.value("working-directory") if run is not None else "",
        package_manager=declared_package_manager(gathering),
    )
    triggers = read_triggers(root, gathering)
    return Pipeline(
        system="github",
        path=gathering.path,
        place=place,
        name=root.value("name"),
        triggers=triggers,
        jobs=read_jobs(root.get("jobs"), around, gathering),
        cancel=read_cancel(root.get("concurrency")) or Cancel.NO,
        reusable="called" in triggers.events and triggers.events <= {"called", "manual"},
        environment=environment(root.get("env")),
        default_clone_depth=defaults.clone_depth,
    )


def read_triggers(root: YamlNode, gathering: Gathering) -> Triggers:
    """What starts a workflow: `on` as a word, a list or a map."""
    node = root.get("on") or root.get("true")
    if node is None:
        return Triggers()
    place = gathering.place(node)
    if not node.is_map:
        return Triggers(frozenset(_EVENTS.get(name, "other") for name in texts(node)), place=place)
    events: set[str] = set()
    branches: list[str] = []
    filtered: dict[str, bool] = {}
    for name, value in node.pairs():
        event = _event(name, value)
        events.add(event)
        branches.extend(texts(value.get("branches")))
        if event in ("push", "pull-request") and name != "merge_group":
            filtered[event] = value.get("paths") is not None or value.get("paths-ignore") is not None
    path_filtered = filtered.get("pull-request", filtered.get("push", False))
    once = [_starts_once(name, value) for name, value in node.pairs() if _EVENTS.get(name) == "pull-request"]
    return Triggers(
        frozenset(events), path_filtered, tuple(dict.fromkeys(branches)), place, superseded=not once or not all(once)
    )


def _starts_once(name: str, value: YamlNode) -> bool:
    """True for a trigger that no newer push of the pull request sets off again."""
    types = set(texts(value.get("types")))
    return name == "merge_group" or (bool(types) and not types & _AGAIN)


def _event(name: str, value: YamlNode) -> str:
    event = _EVENTS.get(name, "other")
    if event == "push" and value.get("tags") is not None and value.get("branches") is None:
        return "tag" if set(texts(value.get("branches-ignore"))) <= {"*", "**"} else "push"
    if event == "pull-request":
        types = texts(value.get("types"))
        if types and not _CHANGE_TYPES & set(types):
            return "other"
    return event


def _read_composite(root: YamlNode, place: Place, gathering: Gathering) -> None:
    """A composite action: a unit that jobs call, with the commands of its steps."""
    runs = root.get("runs")
    if runs is None or runs.value("using") != "composite":
        return
    unit = gathering.unit(COMPOSITE, place, UnitKind.FUNCTION)
    around = Surroundings(unit, system("github").environment, shell="bash")
    for step in read_steps(runs.get("steps"), around, gathering):
        gathering.commands.extend(step.commands)
        if step.action is not None and step.action.name.startswith("."):
            local = expand(step.action, step, around, gathering)
            gathering.add_calls(unit, (local.unit,) if local.unit else ())
