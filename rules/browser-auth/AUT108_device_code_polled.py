"""A script that runs the device-code flow itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.judgements.asking.asking import HANGS
from agentlint.judgements.running.scope import as_written, in_prose
from agentlint.rule import Bad, Category, Confidence, Good, Hit, Rule, Severity

RULE = Rule(
    id="AUT108",
    name="device-code-polled",
    category=Category.BROWSER_AUTH,
    summary="A script asks a server for a device code and polls until somebody has typed it in a browser.",
    why=(
        "The script prints a code and an address, and loops until the code is used or runs out. Nobody reads an agent's output in time, "
        "so the run spends the whole life of the code, often fifteen minutes, and then fails."
    ),
    remediation="Take a token from the environment first, and start the flow only if there is none and somebody is at the terminal.",
    severity=Severity.BLOCKER,
    confidence=Confidence.MEDIUM,
    references=("https://datatracker.ietf.org/doc/html/rfc8628",),
    bad=(
        Bad(
            {
                "login.sh": (
                    "#!/bin/sh\nwhile true; do\n"
                    '  curl -s https://auth.example.com/token -d "grant_type=urn:ietf:params:oauth:grant-type:device_code&device_code=$code" && break\n'
                    "  sleep 5\ndone\n"
                )
            },
            at=("login.sh:3",),
        ),
        Bad(
            {
                "token.sh": (
                    '#!/bin/bash\nuntil response=$(curl -sf -d grant_type=device_code -d "code=$code" https://auth.example.com/token); do\n'
                    "  sleep 5\ndone\n"
                )
            },
            at=("token.sh:2",),
        ),
        Bad(
            {
                "Makefile": "login:\n\twhile ! curl -sf -d grant_type=device_code -d code=$$CODE https://auth.example.com/token; do sleep 5; done\n"
            },
            at=("Makefile:2",),
        ),
        Bad(
            {
                "login.sh": (
                    "#!/bin/sh\nwhile true; do\n"
                    '  data="grant_type=device_code&code=$code"\n  response=$(post "$data" https://auth.example.com/token)\n'
                    "  sleep 5\ndone\n"
                )
            },
            at=("login.sh:4",),
            title="the request is put together first",
        ),
    ),
    good=(
        Good(
            {"token.sh": "#!/bin/sh\ncurl -s https://auth.example.com/token -d grant_type=client_credentials\n"},
            because="client credentials need nobody",
        ),
        Good(
            {
                "login.sh": (
                    '#!/bin/sh\nif [ -z "$TOKEN" ]; then\n  while ! curl -sf -d grant_type=device_code https://auth.example.com/token; do\n    sleep 5\n'
                    "  done\nfi\n"
                )
            },
            because="a token from the environment comes first",
        ),
        Good(
            {
                "login.sh": (
                    "#!/bin/sh\nwhile true; do\n"
                    '  data="grant_type=refresh_token&refresh_token=$saved"\n  curl -s -d "$data" https://auth.example.com/token && break\n'
                    "  sleep 5\ndone\n"
                )
            },
            because="a saved token is renewed",
        ),
        Good({"login.sh": "#!/bin/sh\necho 'grant_type=device_code is not supported'\n"}, because="prints it only"),
        Good(
            {"once.sh": "#!/bin/sh\ncurl -s -d grant_type=device_code https://auth.example.com/token\n"},
            because="asks once and does not wait",
        ),
    ),
)


_DATA = lazily(r"^[ \t]*(\w+)=[\"'][^\n]{0,200}grant_type[^\n]{0,400}", re.MULTILINE)
REACH = 800
"""Characters before a request in which its data is put together."""


def _put_together(command: Command, repository: Repository) -> Iterator[str]:
    """The text of variables that hold the request (`data="grant_type=..."`) where the command sends them."""
    source = repository.read(command.place.path)
    if source is None:
        return
    start = command.place.span.start
    for match in _DATA.finditer(source.text, max(0, start - REACH), start):
        if any(word.text in {f"${match[1]}", f"${{{match[1]}}}"} for word in command.arguments):
            yield match[0]


def check(command: Command, repository: Repository) -> Iterator[Hit]:
    """Flag requests of a device-code token inside a loop."""
    if not command.in_loop or command.program in {"echo", "printf"} or in_prose(command, repository):
        return
    text = " ".join((*command.texts(), *_put_together(command, repository)))
    if "grant_type" in text and "device_code" in text and command.answering_guard is None:
        yield Hit(
            place=command.place,
            message=f"`{as_written(command, repository, 60)}` polls until somebody types a code in a browser; take a token from the environment first",
            unit=command.unit,
            cost=HANGS,
        )
