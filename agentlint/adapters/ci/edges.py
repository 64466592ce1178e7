"""What flows along an edge between two jobs: artifacts, outputs, caches, images, or only the right to go ahead.

An edge that carries nothing makes the later job wait for no reason; so in doubt an edge carries something.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from fnmatch import fnmatchcase

from agentlint.facts.command import Command
from agentlint.facts.pipeline import Action, Job
from agentlint.programs import table
from agentlint.programs.actions import actions
from agentlint.programs.rehearsal import is_rehearsed, named_rehearsal

_DELIVERS = frozenset({"deploy", "publish", "release", "commit"})
_DELIVERING_NAME = re.compile(
    r"(?<![a-z])(?:deploy\w*|publish\w*|releas\w*|promot\w*|upload\w*|notif\w*|deliver\w*|rollout|merge|automerge|tag|push"
    r"|notariz\w*|winget\w*|homebrew|pypi)(?![a-z])",
    re.IGNORECASE,
)
_ON_RELEASE = re.compile(r"refs/tags/|event_name\s*==\s*'release'|CI_COMMIT_TAG|ref_type\s*==\s*'tag'")
_WRITES = frozenset({"commit", "label"})
_SUMMARY_NAME = re.compile(
    r"(?<![a-z])(?:all[-_ ]?(?:green|good|checks|tests|ok|passed|jobs)\w*"
    r"|(?:ci|tests?|build|checks?)[-_ ](?:success|passed|ok|result|status|complete\w*|done|gate)"
    r"|success|conclusion|required|finish\w*|final\w*|summary|alls-green|check-status|pass(?:ed)?"
    r"|done|status|gate|bors|complete)(?![a-z])",
    re.IGNORECASE,
)
OPAQUE = "*"
"""An artifact whose name cannot be told."""
_STORE = re.compile(
    r"artifact|stash|workspace|(?<![a-z0-9])(?:s3|gcs|blob|restore)(?![a-z0-9])|transfer|upload|download", re.IGNORECASE
)
"""Ready-made steps that keep or fetch files somewhere, whoever wrote them."""
_KEEPS = re.compile(r"upload|save|(?<!re)store|report", re.IGNORECASE)
_FETCHES = re.compile(r"download|restore|fetch|get", re.IGNORECASE)
_CARRIERS = (
    ("aws", "s3"), ("gsutil", ""), ("gcloud", "storage"), ("az", "storage"), ("rclone", ""), ("scp", ""), ("rsync", ""), ("gh", "release"),
    ("gh", "run"), ("oras", ""), ("mc", ""), ("buildkite-agent", "artifact"), ("artifact", ""), ("cache", ""), ("jf", "rt"),
)  # fmt: skip
_MAX_NAMES = 100
"""Artifacts told apart; of more it is only said that there are some."""


def delivers(job: Job) -> bool:
    """True when a job deploys, publishes or releases, and so must wait for the checks; a dry run delivers nothing."""
    if named_rehearsal(job.id) or named_rehearsal(job.name):
        return False
    if job.deployment or _DELIVERING_NAME.search(job.id) or _DELIVERING_NAME.search(job.stage):
        return True
    if _ON_RELEASE.search(job.condition) and "!" not in job.condition:
        return True
    known, programs = actions(), table()
    for step in job.steps:
        roles = known.roles(step.action)
        if roles & _DELIVERS or ("image" in roles and _pushes_image(step.action)):
            return True
    return any(programs.roles(command) & _DELIVERS and not is_rehearsed(command) for command in job.commands)


def _pushes_image(action: Action | None) -> bool:
    push = action.inputs.get("push") if action is not None else None
    return push is not None and push.value.strip().lower() not in ("", "false")


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
    known = _Known(by_id)
    made: list[Job] = []
    for job in jobs:
        if not job.needs:
            made.append(job)
            continue
        unplaced = {"artifact"} if known.unplaced(job) else set()
        gates = delivers(job) or summarises(job) or job.gate
        needs = []
        for need in job.needs:
            earlier = by_id.get(need.job)
            flows = need.carries | known.flows(job, earlier) | unplaced
            if earlier is not None and mentions is not None:
                flows |= mentions(job, earlier)
            if gates or (earlier is not None and earlier.gate):
                flows |= {"status"}
            needs.append(replace(need, carries=flows))
        made.append(replace(job, needs=tuple(needs)))
    return tuple(made)


class _Known:
    """What is worked out once for each job: a job may stand on many edges."""

    def __init__(self, jobs: Mapping[str, Job]) -> None:
        self.jobs = jobs
        self.outs: dict[str, frozenset[str]] = {}
        self.keys: dict[str, frozenset[str]] = {}
        self.makers: dict[str, bool] = {}
        self.users: dict[str, bool] = {}
        self.stores: dict[tuple[str, re.Pattern[str]], bool] = {}

    def handed(self, job: Job) -> frozenset[str]:
        """Artifacts of a job and of all before it; a circle of needs is cut where it closes."""
        if job.id in self.outs:
            return self.outs[job.id]
        waiting = [(job, False)]
        open_jobs: set[str] = set()
        while waiting:
            current, done = waiting.pop()
            before = [self.jobs[need.job] for need in current.needs if need.job in self.jobs]
            if done:
                names = set(current.artifacts_out)
                for earlier in before:
                    names |= self.outs.get(earlier.id, frozenset())
                self.outs[current.id] = frozenset(names) if len(names) <= _MAX_NAMES else frozenset({OPAQUE})
            elif current.id not in self.outs and current.id not in open_jobs:
                open_jobs.add(current.id)
                waiting.append((current, True))
                waiting.extend((earlier, False) for earlier in before if earlier.id not in self.outs)
        return self.outs[job.id]

    def flows(self, later: Job, earlier: Job | None) -> frozenset[str]:
        """What the jobs themselves show of an edge."""
        if earlier is None:
            return frozenset({"status"})
        found: set[str] = set()
        if later.artifacts_in and any(
            _may_be(out, name) for out in self.handed(earlier) for name in later.artifacts_in
        ):
            found.add("artifact")
        if self.in_store(earlier, _FETCHES) and self.in_store(later, _KEEPS):
            found.add("artifact")
        if self.cache_keys(earlier) & self.cache_keys(later):
            found.add("cache")
        if any(_WRITES & actions().roles(step.action) for step in earlier.steps):
            found.add("status")
        if self.makes_image(earlier) and (self.uses_image(later) or self.makes_image(later)):
            found.add("image")
        return frozenset(found)

    def unplaced(self, job: Job) -> bool:
        """True when it takes an artifact by a name that no earlier job is seen to make: one of them does so unseen."""
        wanted = [name for name in job.artifacts_in if name != OPAQUE]
        if not wanted:
            return False
        before = {self.jobs[need.job].id: self.jobs[need.job] for need in job.needs if need.job in self.jobs}
        names = {name for earlier in before.values() for name in self.handed(earlier)}
        return any(not any(_may_be(name, item) for name in names) for item in wanted)

    def cache_keys(self, job: Job) -> frozenset[str]:
        """The written keys under which a job keeps something."""
        if job.id not in self.keys:
            self.keys[job.id] = frozenset(cache.key for cache in job.caches if cache.key and not cache.by_default)
        return self.keys[job.id]

    def in_store(self, job: Job, other_way: re.Pattern[str]) -> bool:
        """True when it keeps or fetches files in a store that the system does not know of; steps named `other_way` do not count."""
        key = (job.id, other_way)
        if key not in self.stores:
            self.stores[key] = _in_store(job, other_way)
        return self.stores[key]

    def makes_image(self, job: Job) -> bool:
        """True when it builds a container image that others may pull."""
        if job.id not in self.makers:
            self.makers[job.id] = _makes_image(job)
        return self.makers[job.id]

    def uses_image(self, job: Job) -> bool:
        """True when it may run a container image made before."""
        if job.id not in self.users:
            self.users[job.id] = _uses_image(job)
        return self.users[job.id]


def _in_store(job: Job, other_way: re.Pattern[str]) -> bool:
    known = actions()
    for step in job.steps:
        name = step.action.name if step.action is not None and known.of(step.action) is None else ""
        if "/" in name and _STORE.search(name) and not other_way.search(name):
            return True
    return any(
        command.program == program and (not word or word in command.texts()[:2])
        for command in job.commands
        for program, word in _CARRIERS
    )


def _may_be(name: str, wanted: str) -> bool:
    """True when an artifact called `name` may be what `wanted` (a name, glob or expression) asks for."""
    if OPAQUE in (name, wanted) or "{" in name or "{" in wanted or "$" in name or "$" in wanted:
        return True
    return name == wanted or fnmatchcase(name, wanted)


def _makes_image(job: Job) -> bool:
    if any("image" in actions().roles(step.action) for step in job.steps):
        return True
    return any(_pushes(command) for command in job.commands)


def _pushes(command: Command) -> bool:
    if command.program in {"docker", "podman", "buildah"}:
        return bool({"push", "--push"} & set(command.texts()))
    return command.program in {"kaniko", "executor", "skopeo"}


def _uses_image(job: Job) -> bool:
    if any("docker" in cache.what for cache in job.caches):
        return True
    if "$" in job.container or "$" in "".join(job.services):
        return True
    return any(command.program in {"docker", "podman", "skopeo", "kubectl", "helm"} for command in job.commands)
