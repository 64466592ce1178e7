"""A command-line login that only a browser completes."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.judgements.asking.asking import hits, programs_that_wait
from agentlint.rule import Bad, Category, Good, Hit, Rule, Severity

RULE = Rule(
    id="AUT101",
    name="browser-login",
    category=Category.BROWSER_AUTH,
    summary="A script logs in with a form that needs a browser or a device code (gh, gcloud, az, aws sso, wrangler, vercel).",
    why=(
        "The login prints an address or a code and waits for somebody to open it, up to fifteen minutes or for ever. Each of these "
        "tools takes a token, a key file or a federated identity as well, and then needs no login step at all."
    ),
    remediation="Use the token form that the message names, with the token from a secret.",
    severity=Severity.BLOCKER,
    programs=programs_that_wait("login"),
    references=("https://cli.github.com/manual/gh_help_environment", "https://cloud.google.com/sdk/docs/authorizing"),
    bad=(
        Bad({"setup.sh": "#!/bin/sh\ngh auth login\ngh repo clone me/app\n"}, at=("setup.sh:2",)),
        Bad(
            {"Makefile": "deploy:\n\tgcloud auth application-default login\n\tterraform apply plan.out\n"},
            at=("Makefile:2",),
        ),
        Bad({"package.json": '{"scripts": {"predeploy": "wrangler login"}}\n'}, at=("package.json:1",)),
        Bad({"aws.sh": '#!/bin/sh\naws sso login --profile "$PROFILE"\n'}, at=("aws.sh:2",)),
        Bad(
            {
                ".github/workflows/d.yml": (
                    "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: az login\n"
                )
            },
            at=(".github/workflows/d.yml:6",),
        ),
    ),
    good=(
        Good({"setup.sh": '#!/bin/sh\necho "$TOKEN" | gh auth login --with-token\n'}, because="a token is fed"),
        Good({"setup.sh": "#!/bin/sh\nexport GH_TOKEN=$SECRET\ngh auth login\n"}, because="the variable is used"),
        Good(
            {"setup.sh": "#!/bin/sh\naz login --service-principal -u $ID -p $SECRET --tenant $T\n"},
            because="a service principal",
        ),
        Good({"setup.sh": "#!/bin/sh\naz login --identity\n"}, because="a managed identity"),
        Good(
            {"setup.sh": "#!/bin/sh\ngcloud auth activate-service-account --key-file key.json\n"},
            because="a service account",
        ),
        Good({"setup.sh": '#!/bin/sh\nif [ -z "$CI" ]; then\n  gcloud auth login\nfi\n'}, because="not in CI"),
        Good({"README.md": "# Use\n\n```sh\ngh auth login\n```\n"}, because="a reader does it"),
    ),
)


def check(command: Command, repository: Repository) -> Iterator[Hit]:
    """Flag browser logins."""
    yield from hits(command, repository, "login")
