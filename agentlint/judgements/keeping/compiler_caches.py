"""Whether a job has a compiler cache that outlives it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from agentlint.facts.pipeline import Job
from agentlint.files.lazily import lazily

_NAMES = ("ccache", "sccache", "buildcache", "clcache")
_PACKAGES = frozenset({"install", "packages", "apt-packages", "brew", "pacboy", "prepare"})
"""Inputs that list what is to be installed: a compiler cache among it is not yet kept between runs."""
_ELSEWHERE = lazily(
    r"SCCACHE_(?!DIR|CACHE_SIZE|IDLE|LOG|ERROR|START|SERVER|NO_DAEMON|CONF)[A-Z]|CCACHE_(?:REMOTE|SECONDARY|CONFIGPATH)"
    r"|ccache\.conf|remote_storage|secondary_storage|BUILDCACHE_(?:REMOTE|S3)|\bcache (?:restore|store)\b"
)
"""Settings that have a compiler cache write to a store beyond the machine (ccache.dev/manual: remote storage; mozilla/sccache: storage options)."""


def compiler_cache(job: Job) -> bool:
    """True when the job has a compiler cache that is kept: installed and started cold in each run, it saves nothing."""
    texts = tuple(_texts(job))
    if not _speaks(texts):
        return False
    actions = [step.action.name for step in (*job.steps, *job.inner_steps) if step.action is not None]
    return (
        not job.hosted
        or _speaks(actions)
        or any(not cache.what or cache.what & {"ccache", "sccache", "build"} for cache in job.caches)
        or any(_ELSEWHERE.search(text) for text in texts)
    )


def started_cold(job: Job) -> bool:
    """True when the job compiles under a compiler cache that nobody keeps."""
    return _speaks(_texts(job)) and not compiler_cache(job)


def _speaks(texts: Iterable[str]) -> bool:
    return any(name in text.lower() for text in texts for name in _NAMES)


def _texts(job: Job) -> Iterator[str]:
    """Scripts, variables and inputs of the job, in which it may install a compiler cache or set a launcher."""
    for name, value in job.environment.items():
        yield f"{name}={value}"
    for step in job.steps:
        yield step.script
        for name, value in step.environment.items():
            yield f"{name}={value}"
        if step.action is not None:
            yield step.action.name
            yield from (setting.value for name, setting in step.action.inputs.items() if name not in _PACKAGES)
