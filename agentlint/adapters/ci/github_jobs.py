"""Jobs of a GitHub workflow."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from agentlint.adapters.ci.common import Gathering, environment, number, texts
from agentlint.adapters.ci.edges import with_flows
from agentlint.adapters.ci.github_checkout import told_from_checkout
from agentlint.adapters.ci.github_local import Local, called_workflow, expand
from agentlint.adapters.ci.github_matrix import Legs, read_matrix
from agentlint.adapters.ci.github_steps import Handed, Surroundings, handed_over, read_steps
from agentlint.adapters.ci.images import job_images
from agentlint.adapters.ci.systems import system
from agentlint.documents.yaml import YamlNode
from agentlint.facts.checkout import before_checkout
from agentlint.facts.command import EMPTY
from agentlint.facts.pipeline import Cancel, Job, Need
from agentlint.programs.actions import actions

_NEEDS = re.compile(r"\bneeds\s*(?:\.\s*|\[\s*['\"])([\w-]+|\*)(?:['\"]\s*\])?\s*\.\s*(\w+)")
_ALL_NEEDS = re.compile(r"\btoJSON\(\s*needs\s*\)", re.IGNORECASE)
_MATRIX_NAME = re.compile(r"matrix\.([\w-]+(?:\.[\w-]+)?)")
_CHANGES_NAME = re.compile(r"change|filter|detect|paths|affected|files|modified|plan|determine", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class WorkflowSettings:
    """What a workflow sets for all its jobs."""

    environment: Mapping[str, str] = field(default_factory=lambda: EMPTY)
    shell: str = ""
    directory: str = ""
    package_manager: str = ""


def read_cancel(node: YamlNode | None) -> Cancel | None:
    """What a `concurrency:` says of superseded runs; None where there is none."""
    if node is None or node.is_null:
        return None
    value = node.get("cancel-in-progress")
    if value is None:
        return Cancel.NO
    if value.truth is False:
        return Cancel.EXPLICITLY_NOT
    if _OWN_GROUP.search(node.value("group")):
        return Cancel.NO
    return Cancel.YES if value.text else Cancel.NO


_OWN_GROUP = re.compile(r"\{\{\s*github\.(?:sha|run_id|run_number)\s*\}\}")
"""A group of its own for each run: there is nothing in it to cancel. Behind `||` it stands for pushes alone, which is meant."""


def read_jobs(node: YamlNode | None, around: WorkflowSettings, gathering: Gathering) -> tuple[Job, ...]:
    """All jobs of a workflow, with what flows along their needs."""
    if node is None or not node.is_map:
        return ()
    mentions: dict[str, frozenset[tuple[str, str]]] = {}
    jobs: list[Job] = []
    for key, value in node.items:
        if not key.is_scalar or key.text in mentions:
            continue
        jobs.append(_read_job(key.text, value, around, gathering))
        mentions[key.text] = _mentions(value)
    changing = {job.id for job in jobs if _tells_changes(job)}
    filtered = tuple(
        replace(job, path_filtered=any(f"needs.{name}.outputs" in job.condition for name in changing)) for job in jobs
    )
    return with_flows(filtered, lambda later, earlier: _said(mentions.get(later.id, frozenset()), earlier.id))


def _mentions(value: YamlNode) -> frozenset[tuple[str, str]]:
    text = value.source[value.span.start : value.span.end]
    found = {(match.group(1), match.group(2)) for match in _NEEDS.finditer(text)}
    if _ALL_NEEDS.search(text):
        found.add(("*", "result"))
    return frozenset(found)


def _said(mentions: frozenset[tuple[str, str]], earlier: str) -> frozenset[str]:
    kinds = {kind for name, kind in mentions if name in (earlier, "*")}
    found: set[str] = set()
    if "outputs" in kinds:
        found.add("output")
    if "result" in kinds:
        found.add("status")
    return frozenset(found)


def _tells_changes(job: Job) -> bool:
    if any("changes" in actions().roles(step.action) for step in job.steps):
        return True
    return bool(_CHANGES_NAME.search(job.id)) and len(job.steps) <= 5


def _read_job(identifier: str, node: YamlNode, around: WorkflowSettings, gathering: Gathering) -> Job:
    place = gathering.place(node)
    unit = gathering.unit(identifier, place)
    legs = read_matrix(node.get("strategy"))
    tolerated = node.get("continue-on-error")
    job = Job(
        id=identifier,
        unit=unit,
        place=place,
        name=node.value("name"),
        needs=_read_needs(node.get("needs")),
        matrix=legs.matrix,
        timeout_minutes=number(node.get("timeout-minutes")),
        timeout_default_minutes=system("github").timeout,
        environment=environment(node.get("env"), around.environment),
        deployment=_deployment(node.get("environment")),
        condition=node.value("if"),
        continue_on_error=tolerated is not None and tolerated.truth is True,
        cancel=read_cancel(node.get("concurrency")),
    )
    uses = node.get("uses")
    if uses is not None and uses.is_scalar and uses.text:
        calls, handed, units = called_workflow(uses.text.strip(), gathering)
        gathering.add_calls(unit, units)
        return replace(_with_handed(job, handed), calls=calls, timeout_settable=False)
    return _with_steps(job, node, legs, around, gathering)


def _with_steps(job: Job, node: YamlNode, legs: Legs, workflow: WorkflowSettings, gathering: Gathering) -> Job:
    runner, hosted, windows = _runner(node.get("runs-on"), legs, job.environment)
    container = _image(node.get("container"))
    run = node.at("defaults", "run")
    around = Surroundings(
        unit=job.unit,
        environment=job.environment,
        shell=(run.value("shell") if run is not None else "") or workflow.shell,
        directory=(run.value("working-directory") if run is not None else "") or workflow.directory,
        windows=windows,
        container=bool(container),
        legs=legs,
        swallowed=job.continue_on_error,
        package_manager=workflow.package_manager,
    )
    steps = told_from_checkout(read_steps(node.get("steps"), around, gathering), gathering.tree.paths)
    handed = Handed()
    inner: list[Local] = []
    for step in steps:
        given = handed_over(step, workflow.package_manager)
        handed = handed.plus(replace(given, caches=()) if before_checkout(step, steps) else given)
        if step.action is not None and step.action.name.startswith("."):
            local = expand(step.action, step, around, gathering)
            handed = handed.plus(local.handed)
            inner.append(local)
            gathering.add_calls(job.unit, (local.unit,) if local.unit else ())
    services = node.get("services")
    return replace(
        _with_handed(job, handed),
        steps=steps,
        inner_steps=tuple(step for local in inner for step in local.steps),
        inner_units=tuple(dict.fromkeys(unit for local in inner for unit in local.units)),
        runner=runner,
        timeout_default_minutes=system("github").timeout_on(runner),
        hosted=hosted,
        container=container,
        services=tuple(_image(value) for _, value in services.pairs()) if services is not None else (),
        images=job_images(gathering, node.get("container"), services),
    )


def _with_handed(job: Job, handed: Handed) -> Job:
    return replace(
        job,
        caches=handed.caches,
        artifacts_out=handed.artifacts_out,
        artifacts_in=handed.artifacts_in,
        reports=handed.reports,
    )


def _read_needs(node: YamlNode | None) -> tuple[Need, ...]:
    if node is None:
        return ()
    parts = node.children if node.is_list else (node,)
    return tuple(Need(part.text, span=part.span) for part in parts if part.is_scalar and not part.is_null)


def _deployment(node: YamlNode | None) -> str:
    if node is None or node.is_null:
        return ""
    return node.value("name") if node.is_map else node.text


def _image(node: YamlNode | None) -> str:
    """The image of a `container:` or a service."""
    if node is None or node.is_null:
        return ""
    return node.value("image") if node.is_map else node.text


def _runner(node: YamlNode | None, legs: Legs, known: Mapping[str, str]) -> tuple[str, bool, bool]:
    """The runner's label, whether it is a fresh machine, and whether every leg of it is Windows."""
    if node is None:
        return "", True, False
    labels = texts(node.get("labels") or node.get("group")) if node.is_map else texts(node)
    label = legs.fill_text(", ".join(labels), {"env": known})
    candidates = [label]
    for name in _MATRIX_NAME.findall(label):
        candidates.extend(legs.values.get(name, ()))
    names = [candidate.lower() for candidate in candidates if "${{" not in candidate] or [label.lower()]
    windows = bool(names) and all("windows" in name for name in names)
    hosted = not any("self-hosted" in name for name in names) and not node.is_map
    return label, hosted, windows
