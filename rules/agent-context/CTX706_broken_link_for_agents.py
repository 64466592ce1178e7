"""A page for agents points at a file that is not there."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from agentlint.facts.repository import Repository
from agentlint.files.source import Place, Span
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity, Station

_LINK = re.compile(r"\[[^\]\n]{1,200}\]\(([^)\s#]{1,300})(?:#[^)\s]*)?\)")
_SKILL = re.compile(r"((?:[^/]+/)*)skills/[^/]+/SKILL\.md")
_OFFERED = re.compile(r"\bskills(?:@\w+)? add [^\n]*?--skill[ =]([\w-]+)")
_FENCE = re.compile(r"^(```|~~~)", re.MULTILINE)

RULE = Rule(
    id="CTX706",
    name="broken-link-for-agents",
    category=Category.AGENT_CONTEXT,
    summary="AGENTS.md (or a like page) links to a file of the repository that does not exist.",
    why="An agent follows its page to the letter; a dead link is a step lost, and the knowledge behind it as well.",
    remediation="Correct or remove the link.",
    severity=Severity.MINOR,
    cost=Cost(seconds=15),
    station=Station.SET_UP,
    bad=(
        Bad({"AGENTS.md": "# Agents\n\nSee [testing](docs/testing.md).\n"}, at=("AGENTS.md:3",)),
        Bad(
            {"CLAUDE.md": "# Notes\n\nStyle: [style guide](STYLE.md#names)\n", "README.md": "# x\n"},
            at=("CLAUDE.md:3",),
        ),
        Bad(
            {
                "README.md": "# Skills\n\n[a](skills/a/SKILL.md)\n[b](skills/b/SKILL.md)\n\n```\nnpx skills add me/tools --skill a\nnpx skills add me/tools --skill b\n```\n",
                "skills/a/SKILL.md": "# a\n",
            },
            at=("README.md:4", "README.md:8"),
            title="a skill that is offered and not there",
        ),
    ),
    good=(
        Good(
            {
                "README.md": "# Skills\n\n[a](skills/a/SKILL.md)\n\n```\nnpx skills add me/tools --skill a\n```\n",
                "skills/a/SKILL.md": "# a\n",
            },
            because="all that it offers is there",
        ),
        Good(
            {"AGENTS.md": "# Agents\n\nSee [testing](docs/testing.md).\n", "docs/testing.md": "# Testing\n"},
            because="it is there",
        ),
        Good(
            {"AGENTS.md": "# Agents\n\nSee [the site](https://example.org/x.md).\n"}, because="not of this repository"
        ),
        Good({"AGENTS.md": "# Agents\n\nCite it as `[#123](...)`.\n"}, because="a form to fill in"),
        Good({"AGENTS.md": "# Agents\n\n```md\n[x](missing.md)\n```\n"}, because="an example inside a fence"),
        Good(
            {"README.md": "# x\n\n[docs](docs/)\n", "docs/a.md": "x\n"},
            because="a folder that exists, and no agent page",
        ),
    ),
)


def check(repository: Repository, _: Repository) -> Iterator[Hit]:
    """Flag relative links of agent documents that lead nowhere, and skills that a page offers and that are not there."""
    paths = repository.project.paths
    folders = {posixpath.dirname(path) for path in paths}
    skills = _pages_of_skills(repository)
    for path in dict.fromkeys((*repository.project.agent_documents, *skills)):
        source = repository.read(path)
        if source is None or not path.endswith(".md"):
            continue
        for match in _LINK.finditer(source.text):
            target = match[1]
            if re.match(r"[a-z][a-z0-9+.-]*:|/|<|\$|\{|\.{3}|(?:url|link|path)$", target, re.IGNORECASE) or _in_fence(
                source.text, match.start()
            ):
                continue
            wanted = posixpath.normpath(posixpath.join(posixpath.dirname(path), target)).rstrip("/")
            if (
                wanted.startswith("..")
                or wanted in paths
                or wanted in folders
                or any(f.startswith(wanted + "/") for f in folders)
            ):
                continue
            yield Hit(
                place=Place(path, Span(match.start(), match.end())),
                message=f"`{target}` does not exist; correct or remove the link",
            )
        if path in skills:
            yield from _absent_skills(path, source.text, paths)


def _pages_of_skills(repository: Repository) -> list[str]:
    """The READMEs in whose folder skills stand."""
    homes = {match[1] or "" for path in repository.project.paths if (match := _SKILL.fullmatch(path))}
    return [path for home in sorted(homes) if (path := home + "README.md") in repository.project.paths]


def _absent_skills(path: str, text: str, paths: frozenset[str]) -> Iterator[Hit]:
    """`npx skills add OWNER/REPO --skill NAME`, beside others that are there."""
    there = {posixpath.basename(posixpath.dirname(other)) for other in paths if other.endswith("/SKILL.md")}
    offered = [match for match in _OFFERED.finditer(text) if match[1] != "*"]
    if there & {match[1] for match in offered}:
        for match in offered:
            if match[1] not in there:
                place = Place(path, Span(match.start(), match.end()))
                yield Hit(place=place, message=f"there is no skill `{match[1]}`; correct or remove the command")


def _in_fence(text: str, at: int) -> bool:
    return len(_FENCE.findall(text, 0, at)) % 2 == 1
