"""Jobs of a GitLab configuration."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from agentlint.adapters.ci.common import (
    Gathering,
    Shell,
    condition_guard,
    environment,
    join_lines,
    minutes,
    swallow,
    texts,
    whole_number,
    written_cache,
)
from agentlint.adapters.ci.edges import OPAQUE
from agentlint.adapters.ci.gitlab_config import Config
from agentlint.adapters.ci.images import job_images
from agentlint.adapters.ci.systems import system
from agentlint.documents.yaml import YamlNode
from agentlint.facts.command import Command
from agentlint.facts.pipeline import Cache, Cancel, Job, Matrix, Need, Step
from agentlint.files.source import Place, Span

_NO_TEST_REPORTS = frozenset({"dotenv", "terraform", "annotations", "cyclonedx", "coverage_report", "cobertura"})
_WINDOWS = re.compile(r"windows|powershell|(?<![a-z])win(?:32|64)?(?![a-z])", re.IGNORECASE)
_SELDOM = frozenset({"tags", "schedules", "web", "triggers", "api"})
"""Refs of `only:` that no pushed change is."""
_MAX_LEGS = 10_000


def read_job(name: str, node: YamlNode, config: Config) -> Job:
    """One job, its `extends` merged in already."""
    gathering = config.gathering
    place = gathering.place(node)
    unit = gathering.unit(name, place)
    variables = config.entries.get("variables")
    known = environment(node.get("variables"), environment(variables, system("gitlab").environment))
    needs, artifacts_in = _needs(node, config)
    job = Job(
        id=name,
        unit=unit,
        place=place,
        name=name,
        stage=node.value("stage") or "test",
        needs=needs,
        environment=known,
        timeout_minutes=_timeout(config.setting(node, "timeout")),
        timeout_default_minutes=system("gitlab").timeout,
        condition=_condition(node, config),
        continue_on_error=_tolerated(node),
        deployment=_deployment(config.resolve(node.get("environment"))),
        path_filtered=_path_filtered(node, config),
        artifacts_in=artifacts_in,
        retries=_retries(config.setting(node, "retry")),
        cancel=_cancel(config.resolve(config.setting(node, "interruptible"))),
    )
    job = _with_gate(job, node, config)
    if name in config.opaque:
        job = replace(job, timeout_settable=job.timeout_minutes is not None, artifacts_out=(OPAQUE,))
        if node.get("stage") is None:
            job = replace(job, stage="")
    trigger = node.get("trigger")
    if trigger is not None:
        return _with_trigger(job, trigger)
    return _with_work(job, node, config)


def _with_trigger(job: Job, trigger: YamlNode) -> Job:
    include = trigger.get("include")
    if include is not None and include.is_list and include.children:
        include = include.children[0]
    calls = trigger.text if trigger.is_scalar else trigger.value("project")
    if include is not None:
        calls = include.text if include.is_scalar else include.value("local") or include.value("artifact")
    return replace(job, calls=calls.lstrip("/"), timeout_settable=False)


def _with_work(job: Job, node: YamlNode, config: Config) -> Job:
    image_node = config.resolve(config.setting(node, "image"))
    image = _image(image_node)
    tags = texts(config.resolve(config.setting(node, "tags")))
    services = config.resolve(config.setting(node, "services"))
    artifacts = config.resolve(config.setting(node, "artifacts"))
    reports = artifacts.get("reports") if artifacts is not None else None
    out = texts(artifacts.get("paths")) if artifacts is not None else ()
    if reports is not None and reports.get("dotenv") is not None:
        out = (*out, OPAQUE)
    matrix, parallelism = _parallel(config.resolve(node.get("parallel")))
    windows = any(_WINDOWS.search(tag) for tag in tags)
    job = replace(
        job,
        container=image,
        runner=", ".join(tags) or image,
        services=tuple(_image(child) for child in services.children) if services is not None else (),
        images=job_images(config.gathering, image_node, services),
        artifacts_out=(*job.artifacts_out, *out),
        reports=reports is not None and any(key not in _NO_TEST_REPORTS for key, _ in reports.pairs()),
        matrix=matrix,
        parallelism=parallelism,
        caches=_caches(config.resolve(config.setting(node, "cache")), config),
    )
    return replace(job, steps=_steps(job, node, config, windows))


def _steps(job: Job, node: YamlNode, config: Config, windows: bool) -> tuple[Step, ...]:
    """before_script and script run in one shell, after_script in another whose status nobody counts."""
    shell = Shell("pwsh" if windows else "bash", errexit=True, pipefail=True)
    parts: list[tuple[str, tuple[YamlNode, ...]]] = []
    for name in ("before_script", "script", "after_script"):
        lines = tuple(config.lines(config.setting(node, name)))
        if lines:
            parts.append((name, lines))
    together = [line for name, lines in parts if name != "after_script" for line in lines]
    commands = read_lines(together, job, shell, config.gathering)
    steps: list[Step] = []
    for index, (name, lines) in enumerate(parts):
        if name == "after_script":
            own = swallow(read_lines(lines, job, replace(shell, errexit=False), config.gathering))
        else:
            spans = [Place(config.gathering.path_of(line), line.span) for line in lines]
            own = tuple(command for command in commands if _stands_in(command, spans))
        steps.append(
            Step(
                index=index,
                place=_cover(lines, config.gathering),
                name=name,
                commands=tuple(replace(command, step=index) for command in own),
                script="\n".join(line.text for line in lines),
                continue_on_error=name == "after_script",
                environment=job.environment,
            )
        )
    return tuple(steps)


def _stands_in(command: Command, places: Sequence[Place]) -> bool:
    start = command.place.span.start
    return any(place.path == command.place.path and place.span.start <= start <= place.span.end for place in places)


def _cover(lines: Sequence[YamlNode], gathering: Gathering) -> Place:
    """The place of the lines that stand in the first one's file."""
    path = gathering.path_of(lines[0])
    span = lines[0].span
    for line in lines:
        if gathering.path_of(line) == path and line.span.start >= span.start:
            span = span.cover(line.span)
    return Place(path, span)


