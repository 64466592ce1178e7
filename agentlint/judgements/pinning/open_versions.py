"""Versions that the files of builds and clusters leave open, beyond what one line shows."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.files.lazily import lazily
from agentlint.judgements.pinning.moving_addresses import LATEST, is_head_of_kustomize

Found = tuple[int, int, str]
"""Where a thing stands that is another one tomorrow, and how it is written."""

_BEGINS = lazily(r"<(dependency|plugin|parent|extension)>")
_INNER = lazily(r"<(?:dependencies|configuration|executions|exclusions)>")
_GROUP = lazily(r"<groupId>\s*([^<\s]+)\s*</groupId>")
_OPEN = lazily(r"<version>\s*(?:[\[(][^<\]),]*,\s*[\])]|[\w.-]+-SNAPSHOT)\s*</version>")
"""A range without an upper end, and a build of the day."""
_OWN_SHARE = 2
"""So many words of its group (`org.example`) a project of one owner has in common with another."""


def open_in_pom(text: str) -> Iterator[Found]:
    """Ranges without an end, and snapshots of somebody else's projects.

    Source: maven.apache.org/pom.html#dependency-version-requirement-specification.
    """
    if "-SNAPSHOT" not in text and ",)" not in text.replace(" ", ""):
        return
    own = {tuple(group.split(".")[:_OWN_SHARE]) for group in _groups_of_project(text)}
    for start, body in _blocks(text):
        group, version = _GROUP.search(body), _OPEN.search(body)
        if group is None or version is None or "$" in group[1]:
            continue
        ours = tuple(group[1].split(".")[:_OWN_SHARE]) in own
        if ours or ("SNAPSHOT" in version[0] and not own):
            continue
        yield start + version.start(), start + version.end(), version[0]


def _blocks(text: str) -> Iterator[tuple[int, str]]:
    """What each dependency and plug-in says of itself, with the place where that begins."""
    unclosed: set[str] = set()
    for begin in _BEGINS.finditer(text):
        end = text.find(f"</{begin[1]}>", begin.end()) if begin[1] not in unclosed else -1
        if end < 0:
            unclosed.add(begin[1])  # in a broken file, which is not searched again for each of them
            continue
        inner = _INNER.search(text, begin.end(), end)
        yield begin.end(), text[begin.end() : inner.start() if inner is not None else end]


def _groups_of_project(text: str) -> Iterator[str]:
    """The group of the project itself, or of its parent, which stand before its dependencies."""
    head = re.split(r"<(?:dependencies|dependencyManagement|build|profiles)>", text, maxsplit=1)[0]
    yield from _GROUP.findall(head)


_MODULE = lazily(r"^[ \t]*module[ \t]+\"[^\"]+\"[ \t]*\{", re.MULTILINE)
_REGISTRY = lazily(r"^[ \t]*source[ \t]*=[ \t]*\"[\w-]+/[\w-]+/[\w-]+(?://[^\"]*)?\"", re.MULTILINE)
_HELD = lazily(r"^[ \t]*version[ \t]*=", re.MULTILINE)
_OF_BRANCH = lazily(r"^[ \t]*source[ \t]*=[ \t]*\"[^\"\n]+[?&]ref=(?:main|master|HEAD|develop)\"", re.MULTILINE)


def open_in_terraform(text: str) -> Iterator[Found]:
    """Modules of a registry without a version, and those of a branch.

    Source: developer.hashicorp.com/terraform/language/block/module#version.
    """
    for match in _OF_BRANCH.finditer(text):
        yield match.start(), match.end(), match[0]
    opens = [match.end() for match in _MODULE.finditer(text)]
    for number, start in enumerate(opens):
        end = opens[number + 1] if number + 1 < len(opens) else len(text)
        closing = re.compile(r"^\}", re.MULTILINE).search(text, start, end)
        body = text[start : closing.start() if closing is not None else end]
        source = _REGISTRY.search(body)
        if source is not None and _HELD.search(body) is None:
            yield start + source.start(), start + source.end(), source[0]


_RESOURCE = lazily(r"^[ \t]*-[ \t]+[\"']?(?P<url>[\w.-]+[./@:][^\s\"'#]+)", re.MULTILINE)


def open_in_kustomization(text: str) -> Iterator[Found]:
    """Bases and manifests of other repositories at the head of a branch."""
    for match in _RESOURCE.finditer(text):
        url = match["url"]
        if is_head_of_kustomize(url) or ("://" in url and LATEST.search(url) is not None):
            yield match.start("url"), match.end("url"), url


_LIBRARIES = lazily(r"^lib_deps[ \t]*=(?P<list>[^\n]*(?:\n[ \t]+[^\n]*|\n[ \t]*(?:[;#][^\n]*)?(?=\n))*)", re.MULTILINE)
_LIBRARY = lazily(
    r"(?:https?://\S+?|git\+https?://\S+?)\.git(?![#\w])|(?:^|(?<=[=,\s]))[\w-]+/[A-Za-z][\w. -]*?(?=[ \t]*(?:\r?$|,))",
    re.MULTILINE,
)


def open_in_platformio(text: str) -> Iterator[Found]:
    """Libraries of `lib_deps` with neither version nor tag. Source: docs.platformio.org/en/latest/core/userguide/pkg/cmd_install.html."""
    for block in _LIBRARIES.finditer(text):
        for match in _LIBRARY.finditer(text, block.start("list"), block.end("list")):
            line = text[text.rfind("\n", 0, match.start()) + 1 : match.start()].lstrip()
            if not line.startswith((";", "#")) and "@" not in line and "//" not in line:
                yield match.start(), match.end(), match[0]
