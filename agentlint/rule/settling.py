"""Sleeps that give another program time: it was started or stopped in the lines above, or the message says so."""

from __future__ import annotations

import re

from agentlint.facts.interface import Sleep
from agentlint.facts.repository import Repository
from agentlint.rule.lazily import lazily

_STARTED = lazily(
    r"\bPopen\(|\bexec\.Command\(|\bchild_process\b|\bspawn\(|\.Start\(\)|\bProcess\.Start\(|\bnew ProcessBuilder\(|\bproc_open\("
)
_NAMED = lazily(
    r"(?:^|[\s.=(])_?(?:\w{0,30}_|do|Do)?(?:start|restart|launch|boot|stop|shutdown)(?:_?up)?_?\w{0,30}"
    r"(?:container|server|service|daemon|cluster|broker|database|emulator)s?\(|\b(?:do_?)?run_?container\(|\bcontainer_?(?:start|stop|restart)\(",
    re.IGNORECASE,
)
"""Functions that start or stop a service, by their name: `docker.DoRunContainer(`, `start_server(`."""
_DEFINED = lazily(
    r"\s*(?:async\s+)?(?:func|def|fn|function)\b|\s*(?:public|private|protected|internal|static|override)\s.*\("
)
_LINES_BEFORE = 4
_LINES_FAR = 14
_FOR_A_SERVER = lazily(
    r"(?:#|//).{0,40}\b(?:wait|give|allow|let|sleep)\b.{0,60}\b(?:ready|start|started|boot|come up|be up|settle|initiali[sz]\w*|listen\w*)\b",
    re.IGNORECASE,
)
_ANNOUNCED = lazily(
    r"(?!.*\b(?:retry|retries|retrying|again|rate|limit|attempt|next|due|err|error|flood|throttl\w*)\b).*\w\([^\"'`]{0,60}[\"'`].{0,40}\b(?:wait|sleep)(?:ing)?\b.{0,20}\b(?:\d+|%d|a|one)\s?(?:s|secs?|seconds?|m|mins?|minutes?)\b.{0,12}\b(?:before|for|until|while|to|so)\b",
    re.IGNORECASE,
)
"""A message that names the length of the wait and what it is for: nothing is asked meanwhile."""


def after_a_start(sleep: Sleep, repository: Repository) -> bool:
    """True where a program was started in the lines above: whether it is ready could be asked."""
    source = repository.read(sleep.place.path)
    if source is None:
        return False
    before = source.text[: sleep.place.span.start].split("\n")[-_LINES_FAR - 1 : -1]
    if any(_STARTED.search(line) for line in before[-_LINES_BEFORE:]):
        return True
    if before and _FOR_A_SERVER.search(before[-1]) is not None and any(_STARTED.search(line) for line in before):
        return True
    return not sleep.test_code and _by_name(before)


def _by_name(before: list[str]) -> bool:
    """True where the same function has called one that starts or stops a service, or has said how long it will wait."""
    if any(_ANNOUNCED.match(line) for line in before[-1:]):
        return True
    for line in reversed(before):
        if _DEFINED.match(line):
            return False
        if _NAMED.search(line) and not line.lstrip().startswith(("#", "//", "*")):
            return True
    return False
