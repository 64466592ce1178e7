"""Calls in Python that need a browser or a person to get a credential, and the token path beside them, if there is one."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from agentlint.adapters.python.asking import unit_of
from agentlint.adapters.python.asking_calls import ask_kind
from agentlint.adapters.python.conditions import guards_of
from agentlint.adapters.python.in_tests import asks_the_tester
from agentlint.adapters.python.logins_by_hand import by_hand_in_browser
from agentlint.adapters.python.names import Module, keyword, texts_in
from agentlint.adapters.python.own_prompters import put_through_helpers
from agentlint.facts.interface import AskKind, Login
from agentlint.files.source import Place

_METHODS = {
    "run_local_server": "run_local_server",
    "run_console": "run_console",
    "initiate_device_flow": "initiate_device_flow",
    "acquire_token_by_device_flow": "",
    "acquire_token_interactive": "acquire_token_interactive",
    "interactive_login": "interactive_login",
    "login_oauth_simple": "login_oauth_simple",
    "LocalWebserverAuth": "LocalWebserverAuth",
    "CommandLineAuth": "CommandLineAuth",
    "client_from_login_flow": "client_from_login_flow",
    "client_from_manual_flow": "client_from_manual_flow",
    "start_device_authorization": "start_device_authorization",
}
_CALLS = {
    "oauth2client.tools.run_flow": "",
    "azure.identity.InteractiveBrowserCredential": "",
    "azure.identity.DeviceCodeCredential": "",
    "azure.identity.aio.DeviceCodeCredential": "",
    "ee.Authenticate": "",
    "huggingface_hub.login": "token",
    "huggingface_hub.notebook_login": "",
    "huggingface_hub.interpreter_login": "",
    "wandb.login": "key",
    "google.colab.auth.authenticate_user": "",
    "spotipy.util.prompt_for_user_token": "",
    "ytmusicapi.setup_oauth": "",
    "spotipy.SpotifyOAuth": "",
    "spotipy.oauth2.SpotifyOAuth": "",
    "spotipy.SpotifyPKCE": "",
    "spotipy.oauth2.SpotifyPKCE": "",
    "gspread.oauth": "",
    "pydata_google_auth.get_user_credentials": "",
    "azureml.core.authentication.InteractiveLoginAuthentication": "",
    "azureml.core.authentication.DeviceCodeAuthentication": "",
}
"""Library calls that log in; the value is a keyword that makes them take a token instead."""
_BROWSER = frozenset(
    {
        "webbrowser.open",
        "webbrowser.open_new",
        "webbrowser.open_new_tab",
        "webbrowser.get().open",
        "click.launch",
        "typer.launch",
    }
)
_AUTH = re.compile(
    r"auth|login|log_in|signin|sign_in|oauth|\btokens?\b|_token|credential|consent|sso|verification|device_?code",
    re.IGNORECASE,
)
_PASTED = re.compile(
    r"(authori[sz]ation|verification|auth|access|oauth|response|device|security|two.factor|2fa|mfa|confirmation|login)[ _-]*(code|url|uri|pin)\b"
    r"|finish(ed)? (the )?log|once you (have )?(logged|authori)|(go to|visit|open) .*\b(log ?in|authori[sz]e|sign in)\b"
    r"|\b(paste|copy|enter)\b.*\b(request headers?|cookies?|session ?id)\b|paste\b.*\b(code|url|token|link|address|here)|redirect(ed|ion)?[ _](url|uri)|\bcode from\b|\bverifier\b|\bthe (pin|code) "
    r"|\b(?:string|text|value|number|key)\b.{0,20}\b(?:displayed|shown)\b.{0,20}\b(?:browser|page)\b",
    re.IGNORECASE,
)
_ALTERNATIVE = re.compile(
    r"service_?account|google\.auth\.default|google_auth_default|APPLICATION_CREDENTIALS|client_credentials|ClientSecretCredential"
    r"|DefaultAzureCredential|ManagedIdentity|acquire_token_for_client|from_service_account|ServicePrincipal|refresh_token_env"
)
_TOKEN_VARIABLE = re.compile(r"^[A-Z0-9_]*(TOKEN|API_?KEY|PASSWORD|SECRET|CREDENTIALS)[A-Z0-9_]*$")

_TOKEN_KEY = re.compile(r"(?:user|access|auth|personal)_?token$")
_SETTINGS = re.compile(r"(?:^|\.|_)(?:config|conf|cfg|settings)$")
"""`config["user_token"]`: a token that the user's own settings give."""


