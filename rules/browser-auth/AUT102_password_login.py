"""A registry login that asks for user and password."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.judgements.asking.asking import hits, programs_that_wait
from agentlint.rule import Bad, Category, Good, Hit, Rule, Severity

RULE = Rule(
    id="AUT102",
    name="password-login",
    category=Category.BROWSER_AUTH,
    summary="A script logs in to a registry or service and is asked for user and password (docker, npm, podman, helm, wandb).",
    why=(
        "`docker login` without a password fails where there is no terminal, and where there is one it waits for a password or for a "
        "code to be typed in a browser. The token can be fed, or read from the environment."
    ),
    remediation="Feed the token (`docker login -u USER --password-stdin`), or set the variable that the message names.",
    severity=Severity.BLOCKER,
    programs=programs_that_wait("password-login"),
    references=("https://docs.docker.com/reference/cli/docker/login/", "https://docs.npmjs.com/cli/commands/npm-login"),
    bad=(
        Bad({"push.sh": "#!/bin/sh\ndocker login -u me registry.example.com\ndocker push app\n"}, at=("push.sh:2",)),
        Bad({"Makefile": "release:\n\tnpm login\n\tnpm publish\n"}, at=("Makefile:2",)),
        Bad(
            {
                ".github/workflows/d.yml": (
                    "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: docker login ghcr.io\n"
                )
            },
            at=(".github/workflows/d.yml:6",),
        ),
        Bad({"train.sh": "#!/bin/sh\nwandb login\npython train.py\n"}, at=("train.sh:2",)),
        Bad(
            {
                "up.sh": (
                    '#!/bin/sh\nif [ -z "$HUB_USER" ]; then\n  docker login\nelse\n  docker login --username="$HUB_USER"\nfi\n'
                )
            },
            at=("up.sh:3", "up.sh:5"),
            title="the variable gives the name alone: either branch asks",
        ),
    ),
    good=(
        Good(
            {"push.sh": '#!/bin/sh\necho "$TOKEN" | docker login -u me --password-stdin\n'}, because="the token is fed"
        ),
        Good({"push.sh": '#!/bin/sh\ndocker login -u me -p "$TOKEN"\n'}, because="the password is given"),
        Good({"push.sh": "#!/bin/sh\ndocker login $LOGIN_OPTIONS\n"}, because="the options may hold the password"),
        Good({"train.sh": '#!/bin/sh\nwandb login "$WANDB_KEY"\n'}, because="the key is given"),
        Good({"train.sh": "#!/bin/sh\nexport WANDB_API_KEY=$KEY\nwandb login\n"}, because="the variable is used"),
        Good(
            {
                "push.sh": (
                    '#!/bin/sh\nif [ -z "$TOKEN" ]; then\n  docker login\nelse\n  docker login -u me --password "$TOKEN"\nfi\n'
                )
            },
            because="the other branch is given the password",
        ),
        Good({"push.sh": "#!/bin/sh\nif [ -t 0 ]; then docker login; fi\n"}, because="only at a terminal"),
    ),
)


def check(command: Command, repository: Repository) -> Iterator[Hit]:
    """Flag logins that ask for a password."""
    yield from hits(command, repository, "password-login")
