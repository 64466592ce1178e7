"""A Python requirement is the head of somebody's branch."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.lines import line_start
from agentlint.files.source import Place, Span
from agentlint.judgements.pinning.moving_addresses import BRANCH_NAME
from agentlint.judgements.running.scope import aside
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity, Station

_HEAD = lazily(
    r"git\+(?:https|ssh|git)://(?:[^\s\"',;#@/]+@)?[^\s\"',;#@]+(?=[\s\"',;#]|$)"
    r"|git\+(?:https|ssh|git)://[^\s\"',;#]+@" + BRANCH_NAME + r"(?=[\s\"',;#]|$)"
    r"|https://(?:github|gitlab)\.com/[^\s\"',;]+/(?:archive|zipball|tarball)/(?:refs/heads/)?(?:main|master|HEAD|develop)\b[^\s\"',;]*",
    re.MULTILINE,
)
_FILES = lazily(r"(^|[-_.])requirements[^/]*\.(txt|in|pip)$|^pyproject\.toml$|^setup\.(cfg|py)$", re.IGNORECASE)

RULE = Rule(
    id="REP817",
    name="requirement-at-a-branch",
    category=Category.REPRODUCIBILITY,
    summary="A Python requirement is taken from the head of a repository or branch.",
    why="Each push to that branch changes what is installed here, and no commit of this repository says so.",
    remediation="Name a tag or a commit behind `@`, or use a release.",
    severity=Severity.MINOR,
    cost=Cost(seconds=10),
    station=Station.SET_UP,
    references=("https://pip.pypa.io/en/stable/topics/vcs-support/",),
    bad=(
        Bad({"requirements/dev.txt": "pytest==8.2\ngit+https://github.com/x/y.git\n"}, at=("requirements/dev.txt:2",)),
        Bad(
            {"docs/requirements.txt": "sphinx==7.1\ngit+https://github.com/x/theme.git@ours"},
            at=("docs/requirements.txt:2",),
        ),
        Bad({"requirements.txt": "https://github.com/x/y/zipball/main\n"}, at=("requirements.txt:1",)),
        Bad(
            {"pyproject.toml": '[dependency-groups]\ntest = ["y @ git+https://github.com/x/y.git@main"]\n'},
            at=("pyproject.toml:2",),
        ),
    ),
    good=(
        Good(
            {"pyproject.toml": '[tool.tox.env.tests-dev]\ndeps = ["https://github.com/x/y/archive/main.tar.gz"]\n'},
            because="the environment tries the heads of its dependencies",
        ),
        Good(
            {"requirements.txt": "git+https://github.com/x/y.git@v1.2#egg=y\ngit+https://github.com/x/y@deadbeef\n"},
            because="a tag, a commit",
        ),
        Good({"requirements.txt": "# git+https://github.com/x/y.git\n"}, because="a comment"),
        Good(
            {
                "pyproject.toml": '[project]\nname = "a"\ndependencies = ["y @ git+https://github.com/x/y.git"]\n',
                "uv.lock": "version = 1\n",
            },
            because="a lock file holds the commit",
        ),
    ),
)
_TEST_INPUT = lazily(r"(^|/)(tests?|syntax[-_]tests?|syntaxes|e2e)/.+/", re.IGNORECASE)
_TRIES_HEADS = lazily(r"(^|[-_:. ])(dev|devel|main|master|head|nightly|latest|upstream|edge|canary)(?=$|[-_:. ])", re.I)
"""Names of environments that are there to try the heads of dependencies."""
_LOCKS = ("uv.lock", "poetry.lock", "pdm.lock", "pylock.toml")


def check(repository: Repository, _: Repository) -> Iterator[Hit]:
    """Flag each such requirement."""
    paths = repository.project.paths
    for path in repository.judged:
        base = posixpath.basename(path)
        if not (
            _FILES.search(base)
            or (posixpath.basename(posixpath.dirname(path)) == "requirements" and base.endswith(".txt"))
        ):
            continue
        if aside(path) or _TEST_INPUT.search(path):
            continue
        if not base.endswith(".txt") and any(posixpath.join(posixpath.dirname(path), lock) in paths for lock in _LOCKS):
            continue
        source = repository.read(path)
        for match in _HEAD.finditer(source.text) if source is not None else ():
            start = line_start(source.text, match.start()) if source is not None else 0
            if (
                source is None
                or _TRIES_HEADS.search(_section(source.text, match.start()))
                or source.text[start : match.start()].lstrip().startswith("#")
            ):
                continue
            yield Hit(
                place=Place(path, Span(match.start(), match.end())),
                message=f"`{match[0][:80]}` is the head of a branch; name a tag or a commit",
            )


def _section(text: str, offset: int) -> str:
    """The last `[table.name]` before a place, "" where there is none."""
    headers = re.findall(r"^\[+([^\]\n]+)\]+", text[:offset], re.MULTILINE)
    return headers[-1].rsplit(".", 1)[-1] if headers else ""