def logins(module: Module) -> Iterator[tuple[ast.Call, Login]]:
    """All logins of a module, with the call of each."""
    found = [(call, api) for call in module.document.calls if (api := _api(module, call))]
    flows = {id(module.document.function_of(call)) for call, api in found if api not in _BROWSER}
    for call, api in found:
        if api not in _BROWSER or id(module.document.function_of(call)) not in flows:
            guards = guards_of(module, call, kept=False)
            yield (
                call,
                Login(
                    api=api,
                    language="python",
                    place=Place(module.path, module.document.span(call)),
                    unit=unit_of(module),
                    alternative=_alternative(module, api) or (_choice(guards) if guards else ""),
                    guards=guards,
                    test_code=module.test_code and not asks_the_tester(module, call),
                ),
            )


def _choice(guards: tuple[object, ...]) -> str:
    """The condition under which another way is taken."""
    text = getattr(guards[0], "text", "")
    return text if re.search(r"token|key|password|service|credential|isatty|CI", text, re.IGNORECASE) else ""


def _api(module: Module, call: ast.Call) -> str:
    """What to call the login in a message; "" where the call is none."""
    name = module.name(call.func)
    method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    if (
        method == "step1_get_authorize_url"
    ):  # oauth2client; without a redirect of its own a person carries the code over
        return method if re.search(r"OOB_CALLBACK_URN|oauth:2\.0:oob", module.document.text) else ""
    if name == "pygsheets.authorize":
        return name if not any(key.arg and re.search(r"service|credentials", key.arg) for key in call.keywords) else ""
    if _METHODS.get(method):
        return name if len(name) < 60 and not name.startswith("(") else method
    if name in _CALLS:
        spared = _CALLS[name]
        return "" if spared and (keyword(call, spared) is not None or (call.args and spared == "token")) else name
    if name in _BROWSER:
        if _in_auth_context(module, call):
            return name
        return f"{name} for a form to be sent" if _FORM.search(_code_around(module, call)) else ""
    by_hand = by_hand_in_browser(module, call, name, method)
    if by_hand:
        return by_hand
    if name == "print":
        return "print of an authorization page" if _waits_for_the_page(module, call) else ""
    if (ask_kind(module, call) is AskKind.LINE or _asks_for_its_caller(module, call)) and _is_pasted(module, call):
        return f"{name} for a code from the browser" if _from_browser(module, call) else ""
    if method in _WEB_VIEWS and _in_auth_context(module, call, around=True):
        return f"{method} for a login page"
    return ""


_WEB_VIEWS = frozenset({"QWebView", "QWebEngineView", "WebView", "create_window"})
"""Views of a page inside a window (Qt, GTK, pywebview)."""
_SHORT = re.compile(
    r"^\W*(?:enter |input |type |paste |the |your )*(?:pin|verifier|oauth code|auth code|code)\b\W*$", re.IGNORECASE
)


def _is_pasted(module: Module, call: ast.Call) -> bool:
    question = _question(module, call)
    if _PASTED.search(question):
        return True
    return (
        _SHORT.search(question) is not None
        and re.search(r"auth(?:ori[sz]ation|orize)?_url|/authorize\b", module.document.text) is not None
    )


def _asks_for_its_caller(module: Module, call: ast.Call) -> bool:
    """True for a call of a function of the tree that hands its words on to a question (`ask(msg)`)."""
    if id(call) in put_through_helpers(None, module):
        return True
    if not call.args or not isinstance(call.func, ast.Name) or call.func.id not in module.own:
        return False
    return call.func.id in _own_askers(module)


def _own_askers(module: Module) -> frozenset[str]:
    if "askers" not in module.memory:
        names = set()
        for call in module.document.calls:
            function = module.document.function_of(call) if ask_kind(module, call) is AskKind.LINE else None
            if function is not None and call.args and isinstance(call.args[0], ast.Name):
                if any(argument.arg == call.args[0].id for argument in function.args.args):
                    names.add(function.name)
        module.memory["askers"] = frozenset(names)
    known: frozenset[str] = module.memory["askers"]
    return known


_SENDS_TO = re.compile(r"\b(open|visit|go to|navigate to)\b.*\b(url|browser|link|page|address)\b", re.IGNORECASE)
_TAKES_CALLBACK = re.compile(r"\.handle_request\(|\.accept\(\)|wait_for_callback\(|wait_for_code\(")


