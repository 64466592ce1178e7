"""AppVeyor: one job of phases, in as many legs as images, platforms, configurations and environments make."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from agentlint.adapters.ci.common import (
    Gathering,
    Shell,
    environment,
    join_lines,
    open_yaml,
    texts,
    whole_number,
    written_cache,
)
from agentlint.adapters.ci.systems import system
from agentlint.adapters.context import TreeContext
from agentlint.documents.yaml import YamlNode
from agentlint.facts.command import Command, Status
from agentlint.facts.filefacts import FileFacts
from agentlint.facts.pipeline import Cache, Job, Matrix, Pipeline, Step, Triggers
from agentlint.files.source import NOWHERE, Place, SourceFile

_PHASES = (
    "init", "install", "before_build", "build_script", "after_build", "before_test", "test_script", "after_test",
    "before_deploy", "deploy_script", "after_deploy", "on_success", "on_failure", "on_finish",
)  # fmt: skip
"""appveyor.com/docs/build-configuration/#build-pipeline"""
_AFTERWARDS = frozenset({"on_success", "on_failure", "on_finish"})
_DIALECTS = {"ps": "pwsh", "pwsh": "pwsh", "sh": "bash", "cmd": "cmd", "bash": "bash"}
_AXES = ("image", "platform", "configuration")
_MANY = 1000


def facts(file: SourceFile, tree: TreeContext) -> FileFacts:
    """The facts of an appveyor.yml."""
    gathering = Gathering(file.path, tree)
    root = open_yaml(file, gathering).root
    if root is None or not root.is_map:
        return gathering.facts()
    defaults = system("appveyor")
    depth = root.get("clone_depth")
    return gathering.facts(
        (
            Pipeline(
                system="appveyor",
                path=file.path,
                place=Place(file.path, file.whole),
                triggers=_triggers(root),
                jobs=_jobs(root, gathering),
                cancel=defaults.cancel,
                cancel_settable=defaults.cancel_settable,
                default_clone_depth=defaults.clone_depth,
                clone_depth=whole_number(depth),
                clone_depth_span=depth.entry if depth is not None else None,
            ),
        )
    )


def _triggers(root: YamlNode) -> Triggers:
    """Pushes and pull requests start it; the lists of files that it starts for, or skips, are its path filter."""
    filtered = any(root.at(key, "files") is not None for key in ("skip_commits", "only_commits"))
    only_branch = root.get("skip_branch_with_pr")
    return Triggers(
        frozenset({"push", "pull-request"}),
        path_filtered=filtered,
        branches=() if only_branch is not None and only_branch.truth else texts(root.at("branches", "only")),
    )


def _jobs(root: YamlNode, gathering: Gathering) -> tuple[Job, ...]:
    """The matrix of the whole file as one job, then each `for` entry that has phases of its own."""
    variants = root.get("for")
    entries = [entry for entry in variants.children if entry.is_map] if variants is not None else []
    made = [_job(root, root, "build", gathering)]
    made += [_job(entry, root, f"for {number}", gathering) for number, entry in enumerate(entries[:_MANY], 1)]
    found = [job for job in made if job.steps]
    if found and found[0].id == "build":
        size = _matrix(root)
        found[0] = replace(found[0], matrix=size if (size.size or 0) > 1 else None)
    return tuple(found)


def _matrix(root: YamlNode) -> Matrix:
    """The legs: every combination of the lists, less those that are excluded."""
    axes = {key: texts(root.get(key)) for key in _AXES if len(texts(root.get(key))) > 1}
    rows = root.at("environment", "matrix")
    if rows is not None and rows.is_list and len(rows.children) > 1:
        axes["environment"] = tuple(" ".join(f"{k}={v.text}" for k, v in row.pairs()) for row in rows.children)
    size = 1
    for values in axes.values():
        size = min(size * len(values), _MANY)
    excluded = root.at("matrix", "exclude")
    size -= len(excluded.children) if excluded is not None else 0
    return Matrix(max(size, 1) if axes else 0, axes)


