"""When opening a browser is a login, and what token path stands beside it."""

from __future__ import annotations

import re

from agentlint.adapters.code.calls import Call, function_around, function_name
from agentlint.adapters.code.source import Source

_CONTEXT = re.compile(
    r"log_?[io]n(?![a-z])|sign_?in(?![a-z])|oauth|authori[sz]|authenticat|device_?code|verification_?ur|user_?code|\bsso\b|openid|auth_?url",
    re.IGNORECASE,
)
_PATH = re.compile(r"(?:^|[/_-])(?:login|auth|oauth2?|signin|sso|authenticate|credentials?)(?:[/_.-]|$)", re.IGNORECASE)
_TOKEN = re.compile(
    r"[\"'`](--(?:with-|auth-|access-|api-)?(?:token|key|api-key|password-stdin)[\w-]*)|\b([A-Z][A-Z0-9_]*(?:TOKEN|API_?KEY|SERVICE_ACCOUNT|CREDENTIALS)(?:_ENV(?:_VAR)?|_VAR(?:IABLE)?)?\b)"
    r"|(?:Flags?\(\)|flags?)\.\w+\(\s*(?:&[\w.]+,\s*)?\"((?:\w+-)*(?:token|api-key|key-file|service-account)[\w-]*)\""
)


_DRIVEN = re.compile(r"chromedp|go-rod/rod|playwright|puppeteer|selenium|\bwebdriver", re.IGNORECASE)
"""What drives a browser: nobody need sit before it."""
_TOKEN_FROM_ENVIRONMENT = re.compile(
    r"(?:os\.(?:Getenv|LookupEnv)\(\s?|process\.env\.?|\bENV\b\W{0,3}(?:fetch)?|getenv\(|env::var(?:_os)?\(\s?|GetEnvironmentVariable\(\s?|viper\.BindEnv\([^)\n]{0,60}|env(?:var)?:\s?|\b\w{0,30}[eE]nv\w{0,20}\s?:?=\s?)"
    r"[\[(\"'`]{0,3}([A-Z][A-Z0-9_]{0,40}(?:TOKEN|API_?KEY))\b"
)
_ABOUT_TOKENS = re.compile(r"auth|login|session|token|credential|config|env|account|user|client", re.IGNORECASE)
MAX_BESIDE = 80
"""Other files of a program that are looked into for a token."""


def token_beside(source: Source, suffixes: tuple[str, ...]) -> str:
    """A variable from which another file of the program takes a token; "" for none. Files named for such things are read."""
    known: str | None = source.tree.memory.get("token beside")
    if known is None:
        from agentlint.adapters.code.elsewhere import near

        paths = [path for path in near(source.context, source.path, suffixes) if _ABOUT_TOKENS.search(path)]
        files = (source.context.read(path) for path in paths[:MAX_BESIDE])
        texts = (file.data.decode("utf-8", "replace") for file in files if file is not None)
        known = next((found[1] for text in texts if (found := _TOKEN_FROM_ENVIRONMENT.search(text))), "")
        source.tree.memory["token beside"] = known
    return known


def is_login(source: Source, call: Call) -> bool:
    """True when the names around a call speak of getting a credential."""
    if _DRIVEN.search(source.text):
        return False
    if _PATH.search(source.path):
        return True
    function, around = function_around(call.above)
    while function is not None:
        if _CONTEXT.search(function_name(source.tree, function, around)):
            return True
        if function.end_byte - function.start_byte < 6000 and _CONTEXT.search(source.tree.of(function)):
            return True
        function, around = function_around(around)
    return bool(_CONTEXT.search(" ".join(source.tree.of(argument)[:300] for argument in call.arguments)))


_PASTED = re.compile(
    r"(?:authori[sz]ation|auth|access|oauth|response|login|returned|resulting) ?_?(?:code|url|uri|pin|token)\b"
    r"|\bcode (?:from|on|shown|here|in)\b|\b(?:enter|paste|type|input|copy)\b.{0,60}\b(?:code|url|redirect|cookie|header)s?\b|\bpin\b",
    re.IGNORECASE,
)
_FLOW = re.compile(
    r"oauth|Auth(?:Code)?_?URL|authori[sz](?:ation|e)_?ur[li]|generateAuthUrl|createAuthUrl|get_authorization_url|redirect_ur[il]|consent",
    re.IGNORECASE,
)
_SECOND_FACTOR = re.compile(
    r"verification|\bmfa\b|\botp\b|2fa|two.?factor|security code|passcode|\bsms\b", re.IGNORECASE
)
_ADDRESS = re.compile(r"Auth(?:Code)?_?URL|authori[sz](?:ation|e)_?url|generateAuthUrl|createAuthUrl", re.IGNORECASE)


def is_pasted_code(source: Source, call: Call, question: str) -> bool:
    """True for a question after a code or an address that a person gets from a login page."""
    if not _PASTED.search(question):
        return False
    function, _ = function_around(call.above)
    near = source.tree.of(function)[:8000] if function is not None else source.text[:20000]
    if _SECOND_FACTOR.search(question):
        return _ADDRESS.search(near) is not None
    return bool(
        _FLOW.search(near) or _FLOW.search(question) or (_FLOW.search(source.text) and _PATH.search(source.path))
    )


def token_path(text: str) -> str:
    """A token option or variable that a source names; "" for none."""
    match = _TOKEN.search(text)
    return next((group for group in match.groups() if group), "") if match else ""
