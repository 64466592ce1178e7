"""The code needs an environment variable that nothing documents."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.facts.interface import EnvironmentRead
from agentlint.facts.repository import Repository
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity, Station, Tier
from agentlint.rule.project_documents import all_documents_text

_GIVEN = re.compile(
    r"^(HOME|PATH|USER|USERNAME|LOGNAME|SHELL|PWD|OLDPWD|TMP|TEMP|TMPDIR|TERM|LANG|LC_.*|DISPLAY|EDITOR|VISUAL|HOSTNAME|APPDATA|LOCALAPPDATA"
    r"|USERPROFILE|PROGRAMFILES.*|SYSTEMROOT|WINDIR|COMSPEC|CI|GITHUB_.*|GITLAB_.*|CI_.*|RUNNER_.*|TRAVIS.*|CIRCLE.*|BUILDKITE.*|JENKINS.*"
    r"|BUILD_.*|AZURE_.*|SYSTEM_.*|AGENT_.*|APPVEYOR.*|CIRRUS.*|DRONE.*|BITBUCKET.*|XDG_.*|VIRTUAL_ENV|CONDA_.*|PYTHON.*|PYTEST_.*|TOX_.*|NOX_.*"
    r"|PRE_COMMIT.*|CARGO.*|OUT_DIR|TARGET|HOST|PROFILE|RUSTC.*|GOPATH|GOROOT|JAVA_HOME|NODE_ENV|npm_.*|INIT_CWD|VERCEL.*|NETLIFY.*|HEROKU.*|READTHEDOCS.*"
    r"|SSH_.*|SUDO_.*|DBUS_.*|WAYLAND.*|COMP_.*|BATS_.*|COLUMNS|LINES|NO_COLOR|FORCE_COLOR|DEBUG|PORT|HTTP_PROXY|HTTPS_PROXY|NO_PROXY|_|ARCH|OS|PS1|BASH.*|ZSH.*|FUNCNAME|RANDOM|SECONDS|UID|EUID|PPID"
    r"|CC|CXX|CFLAGS|CXXFLAGS|CPPFLAGS|LDFLAGS|AR|LD|MAKEFLAGS|MAKE|DESTDIR|PREFIX|SRC_DIR|SDKROOT|MACOSX_DEPLOYMENT_TARGET|REQUEST_METHOD|QUERY_STRING|REMOTE_ADDR|AWS_.*|GOOGLE_.*|DOCKER_.*|KUBERNETES_.*)$"
)

LIKELY = 0.45
"""Below this reach, whether anybody runs the code is a guess, and so is whether the variable matters."""

RULE = Rule(
    id="CTX705",
    name="undocumented-variable",
    category=Category.AGENT_CONTEXT,
    summary="The code requires an environment variable that no document or example file names.",
    why="A run without it fails with a KeyError, and nothing in the repository says what to set it to.",
    remediation="Name it in the README, AGENTS.md or an `.env.example`, with an example value; or give it a default.",
    severity=Severity.MINOR,
    confidence=Confidence.MEDIUM,
    cost=Cost(seconds=40),
    station=Station.SET_UP,
    bad=(
        Bad(
            {"app.py": 'import os\n\nDATABASE = os.environ["APP_DATABASE_URL"]\n', "README.md": "# App\n"},
            at=("app.py:3",),
        ),
        Bad(
            {"deploy.sh": '#!/bin/sh\nset -eu\nexec ship --to "${SHIP_HOST:?}"\n', "README.md": "# Ship\n"},
            at=("deploy.sh:3",),
        ),
    ),
    good=(
        Good(
            {
                "app.py": 'import os\n\nDATABASE = os.environ["APP_DATABASE_URL"]\n',
                ".env.example": "APP_DATABASE_URL=postgres://x\n",
            },
            because="an example file names it",
        ),
        Good({"app.py": 'import os\n\nMODE = os.environ.get("APP_MODE", "dev")\n'}, because="it has a default"),
        Good({"app.py": 'import os\n\nHOME = os.environ["HOME"]\n'}, because="every system sets it"),
        Good(
            {"tests/test_app.py": 'import os\n\ndef test_x():\n    assert os.environ["APP_X"]\n'},
            because="a test sets what it needs",
        ),
    ),
)


def check(read: EnvironmentRead, repository: Repository) -> Iterator[Hit]:
    """Flag the first read of each required variable that is neither given by systems nor named in a document."""
    if not read.required or read.test_code or _GIVEN.match(read.name) or read.name in _named(repository):
        return
    if _first(repository).get(read.name) is not read:
        return
    yield Hit(
        place=read.place,
        message=f"the code needs `{read.name}` and nothing documents it; name it with an example value",
        unit=read.unit,
        tier=Tier.DEFAULT if repository.graph.reach(read.unit) >= LIKELY else Tier.PEDANTIC,
    )


def _first(repository: Repository) -> dict[str, EnvironmentRead]:
    known = repository.memory("first reads")
    if known is None:
        found: dict[str, EnvironmentRead] = {}
        for read in repository.environment_reads():
            if read.required and not read.test_code:
                found.setdefault(read.name, read)
        known = repository.remember("first reads", found)
    assert isinstance(known, dict)
    return known


def _named(repository: Repository) -> frozenset[str]:
    known = repository.memory("named variables")
    if known is None:
        names = set(re.findall(r"\b[A-Z][A-Z0-9_]{2,}\b", all_documents_text(repository)))
        for command in repository.commands:
            names.update(command.environment)
        for pipeline in repository.pipelines:
            names.update(pipeline.environment)
            for job in pipeline.jobs:
                names.update(job.environment)
                for step in job.steps:
                    names.update(step.environment)
        known = repository.remember("named variables", frozenset(names))
    assert isinstance(known, frozenset)
    return known
