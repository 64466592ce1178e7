"""Tools and languages that a job sets up as they were built last night."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.pipeline import Job, Setting, Step
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily

_SETS_UP = lazily(r"(?:^|[/_-])(?:setup|install|toolchain)(?:$|[/_-])")
_VERSION_INPUT = lazily(r"(?:^|[-_])version$|^(?:toolchain|rust-toolchain|channel)$", re.IGNORECASE)
_BUILT_DAILY = frozenset({"nightly", "master", "main", "canary", "edge", "tip"})
_BY_REFERENCE = frozenset({"dtolnay/rust-toolchain"})
"""Actions whose own reference is the version of what they set up."""
_ON_PURPOSE = lazily(
    r"(?<![a-z])(?:nightl(?:y|ies)|canary|beta|unstable|upcoming|next|future|experimental|bleeding)(?![a-z])", re.I
)


def moving_builds(step: Step, job: Job) -> Iterator[Setting]:
    """The inputs of a set-up step that name a branch or the build of the day, unless trying that one is what the job is for."""
    action = step.action
    if action is None or not _SETS_UP.search(action.name) or tries_next(step, job):
        return
    for name, setting in action.inputs.items():
        if _VERSION_INPUT.search(name) and setting.value.strip().strip("'\"") in _BUILT_DAILY:
            yield setting


def nightly_by_reference(step: Step, job: Job) -> bool:
    """True for `uses: dtolnay/rust-toolchain@nightly`, whose input would go before."""
    action = step.action
    if action is None or action.name not in _BY_REFERENCE or "toolchain" in action.inputs:
        return False
    return action.version == "nightly" and not tries_next(step, job)


def tries_next(step: Step | None, job: Job) -> bool:
    """True where the coming version is what the job tries: by its name, or as nobody is stopped by its failure."""
    if job.continue_on_error or (step is not None and ("matrix." in step.condition or step.continue_on_error)):
        return True
    return _ON_PURPOSE.search(f"{job.id} {job.name}") is not None


_RUSTUP = (("toolchain", "install"), ("toolchain", "add"), ("install",), ("default",), ("override", "set"))


def installs_nightly(command: Command, repository: Repository) -> bool:
    """True for `rustup toolchain install nightly`, with no day, outside a job that tries it."""
    words = command.texts()
    verb = next((verb for verb in _RUSTUP if words[: len(verb)] == verb), None)
    if command.program != "rustup" or verb is None or not {"nightly"} & set(words[len(verb) :]):
        return False
    job = repository.job_of(command)
    return job is None or not tries_next(repository.step_of(command), job)
