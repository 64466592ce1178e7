"""A page for agents or developers links to a file that is not there."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterator

from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.source import Place, Span
from agentlint.judgements.absences.places_meant import all_folders
from agentlint.judgements.pages.dead_anchors import dead_anchors
from agentlint.judgements.pages.named_links import dead_links, dead_pages
from agentlint.judgements.pages.told_once import told_once
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity, Station

_LINK = lazily(r"\[[^\]\n]{1,200}\]\(([^)\s#]{1,300})(?:#[^)\s]*)?\)")
_SKILL = lazily(r"((?:[^/]+/)*)skills/[^/]+/SKILL\.md")
_OFFERED = lazily(r"\bskills(?:@\w+)? add [^\n]*?--skill[ =]([\w-]+)")
_NO_PATH = lazily(r"[a-z][a-z0-9+.-]*:|/|<|`|\$|\{|\.{3}|(?:url|link|path)$", re.IGNORECASE)
_FENCE = lazily(r"^(```|~~~)", re.MULTILINE)

RULE = Rule(
    id="CTX706",
    name="broken-link-for-agents",
    category=Category.AGENT_CONTEXT,
    summary="AGENTS.md, CONTRIBUTING, a README or a like page links to a file of the repository that does not exist.",
    why="An agent follows the page to the letter; a dead link is a step lost, and the knowledge behind it as well.",
    remediation="Correct or remove the link.",
    severity=Severity.MINOR,
    cost=Cost(seconds=15),
    station=Station.SET_UP,
    bad=(
        Bad({"AGENTS.md": "# Agents\n\nSee [testing](docs/testing.md).\n"}, at=("AGENTS.md:3",)),
        Bad(
            {
                "client/README.md": "# Client\n\nMade by a generator, its pages left out:\n\n"
                + "".join(f"- [Model{number}](docs/Model{number}.md)\n" for number in range(6))
            },
            at=("client/README.md:5",),
        ),
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
        Bad(
            {
                "README.md": "# x\n\nSee [how to develop](docs/develop.md).\n\n[notes]: notes/a.md 'Notes'\n",
                "docs/index.md": "x\n",
            },
            at=("README.md:3", "README.md:5"),
            title="the front page, and a link by reference",
        ),
        Bad(
            {
                "README.md": "# tool\n\n[ci](https://github.com/me/tool/actions)\n",
                "CONTRIBUTING.md": "# x\n\nMend [it](https://github.com/me/tool/blob/main/src/old.js).\n\n[Decisions](https://github.com/me/tool/blob/main/src/adr)\n",
                "doc/RUNNING_TESTS_LINUX.md": "# Run\n\nSee [how to build](BUILDING_LINUX.md).\n",
                "src/new.js": "x\n",
            },
            at=("CONTRIBUTING.md:3", "CONTRIBUTING.md:5", "doc/RUNNING_TESTS_LINUX.md:3"),
            title="by the repository's own address, and a page on how to run its tests",
        ),
        Bad(
            {
                "CONTRIBUTING.rst": "Tests\n=====\n\nSee `the tests\n<tests/README.rst>`_.\n",
                "tests/a.py": "x = 1\n",
            },
            at=("CONTRIBUTING.rst:4",),
        ),
        Bad(
            {
                ".github/pull_request_template.md": "- [ ] Formatted (see [here](https://github.com/me/tool/blob/master/CONTRIBUTING.md#code-formatting))\n",
                "AGENTS.md": "# Agents\n\nSee [how to test](CONTRIBUTING.md#running-tests).\n",
                "CONTRIBUTING.md": "# Contributing\n\n## Tests\n\nRun them all.\n",
                "go.mod": "module github.com/me/tool\n",
            },
            at=(".github/pull_request_template.md:1", "AGENTS.md:3"),
            title="a section that the page does not have any more",
        ),
        Bad(
            {
                "docs/contributing.md": "# Help\n\n- [Operations](api/operations)\n- [Facts](api/facts)\n- [Connectors](api/connectors)\n",
                "docs/api/operations.md": "# Operations\n",
                "docs/api/connectors.rst": "Connectors\n==========\n",
            },
            at=("docs/contributing.md:4",),
            title="a page of a built site, without its suffix, beside others that are there",
        ),
    ),
    good=(
        Good(
            {
                "README.md": "# X\n\nSee [it](src/free\\_way.rb) and [that](docs/a\\_b.md).\n",
                "src/free_way.rb": "x = 1\n",
                "docs/a_b.md": "# A\n",
            },
            because="a backslash before a mark is no part of the path",
        ),
        Good(
            {"docs/README.md": "# Docs\n\nSee [units](time.md#Time units).\n", "docs/time.md": "# Time units\n"},
            because="an address with a blank is no link in Markdown",
        ),
        Good(
            {"README.md": "# x\n\nState is kept in [agents](`Agent`).\n", "mix.exs": "defmodule X do end\n"},
            because="ExDoc links a name in backticks to its module",
        ),
        Good(
            {
                ".github/copilot-instructions.md": "# x\n\nSee the [guide](docs/guide.md).\n",
                "docs/guide.md": "x\n",
            },
            because="written from the root, where agents work",
        ),
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
        Good(
            {"spec/app/Pods/Realm/README.md": "# Realm\n\nSee [here](CONTRIBUTING.md).\n"},
            because="a page of another project",
        ),
        Good({"AGENTS.md": "# Agents\n\nCite it as `[#123](...)`.\n"}, because="a form to fill in"),
        Good({"AGENTS.md": "# Agents\n\n```md\n[x](missing.md)\n```\n"}, because="an example inside a fence"),
        Good(
            {
                "README.md": "# tool\n\nhttps://github.com/me/tool/issues\n\n[a](https://github.com/other/tool/blob/main/x.md)"
                " [b](https://github.com/me/tool/blob/v1/x.md) [c](../../issues) [d](guide/intro) [e](LICENSE.md)\n",
            },
            because="another's, of a tag, of the host, a page of a built site, and nothing to work with",
        ),
        Good(
            {"docs/contributing.md": "# x\n\n[history](UPGRADE.md)\n", "UPGRADE.md": "x\n"},
            because="a page that the site's build takes over from the root",
        ),
        Good(
            {"README.md": "# x\n\n[docs](docs/)\n", "docs/a.md": "x\n"},
            because="a folder that exists, and no agent page",
        ),
        Good(
            {
                "AGENTS.md": "# Agents\n\n[a](CONTRIBUTING.md#2-code-style-) [b](CONTRIBUTING.md#how_tests-run) [c](CONTRIBUTING.md#old) [d](CONTRIBUTING.md#L3) [e](CONTRIBUTING.md#tests-1)\n",
                "CONTRIBUTING.md": "# Contributing\n\n## 2. `Code` [style](STYLE.txt) :art:\n\nHow tests run\n-------------\n\n<a name='old'></a>\n\n### Tests\n",
                "STYLE.txt": "x\n",
            },
            because="the sections are there, by whatever rule their anchors are made",
        ),
        Good(
            {
                "docs/contributing.md": "# Help\n\n- [Operations](api/operations)\n- [Modules](api/modules)\n- [Start](../start)\n",
                "docs/api/operations.md": "# Operations\n",
                ".gitignore": "docs/api/modules.rst\n",
            },
            because="made by the site's build, and what only one other page stands beside",
        ),
    ),
)


def check(repository: Repository, _: Repository) -> Iterator[Hit]:
    """Flag relative links of documents that lead nowhere, and skills that a page offers and that are not there."""
    told: set[tuple[str, int]] = set()
    skills = _pages_of_skills(repository)
    found = (*_links_for_agents(repository, skills), *dead_links(repository), *dead_pages(repository))
    whole: set[tuple[str, str]] = set()
    folders = Counter((place.path, posixpath.dirname(target)) for place, target in found)
    every = dict.fromkeys((*found, *dead_anchors(repository)))
    for (place, target), others in told_once(every, lambda one: (one[0].path, one[1])):
        if (place.path, place.span.start) in told:
            continue
        told.add((place.path, place.span.start))
        folder = posixpath.dirname(target)
        if folders[place.path, folder] < MANY or _stands(folder, place.path, repository):
            yield Hit(place=place, message=f"`{target}` does not exist; correct or remove the link{others}")
        elif (place.path, folder) not in whole:
            whole.add((place.path, folder))
            links = folders[place.path, folder]
            message = f"`{folder}/`, to which {links} links of this page lead, does not exist; correct or remove them"
            yield Hit(place=place, message=message)
    for path in skills:
        source = repository.read(path)
        if source is not None:
            yield from _absent_skills(path, source.text, repository.project.paths)


MANY = 5
"""Links into one folder that is not there: from so many on they are one fault, told at the first."""


def _stands(folder: str, page: str, repository: Repository) -> bool:
    return posixpath.normpath(posixpath.join(posixpath.dirname(page), folder)) in {".", *all_folders(repository)}


def _links_for_agents(repository: Repository, skills: list[str]) -> Iterator[tuple[Place, str]]:
    """Links of agent documents to anything, folders and pages without a suffix included."""
    paths = repository.project.paths
    for path in dict.fromkeys((*repository.project.agent_documents, *skills)):
        source = repository.read(path)
        if source is None or not path.endswith(".md"):
            continue
        for match in _LINK.finditer(source.text):
            target = match[1]
            if _NO_PATH.match(target) or _in_fence(source.text, match.start()):
                continue
            wanted = posixpath.normpath(posixpath.join(posixpath.dirname(path), target)).rstrip("/")
            from_root = posixpath.normpath(target).rstrip("/")
            if path.startswith(".github/copilot-") and (from_root in paths or from_root in all_folders(repository)):
                continue  # agents resolve it from the root, where they work
            if not (wanted.startswith("..") or wanted in paths or wanted in all_folders(repository) or wanted == "."):
                yield Place(path, Span(match.start(), match.end())), target


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
