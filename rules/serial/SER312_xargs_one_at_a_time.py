"""xargs starts one process after another for work that is independent."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.judgements.running.scope import in_prose
from agentlint.programs import table
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity, Station, Tier

_XARGS = lazily(r"\bxargs\b[^|;&\n]*")
_MANY = lazily(r"\s(-P\s*\S+|--max-procs)")
_SPLIT = lazily(r"\s(-n\s*\d+|-L\s*\d+|-I\s*\S+|--max-args|-i\b)")

RULE = Rule(
    id="SER312",
    name="xargs-one-at-a-time",
    category=Category.SERIAL,
    summary="xargs runs a check for one file after another.",
    why="Each file waits for the one before, though the checks do not know of each other (E15).",
    remediation='Add -P "$(nproc)".',
    severity=Severity.INFO,
    confidence=Confidence.MEDIUM,
    tier=Tier.PEDANTIC,
    cost=Cost(seconds=5, source="E15"),
    station=Station.CHECK,
    evidence=("E15",),
    bad=(
        Bad({"lint.sh": "#!/bin/sh\ngit ls-files '*.sh' | xargs -n1 shellcheck -f gcc\n"}, at=("lint.sh:2",)),
        Bad({"Makefile": "fmt:\n\tfind . -name '*.c' | xargs -I{} clang-format -i {}\n"}, at=("Makefile:2",)),
        Bad(
            {".gitlab-ci.yml": "lint:\n  script:\n    - ls */Dockerfile | xargs -L 1 hadolint -f json\n"},
            at=(".gitlab-ci.yml:3",),
        ),
    ),
    good=(
        Good(
            {"lint.sh": "#!/bin/sh\ngit ls-files '*.sh' | xargs -P8 -n1 shellcheck -f gcc\n"}, because="eight at a time"
        ),
        Good(
            {"lint.sh": "#!/bin/sh\ngit ls-files '*.sh' | xargs shellcheck -f gcc\n"},
            because="one call takes all files",
        ),
        Good({"clean.sh": "#!/bin/sh\nls *.o | xargs -n1 rm\n"}, because="removing files costs nothing"),
        Good({"README.md": "```sh\nls | xargs -n1 shellcheck\n```\n"}, because="prose"),
    ),
)


def check(command: Command, repository: Repository) -> Iterator[Hit]:
    """Flag checks that xargs starts once for each item, one at a time."""
    if "xargs" not in command.wrappers or in_prose(command, repository):
        return
    if not table().roles(command) & {"lint", "format", "typecheck", "test", "build"}:
        return
    source = repository.read(command.place.path)
    written = _XARGS.search(source.text, command.place.span.start, command.place.span.end) if source else None
    if written is None or _MANY.search(written[0]) or not _SPLIT.search(written[0]):
        return
    yield Hit(
        place=command.place,
        message=f'`xargs` starts `{command.program}` for one item after another; add -P "$(nproc)"',
        unit=command.unit,
    )
