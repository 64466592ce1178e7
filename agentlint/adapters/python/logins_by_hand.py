"""Logins that a program of Python puts together itself: a device code by plain requests, a driven browser in which somebody logs in."""

from __future__ import annotations

import ast
import re

from agentlint.adapters.python.asking_calls import ask_kind
from agentlint.adapters.python.names import Module, keyword, texts_in
from agentlint.facts.interface import AskKind

_DEVICE_ADDRESS = re.compile(
    r"^(?:https?://|/)?\S*/(?:device/(?:code|auth)|devicecode|device_?authori[sz]ation|device-code)\b"
)
"""Where a device code is asked for. Source: rfc8628, section 3.1; GitHub's login/device/code; Google's device/code."""
_REQUESTS = frozenset({"post", "request", "urlopen", "fetch"})
_DRIVEN = re.compile(
    r"\b(?:playwright|selenium|pyppeteer|patchright|undetected_chromedriver|nodriver|camoufox|DrissionPage)\b"
)
_UNSEEN = re.compile(r"headless\s?=\s?True|--headless|\.headless = True")
_LOG_IN = re.compile(r"\blog(?:ged)?[ -]?(?:in|on)\b|\bsign(?:ed)?[ -]?in\b|\bauthenticat", re.IGNORECASE)
_DONE = re.compile(
    r"\b(?:press|hit)\b.{0,30}\b(?:enter|return|key)\b|\b(?:when|once|after)\b.{0,40}\b(?:done|logged|finished|ready|in)\b",
    re.IGNORECASE,
)
"""Somebody logs in in a window that the program has opened, and says when it is done."""


def by_hand_in_browser(module: Module, call: ast.Call, name: str, method: str) -> str:
    """What to call such a login; "" where the call is none."""
    if method in _REQUESTS and _asks_for_device_code(module, call):
        return f"{name} for a device code"
    if method == "connect" and _said(module, call, "authenticator", "externalbrowser"):
        return f"{name} with authenticator externalbrowser"
    if method == "authenticate" and "O365" in module.document.text and _by_pasted_address(module, call):
        return f"{name} for a code from the browser"
    if method == "pause" and "storage_state" in module.document.text and _drives(module):
        return f"{name} for a login page"
    if ask_kind(module, call) in {AskKind.LINE, AskKind.KEY} and _drives(module):
        question = " ".join(text for item in call.args[:2] for text in texts_in(item))
        if _LOG_IN.search(question) and _DONE.search(question):
            return f"{name} for a login in the browser"
    return ""


def _said(module: Module, call: ast.Call, word: str, value: str) -> bool:
    given = module.literal(keyword(call, word))
    return isinstance(given, str) and given.lower() == value


def _by_pasted_address(module: Module, call: ast.Call) -> bool:
    """O365's account, unless it is one of an application by itself. Source: github.com/O365/python-o365, Authentication."""
    owner = call.func.value.id if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name) else ""
    made = [value for value in module.assigned(owner, call) if isinstance(value, ast.Call)]
    return any(
        module.name(value.func) == "O365.Account" and not _said(module, value, "auth_flow_type", "credentials")
        for value in made
    )


def _drives(module: Module) -> bool:
    return _DRIVEN.search(module.document.text) is not None and _UNSEEN.search(module.document.text) is None


def _asks_for_device_code(module: Module, call: ast.Call) -> bool:
    """True for a request of a device code, whose address stands in the call or in a variable set before; no route of a server."""
    if isinstance(module.document.parent(call), ast.FunctionDef | ast.AsyncFunctionDef):
        return False
    for item in [*call.args[:2], *(word.value for word in call.keywords if word.arg == "url")]:
        said = [item, *(module.assigned(item.id, call) if isinstance(item, ast.Name) else ())]
        if any(_DEVICE_ADDRESS.search(text) for one in said for text in texts_in(one)):
            return True
    return False
