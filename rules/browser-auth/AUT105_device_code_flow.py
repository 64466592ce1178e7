"""A device-code flow in code: a code is shown, and somebody types it elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.interface import Login
from agentlint.facts.repository import Repository
from agentlint.judgements.asking.credentials import Way, login_hit, way_of
from agentlint.rule import Bad, Category, Good, Hit, Rule, Severity

RULE = Rule(
    id="AUT105",
    name="device-code-flow",
    category=Category.BROWSER_AUTH,
    summary="Code gets its credential by a device-code or interactive library login, and has no other way.",
    why=(
        "A device code is made for machines without a browser, and still needs a person with one: the program polls until the code "
        "runs out, often after fifteen minutes."
    ),
    remediation="Use client credentials, a managed identity or a token from the environment, and keep the device code for people.",
    severity=Severity.BLOCKER,
    references=("https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code",),
    bad=(
        Bad(
            {
                "auth.py": "import msal\n\ndef token(app):\n    flow = app.initiate_device_flow(scopes=['x'])\n    print(flow['message'])\n    return app.acquire_token_by_device_flow(flow)\n"
            },
            at=("auth.py:4",),
        ),
        Bad(
            {"auth.py": "from azure.identity import DeviceCodeCredential\n\ncredential = DeviceCodeCredential()\n"},
            at=("auth.py:3",),
        ),
        Bad({"setup_ee.py": "import ee\n\nee.Authenticate()\nee.Initialize()\n"}, at=("setup_ee.py:3",)),
    ),
    good=(
        Good(
            {
                "auth.py": "import msal\n\ndef token(app, secret):\n    if secret:\n        return app.acquire_token_for_client(['x'])\n    return app.initiate_device_flow(scopes=['x'])\n"
            },
            because="client credentials stand beside it",
        ),
        Good(
            {"auth.py": "from azure.identity import DefaultAzureCredential\n\ncredential = DefaultAzureCredential()\n"},
            because="needs nobody",
        ),
        Good({"hub.py": "from huggingface_hub import login\n\nlogin(token='x')\n"}, because="a token is given"),
        Good(
            {"tests/auth.py": "from azure.identity import DeviceCodeCredential\n\nDeviceCodeCredential()\n"},
            because="a test's code",
        ),
    ),
)


def check(login: Login, repository: Repository) -> Iterator[Hit]:
    """Flag device codes with no way beside them."""
    if way_of(login) is Way.DEVICE_CODE:
        yield from login_hit(login, "waits for a code to be typed in a browser", repository)
