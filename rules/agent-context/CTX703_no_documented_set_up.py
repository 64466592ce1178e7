"""No document says how to get a working tree ready."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.repository import Repository
from agentlint.facts.unit import UnitKind
from agentlint.files.source import Place
from agentlint.judgements.pages.project_documents import developer_page, documented
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity, Station, Tier

RULE = Rule(
    id="CTX703",
    name="no-documented-set-up",
    category=Category.AGENT_CONTEXT,
    summary="The project declares dependencies, and no document shows the command that installs them for development.",
    why="An agent tries package managers one after another until something imports.",
    remediation="Put the set-up command into AGENTS.md, CONTRIBUTING.md or the README, one line that a program can run.",
    severity=Severity.MINOR,
    confidence=Confidence.MEDIUM,
    tier=Tier.PEDANTIC,
    cost=Cost(seconds=40),
    station=Station.SET_UP,
    bad=(
        Bad(
            {"README.md": "# x\n\nA service.\n", "pyproject.toml": '[project]\nname = "x"\ndependencies = ["flask"]\n'},
            at=("README.md:1",),
        ),
        Bad(
            {"README.md": "# x\n", "package.json": '{"name": "x", "dependencies": {"express": "^4"}}\n'},
            at=("README.md:1",),
        ),
    ),
    good=(
        Good(
            {
                "README.md": "# x\n\n## Development\n\n```sh\nnpm install\n```\n",
                "package.json": '{"name": "x", "dependencies": {"express": "^4"}}\n',
            },
            because="shown",
        ),
        Good({"README.md": "# x\n", "package.json": '{"name": "x"}\n'}, because="nothing to install"),
    ),
)


def check(repository: Repository, _: Repository) -> Iterator[Hit]:
    """Flag the first developer page where dependencies are declared and no install command is shown."""
    if not any(manifest.dependencies for manifest in repository.project.manifests) or documented(repository, "set-up"):
        return
    page = developer_page(repository)
    source = repository.read(page) if page else None
    if page is None or source is None or _installs_are_shown(repository):
        return
    yield Hit(place=Place(page, source.whole), message="no document shows the set-up command; name it here")


def _installs_are_shown(repository: Repository) -> bool:
    from agentlint.judgements.running.roles import command_roles

    return any(
        "install" in command_roles(command, repository)
        for unit in repository.units.values()
        if unit.kind is UnitKind.DOCUMENTED
        for command in repository.commands_by_unit.get(unit.id, ())
    )
