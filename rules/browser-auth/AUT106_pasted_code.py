"""A code from the browser that somebody pastes into the terminal."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.interface import Login
from agentlint.facts.repository import Repository
from agentlint.judgements.asking.credentials import Way, login_hit, way_of
from agentlint.rule import Bad, Category, Good, Hit, Rule, Severity

RULE = Rule(
    id="AUT106",
    name="pasted-code",
    category=Category.BROWSER_AUTH,
    summary="A program sends the user to a web page and waits for the code or address from there to be pasted.",
    why=(
        "Two waits in one: for a person with a browser and for a line at the terminal. No option or token stands beside it, so that "
        "nothing but a person gets the credential."
    ),
    remediation="Accept a refresh token, a key or a service account from an option or the environment, and paste codes only as a last resort.",
    severity=Severity.BLOCKER,
    references=("https://datatracker.ietf.org/doc/html/rfc8252",),
    bad=(
        Bad(
            {
                "auth.py": (
                    "def login(oauth):\n    url, state = oauth.authorization_url('https://example.com/authorize')\n    print('Visit', url)\n"
                    "    code = input('Paste the authorization code: ')\n    return code\n"
                )
            },
            at=("auth.py:4",),
        ),
        Bad(
            {
                "auth.py": (
                    "import webbrowser\n\ndef login(redirect_uri):\n    print('Enter the full redirect URL')\n    return input('> ')\n"
                )
            },
            at=("auth.py:5",),
            title="the question is printed first",
        ),
        Bad(
            {
                "auth.py": (
                    "import click\n\ndef login(consent):\n    print(consent.auth_url)\n    return click.prompt('Verification code')\n"
                )
            },
            at=("auth.py:5",),
        ),
        Bad(
            {
                "auth.go": (
                    'package auth\n\nimport "fmt"\n\nfunc token(config Config) string {\n\turl := config.AuthCodeURL("state")\n\tfmt.Println("Open", url)\n'
                    '\tvar code string\n\tfmt.Print("Enter the authorization code: ")\n\tfmt.Scan(&code)\n\treturn code\n}\n'
                )
            },
            at=("auth.go:10",),
        ),
        Bad(
            {
                "auth.js": (
                    "const readline = require('readline');\n\nfunction token(client) {\n  console.log('Visit', client.generateAuthUrl({}));\n"
                    "  const rl = readline.createInterface({ input: process.stdin });\n  rl.question('Enter the code from that page here: ', use);\n}\n"
                )
            },
            at=("auth.js:6",),
        ),
        Bad(
            {
                "app/ui.py": "def input_line(prompt):\n    print(prompt)\n    return input()\n",
                "app/shop.py": (
                    "import app.ui\n\nclass Shop:\n    def authenticate(self):\n        print(self.get_authorize_url())\n"
                    "        return app.ui.input_line('Enter the string displayed in your browser:')\n"
                ),
            },
            at=("app/shop.py:6",),
            title="through a helper of another module",
        ),
    ),
    good=(
        Good(
            {
                "auth.py": "def login(oauth, code=None):\n    if code is None:\n        code = input('Paste the authorization code: ')\n    return oauth.authorization_url, code\n"
            },
            because="a parameter gives the code",
        ),
        Good(
            {
                "auth.py": (
                    "import os\n\ndef login(oauth):\n    token = os.environ.get('APP_REFRESH_TOKEN')\n    if token:\n        return token\n"
                    "    print(oauth.authorization_url)\n    return input('Paste the authorization code: ')\n"
                )
            },
            because="a token from the environment comes first",
        ),
        Good(
            {
                "app/ui.py": "def input_line(prompt):\n    print(prompt)\n    return input()\n",
                "app/discs.py": (
                    "import app.ui\n\nclass Discs:\n    def setup(self):\n        token = self.config['user_token'].get()\n        if token:\n"
                    "            return token\n        return self.authenticate()\n\n    def authenticate(self):\n        print(self.get_authorize_url())\n"
                    "        return app.ui.input_line('Enter the code:')\n"
                ),
            },
            because="a token in the user's settings comes first",
        ),
        Good({"quiz.py": "answer = input('Enter the secret word: ')\n"}, because="a question, and no login: INT111's"),
        Good(
            {"tests/test_auth.py": "import webbrowser\nredirect_uri = input('Paste the authorization code: ')\n"},
            because="a test's code",
        ),
    ),
)


def check(login: Login, repository: Repository) -> Iterator[Hit]:
    """Flag pasted codes with no way beside them."""
    if way_of(login) is Way.PASTED_CODE:
        yield from login_hit(login, "waits for a code from the browser to be pasted", repository)
