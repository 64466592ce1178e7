"""Contexts of image builds that are somebody else's repository: which of its commits is built, its address must say."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.source import Place
from agentlint.judgements.pinning.moving_addresses import BRANCH_NAME
from agentlint.judgements.pinning.versions import runs_unattended

_BUILDERS = frozenset({"docker", "podman", "buildah", "nerdctl"})
_BUILD_VERBS = (("build",), ("buildx", "build"), ("image", "build"), ("builder", "build"), ("bud",))
_GIT = lazily(
    r"(?:git://\S+?|git@[\w.-]+:\S+?|https?://\S+?\.git|https?://github\.com/[\w.-]+/[\w.-]+?)(?P<query>\?\S*?)?(?:#(?P<ref>[^:\s]*)(?::\S*)?)?\Z"
)
"""Source: docs.docker.com/build/concepts/context/#git-repositories (`#ref:folder`, `?ref=`, `?branch=`, `?checksum=`)."""
_NAMED = lazily(r"[?&](?:ref|tag|commit|checksum)=(?!(?:main|master|HEAD|refs/heads/)(?:&|\Z))[^&]")
_HEAD = lazily(BRANCH_NAME)


def moving_contexts(repository: Repository) -> Iterator[tuple[str, Place]]:
    """The address and the place of each such context with no reference, or with the name of a branch."""
    for command in repository.commands:
        if command.program in _BUILDERS and runs_unattended(command, repository):
            context = next((text for text in _operands(command) if _moves(text)), "")
            if context:
                yield context, command.place
    for pipeline in repository.pipelines:
        for job in pipeline.jobs:
            for step in job.steps:
                given = step.action.inputs.get("context") if step.action is not None else None
                if given is not None and _moves(given.value.strip().strip("'\"")):
                    yield given.value.strip(), step.place._replace(span=given.span)
    for setting in repository.project.settings:
        if setting.tool == "compose" and setting.key.endswith(".build.context") and _moves(setting.value):
            yield setting.value, setting.place


def _operands(command: Command) -> tuple[str, ...]:
    words = command.texts()
    verb = next((verb for verb in _BUILD_VERBS if words[: len(verb)] == verb), ())
    return tuple(text for text in words[len(verb) :] if not text.startswith("-")) if verb else ()


def _moves(address: str) -> bool:
    found = _GIT.match(address) if "://" in address or address.startswith("git@") else None
    if found is None or "$" in (found["ref"] or "") or _NAMED.search(found["query"] or ""):
        return False
    return not found["ref"] or _HEAD.fullmatch(found["ref"].removeprefix("refs/heads/")) is not None
