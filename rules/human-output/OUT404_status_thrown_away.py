"""The exit status of a check is thrown away."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.facts.command import Command, Output, Status
from agentlint.facts.repository import Repository
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity, Tier
from agentlint.rule.comments import reason_at
from agentlint.rule.scope import as_written, in_prose
from agentlint.rule.verdicts import checks_something, debatable, followed, status_read_later, swallowed_by_step

RULE = Rule(
    id="OUT404",
    name="status-thrown-away",
    category=Category.HUMAN_OUTPUT,
    summary="A test, lint, type check or build whose failure nobody learns: `|| true`, `; true`, make's `-`.",
    why=(
        "A program learns from the exit status whether a check passed. Thrown away, a broken change looks green, and the agent "
        "goes on building on it; only a person who reads the log could notice."
    ),
    remediation="Let the status count; where the check is advisory, make it a job of its own that may fail.",
    severity=Severity.MAJOR,
    cost=Cost(seconds=60, source="E14"),
    evidence=("E14",),
    bad=(
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  t:\n    runs-on: ubuntu-latest\n    steps:\n      - run: mypy --junit-xml=m.xml src || true\n"
                )
            },
            at=(".github/workflows/ci.yml:6",),
        ),
        Bad({"Makefile": "check:\n\t-pytest\n\truff check .\n"}, at=("Makefile:2",)),
        Bad({".gitlab-ci.yml": "t:\n  script:\n    - npm run lint || echo ignored\n"}, at=(".gitlab-ci.yml:3",)),
        Bad(
            {"get.sh": "#!/bin/sh\ncd tool\nmake >/dev/null 2>&1\ncd ..\necho installed\n"},
            at=("get.sh:3",),
            title="output and status both thrown away",
        ),
        Bad(
            {"ci.sh": "#!/bin/bash\nset -e\nfind . -name '*.sh' -exec shellcheck -f gcc {} \\;\n"},
            at=("ci.sh:3",),
            title="find gives success for what it runs one by one",
        ),
        Bad(
            {"ci.sh": "#!/bin/bash\npytest --junitxml=r.xml\necho done\n"}, at=("ci.sh:2",), title="nobody looks at it"
        ),
    ),
    good=(
        Good({"ci.sh": "#!/bin/bash\nset -e\npytest --junitxml=r.xml\necho done\n"}, because="errexit lets it count"),
        Good({"Makefile": "clean:\n\t-rm -rf build\n\tdocker rm -f app || true\n"}, because="cleaning up may fail"),
        Good(
            {"ci.sh": "#!/bin/sh\nset -e\nif ! pytest; then\n  echo failed\n  exit 1\nfi\n"},
            because="the status is looked at",
        ),
        Good(
            {"ci.sh": "#!/bin/sh\npytest\nstatus=$?\n./teardown\nexit $status\n"}, because="it is kept and given back"
        ),
        Good(
            {"ci.sh": "#!/bin/bash\nset -e\nfind . -name '*.sh' -exec shellcheck -f gcc {} +\n"},
            because="with + a failure counts",
        ),
        Good(
            {
                "ci.sh": "#!/bin/sh\nset -e\n# the exit code is ignored: see issue 7\nmypy --junit-xml=m.xml src || true\n"
            },
            because="a comment says why",
        ),
        Good({"ci.sh": "#!/bin/sh\nset -e\ngrep -q x file || true\n"}, because="no check of the project"),
    ),
)


_MET = 0.5


def _seldom_met(command: Command, repository: Repository) -> bool:
    """True for an unchecked command of a script that nothing calls: its user stands by and reads."""
    return command.status is Status.UNCHECKED and repository.graph.reach(command.unit) < _MET and not _unseen(command)


def _left_build(command: Command, what: str) -> bool:
    """True for an unchecked build: what follows mostly needs its result and fails in its place, and its log tells."""
    return command.status is Status.UNCHECKED and what == "build" and not _unseen(command)


def _unseen(command: Command) -> bool:
    """True for a command whose output is thrown away as well: nothing at all is left of a failure."""
    return command.output is Output.NULL


def _lost_in_find(command: Command, repository: Repository) -> Iterator[Hit]:
    """`find -exec CHECK {} \\;` ends with success whatever the check says; with `+` its failure counts."""
    source = repository.read(command.place.path) if "find -exec" in command.wrappers else None
    if source is None or command.status is Status.TESTED:
        return
    written = source.text[command.place.span.start : command.place.span.end]
    what = checks_something(command, repository) if _ONE_BY_ONE.search(written) else ""
    if what and not swallowed_by_step(command, repository) and not reason_at(command.place, repository):
        yield Hit(
            place=command.place,
            message=f"`find -exec {command.program} … \\;` succeeds whatever the {what} says; end it with `{{}} +`",
            unit=command.unit,
        )


_ONE_BY_ONE = re.compile(r"""\{\}['"]?(?:\s[^;]*)?\s(?:\\;|';'|";")""")


def check(command: Command, repository: Repository) -> Iterator[Hit]:
    """Flag checks whose status is swallowed or that nobody looks at."""
    if in_prose(command, repository):
        return
    if command.status not in {Status.SWALLOWED, Status.UNCHECKED}:
        yield from _lost_in_find(command, repository)
        return
    if command.output is Output.CAPTURED:
        return  # its text is the verdict
    what = checks_something(command, repository)
    if not what or swallowed_by_step(command, repository) or reason_at(command.place, repository):
        return
    if command.status is Status.UNCHECKED and (
        command.background or status_read_later(command, repository) or not followed(command, repository)
    ):
        return
    how = (
        "throws the result of the"
        if command.status is Status.SWALLOWED
        else "leaves nobody to look at the result of the"
    )
    yield Hit(
        place=command.place,
        message=f"`{as_written(command, repository)}` {how} {what} away; let the exit status count"
        if command.status is Status.SWALLOWED
        else f"`{as_written(command, repository)}` {how} {what}; add `set -e` or test its exit status",
        unit=command.unit,
        tier=Tier.PEDANTIC
        if debatable(command, what) or _seldom_met(command, repository) or _left_build(command, what)
        else None,
    )
