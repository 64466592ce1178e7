"""Semaphore 2.0: blocks that wait for each other, each of them a task whose jobs run at the same time.

Source: docs.semaphoreci.com/reference/pipeline-yaml, toolbox and conditions-dsl; blocks without any `dependencies` stand in a
row (semaphoreio/semaphore, plumber, definition_reviser/implicit_dependency.ex).
"""

from __future__ import annotations

import itertools
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from agentlint.adapters.ci.common import (
    Gathering,
    Shell,
    join_lines,
    number,
    open_yaml,
    scalars,
    texts,
    unused,
    whole_number,
)
from agentlint.adapters.ci.edges import with_flows
from agentlint.adapters.ci.images import job_images
from agentlint.adapters.ci.semaphore_toolbox import caches, handed_out, hands_reports, taken_in
from agentlint.adapters.ci.systems import system
from agentlint.adapters.context import TreeContext
from agentlint.documents.yaml import YamlNode
from agentlint.facts.command import Command, Status
from agentlint.facts.filefacts import FileFacts
from agentlint.facts.pipeline import Cancel, Job, Matrix, Need, Pipeline, Step, Triggers
from agentlint.files.source import Place, SourceFile

_SHELL = Shell("bash", errexit=True, pipefail=False)
"""The agent runs one command after the other in one shell, and ends at the first that fails."""
_MAIN = ".semaphore/semaphore.yml"
_MAX_JOBS = 500
_MAX_LEGS = 1000
_BRANCH = re.compile(r"\bbranch\s*=~?\s*'([^']*)'", re.IGNORECASE)
_TAGS_ONLY = re.compile(r"(?<!\w)tag\s*=~?\s*'", re.IGNORECASE)


def facts(file: SourceFile, tree: TreeContext) -> FileFacts:
    """The facts of a pipeline file."""
    gathering = Gathering(file.path, tree)
    root = open_yaml(file, gathering).root
    if root is None or not root.is_map or root.get("blocks") is None:
        return gathering.facts()
    defaults = system("semaphore")
    pipeline = Pipeline(
        system="semaphore",
        path=file.path,
        place=Place(file.path, file.whole),
        name=root.value("name"),
        triggers=_triggers(file.path, tree),
        jobs=with_flows(_Reading(root, gathering).jobs()),
        cancel=_cancel(root.get("auto_cancel")),
        cancel_settable=defaults.cancel_settable,
        default_clone_depth=defaults.clone_depth,
    )
    return gathering.facts((pipeline,))


def _cancel(node: YamlNode | None) -> Cancel:
    """`running` stops the older run; `queued` alone lets it go on while the newer waits, which somebody has chosen."""
    if node is None or not node.is_map:
        return system("semaphore").cancel
    when = node.at("running", "when")
    return Cancel.YES if when is not None and when.truth is not False else Cancel.EXPLICITLY_NOT


def _triggers(path: str, tree: TreeContext) -> Triggers:
    """The first pipeline starts for pushes and proposals (the project's settings say which); others are promoted to."""
    if path.replace(".yaml", ".yml") == _MAIN:
        return Triggers(frozenset({"push", "pull-request"}))
    found = [_promoted(promotion) for promotion in _promotions_to(path, tree)]
    if not found:
        return Triggers(frozenset({"other"}))
    branches = [one.branches for one in found if one.for_changes]
    return Triggers(
        frozenset().union(*(one.events for one in found)),
        path_filtered=all(one.path_filtered for one in found),
        branches=tuple(name for names in branches for name in names) if all(branches) else (),
    )


def _promotions_to(path: str, tree: TreeContext) -> Iterator[YamlNode]:
    """The entries of other pipelines' `promotions` that name this file."""
    folder = posixpath.dirname(path)
    others = [one for one in sorted(tree.paths) if posixpath.dirname(one) == folder and one.endswith((".yml", ".yaml"))]
    for other in (one for one in others[:50] if one != path):
        source = tree.read(other)
        if source is None or posixpath.basename(path).encode() not in source.data:
            continue
        root = open_yaml(source, Gathering(other, tree)).root
        listed = root.get("promotions") if root is not None and root.is_map else None
        for promotion in listed.children if listed is not None else ():
            wanted = promotion.value("pipeline_file")
            if posixpath.normpath(posixpath.join("/" + folder, wanted)).lstrip("/") == path:
                yield promotion


