"""There is no page for agents."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.repository import Repository
from agentlint.files.source import Place
from agentlint.judgements.pages.project_documents import developer_page
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity, Station, Tier

RULE = Rule(
    id="CTX704",
    name="no-agent-document",
    category=Category.AGENT_CONTEXT,
    summary="No AGENTS.md (or like page) tells an agent how to set up, check and test.",
    why="What is spread over a README written for users costs each run of an agent the same reading again.",
    remediation="Write an AGENTS.md with the set-up, check and test commands and the conventions that no tool enforces.",
    severity=Severity.INFO,
    tier=Tier.PEDANTIC,
    cost=Cost(seconds=20),
    station=Station.SET_UP,
    references=("https://agents.md/",),
    bad=(
        Bad({"README.md": "# x\n", "Makefile": "test:\n\tpytest --junitxml=r.xml\n"}, at=("README.md:1",)),
        Bad({"README.md": "# y\n", "package.json": '{"name": "y"}\n'}, at=("README.md:1",)),
    ),
    good=(
        Good({"README.md": "# x\n", "AGENTS.md": "# Agents\n\nRun `make test`.\n"}, because="there it is"),
        Good({"README.md": "# x\n", "CLAUDE.md": "# Notes\n"}, because="another name for it"),
        Good({"notes.txt": "x\n"}, because="nothing here is built"),
    ),
)


def check(repository: Repository, _: Repository) -> Iterator[Hit]:
    """Flag the README of a repository that is built or tested and has no such page."""
    project = repository.project
    page = developer_page(repository)
    if project.agent_documents or page is None or not (project.manifests or repository.commands):
        return
    source = repository.read(page)
    if source is not None:
        yield Hit(
            place=Place(page, source.whole),
            message="no page for agents; write an AGENTS.md with the set-up, check and test commands",
        )