def read_lines(lines: Sequence[YamlNode], job: Job, shell: Shell, gathering: Gathering) -> tuple[Command, ...]:
    """The commands of script lines that run in one shell; lines of different files are read file by file."""
    groups: list[tuple[str, list[YamlNode]]] = []
    for line in lines:
        path = gathering.path_of(line)
        if not groups or groups[-1][0] != path:
            groups.append((path, []))
        groups[-1][1].append(line)
    found: list[Command] = []
    for path, group in groups:
        found.extend(
            gathering.script(
                join_lines([line.embedded() for line in group]),
                job.unit,
                shell,
                path=path,
                environment=job.environment,
                step=0,
                guards=condition_guard(job.condition, job.place.span),
                swallowed=job.continue_on_error,
            )
        )
    return tuple(found)


def _needs(node: YamlNode, config: Config) -> tuple[tuple[Need, ...], tuple[str, ...]]:
    """The written needs, and what artifacts the job takes; "" marks that `needs` is written, were it empty."""
    needs = config.resolve(node.get("needs"))
    if needs is None or needs.is_null:
        dependencies = node.get("dependencies")
        takes = dependencies is None or bool(dependencies.children)
        return (), (OPAQUE,) if takes else ()
    found: list[Need] = []
    for child in needs.children:
        name = child.text if child.is_scalar else child.value("job")
        if not name or child.get("project") is not None or child.get("pipeline") is not None:
            continue
        wanted = child.get("artifacts")
        carries = frozenset() if wanted is not None and wanted.truth is False else _artifacts_of(name, config)
        found.append(Need(name, carries, child.span))
    return tuple(found), ("",)


def _artifacts_of(name: str, config: Config) -> frozenset[str]:
    """What an earlier job hands over by itself."""
    node = config.job(name)
    if name in config.opaque:
        return frozenset({"artifact"})
    if node is None or not node.is_map:
        return frozenset()
    artifacts = config.resolve(config.setting(node, "artifacts"))
    if artifacts is None or not artifacts.is_map:
        return frozenset()
    found = {"artifact"} if artifacts.get("paths") is not None or artifacts.get("untracked") is not None else set()
    reports = artifacts.get("reports")
    if reports is not None and reports.get("dotenv") is not None:
        found.add("output")
    return frozenset(found)