def _promoted(promotion: YamlNode) -> Triggers:
    """What a promotion waits for: a person, or what `auto_promote` asks of the commit."""
    older = promotion.get("auto_promote_on")
    when = promotion.at("auto_promote", "when")
    if older is not None and older.is_list:
        named = tuple(name.strip("^$") for entry in older.children for name in texts(entry.get("branch")))
        if named and all(name.startswith("refs/tags") for name in named):
            return Triggers(frozenset({"tag"}))
        return Triggers(frozenset({"push"} if named else {"push", "pull-request"}), branches=named)
    if when is None or when.truth is False:
        return Triggers(frozenset({"manual"}))
    branches = tuple(name.strip("^$") for name in _BRANCH.findall(when.text))
    if branches:
        return Triggers(frozenset({"push"}), "change_in" in when.text, branches)
    if _TAGS_ONLY.search(when.text):
        return Triggers(frozenset({"tag"}))
    return Triggers(frozenset({"push", "pull-request"}), "change_in" in when.text)


@dataclass
class _Reading:
    """A pipeline file on its way to jobs."""

    root: YamlNode
    gathering: Gathering
    made: list[Job] = field(default_factory=list)

    def jobs(self) -> tuple[Job, ...]:
        """The jobs of all blocks, then those that come after the pipeline."""
        listed = self.root.get("blocks")
        blocks = [block for block in listed.children if block.is_map] if listed is not None else []
        members: dict[str, list[str]] = {}
        for at, block in enumerate(blocks, 1):
            name = block.value("name") or f"block {at}"
            members.setdefault(name, []).extend(self._of_block(block, name))
        needs = _needs(blocks, members)
        self.made = [replace(job, needs=needs.get(job.stage, ())) for job in self.made]
        after = self.root.get("after_pipeline")
        if after is not None:
            before = tuple(Need(job.id, frozenset({"status"})) for job in self.made)
            late = self._of_block(after, "after_pipeline")
            self.made = [replace(job, needs=before) if job.id in late else job for job in self.made]
        return tuple(self.made)

    def _of_block(self, block: YamlNode, name: str) -> list[str]:
        task = block.get("task")
        listed = task.get("jobs") if task is not None else None
        found: list[str] = []
        for node in listed.children if listed is not None else ():
            if node.is_map and task is not None and len(self.made) < _MAX_JOBS:
                self.made.append(self._job(node, task, block, name))
                found.append(self.made[-1].id)
        return found

    def _job(self, node: YamlNode, task: YamlNode, block: YamlNode, stage: str) -> Job:
        defaults = system("semaphore")
        identifier = unused(node.value("name") or stage, {job.id for job in self.made})
        place = self.gathering.place(node)
        last = stage == "after_pipeline"
        condition = "always()" if last else _condition(block)
        agent = task.get("agent") or self.root.get("agent")
        machine = agent.get("machine") if agent is not None else None
        kind = machine.value("type") if machine is not None else ""
        listed = agent.get("containers") if agent is not None else None
        containers = listed.children if listed is not None and listed.is_list else ()
        job = Job(
            id=identifier,
            unit=self.gathering.unit(identifier, place),
            place=place,
            name=node.value("name"),
            stage=stage,
            matrix=_matrix(node.get("matrix")),
            parallelism=whole_number(node.get("parallelism")),
            timeout_minutes=_limit(node, block, self.root),
            timeout_default_minutes=defaults.timeout,
            runner=(machine.value("os_image") if machine is not None else "") or kind,
            hosted=not kind.startswith("s1-"),  # agents of one's own are registered under names that begin so
            container=containers[0].value("image") if containers else "",
            images=tuple(
                replace(image, service=at > 0)
                for at, one in enumerate(containers)
                for image in job_images(self.gathering, one.get("image"))
            ),
            environment={
                **defaults.environment,
                **({} if last else _variables(self.root.at("global_job_config", "env_vars"))),
                **_variables(task.get("env_vars")),
                **_variables(node.get("env_vars")),
            },
            condition=condition,
            path_filtered="change_in" in condition,
        )
        return self._with_work(job, node, task, last)

    def _with_work(self, job: Job, node: YamlNode, task: YamlNode, last: bool) -> Job:
        """The job with its steps, which share one shell, and what they keep and hand on."""
        shared = None if last else self.root.get("global_job_config")
        prologue = [part for one in (shared, task) if one is not None for part in _lines(one.get("prologue"))]
        own = _lines(node)
        steps = self._in_one_shell(job, [("prologue", prologue), ("commands", own)])
        for one in (task, shared):
            for name, lines in _epilogue(one.get("epilogue") if one is not None else None):
                steps.append(self._afterwards(job, name, lines, len(steps)))
        commands = [command for step in steps for command in step.commands]
        return replace(
            job,
            steps=tuple(steps),
            caches=caches(commands),
            artifacts_out=handed_out(commands),
            artifacts_in=taken_in(commands),
            reports=hands_reports(commands),
        )

    def _in_one_shell(self, job: Job, parts: list[tuple[str, list[YamlNode]]]) -> list[Step]:
        lines = [line for _, part in parts for line in part]
        if not lines:
            return []
        text = join_lines([line.embedded() for line in lines])
        commands = self.gathering.script(text, job.unit, _SHELL, environment=job.environment, step=0)
        return [
            self._step(job, name, part, at, [one for one in commands if _stands_in(one, part)])
            for at, (name, part) in enumerate((name, part) for name, part in parts if part)
        ]

    def _step(self, job: Job, name: str, lines: list[YamlNode], at: int, commands: list[Command]) -> Step:
        start = min((line.span for line in lines), key=lambda span: span.start)
        end = max((line.span for line in lines), key=lambda span: span.end)
        return Step(
            index=at,
            place=Place(self.gathering.path, start.cover(end)),
            name=name,
            script="\n".join(line.text for line in lines),
            environment=job.environment,
            commands=tuple(replace(command, step=at) for command in commands),
        )

    def _afterwards(self, job: Job, name: str, lines: list[YamlNode], at: int) -> Step:
        """Commands after the job, whose failure changes nothing."""
        text = join_lines([line.embedded() for line in lines])
        shell = replace(_SHELL, errexit=False)
        found = self.gathering.script(text, job.unit, shell, environment=job.environment, step=at, swallowed=True)
        passed_over = [
            replace(one, status=Status.SWALLOWED) if one.status is Status.UNCHECKED else one for one in found
        ]
        step = self._step(job, name, lines, at, passed_over)
        condition = {"on_fail": "failure()", "always": "always()"}.get(name, "")
        return replace(step, condition=condition, continue_on_error=True)


