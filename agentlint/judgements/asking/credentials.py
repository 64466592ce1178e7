"""Logins in source code: the ways in which they need a person, and whether another way stands beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum

from agentlint.facts.interface import Login
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.judgements.asking.asking import HANGS
from agentlint.judgements.running.scope import is_shown_program
from agentlint.rule.model import Hit


class Way(Enum):
    """How a login needs a person."""

    LOCAL_SERVER = "local server"
    DEVICE_CODE = "device code"
    PASTED_CODE = "pasted code"
    BROWSER = "browser"


_DEVICE = lazily(
    r"device|authenticate$|notebook_login|interpreter_login|\.login$|authenticate_user|oauth_simple|interactive_login",
    re.IGNORECASE,
)
_LOCAL = lazily(
    r"run_local_server|run_console|run_flow|InteractiveBrowser|acquire_?token_?interactive|prompt_for_user_token|setup_oauth|AuthCodeURL|WebAppFlow"
    r"|InstalledFlowAuthenticator|AuthorizationCodeInstalledApp|LocalWebserverAuth|CommandLineAuth|Spotify(?:OAuth|PKCE)|gspread\.oauth"
    r"|GoogleWebAuthorizationBroker|client_from_\w+_flow|of an authorization page|get_authorize_url|pygsheets\.authorize",
    re.IGNORECASE,
)


def way_of(login: Login) -> Way:
    """Which way it is, by the call's name; a browser that is opened is what is left."""
    if login.api.endswith("for a code from the browser"):
        return Way.PASTED_CODE
    if _LOCAL.search(login.api):
        return Way.LOCAL_SERVER
    return Way.DEVICE_CODE if _DEVICE.search(login.api) else Way.BROWSER


def login_hit(login: Login, what: str, repository: Repository) -> Iterator[Hit]:
    """The finding for a login; none in tests and where a token, a service account or a guard spares it."""
    if (login.test_code and not is_shown_program(login.place.path)) or login.alternative or _guarded(login):
        return
    yield Hit(
        place=login.place,
        message=f"`{login.api.split(' ')[0]}` {what}; take a token or a service account from the environment first",
        unit=login.unit,
        cost=HANGS,
    )


def _guarded(login: Login) -> bool:
    from agentlint.facts.command import ANSWERING

    return any(guard.kind in ANSWERING for guard in login.guards)