def _with_gate(job: Job, node: YamlNode, config: Config) -> Job:
    """`when: manual`: beside `rules` it lets later jobs pass, inside `rules` it stops them."""
    rules = [rule for rule in config.flattened(node.get("rules")) if rule.value("when") != "never"]
    allowed = node.get("allow_failure")
    when = node.get("when")
    if rules:
        manual = [rule for rule in rules if rule.value("when") == "manual"]
        inherited = [rule for rule in rules if rule.get("when") is None and node.value("when") == "manual"]
        if len(manual) + len(inherited) < len(rules):
            return job
        own = manual[0].get("allow_failure") if manual else None
        passes = own if own is not None else allowed
        at = manual[0].get("when") if manual else when
        blocking = passes is None or passes.truth is not True
    elif when is not None and when.text == "manual":
        at = when
        blocking = allowed is not None and allowed.truth is False
    else:
        return job
    return replace(job, gate=True, blocking_gate=blocking, gate_span=_own_span(at, job, config))


def _own_span(node: YamlNode | None, job: Job, config: Config) -> Span:
    if node is None or config.gathering.path_of(node) != job.place.path:
        return job.place.span
    return node.entry


_HELD = frozenset({"never", "manual", "delayed"})


def _condition(node: YamlNode, config: Config) -> str:
    """The conditions that let the job run, any of which will do; none where a rule lets it run without one."""
    rules = list(config.flattened(node.get("rules")))
    if any(rule.get("if") is None and rule.value("when") not in _HELD for rule in rules):
        return ""
    only = node.get("only")
    refs = set(texts(only.get("refs") if only is not None and only.is_map else only))
    if not rules and refs and refs <= _SELDOM:
        return "$CI_COMMIT_TAG" if refs == {"tags"} else '$CI_PIPELINE_SOURCE == "schedule"'
    return " or ".join(rule.value("if") for rule in rules if rule.value("if") and rule.value("when") != "never")


def _path_filtered(node: YamlNode, config: Config) -> bool:
    if any(rule.get("changes") is not None for rule in config.flattened(node.get("rules"))):
        return True
    return any(part is not None and part.get("changes") is not None for part in (node.get("only"), node.get("except")))


def _tolerated(node: YamlNode) -> bool:
    """allow_failure, written; with `when: manual` it is about the gate and not about the result."""
    allowed = node.get("allow_failure")
    if allowed is None or node.value("when") == "manual":
        return False
    if allowed.is_map:
        return _USUAL in texts(allowed.get("exit_codes"))
    return allowed.truth is True


_USUAL = "1"
"""The exit code by which nearly all checks tell a failure: a job that allows it allows any."""


def _timeout(node: YamlNode | None) -> float | None:
    return minutes(node.text, "s") if node is not None and node.is_scalar else None


def _retries(node: YamlNode | None) -> int:
    if node is not None and node.is_map:
        node = node.get("max")
    return whole_number(node) or 0


def _cancel(node: YamlNode | None) -> Cancel | None:
    if node is None or node.truth is None:
        return None
    return Cancel.YES if node.truth else Cancel.EXPLICITLY_NOT


def _deployment(node: YamlNode | None) -> str:
    if node is None:
        return ""
    if node.is_map and node.value("action") in ("prepare", "verify", "access"):
        return ""
    return node.value("name") if node.is_map else node.text


def _image(node: YamlNode | None) -> str:
    if node is None or node.is_null:
        return ""
    return node.value("name") if node.is_map else node.text


def _parallel(node: YamlNode | None) -> tuple[Matrix | None, int | None]:
    if node is None:
        return None, None
    if node.is_scalar:
        return None, whole_number(node)
    matrix = node.get("matrix")
    if matrix is None or not matrix.is_list:
        return None, None
    size = 0
    axes: dict[str, tuple[str, ...]] = {}
    for entry in matrix.children:
        legs = 1
        for name, values in entry.pairs():
            found = texts(values)
            axes[name] = tuple(dict.fromkeys((*axes.get(name, ()), *found)))
            legs = min(legs * max(len(found), 1), _MAX_LEGS)
        size += legs
    return Matrix(size, axes), None


def _caches(node: YamlNode | None, config: Config) -> tuple[Cache, ...]:
    if node is None:
        return ()
    found: list[Cache] = []
    for entry in node.children if node.is_list else (node,):
        entry_node = config.resolve(entry)
        if entry_node is not None and entry_node.is_list and node.is_list:
            found.extend(_caches(entry_node, config))  # a list that an alias brings into the list
        if entry_node is None or not entry_node.is_map:
            continue
        paths = texts(entry_node.get("paths"))
        if not paths and entry_node.get("untracked") is None:
            continue
        key = entry_node.get("key")
        text = "" if key is None else key.text if key.is_scalar else "files:" + ",".join(texts(key.get("files")))
        found.append(written_cache(paths, text, entry_node.span))
    return tuple(found)
