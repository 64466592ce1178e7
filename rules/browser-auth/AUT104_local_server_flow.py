"""An OAuth flow in code that opens a browser on the same machine."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.interface import Login
from agentlint.facts.repository import Repository
from agentlint.judgements.asking.credentials import Way, login_hit, way_of
from agentlint.rule import Bad, Category, Good, Hit, Rule, Severity

RULE = Rule(
    id="AUT104",
    name="local-server-flow",
    category=Category.BROWSER_AUTH,
    summary="Code gets its credential by an OAuth flow with a local callback server or a console, and has no other way.",
    why=(
        "`InstalledAppFlow.run_local_server()` and its like start a server on localhost and wait for a browser to come back to it, with "
        "no time limit. A saved token helps only whoever has logged in before; on a fresh machine nobody has."
    ),
    remediation="Take a service account or a token from the environment first (GOOGLE_APPLICATION_CREDENTIALS), and keep the flow for people.",
    severity=Severity.BLOCKER,
    references=("https://google-auth.readthedocs.io/en/master/user-guide.html#service-account-private-key-files",),
    bad=(
        Bad(
            {
                "auth.py": (
                    "from oauth2client import client\n\ndef credentials(flow, ask):\n    flow.redirect_uri = client.OOB_CALLBACK_URN\n"
                    "    return flow.step2_exchange(ask(flow.step1_get_authorize_url()))\n"
                )
            },
            at=("auth.py:5",),
        ),
        Bad({"sheet.py": "import pygsheets\n\nclient = pygsheets.authorize()\n"}, at=("sheet.py:3",)),
        Bad(
            {
                "auth.py": (
                    "from google_auth_oauthlib.flow import InstalledAppFlow\n\ndef credentials():\n"
                    "    flow = InstalledAppFlow.from_client_secrets_file('client.json', ['scope'])\n    return flow.run_local_server(port=0)\n"
                )
            },
            at=("auth.py:5",),
        ),
        Bad(
            {
                "auth.py": "from oauth2client import tools\n\ndef run(flow, store):\n    return tools.run_flow(flow, store)\n"
            },
            at=("auth.py:4",),
        ),
        Bad(
            {
                "auth.py": "from azure.identity import InteractiveBrowserCredential\n\ncredential = InteractiveBrowserCredential()\n"
            },
            at=("auth.py:3",),
        ),
        Bad(
            {
                "auth.go": (
                    'package auth\n\nimport "fmt"\n\nfunc token(config Config, server Server) string {\n'
                    '\tfmt.Printf("Open %s in a browser", config.AuthCodeURL("state"))\n\treturn server.WaitForCode()\n}\n'
                )
            },
            at=("auth.go:6",),
            title="the address is printed, and a server waits",
        ),
        Bad(
            {"drive.py": "from pydrive2.auth import GoogleAuth\n\ngauth = GoogleAuth()\ngauth.LocalWebserverAuth()\n"},
            at=("drive.py:4",),
        ),
        Bad(
            {
                "docs/quickstart.py": (
                    "from google_auth_oauthlib.flow import InstalledAppFlow\n\n"
                    "flow = InstalledAppFlow.from_client_secrets_file('client.json', ['scope'])\nflow.run_local_server()\n"
                )
            },
            at=("docs/quickstart.py:4",),
            title="a sample that readers copy and run",
        ),
        Bad(
            {
                "token.py": (
                    "import sys, api, server\n\ndef main():\n    url = api.auth.url(scopes=sys.argv[1:])\n"
                    "    print(f'Now open this url in your browser: {url}')\n    return server.listener.accept()\n"
                )
            },
            at=("token.py:5",),
            title="the address is printed, and a socket waits",
        ),
    ),
    good=(
        Good(
            {"sheet.py": "import pygsheets\n\nclient = pygsheets.authorize(service_file='key.json')\n"},
            because="a service account",
        ),
        Good(
            {
                "serve.py": "def main(server):\n    print(f'Open {server.url} in your browser')\n    server.handle_request()\n"
            },
            because="a page to look at, and no login",
        ),
        Good(
            {
                "auth.py": (
                    "from google.oauth2 import service_account\nfrom google_auth_oauthlib.flow import InstalledAppFlow\n\ndef credentials(key):\n"
                    "    if key:\n        return service_account.Credentials.from_service_account_file(key)\n"
                    "    return InstalledAppFlow.from_client_secrets_file('c.json', []).run_local_server()\n"
                )
            },
            because="a service account can be chosen without a person",
        ),
        Good(
            {
                "auth.py": (
                    "import os\nfrom google_auth_oauthlib.flow import InstalledAppFlow\n\ndef credentials():\n    token = os.environ.get('APP_TOKEN')\n"
                    "    if token:\n        return token\n    return InstalledAppFlow.from_client_secrets_file('c.json', []).run_local_server()\n"
                )
            },
            because="a token from the environment comes first",
        ),
        Good(
            {"server.py": "def run_local_server(port):\n    return port\n\nrun_local_server(80)\n"},
            because="a function of its own",
        ),
        Good(
            {"tests/test_auth.py": "def test_it(flow):\n    flow.run_local_server()\n"},
            because="a test's code",
        ),
    ),
)


def check(login: Login, repository: Repository) -> Iterator[Hit]:
    """Flag browser flows with no way beside them."""
    if way_of(login) is Way.LOCAL_SERVER:
        yield from login_hit(login, "waits for a browser to come back to this machine", repository)
