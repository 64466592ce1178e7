"""A browser opened by code so that somebody logs in."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.interface import Login
from agentlint.facts.repository import Repository
from agentlint.judgements.asking.credentials import Way, login_hit, way_of
from agentlint.rule import Bad, Category, Good, Hit, Rule, Severity

RULE = Rule(
    id="AUT107",
    name="browser-opened-to-log-in",
    category=Category.BROWSER_AUTH,
    summary="Code opens a browser for a login or an authorization, and has no other way to its credential.",
    why=(
        "`webbrowser.open` returns at once and tells nothing: where there is no browser nobody sees the page, and the program waits for "
        "an answer that does not come."
    ),
    remediation="Accept a token from an option or the environment before opening the browser.",
    severity=Severity.BLOCKER,
    references=("https://docs.python.org/3/library/webbrowser.html",),
    bad=(
        Bad(
            {
                "login.py": "import webbrowser\n\ndef login(server):\n    webbrowser.open(server + '/oauth/authorize')\n    return server.wait()\n"
            },
            at=("login.py:4",),
        ),
        Bad(
            {"app.py": "import webbrowser\n\ndef authenticate(url):\n    webbrowser.open_new_tab(url)\n"},
            at=("app.py:4",),
        ),
        Bad({"cli.py": "import click\n\ndef start(auth_url):\n    click.launch(auth_url)\n"}, at=("cli.py:4",)),
        Bad(
            {"release.py": "import webbrowser\n\nwebbrowser.open('https://example.com/a/b/releases/new?tag=v1')\n"},
            at=("release.py:3",),
            title="a form that somebody has to send",
        ),
    ),
    good=(
        Good(
            {"docs.py": "import webbrowser\n\nwebbrowser.open('htmlcov/index.html')\n"},
            because="shows a page and logs in nobody",
        ),
        Good(
            {
                "login.py": "import os, webbrowser\n\ndef login(url):\n    if os.getenv('APP_TOKEN'):\n        return\n    webbrowser.open(url)\n"
            },
            because="a token from the environment comes first",
        ),
        Good(
            {
                "login.py": "import webbrowser\n\ndef login(url, token=None):\n    if token is None:\n        webbrowser.open(url)\n"
            },
            because="a parameter gives the token",
        ),
        Good(
            {
                "src/user/login.ts": "import open from 'open';\n\nexport async function login(url: string) {\n  await open(url);\n}\n",
                "src/user/session.ts": "export const token = process.env.APP_TOKEN;\n",
            },
            because="another file takes a token from the environment",
        ),
        Good(
            {
                "e2e/login/main.go": (
                    'package main\n\nimport "github.com/chromedp/chromedp"\n\nfunc main() {\n\topenBrowser(chromedp.Navigate(loginURL))\n}\n'
                )
            },
            because="a browser that a program drives",
        ),
        Good(
            {"tests/test_login.py": "import webbrowser\n\ndef test_login():\n    webbrowser.open('x/login')\n"},
            because="a test's code",
        ),
    ),
)


def check(login: Login, repository: Repository) -> Iterator[Hit]:
    """Flag browsers opened to log in."""
    if way_of(login) is Way.BROWSER:
        form = login.api.endswith("for a form to be sent")
        what = "sends somebody to a form in the browser" if form else "sends somebody to a login page"
        yield from login_hit(login, what, repository)
