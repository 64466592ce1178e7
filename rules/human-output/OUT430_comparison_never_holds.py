"""A check compares words as a number, so that it is an error and never fails the script."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.command import Command, Output
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.lines import line_end, line_start
from agentlint.judgements.running.scope import as_written, in_prose
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity

RULE = Rule(
    id="OUT430",
    name="comparison-never-holds",
    category=Category.HUMAN_OUTPUT,
    summary='A script compares a count that comes with a file\'s name (`[ "$(wc -l file)" -ne 0 ]`): that is an error, and no branch.',
    why=(
        "With a file as operand the program prints its name behind the number, `[` calls that no integer, and the condition counts "
        "as false: the check passes whatever it counted."
    ),
    remediation='Feed the file by a redirection, which leaves the number alone (`[ "$(wc -l < file)" -ne 0 ]`).',
    severity=Severity.MAJOR,
    cost=Cost(seconds=60, source="E14"),
    evidence=("E14",),
    programs=frozenset({"wc", "du", "grep"}),
    bad=(
        Bad(
            {
                "lint.sh": '#!/bin/bash\nfind . -name "*.orig" > left\nif [ "$(wc -l left)" -ne 0 ]; then\n  exit 1\nfi\n'
            },
            at=("lint.sh:3",),
        ),
        Bad(
            {
                "lint.sh": "#!/bin/bash\nif [[ `grep -cr TODO src` -gt 0 ]]; then\n  exit 1\nfi\ntest $(du -sk dist) -lt 900 || exit 1\n"
            },
            at=("lint.sh:2", "lint.sh:5"),
            title="counts of several files, and a size",
        ),
    ),
    good=(
        Good(
            {
                "lint.sh": '#!/bin/bash\nif [ "$(wc -l < left)" -ne 0 ] || [ "$(cat left | wc -l)" -ne 0 ]; then\n  exit 1\nfi\n'
                "[ $(wc -l left | cut -d ' ' -f 1) -gt 0 ] && exit 1\n[ $(grep -c x left) -gt 0 ] && exit 1\n"
                "[ $(grep -rch x src | head -n 1) -gt 0 ] && exit 1\n"
            },
            because="the number alone is compared",
        ),
        Good(
            {"lint.sh": '#!/bin/bash\nif [ "$(wc -l left)" = "0 left" ]; then\n  exit 0\nfi\n'},
            because="the words are compared as words",
        ),
    ),
)

_ASKED = lazily(r"(?:\[\[?|\btest|-[ao]|&&|\|\||!)[ \t]+[\"']?(?:\$?\$\(|`)[ \t]*$")
_AS_NUMBER = lazily(r"[ \t]*(?:\)|`)[\"']?[ \t]+-(?:eq|ne|gt|ge|lt|le)[ \t]")


def check(command: Command, repository: Repository) -> Iterator[Hit]:
    """Flag counts with a name that are compared as a number in the same breath."""
    if command.output is not Output.CAPTURED or not _names_files(command) or in_prose(command, repository):
        return
    text = repository.text(command.place.path)
    start, end = command.place.span.start, command.place.span.end
    asked = _ASKED.search(text[line_start(text, start) : start])
    if asked is not None and _AS_NUMBER.match(text, end, line_end(text, end)):
        yield Hit(
            place=command.place,
            message=(
                f"`{as_written(command, repository)}` gives a name with its number, which is no number to compare: the condition never "
                "holds; feed the file by `<`, or cut the number out"
            ),
            unit=command.unit,
        )


def _names_files(command: Command) -> bool:
    """True where the names of what was counted are printed with the numbers."""
    operands = [one for one in command.texts() if not one.startswith("-") or one == "-"]
    if command.program == "wc":
        return bool(operands) and command.option("--files0-from", "--total") is None
    if command.program == "du":
        return True
    counts = command.option("-c", "--count") is not None and command.option("-h", "--no-filename") is None
    last = operands[-1].rsplit("/", 1)[-1] if operands else ""
    folder = command.option("-r", "-R", "--recursive") is not None and "." not in last.lstrip(".")
    many = folder or command.option("-H", "--with-filename") is not None or len(operands) > 2
    return counts and many and command.option("-e", "-f", "-m", "-A", "-B", "-C", "--include") is None
