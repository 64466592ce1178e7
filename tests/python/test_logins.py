"""Logins in Python, and the ways beside them."""

from __future__ import annotations

import pytest

from tests.python.reading import read

LOGINS = {
    "flow.run_local_server(port=0)": "flow.run_local_server",
    "flow.run_console()": "flow.run_console",
    "import msal\napp = msal.PublicClientApplication('x')\napp.initiate_device_flow()": "app.initiate_device_flow",
    "from azure.identity import DeviceCodeCredential as D\nD()": "azure.identity.DeviceCodeCredential",
    "import ee\nee.Authenticate()": "ee.Authenticate",
    "from huggingface_hub import login\nlogin()": "huggingface_hub.login",
    "import webbrowser\nwebbrowser.open(auth_url)": "webbrowser.open",
    "def oauth():\n    code = input('Paste the authorization code: ')": "input for a code from the browser",
}


@pytest.mark.parametrize(("text", "api"), LOGINS.items(), ids=LOGINS)
def test_a_login_is_known(text: str, api: str) -> None:
    found = read(text)
    (login,) = found.logins
    assert login.api == api
    assert not login.alternative


NONE = [
    "import webbrowser\nwebbrowser.open('htmlcov/index.html')",
    "from huggingface_hub import login\nlogin(token='x')",
    "import wandb\nwandb.login(key='x')",
    "def run_local_server(): ...\nrun_local_server()",
]


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_login(text: str) -> None:
    assert not read(text).logins


BESIDE = [
    "from google.oauth2 import service_account\nflow.run_local_server()",
    "import os\ntoken = os.environ.get('APP_TOKEN')\nflow.run_local_server()",
    "import os\ntoken = os.environ['APP_API_KEY']\nflow.run_local_server()",
]


@pytest.mark.parametrize("text", BESIDE)
def test_another_way_beside_it(text: str) -> None:
    assert read(text).logins[0].alternative


def test_a_token_of_an_earlier_login_is_no_other_way() -> None:
    text = "creds = load()\nif not creds or not creds.valid:\n    creds = flow.run_local_server()"
    (login,) = read(text).logins
    assert not login.alternative
    assert not login.guards


def test_a_token_given_by_the_caller_is_one() -> None:
    (login,) = read("def auth(token=None):\n    if token is None:\n        flow.run_local_server()").logins
    assert login.guards
