"""Whether a version is pinned: image tags and requirements; and where a floating one changes a run."""

from __future__ import annotations

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.facts.unit import UnitKind

_MOVING_TAGS = frozenset(
    {
        "latest",
        "stable",
        "edge",
        "nightly",
        "master",
        "main",
        "dev",
        "rolling",
        "current",
        "lts",
        "testing",
        "unstable",
        "sid",
    }
)
_VARIANTS = frozenset("alpine slim fpm apache cli jre jdk nonroot debug".split())
"""Words of a tag that name a variant of the image and no version."""


_PLACEHOLDERS = ("{{", "{%", "<<", "<%", "@@", "<+")
"""What templates put in place of a name that is filled in later."""

_ROLLING = frozenset("archlinux manjaro tumbleweed stage3 voidlinux void-glibc void-musl kali-rolling cachyos".split())
"""Distributions without releases, whose images have no other tag to name."""


def image_floats(image: str) -> bool | None:
    """True for an image with no tag, `latest` or another moving word; None where it cannot be told (a variable)."""
    name = image.strip().strip("'\"")
    if not name or name == "scratch" or "$" in name or any(mark in name for mark in _PLACEHOLDERS):
        return None
    if "@sha256:" in name or name.rsplit("/", 1)[-1].partition(":")[0] in _ROLLING:
        return False
    tag = name.rsplit("/", 1)[-1].partition(":")[2]
    words = tag.split("-")
    return not tag or words[0] in _MOVING_TAGS or words[-1] == "latest" or set(words) <= _VARIANTS


def has_no_upper_bound(constraint: str) -> bool:
    """True for a requirement that takes the newest release: no version at all, or a lower bound alone."""
    return not any(mark in constraint for mark in ("==", "~=", "<", "@"))


_CALLED_BY_JOBS = frozenset(
    {
        UnitKind.PACKAGE_SCRIPT,
        UnitKind.TARGET,
        UnitKind.ENVIRONMENT,
        UnitKind.SCRIPT,
        UnitKind.FUNCTION,
        UnitKind.MODULE,
    }
)


def runs_unattended(command: Command, repository: Repository) -> bool:
    """True for commands of CI jobs, images and what jobs call: where a floating version changes the result of a run."""
    unit = repository.units.get(command.unit)
    if unit is None:
        return False
    if unit.kind in {UnitKind.JOB, UnitKind.IMAGE_STAGE}:
        return True
    return unit.kind in _CALLED_BY_JOBS and command.unit in _called_by_jobs(repository)


def _called_by_jobs(repository: Repository) -> frozenset[str]:
    known = repository.memory("called by jobs")
    if known is None:
        found: set[str] = set()
        # Jobs of hosted services and stages of images stand in no pipeline, and call scripts all the same.
        for unit in repository.units.values():
            if unit.kind in {UnitKind.JOB, UnitKind.IMAGE_STAGE}:
                found.update(repository.graph.closure(unit.id))
        known = repository.remember("called by jobs", frozenset(found))
    assert isinstance(known, frozenset)
    return known