_UPLOADED = re.compile(r"testresults|Add-AppveyorTest|appveyor AddTest", re.IGNORECASE)
"""How results are handed over. Source: appveyor.com/docs/running-tests, uploading XML test results."""


def _job(node: YamlNode, root: YamlNode, name: str, gathering: Gathering) -> Job:
    defaults = system("appveyor")
    image = ", ".join(texts(node.get("image") or root.get("image")))
    phases = [(phase, part) for phase in _PHASES if (part := node.get(phase)) is not None]
    place = Place(gathering.path, node.here)
    if phases:
        spans = sorted(part.entry for _, part in phases)
        place = Place(gathering.path, spans[0].cover(spans[-1]))
    job = Job(
        id=name,
        unit=gathering.unit(name, place),
        place=place,
        name=name,
        timeout_default_minutes=defaults.timeout,
        timeout_settable=False,
        runner=image,
        environment=environment(_global(node), environment(_global(root), defaults.environment)),
        caches=_caches(node.get("cache") or root.get("cache")),
        artifacts_out=tuple(value.text for value in _paths(root)),
        reports=_UPLOADED.search(gathering.files.get(gathering.path, "")) is not None,
    )
    made = (_step(phase, part, index, job, gathering) for index, (phase, part) in enumerate(phases))
    return replace(job, steps=tuple(step for step in made if step is not None))


def _paths(root: YamlNode) -> Iterator[YamlNode]:
    kept = root.get("artifacts")
    for entry in kept.children if kept is not None and kept.is_list else ():
        path = entry.get("path")
        if path is not None and path.is_scalar:
            yield path


def _global(node: YamlNode) -> YamlNode | None:
    """Variables that hold for every leg: under `global`, or right under `environment`."""
    own = node.get("environment")
    return own.get("global") or own if own is not None and own.is_map else None


def _step(phase: str, part: YamlNode, index: int, job: Job, gathering: Gathering) -> Step | None:
    """A phase: a line of its own for each element, which a map gives the shell of."""
    plain = "bash" if job.runner and not _on_windows(job.runner) else "cmd"
    lines = list(_lines(part, plain))
    if not lines:
        return None
    commands: list[Command] = []
    for dialect, line in lines:
        made = gathering.script(
            line.embedded(),
            job.unit,
            Shell(dialect, errexit=phase not in _AFTERWARDS),
            environment=job.environment,
            step=index,
            swallowed=phase in _AFTERWARDS,
        )
        alone = "\n" not in line.text.strip() and " & " not in line.text
        commands.extend(_looked_at(made) if alone and phase not in _AFTERWARDS else made)
    return Step(
        index=index,
        place=Place(gathering.path, part.entry),
        name=phase,
        script=join_lines([line.embedded() for _, line in lines]).text,
        condition="failure()" if phase == "on_failure" else "",
        continue_on_error=phase in _AFTERWARDS,
        environment=job.environment,
        commands=tuple(commands),
    )


def _looked_at(commands: tuple[Command, ...]) -> tuple[Command, ...]:
    """The status of each line is looked at, whatever its shell would do."""
    return tuple(
        replace(command, status=Status.COUNTED) if command.status is Status.UNCHECKED else command
        for command in commands
    )


def _on_windows(image: str) -> bool:
    return any("visual studio" in name.lower() or "windows" in name.lower() for name in image.split(","))


def _lines(part: YamlNode, plain: str) -> Iterator[tuple[str, YamlNode]]:
    """Each script with its shell: a string, a list of strings, or of `ps:`, `sh:` and `cmd:` maps."""
    for child in part.children if part.is_list else (part,):
        if child.is_scalar and child.text and child.truth is not False:
            yield plain, child
        for key, dialect in _DIALECTS.items():
            inner = child.get(key)
            if inner is not None and inner.is_scalar and inner.text:
                yield dialect, inner


def _caches(node: YamlNode | None) -> tuple[Cache, ...]:
    """`path -> file whose change empties it`."""
    found = []
    for entry in texts(node):
        path, _, key = entry.partition("->")
        found.append(written_cache((path.strip().replace("\\", "/"),), key.strip(), node.entry if node else NOWHERE))
    return tuple(found)
