"""What flows along an edge between two jobs: artifacts, outputs, caches, images, or only the right to go ahead.

An edge that carries nothing makes the later job wait for no reason; so in doubt an edge carries something.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from fnmatch import fnmatchcase

from agentlint.facts.command import Command
from agentlint.facts.pipeline import Job
from agentlint.programs import table
from agentlint.programs.actions import actions

_DELIVERS = frozenset({"deploy", "publish", "release", "commit"})
_DELIVERING_NAME = re.compile(
    r"(?<![a-z])(?:deploy\w*|publish\w*|releas\w*|promot\w*|upload\w*|notif\w*|deliver\w*|rollout|merge|automerge|tag)(?![a-z])",
    re.IGNORECASE,
)
_SUMMARY_NAME = re.compile(
    r"(?<![a-z])(?:all[-_ ]?(?:green|good|checks|tests|ok|passed|jobs)\w*"
    r"|(?:ci|tests?|build|checks?)[-_ ](?:success|passed|ok|result|status|complete\w*|done|gate)"
    r"|success|conclusion|required|finish\w*|final\w*|summary|alls-green|check-status|pass(?:ed)?"
    r"|done|status|gate|bors|complete)(?![a-z])",
    re.IGNORECASE,
)
OPAQUE = "*"
"""An artifact whose name cannot be told."""


def delivers(job: Job) -> bool:
    """True when a job deploys, publishes or releases, and so must wait for the checks."""
    if job.deployment or _DELIVERING_NAME.search(job.id) or _DELIVERING_NAME.search(job.stage):
        return True
    known, programs = actions(), table()
    if any(known.roles(step.action) & _DELIVERS for step in job.steps):
        return True
    return any(programs.roles(command) & _DELIVERS for command in job.commands)


def summarises(job: Job) -> bool:
    """True when a job only gathers the results of others: a single status to require."""
    if any("status" in actions().roles(step.action) for step in job.steps):
        return True
    if job.calls or len(job.steps) > 4:
        return False
    condition = job.condition.replace(" ", "").replace("!failure()", "")
    always = "always()" in condition or "!cancelled()" in condition or "failure()" in condition
    programs = {command.program for command in job.commands}
    if programs and programs <= {"echo", "true", "exit", ":", "printf", "test", "["}:
        return True
    if not (always or _SUMMARY_NAME.search(job.id) or _SUMMARY_NAME.search(job.name)):
        return False
    return not any(table().roles(command) & {"test", "install", "build"} for command in job.commands)


def with_flows(jobs: tuple[Job, ...], mentions: Callable[[Job, Job], frozenset[str]] | None = None) -> tuple[Job, ...]:
    """The jobs with what each of their needs carries. `mentions` adds what the later job's text says of the earlier."""
    by_id: dict[str, Job] = {}
    for job in jobs:
        by_id.setdefault(job.id, job)
    reach = _Ancestors(by_id)
    made: list[Job] = []
    for job in jobs:
        if not job.needs:
            made.append(job)
            continue
        unplaced = _unplaced(job, reach)
        gates = delivers(job) or summarises(job) or job.gate
        needs = []
        for need in job.needs:
            earlier = by_id.get(need.job)
            flows = need.carries | _flows(job, earlier, reach)
            if earlier is not None and mentions is not None:
                flows |= mentions(job, earlier)
            if unplaced:
                flows |= {"artifact"}
            if gates or (earlier is not None and earlier.gate):
                flows |= {"status"}
            needs.append(replace(need, carries=flows))
        made.append(replace(job, needs=tuple(needs)))
    return tuple(made)


class _Ancestors:
    """Jobs that come before another, over any number of edges; bounded by the number of jobs."""

    def __init__(self, jobs: Mapping[str, Job]) -> None:
        self.jobs = jobs
        self.memory: dict[str, tuple[Job, ...]] = {}

    def of(self, job: Job) -> tuple[Job, ...]:
        """The job itself and all it needs."""
        if job.id not in self.memory:
            seen: dict[str, Job] = {}
            waiting = [job]
            while waiting:
                current = waiting.pop()
                if current.id not in seen:
                    seen[current.id] = current
                    waiting.extend(self.jobs[need.job] for need in current.needs if need.job in self.jobs)
            self.memory[job.id] = tuple(seen.values())
        return self.memory[job.id]


def _flows(later: Job, earlier: Job | None, reach: _Ancestors) -> frozenset[str]:
    if earlier is None:
        return frozenset({"status"})
    found: set[str] = set()
    if later.artifacts_in and any(_hands_over(before, later) for before in reach.of(earlier)):
        found.add("artifact")
    if _shared_cache(later, earlier):
        found.add("cache")
    if _makes_image(earlier) and (_uses_image(later) or _makes_image(later)):
        found.add("image")
    return frozenset(found)


def _unplaced(job: Job, reach: _Ancestors) -> bool:
    """True when it takes an artifact by a name that no earlier job is seen to make: one of them does so unseen."""
    before = [earlier for earlier in reach.of(job) if earlier.id != job.id]
    return any(
        wanted != OPAQUE and not any(_may_be(out, wanted) for earlier in before for out in earlier.artifacts_out)
        for wanted in job.artifacts_in
    )


def _hands_over(earlier: Job, later: Job) -> bool:
    return any(_may_be(out, wanted) for out in earlier.artifacts_out for wanted in later.artifacts_in)


def _may_be(name: str, wanted: str) -> bool:
    """True when an artifact called `name` may be what `wanted` (a name, glob or expression) asks for."""
    if OPAQUE in (name, wanted) or "{" in name or "{" in wanted or "$" in name or "$" in wanted:
        return True
    return name == wanted or fnmatchcase(name, wanted)


def _shared_cache(later: Job, earlier: Job) -> bool:
    """True when the earlier job fills a cache, by a written key, that the later one reads."""
    keys = {cache.key for cache in earlier.caches if cache.key and not cache.by_default}
    return any(cache.key in keys for cache in later.caches if not cache.by_default)


def _makes_image(job: Job) -> bool:
    if any("image" in actions().roles(step.action) for step in job.steps):
        return True
    return any(_pushes(command) for command in job.commands)


def _pushes(command: Command) -> bool:
    if command.program in {"docker", "podman", "buildah"}:
        return bool({"push", "--push"} & set(command.texts()))
    return command.program in {"kaniko", "executor", "skopeo"}


def _uses_image(job: Job) -> bool:
    if "$" in job.container or "$" in "".join(job.services):
        return True
    return any(command.program in {"docker", "podman", "skopeo", "kubectl", "helm"} for command in job.commands)