def _needs(blocks: list[YamlNode], members: dict[str, list[str]]) -> dict[str, tuple[Need, ...]]:
    """What the jobs of each block wait for: those of the blocks it names, or of the one above where no block names any."""
    if any(block.get("dependencies") is not None for block in blocks):
        return {
            block.value("name"): tuple(
                Need(job, span=scalar.span)
                for scalar in scalars(block.get("dependencies"))
                for job in members.get(scalar.text, ())
            )
            for block in blocks
        }
    filled = [name for name in members if members[name]]
    return {
        name: tuple(Need(job, implicit=True) for job in members[before]) for before, name in itertools.pairwise(filled)
    }


def _stands_in(command: Command, lines: list[YamlNode]) -> bool:
    start = command.place.span.start
    return any(line.span.start <= start <= line.span.end for line in lines)


def _lines(node: YamlNode | None) -> list[YamlNode]:
    """The commands of a job or of a prologue; those of a `commands_file` stand elsewhere."""
    return list(scalars(node.get("commands"))) if node is not None and node.is_map else []


def _epilogue(node: YamlNode | None) -> Iterator[tuple[str, list[YamlNode]]]:
    """What is done after the job: always (the older form says so without a key), when it has passed, when it has failed."""
    if node is None or not node.is_map:
        return
    for name, part in (("always", node), *((key, node.get(key)) for key in ("always", "on_pass", "on_fail"))):
        lines = _lines(part)
        if lines:
            yield name, lines


def _condition(block: YamlNode) -> str:
    run, skip = block.at("run", "when"), block.at("skip", "when")
    if run is not None and run.is_scalar:
        return run.text
    return f"not ({skip.text})" if skip is not None and skip.is_scalar else ""


def _limit(*nodes: YamlNode) -> float | None:
    """The nearest `execution_time_limit` in minutes."""
    for node in nodes:
        written = node.get("execution_time_limit")
        if written is not None and written.is_map:
            hours, minutes = number(written.get("hours")), number(written.get("minutes"))
            if hours is not None or minutes is not None:
                return (hours or 0) * 60 + (minutes or 0)
    return None


def _variables(node: YamlNode | None) -> dict[str, str]:
    """A list of `name` and `value`."""
    entries = node.children if node is not None and node.is_list else ()
    return {entry.value("name"): entry.value("value") for entry in entries if entry.value("name")}


def _matrix(node: YamlNode | None) -> Matrix | None:
    """Every combination of the variables' values; a value that is worked out at run time cannot be counted."""
    if node is None or not node.is_list:
        return None
    axes: dict[str, tuple[str, ...]] = {}
    size: int | None = 1
    for entry in node.children:
        values = entry.get("values")
        axes[entry.value("env_var")] = texts(values)
        if values is None or not values.is_list:
            size = None
        elif size is not None:
            size = min(size * max(len(values.children), 1), _MAX_LEGS)
    return Matrix(size, axes) if axes else None
