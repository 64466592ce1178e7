"""Device codes that a program asks for by plain requests, and logins by hand in a window that a driven browser shows."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.adapters.code.calls import Call, calls
from agentlint.adapters.code.source import Source

_ADDRESS = re.compile(
    r"(?:^|[\"'`/])(?:device/(?:code|auth)|devicecode|device_?authori[sz]ation|device-code)(?=[\"'`?/]|$)"
)
"""Where a device code is asked for. Source: rfc8628, section 3.1; GitHub's login/device/code; Google's device/code."""
_REQUESTS = re.compile(
    r"\b(?:fetch|post|request|axios|got|ky|PostForm|Post|NewRequest(?:WithContext)?|post_form)\s?(?:<[\w\[\]{}: ,;]{1,200}>)?\("
)
_ROUTES = re.compile(r"(?:this\.)?(?:app|api|router|routes?|server|fastify|mock\w*|nock)\b", re.IGNORECASE)
"""What a server of the program's own answers with."""
_NAMED = re.compile(
    r"([A-Za-z_$][\w$]{2,60})\s*(?::\s?[\w&' ]{1,30})?:?=\s*[\"'`][^\"'`\n]{0,120}/(?:device/(?:code|auth)|devicecode|device_?authori[sz]ation|device-code)[\"'`]"
)
_LOGS_IN = re.compile(r"\blog[ _-]?[io]n\b|\bsign[ _-]?in\b|authenticat|\blogged in\b", re.IGNORECASE)


def device_code_requests(source: Source) -> Iterator[Call]:
    """The calls that ask for a device code, at an address of their own or at one that a constant holds."""
    if _ADDRESS.search(source.text) is None:
        return
    named = {match[1] for match in _NAMED.finditer(source.text)}
    held = re.compile("|".join(rf"\b{re.escape(name)}\b" for name in sorted(named)) or r"\0")
    for call in calls(source.tree, _REQUESTS):
        if _ROUTES.match(call.callee):
            continue
        said = " ".join(source.tree.of(argument)[:200] for argument in call.arguments[:3])
        if _ADDRESS.search(said) or held.search(said):
            yield call


def pauses_for_login(source: Source) -> Iterator[Call]:
    """`page.pause()` before the state of a browser is kept: somebody logs in in its window."""
    if "storageState" not in source.text or not re.search(r"headless\s?:\s?false", source.text):
        return
    if _LOGS_IN.search(source.text):
        yield from calls(source.tree, re.compile(r"\b\w*[pP]age\s?\.\s?pause\s?\("))
