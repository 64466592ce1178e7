"""How often a job runs: for each change that somebody waits for, or now and then, for a release or by the clock."""

from __future__ import annotations

import re

from agentlint.facts.command import Command
from agentlint.facts.pipeline import Job, Pipeline, Step
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.judgements.running.roles import delivers, job_roles

_ONLY_THEN = lazily(
    r"refs/tags/|event_name\s*==\s*'(?:release|schedule|workflow_dispatch)'|ref_type\s*==\s*'tag'|CI_COMMIT_TAG\b|"
    r"_TAG\s*!=\s*(?:''|\"\"|null)|build\.tag\s*(?:!=\s*null|=~)|\btag\s*(?:IS present|=~|:)|\btag\s+is\s+present|"
    r"buildingTag\(|CI_PIPELINE_SOURCE\s*==\s*[\"']schedule|Build\.Reason'?\]?\s*,\s*'(?:Schedule|Manual)'|release_created|new_release_published"
)
_REFUSED = lazily(
    r"!\s*(?:startsWith|contains)\([^)]*refs/tags|not\(\s*startsWith\([^)]*refs/tags|!=\s*'refs/tags|"
    r"CI_COMMIT_TAG\s*==\s*null|_TAG\s*==\s*(?:''|\"\")|event_name\s*!=|tag\s+IS\s+blank",
    re.IGNORECASE,
)
_LISTED = lazily(r"\b(?:event|ref)s?:")
"""Woodpecker and Drone list events and refs."""
_SELDOM = frozenset(
    {"tag", "tags", "cron", "release", "deployment", "deploy", "promote", "rollback", "custom", "manual"}
)
_OFTEN = frozenset({"push", "pull_request", "heads", "pull", "branch", "exclude"})
_NO_BRANCH = lazily(r"branches:\s*\{?\s*ignore:\s*\[?\s*[\"']?/\.\*/")
"""CircleCI: no branch starts it, so that a tag must."""
_SELDOM_PIPELINE = lazily(r"^(?:tags|custom)/")
"""Bitbucket names the pipelines that tags and people start."""
_BRANCH_ONLY = lazily(
    r"github\.ref(?:_name)?\s*==|refs/heads/|event_name\s*==\s*'push'|CI_COMMIT_BRANCH|CI_DEFAULT_BRANCH|CIRRUS_BRANCH\s*==|"
    r"build\.branch|BUILDKITE_BRANCH|\bbranch\s*(?:=|:)|!=\s*'pull_request'|SourceBranch|PullRequest"
)
_REGISTRY = lazily(r"pypi|npm|crates|maven", re.IGNORECASE)
_RELEASE_NAME = lazily(r"publish|release|upload[-_ ]to|pypi|npm", re.IGNORECASE)
_HANDS_OUT = frozenset({"publish", "release"})


def rare(job: Job, repository: Repository, costly: bool = False) -> bool:
    """True for a job whose run no proposed or merged change waits for.

    A release runs once in a while, and wants fresh things. `costly`: it compiles or builds an image, which is worth a cache
    wherever each merge does it, even if the result is published at once.
    """
    pipeline = repository.pipeline_of(job)
    if not pipeline.triggers.for_changes:
        callers = repository.callers(job)
        if callers and not any(caller.triggers.for_changes for caller, _ in callers):
            return True
        if not callers and not pipeline.reusable:
            return not _tests_by_itself(job, repository)
    if (
        _releases(pipeline)
        or (only_now_and_then(job.condition) and not _tests_when_asked(job, repository))
        or (pipeline.system == "bitbucket" and _SELDOM_PIPELINE.match(job.stage))
    ):
        return True
    if not delivers(job, repository) or _for_proposals(job, repository):
        return False
    roles = job_roles(job, repository)
    named = any(_RELEASE_NAME.search(name) for name in (job.id, job.name)) or bool(_REGISTRY.search(job.deployment))
    hands_out = bool(_HANDS_OUT & roles) or (named and "deploy" not in roles)  # a site is put up at each merge
    return hands_out and not costly


def rare_step(step: Step, job: Job, repository: Repository, costly: bool = False) -> bool:
    """The same for one step, whose own condition may let it run at a release alone."""
    return only_now_and_then(step.condition) or rare(job, repository, costly)


def rare_command(command: Command, job: Job, repository: Repository, costly: bool = False) -> bool:
    """The same for a command, by the conditions it stands under."""
    return any(only_now_and_then(guard.text) for guard in command.guards) or rare(job, repository, costly)


def only_now_and_then(condition: str) -> bool:
    """True when each way into the condition is a tag, a release, a schedule or a person's hand."""
    if not condition or _REFUSED.search(condition):
        return False
    if _LISTED.search(condition):
        words = set(re.findall(r"[a-z_]+", condition.lower()))
        return bool(words & _SELDOM) and not words & _OFTEN
    if _NO_BRANCH.search(condition):
        return True
    return all(_ONLY_THEN.search(part) for part in re.split(r"\|\|| or ", condition))


_BY_ITSELF = frozenset({"schedule", "manual"})


def _tests_by_itself(job: Job, repository: Repository) -> bool:
    """True for tests that the clock or a person starts: somebody waits for their answer as for any other."""
    pipeline = repository.pipeline_of(job)
    if not pipeline.triggers.events <= _BY_ITSELF or _RELEASE_NAME.search(f"{pipeline.path} {pipeline.name}"):
        return False
    return "test" in job_roles(job, repository) and not delivers(job, repository)


_ASKED_FOR = lazily(r"event_name\s*==\s*'(?:schedule|workflow_dispatch)'")
_OF_A_RELEASE = lazily(r"tag|release", re.IGNORECASE)


def _tests_when_asked(job: Job, repository: Repository) -> bool:
    """The same for a job whose condition holds for the clock or a person alone."""
    if not _ASKED_FOR.search(job.condition) or _OF_A_RELEASE.search(job.condition):
        return False
    return "test" in job_roles(job, repository) and not delivers(job, repository)


def _releases(pipeline: Pipeline) -> bool:
    """True for a workflow that is named after releases and called for them, though a change to itself may try it out."""
    named = "release" in f"{pipeline.path.rsplit('/', 1)[-1]} {pipeline.name}".lower()
    events = pipeline.triggers.events
    return named and "push" not in events and bool(events & {"called", "tag", "release"})


def _for_proposals(job: Job, repository: Repository) -> bool:
    """True when proposed changes run the job too: its pipeline starts for them, and its condition does not part them off."""
    events = repository.pipeline_of(job).triggers.events
    if "pull-request" not in events:
        return False
    return not (job.condition and _BRANCH_ONLY.search(job.condition)) and not job.gate
