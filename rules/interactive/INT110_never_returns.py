"""A command that does not end, where something waits for its end."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.judgements.asking.asking import hits, programs_that_wait
from agentlint.rule import Bad, Category, Good, Hit, Rule, Severity

RULE = Rule(
    id="INT110",
    name="never-returns",
    category=Category.INTERACTIVE,
    summary="A server, watcher or log follower runs in the foreground of something that has to end.",
    why=(
        "`jest --watch`, `tail -f`, `docker compose up` without `-d` run until somebody presses Ctrl-C. In a CI step, a test target "
        "or the middle of a script nobody does, and the run takes the whole time limit."
    ),
    remediation="Use the one-shot form (`vitest run`, `jest --ci`), start servers in the background with a readiness check, or bound it with `timeout`.",
    severity=Severity.BLOCKER,
    programs=programs_that_wait("follow", "watch"),
    evidence=("E8",),
    references=("https://docs.docker.com/reference/cli/docker/compose/up/", "https://vitest.dev/guide/cli"),
    bad=(
        Bad({"package.json": '{"scripts": {"test": "jest --watchAll"}}\n'}, at=("package.json:1",)),
        Bad(
            {
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: docker compose up\n      - run: make test\n"
                )
            },
            at=(".github/workflows/ci.yml:6",),
            fixed={
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: docker compose up -d --wait\n"
                    "      - run: make test\n"
                )
            },
        ),
        Bad({"Makefile": "test:\n\tpython manage.py runserver\n\tpytest\n"}, at=("Makefile:2",)),
        Bad(
            {"wait.sh": "#!/bin/sh\ntail -f build.log\nmake report\n"},
            at=("wait.sh:2",),
            title="the next command never runs",
        ),
        Bad(
            {"check.sh": "#!/bin/sh\nbacon clippy\nmake report\n"},
            at=("check.sh:2",),
            title="a watcher by its own name",
        ),
    ),
    good=(
        Good(
            {
                "noxfile.py": (
                    "import nox\n\n\n@nox.session\ndef doc(session):\n    if not session.interactive:\n        session.run('sphinx-build', 'docs', 'out')\n"
                    "    else:\n        session.run('sphinx-autobuild', 'docs', 'out')\n"
                )
            },
            because="nox is asked whether somebody sits there",
        ),
        Good(
            {"package.json": '{"scripts": {"test:watch": "jest --watch", "dev": "vite"}}\n'},
            because="the names say that they stay",
        ),
        Good(
            {
                "test.sh": "#!/bin/sh\nbundle exec bacon spec/a_spec.rb\npoetry run reflex db migrate\nuvx air lint\nmake report\n"
            },
            because="other programs than the watchers of the same names",
        ),
        Good({"test.sh": "#!/bin/sh\npython manage.py runserver &\npytest\n"}, because="runs in the background"),
        Good({"test.sh": "#!/bin/sh\ntimeout 60 tail -f build.log\nmake report\n"}, because="bounded"),
        Good({"test.sh": "#!/bin/sh\ntail -f build.log | grep -m1 done\nmake\n"}, because="its reader ends it"),
        Good({"Dockerfile": 'FROM node:22\nCMD ["npx", "vite", "preview"]\n'}, because="a container's own process"),
        Good(
            {"Makefile": "up:\n\tdocker compose up\nlogs:\n\tdocker compose logs -f\n"}, because="targets for a person"
        ),
        Good(
            {"test.sh": "#!/bin/sh\ndocker compose up --exit-code-from tests\nmake report\n"},
            because="ends with its container",
        ),
        Good(
            {"test.sh": "#!/bin/sh\ndocker compose -f config/compose-$NODES.yml logs\n"},
            because="that -f names the file",
        ),
        Good({"docker-entrypoint.sh": "#!/bin/sh\n./migrate\nexec gunicorn app:app\n"}, because="an entry point stays"),
    ),
)


def check(command: Command, repository: Repository) -> Iterator[Hit]:
    """Flag endless commands that stand in the way."""
    yield from hits(command, repository, "follow", "watch")