def _waits_for_the_page(module: Module, call: ast.Call) -> bool:
    """True where an address is printed for a browser, and a server of the program's own waits for what comes back."""
    text = " ".join(said for item in call.args[:1] for said in texts_in(item))
    if not _SENDS_TO.search(text) or not _TAKES_CALLBACK.search(module.document.text):
        return False
    function = module.document.function_of(call)
    return function is not None and re.search(r"auth", module.document.source(function)) is not None


def _question(module: Module, call: ast.Call) -> str:
    """The prompt of a call; where it has none, what the statements right before print."""
    said = list(call.args[:1])
    if said and isinstance(said[0], ast.Name):
        said = list(module.assigned(said[0].id, call))
    prompt = " ".join(text for item in said for text in texts_in(item))
    if prompt.strip(" :>?\n"):
        return prompt
    return " ".join(_printed_before(module, call))


def _printed_before(module: Module, call: ast.Call) -> Iterator[str]:
    function = module.document.function_of(call)
    body: ast.AST = function if function is not None else module.document.tree
    for inner in ast.walk(body):
        if isinstance(inner, ast.Call) and 0 <= call.lineno - inner.lineno <= 6 and inner is not call:
            if module.name(inner.func).rsplit(".", 1)[-1] in {"print", "echo", "secho", "info", "write"}:
                yield from texts_in(inner)


def _from_browser(module: Module, call: ast.Call) -> bool:
    """True when the module has to do with an OAuth flow, so that the code comes out of a browser."""
    return bool(
        re.search(
            r"oauth|/authorize\b|request headers|token_from_code|webbrowser|authorization_url|authorize_url|auth_url|consent|redirect_uri|2fa|two.factor",
            module.document.text,
            re.IGNORECASE,
        )
    )


_FORM = re.compile(r"/(?:releases/new|pull/new|issues/new)\b|/compare/[^\"']*expand=1|releases/edit")
"""Pages on which somebody has to press the button."""


def _code_around(module: Module, call: ast.Call) -> str:
    function = module.document.function_of(call)
    return module.document.source(function if function is not None else call)


def _in_auth_context(module: Module, call: ast.Call, around: bool = False) -> bool:
    if around and _AUTH.search(_code_around(module, call)):
        return True
    if call.args and _AUTH.search(module.document.source(call.args[0])):
        return True
    function = module.document.function_of(call)
    if function is not None and _AUTH.search(function.name):
        return True
    return bool(_AUTH.search(module.path.rsplit("/", 1)[-1]))


_OF_GOOGLE = re.compile(r"run_local_server|run_console|run_flow|LocalWebserverAuth|CommandLineAuth|gspread\.oauth")
_OF_OTHERS = re.compile(
    r"^(?:SLACK|GITHUB|GH|GITLAB|OPENAI|ANTHROPIC|TELEGRAM|TG|DISCORD|AWS|NOTION|TWILIO|SENDGRID|STRIPE|HF|PUSHOVER|AIRTABLE|TRELLO|JIRA|DB|DATABASE)_"
)
"""Variables that hold what another service than Google wants."""


def _alternative(module: Module, api: str) -> str:
    """The name of a path that needs nobody: a service account, a token from the environment."""
    found = _ALTERNATIVE.search(module.document.text)
    if found:
        return found[0]
    for name in _variables_read(module):
        if _TOKEN_VARIABLE.match(name) and "CLIENT" not in name:
            if not (_OF_GOOGLE.search(api) and _OF_OTHERS.match(name)):
                return name
    for node in module.document.subscripts:
        key = node.slice.value if isinstance(node.slice, ast.Constant) else ""
        if isinstance(key, str) and _TOKEN_KEY.match(key) and _SETTINGS.search(module.name(node.value)):
            return key
    return ""


def _variables_read(module: Module) -> Iterator[str]:
    """The variables of the environment that a module reads."""
    for call in module.document.calls:
        if module.name(call.func) in {"os.environ.get", "os.getenv"} and call.args:
            name = module.literal(call.args[0])
            if isinstance(name, str):
                yield name
    for node in module.document.subscripts:
        if module.name(node.value) == "os.environ" and isinstance(node.slice, ast.Constant):
            if isinstance(node.slice.value, str):
                yield node.slice.value
