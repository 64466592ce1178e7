"""A command that waits for something without a limit of its own."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.judgements.waiting.waiting import is_documentation
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity

_LIMITS: dict[str, tuple[tuple[str, ...], tuple[str, ...], str]] = {
    # program: (words that must lead, options that bound it, how to bound it); commands.md family 6
    "kubectl rollout status": (("rollout", "status"), ("--timeout",), "--timeout=120s"),
    "wait-on": ((), ("-t", "--timeout"), "-t 60s"),
    "gh run watch": (("run", "watch"), (), "`timeout 1800 gh run watch --exit-status`"),
    "adb wait-for-device": (("wait-for-device",), (), "`timeout 120 adb wait-for-device`"),
}

RULE = Rule(
    id="WAI506",
    name="unbounded-wait",
    category=Category.WAIT,
    summary="A waiting command has no time limit, so that a thing that never comes true holds the run for good.",
    why="What never becomes ready costs the whole job limit instead of the minute after which the answer was clear.",
    remediation="Give the command its own limit (`--timeout`), or put `timeout N` before it.",
    severity=Severity.MINOR,
    cost=Cost(seconds=15, source="E8"),
    evidence=("E8", "E36"),
    references=("https://kubernetes.io/docs/reference/kubectl/generated/kubectl_rollout/kubectl_rollout_status/",),
    programs=frozenset({"kubectl", "wait-on", "gh", "adb"}),
    bad=(
        Bad({"deploy.sh": "#!/bin/sh\nkubectl rollout status deployment/web\n"}, at=("deploy.sh:2",)),
        Bad({"e2e.sh": "#!/bin/sh\nnpm start &\nwait-on http://localhost:3000\n"}, at=("e2e.sh:3",)),
        Bad({"release.sh": "#!/bin/sh\ngh run watch 42 --exit-status\n"}, at=("release.sh:2",)),
    ),
    good=(
        Good({"deploy.sh": "#!/bin/sh\nkubectl rollout status deployment/web --timeout=120s\n"}, because="bounded"),
        Good({"e2e.sh": "#!/bin/sh\ntimeout 60 wait-on http://localhost:3000\n"}, because="`timeout` bounds it"),
        Good(
            {
                "release.sh": (
                    '#!/bin/sh\ngh() {\n  command ${TIMEOUT:+timeout $TIMEOUT} gh "$@"\n}\n'
                    "TIMEOUT=30 gh run watch 42 --exit-status\n"
                )
            },
            because="the variable set on the call bounds it",
        ),
        Good(
            {
                ".github/workflows/deploy.yml": (
                    "on: workflow_dispatch\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    timeout-minutes: 30\n    steps:\n"
                    "      - timeout-minutes: 5\n        run: kubectl rollout status deployment/web\n"
                )
            },
            because="the step has a limit of its own",
        ),
        Good({"get.sh": "#!/bin/sh\nkubectl get pods\ngh run list\n"}, because="neither waits"),
        Good(
            {"up.sh": "#!/bin/sh\ndocker compose up -d --wait\n"},
            because="health checks give up after their retries, and end it",
        ),
    ),
)


def check(command: Command, repository: Repository) -> Iterator[Hit]:
    """Flag the waiting commands of the table above."""
    advice = _unbounded(command)
    if advice is None or "timeout" in command.wrappers or _bounded_by_variable(command):
        return
    if command.background or is_documentation(command, repository):
        return
    step = repository.step_of(command)
    if step is not None and step.timeout_minutes is not None:
        return  # the step's own limit bounds it
    yield Hit(
        place=command.place,
        message=f"`{command.program}` waits without a limit; bound it with {advice}",
        unit=command.unit,
    )


def _unbounded(command: Command) -> str | None:
    operands = tuple(word.text for word in command.arguments if not word.text.startswith("-"))
    for name, (leading, options, advice) in _LIMITS.items():
        if name.split()[0] != command.program or operands[: len(leading)] != leading:
            continue
        if options and command.option(*options) is not None:
            return None
        if command.program == "kubectl" and command.value_of("--watch", "-w") == "false":
            return None
        return advice
    return None


def _bounded_by_variable(command: Command) -> bool:
    """True where a wrapper of the script's own is given its limit in a variable (`TIMEOUT=30 gh run watch`)."""
    return any("TIMEOUT" in name and value.strip("smh").isdigit() for name, value in command.environment.items())
