"""A check on the left of `&&` that errexit does not see."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.command import Command, Status
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.lines import line_start
from agentlint.judgements.reporting.verdicts import checks_something, debatable, status_read_later, swallowed_by_step
from agentlint.judgements.running.scope import as_written, in_prose
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity

_STEP = "on: push\njobs:\n  t:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n"

RULE = Rule(
    id="OUT432",
    name="left-of-and",
    category=Category.HUMAN_OUTPUT,
    summary="A test or lint stands on the left of `&&` and more follows: errexit lets its failure pass.",
    why=(
        "`set -e` looks at the last command of an `&&` list only. Where the first fails, the rest of the line is left out and the "
        "script goes on as if all were well."
    ),
    remediation="Write the commands on lines of their own.",
    severity=Severity.MAJOR,
    confidence=Confidence.MEDIUM,
    cost=Cost(seconds=60, source="E14"),
    evidence=("E14",),
    bad=(
        Bad(
            {
                ".github/workflows/ci.yml": _STEP
                + '          for one in plugins/*/; do (\n            npx eslint "$one" && mypy "$one"\n            echo " "\n          ); done\n'
            },
            at=(".github/workflows/ci.yml:8",),
        ),
        Bad(
            {"ci.sh": "#!/bin/bash\nset -e\ncomposer validate --strict && composer normalize\n./pack.sh\n"},
            at=("ci.sh:3",),
        ),
        Bad({"ci.sh": "#!/bin/bash\nset -e\npytest 2>&1 && echo fine\n./pack.sh\n"}, at=("ci.sh:3",)),
    ),
    good=(
        Good({"ci.sh": "#!/bin/bash\nset -e\n./pack.sh\npytest && echo fine\n"}, because="its status is the script's"),
        Good({"ci.sh": "#!/bin/bash\nset -e\npytest\nmypy src\n./pack.sh\n"}, because="each on a line of its own"),
        Good(
            {"ci.sh": "#!/bin/bash\nset -e\npytest && echo fine || exit 1\n./pack.sh\n"},
            because="the alternative leaves",
        ),
        Good(
            {"ci.sh": "#!/bin/bash\nset -e\nif pytest && mypy src; then\n  ./pack.sh\nfi\necho done\n"},
            because="a condition",
        ),
        Good(
            {"ci.sh": "#!/bin/bash\nset -e\n(cd a && pytest)\nt() {\n  pytest && mypy src\n}\nt\n./pack.sh\n"},
            because="the last of its group or function, whose status counts",
        ),
        Good({"Dockerfile": "FROM a\nRUN pytest && mypy src\nRUN ./pack.sh\n"}, because="one command to Docker"),
        Good(
            {"ci.sh": "#!/bin/bash\nset -e\npytest && mypy src\nstatus=$?\nexit $status\n"}, because="it is looked at"
        ),
    ),
)

_WHAT = frozenset({"test", "lint", "type check", "format check"})
_CHAIN = lazily(r"(?:[ \t]*\d?>>?(?:&\d|[ \t]*[^\s;&|<>()]+))*[ \t]*&&[ \t]*[^\n|;\\(){}]+\n(?P<rest>\s*[^\n]*)")
_GOES_ON = lazily(r"\s*(?![^\n]*\$[?{])(?!(?:fi|done|esac|else|elif|then|do|in|return|exit)\b)[\w.\"'$/@]")
_STARTS_LINE = lazily(r"[ \t]*(?:\w+=\S* |sudo |npx |bundle exec |vendor/bin/|\./)*\Z")


def check(command: Command, repository: Repository) -> Iterator[Hit]:
    """Flag checks before `&&` where errexit holds and a further line follows."""
    if command.status is not Status.COUNTED or command.guards or not _in_shell(command, repository):
        return
    text = repository.text(command.place.path)
    chain = _CHAIN.match(text, command.place.span.end)
    if chain is None or not _GOES_ON.match(chain["rest"]) or in_prose(command, repository):
        return
    start = line_start(text, command.place.span.start)
    deep = len(chain["rest"]) - len(chain["rest"].lstrip())
    before = text[start : command.place.span.start]
    if not _STARTS_LINE.match(before) or deep != len(before) - len(before.lstrip()):
        return
    what = checks_something(command, repository) or _validates(command)
    if what not in _WHAT or debatable(command, what) or swallowed_by_step(command, repository):
        return
    if status_read_later(command, repository) or not _more_follows(command, chain.start("rest"), repository):
        return
    yield Hit(
        place=command.place,
        message=f"`{as_written(command, repository)}` may fail unseen, since `set -e` passes over the left of `&&`; put what follows on a line of its own",
        unit=command.unit,
    )


def _validates(command: Command) -> str:
    """ "lint" for Composer's look at its own manifest. Source: getcomposer.org/doc/03-cli.md#validate."""
    return "lint" if command.program == "composer" and command.texts()[:1] == ("validate",) else ""


def _in_shell(command: Command, repository: Repository) -> bool:
    """True for a line of a CI step's script or of a script file of the shell."""
    name = command.place.path.rpartition("/")[2]
    if name.endswith((".sh", ".bash")):
        return True
    return repository.job_of(command) is not None and name.endswith((".yml", ".yaml"))


def _more_follows(command: Command, at: int, repository: Repository) -> bool:
    return any(
        one.step == command.step and one.place.path == command.place.path and one.place.span.start >= at
        for one in repository.commands_by_unit.get(command.unit, ())
    )
