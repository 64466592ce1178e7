"""Sleeps that give another program time: it was started or stopped in the lines above, or the message says so."""

from __future__ import annotations

import re

from agentlint.facts.interface import Sleep
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily

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
_SETTLES = (
    r"\b(?:start|started|starts|boot|boots|come up|be up|settle|settles|ready|listen\w*|finish|finishes|complete|completes|propagat\w*"
    r"|sync|syncs|catch up|take effect|kick in|updated|initiali[sz]\w*|available)\b"
)
_LONG = r"(?:\d+|an?|one|two|three|four|five|ten|fifteen|twenty|thirty|sixty|some|few|couple(?: of)?)\s?(?:s|secs?|seconds?|m|mins?|minutes?)\b"
_EXPLAINED = lazily(
    r"\s*(?:#|//|/?\*|--)(?!.*\b(?:retry|retries|retrying|again|rate|limit\w*|attempts?|due|err|error|flood|throttl\w*|back-?off|debounce|animation|users?|people)\b)"
    rf".*(?:\b(?:wait|sleep|pause)(?:ing)?\b.{{0,20}}\b{_LONG}.{{0,30}}\b(?:before|so|for|until|while|to)\b.{{0,60}}{_SETTLES}"
    rf"|\b(?:give|allow)\b.{{1,60}}\b(?:time|moment|seconds?|secs?|chance|bit|while)\b.{{0,12}}\bto\b.{{0,30}}{_SETTLES})",
    re.IGNORECASE,
)
"""A comment that says the same: so long for the other side to be done, which could tell by itself."""


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
    if any(_ANNOUNCED.match(line) or _EXPLAINED.match(line) for line in before[-1:]):
        return True
    for line in reversed(before):
        if _DEFINED.match(line):
            return False
        if _NAMED.search(line) and not line.lstrip().startswith(("#", "//", "*")):
            return True
    return False


_TOOL = lazily(r"(?:^|/)(?:scripts?|tools?|\.?ci|\.github)/[^:]*\.(?:py|[cm]?[jt]s)$")
_DRIVES = lazily(
    r"\bchild_process\b|\bexeca\b|\bimport subprocess\b|\bfrom subprocess import\b|\bpyautogui\b|\bpywinauto\b"
)
_REPEATED = lazily(
    r"\s*(?:async\s+)?(?:for|while|do|except|\}?\s*catch|@retry)\b|.*\.(?:forEach|map)\(|.*\b(?:retr(?:y|ies)|attempts?)\b"
)


def in_a_tool_that_drives(sleep: Sleep, repository: Repository) -> bool:
    """True in a script of the repository that starts other programs, outside of all loops and repeated tries: it waits for them."""
    source = repository.read(sleep.place.path) if _TOOL.search(sleep.place.path) and not sleep.polling else None
    if source is None or _DRIVES.search(source.text) is None:
        return False
    lines = source.text[: sleep.place.span.start].split("\n")
    depth = len(lines[-1]) - len(lines[-1].lstrip())
    for line in reversed(lines[:-1]):
        indent = len(line) - len(line.lstrip())
        if line.strip() and indent < depth:
            depth = indent
            if _REPEATED.match(line):
                return False
        if depth == 0:
            break
    return True
