"""GitLab CI: one pipeline out of .gitlab-ci.yml and what it includes of its own repository."""

from __future__ import annotations

import re
from dataclasses import replace

from agentlint.adapters.ci.common import Gathering, environment, open_yaml, texts, whole_number
from agentlint.adapters.ci.edges import with_flows
from agentlint.adapters.ci.gitlab_config import GLOBAL, Config, main_document
from agentlint.adapters.ci.gitlab_jobs import read_job
from agentlint.adapters.ci.systems import system
from agentlint.adapters.context import TreeContext
from agentlint.documents.yaml import YamlNode
from agentlint.facts.filefacts import FileFacts
from agentlint.facts.pipeline import Cancel, Job, Need, Pipeline, Triggers
from agentlint.files.source import Place, SourceFile, UndecodableFile

ROOT = ".gitlab-ci.yml"
_STAGES = ("build", "test", "deploy")
_MERGE_REQUEST = re.compile(r"merge_request")
_MAX_IMPLICIT = 100
"""Edges that a job gets from stage order."""
_MAX_JOBS = 2000
_KEYS_OF_A_JOB = ("script", "trigger", "extends", "run", "needs", "stage")


def facts(file: SourceFile, tree: TreeContext) -> FileFacts:
    """The facts of a configuration. A file that the root's configuration includes is told of there, not again here."""
    gathering = Gathering(file.path, tree)
    if file.path != ROOT and file.path in _included_by_root(tree):
        return FileFacts()
    documents = open_yaml(file, gathering)
    root = main_document(documents)
    if root is None:
        return gathering.facts()
    config = Config(gathering)
    config.load(documents, file.path)
    own = tuple(_jobs(config))
    if not own and file.path != ROOT:
        return FileFacts(errors=tuple(gathering.errors))
    return gathering.facts((_pipeline(config, own, root, file),))


def _included_by_root(tree: TreeContext) -> frozenset[str]:
    file = tree.read(ROOT)
    if file is None:
        return frozenset()
    gathering = Gathering(ROOT, tree)
    config = Config(gathering)
    try:
        config.load(open_yaml(file, gathering), ROOT)
    except UndecodableFile:
        return frozenset()
    return frozenset(config.files)


def _jobs(config: Config) -> list[Job]:
    found: list[Job] = []
    for name, entry in config.entries.items():
        if len(found) >= _MAX_JOBS:
            break
        if name in GLOBAL or name.startswith(".") or not entry.is_map:
            continue
        node = config.job(name)
        if node is not None and any(node.get(key) is not None for key in _KEYS_OF_A_JOB):
            found.append(read_job(name, node, config))
    return found


def _pipeline(config: Config, jobs: tuple[Job, ...], root: YamlNode, file: SourceFile) -> Pipeline:
    defaults = system("gitlab")
    variables = config.entries.get("variables")
    depth = variables.get("GIT_DEPTH") if variables is not None else None
    if depth is not None and depth.is_map:
        depth = depth.get("value")
    ordered = with_flows(_in_order(jobs, _stages(config)))
    workflow = config.entries.get("workflow")
    return Pipeline(
        system="gitlab",
        path=file.path,
        place=Place(file.path, file.whole),
        name=workflow.value("name") if workflow is not None else "",
        triggers=_triggers(config, root, ordered),
        jobs=ordered,
        cancel=_cancel(config, ordered),
        cancel_settable=defaults.cancel_settable,
        environment=environment(variables),
        default_clone_depth=defaults.clone_depth,
        clone_depth=whole_number(depth),
        clone_depth_span=depth.entry if depth is not None else None,
    )


def _stages(config: Config) -> tuple[str, ...]:
    written = texts(config.entries.get("stages") or config.entries.get("types"))
    return (".pre", *(written or _STAGES), ".post")


def _in_order(jobs: tuple[Job, ...], stages: tuple[str, ...]) -> tuple[Job, ...]:
    """Jobs without `needs` wait for all jobs of the nearest earlier stage that has any."""
    by_stage: dict[str, list[Job]] = {}
    for job in jobs:
        by_stage.setdefault(job.stage, []).append(job)
    used = [stage for stage in stages if stage in by_stage]
    made: list[Job] = []
    for job in jobs:
        if job.needs or "" in job.artifacts_in or job.stage not in used:
            made.append(replace(job, artifacts_in=tuple(name for name in job.artifacts_in if name)))
            continue
        at = used.index(job.stage)
        previous = by_stage[used[at - 1]] if at else []
        made.append(replace(job, needs=tuple(Need(earlier.id, implicit=True) for earlier in previous[:_MAX_IMPLICIT])))
    return tuple(made)


def _triggers(config: Config, root: YamlNode, jobs: tuple[Job, ...]) -> Triggers:
    text = "\n".join({id(node.source): node.source for node in (root, *config.entries.values())}.values())
    events = {"push"}
    workflow = config.entries.get("workflow")
    rules = list(config.flattened(workflow.get("rules"))) if workflow is not None else []
    conditions = " ".join(rule.value("if") for rule in rules if rule.value("when") != "never")
    if _MERGE_REQUEST.search(text):
        events.add("pull-request")
    if rules and conditions and "push" not in conditions and "BRANCH" not in conditions and "TAG" not in conditions:
        events.discard("push")
    if re.search(r"\bschedules?\b", text):
        events.add("schedule")
    if "CI_COMMIT_TAG" in text or re.search(r"-\s*tags\s*$", text, re.MULTILINE):
        events.add("tag")
    if not events:
        events.add("other")
    filtered = any(rule.get("changes") is not None for rule in rules) or (
        bool(jobs) and all(job.path_filtered for job in jobs)
    )
    place = config.gathering.place(workflow) if workflow is not None else None
    return Triggers(frozenset(events), filtered, place=place)


def _cancel(config: Config, jobs: tuple[Job, ...]) -> Cancel:
    workflow = config.entries.get("workflow")
    auto = workflow.at("auto_cancel", "on_new_commit") if workflow is not None else None
    if auto is not None and auto.text in ("none", "disabled"):
        return Cancel.EXPLICITLY_NOT
    default = config.entries.get("default")
    interruptible = default.get("interruptible") if default is not None else None
    said = [job.cancel for job in jobs if job.cancel is not None]
    if (interruptible is not None and interruptible.truth is True) or Cancel.YES in said:
        return Cancel.YES
    if (interruptible is not None and interruptible.truth is False) or (said and len(said) == len(jobs)):
        return Cancel.EXPLICITLY_NOT
    return Cancel.YES if auto is not None and auto.text == "interruptible" and said else Cancel.NO
