"""sudo in a script, which may ask for a password."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.facts.unit import UnitKind
from agentlint.judgements.asking.asking import hits, input_modes
from agentlint.judgements.running.scope import in_prose
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity, Tier

RULE = Rule(
    id="INT119",
    name="sudo-password",
    category=Category.INTERACTIVE,
    summary="A script uses sudo without `-n`: where a password is wanted, it waits for one.",
    why=(
        "Without a terminal sudo fails with a message; on a pseudo-terminal it waits for a password. `sudo -n` fails at once in both "
        "and says why. Many machines of agents are root already or let sudo through, so this is a matter of taste."
    ),
    remediation="Use `sudo -n`, or take root as given and leave sudo out where the script already runs as root.",
    severity=Severity.MINOR,
    confidence=Confidence.LOW,
    tier=Tier.PEDANTIC,
    cost=Cost(seconds=5, basis="estimate", source="field guide: sudo(8), fails or waits where a password is wanted"),
    references=("https://manpages.debian.org/sudo",),
    bad=(
        Bad(
            {"install.sh": "#!/bin/sh\nsudo make install\nsudo ldconfig\n"},
            at=("install.sh:2",),
            title="once for each script",
        ),
        Bad({"Makefile": "install:\n\tsudo cp app /usr/local/bin/\n"}, at=("Makefile:2",)),
        Bad({"become.sh": "#!/bin/sh\nsu deploy\n"}, at=("become.sh:2",)),
    ),
    good=(
        Good({"install.sh": "#!/bin/sh\nsudo -n make install\n"}, because="fails at once"),
        Good({"install.sh": "#!/bin/sh\nif [ -t 0 ]; then sudo make install; fi\n"}, because="only at a terminal"),
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: sudo make install\n"
                )
            },
            because="CI machines let sudo through",
        ),
        Good({"README.md": "# Install\n\n```sh\nsudo make install\n```\n"}, because="a reader types it"),
    ),
)


def check(command: Command, repository: Repository) -> Iterator[Hit]:
    """Flag the first sudo of a unit, and su."""
    if command.program == "su":
        yield from hits(command, repository, "elevate")
    if "sudo" not in command.wrappers or _quiet(command, repository):
        return
    first = next(c for c in repository.commands_by_unit[command.unit] if "sudo" in c.wrappers)
    if first is command:
        yield Hit(
            place=command.place,
            message="`sudo` waits for a password where one is wanted; use `sudo -n`, which fails at once and says so",
            unit=command.unit,
        )


def _quiet(command: Command, repository: Repository) -> bool:
    unit = repository.units.get(command.unit)
    if in_prose(command, repository) or command.answering_guard is not None or unit is None:
        return True
    if unit.kind in {UnitKind.JOB, UnitKind.IMAGE_STAGE} or input_modes(command, repository) == ("null",):
        return True
    source = repository.read(command.place.path)
    written = source.text[command.place.span.start : command.program_span.start] if source is not None else ""
    return bool({"-n", "-S", "-A", "--non-interactive", "--stdin", "--askpass"} & set(written.split()))
