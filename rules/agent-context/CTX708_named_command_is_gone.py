"""The running text of a developers' page names a command that is not there."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.facts.command import Command, Word
from agentlint.facts.repository import Repository
from agentlint.files.source import Place, Span
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity, Station
from agentlint.rule.documented import is_for_developers, missing_target

_INLINE = re.compile(r"`(make|npm run|just|yarn run|pnpm run) ([A-Za-z][\w:.-]{0,60})`")
_FENCE = re.compile(r"^[ \t]*(?:```|~~~)", re.MULTILINE)

RULE = Rule(
    id="CTX708",
    name="named-command-is-gone",
    category=Category.AGENT_CONTEXT,
    summary="A page for developers names, in its running text, a target or script that does not exist.",
    why="An agent takes what the page names, fails, and looks for what it is called today.",
    remediation="Correct the name, or bring the target back.",
    severity=Severity.MINOR,
    cost=Cost(seconds=40),
    station=Station.SET_UP,
    bad=(
        Bad(
            {
                "CONTRIBUTING.md": "# Tests\n\nThen run `make test-snapshot` to compare.\n",
                "Makefile": "test:\n\tpytest\n",
            },
            at=("CONTRIBUTING.md:3",),
        ),
        Bad(
            {
                "AGENTS.md": "# Agents\n\nAlways run `npm run typecheck` first.\n",
                "package.json": '{"name": "x", "scripts": {"test": "vitest run"}}\n',
            },
            at=("AGENTS.md:3",),
        ),
    ),
    good=(
        Good(
            {"CONTRIBUTING.md": "# Tests\n\nRun `make test`.\n", "Makefile": "test:\n\tpytest\n"},
            because="the target exists",
        ),
        Good(
            {"CONTRIBUTING.md": "# Tests\n\nRun `make test-x`.\n", "Makefile": "test-%:\n\tpytest tests/$*\n"},
            because="a pattern rule makes it",
        ),
        Good(
            {"README.md": "# x\n\nIn your own project run `make deploy`.\n", "Makefile": "test:\n\tpytest\n"},
            because="a page for users speaks of their projects",
        ),
        Good({"CONTRIBUTING.md": "# Tests\n\nRun `make everything`.\n"}, because="no Makefile that we see could tell"),
    ),
)


def check(repository: Repository, _: Repository) -> Iterator[Hit]:
    """Flag inline code of developers' pages that names what is not there."""
    for path in sorted(repository.project.paths):
        if not path.endswith(".md") or not is_for_developers(path) or path.count("/") > 1:
            continue
        source = repository.read(path)
        for match in _INLINE.finditer(source.text) if source is not None else ():
            if source is None or len(_FENCE.findall(source.text, 0, match.start())) % 2:
                continue
            missing = missing_target(_command(path, match), repository)
            if missing is not None:
                place = Place(path, Span(match.start(), match.end()))
                yield Hit(place=place, message=f"{missing} does not exist; correct the name")


def _command(path: str, match: re.Match[str]) -> Command:
    span = Span(match.start(), match.end())
    words = (*match[1].split()[1:], match[2])
    program = match[1].split()[0]
    return Command(program, program, tuple(Word(word, span) for word in words), Place(path, span), unit="")
