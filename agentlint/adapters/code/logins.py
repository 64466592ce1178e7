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
    r"[\"'`](--(?:with-|auth-|access-|api-)?(?:token|key|api-key|password-stdin)[\w-]*)|\b([A-Z][A-Z0-9_]*(?:TOKEN|API_?KEY|SERVICE_ACCOUNT|CREDENTIALS)\b)"
    r"|(?:Flags?\(\)|flags?)\.\w+\(\s*(?:&[\w.]+,\s*)?\"((?:\w+-)*(?:token|api-key|key-file|service-account)[\w-]*)\""
)


def is_login(source: Source, call: Call) -> bool:
    """True when the names around a call speak of getting a credential."""
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


def token_path(text: str) -> str:
    """A token option or variable that a source names; "" for none."""
    match = _TOKEN.search(text)
    return next((group for group in match.groups() if group), "") if match else ""
