"""An interpreter or client started with nothing to do: it opens its prompt."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.judgements.asking.asking import hits, programs_that_wait
from agentlint.rule import Bad, Category, Good, Hit, Rule, Severity

RULE = Rule(
    id="INT113",
    name="repl-opened",
    category=Category.INTERACTIVE,
    summary="A shell, an interpreter or a database client is started without a command and opens its prompt.",
    why=(
        "`psql`, `redis-cli`, `python`, `manage.py shell` without a statement wait for somebody to type one. With empty input they "
        "end at once and nothing was done; on an open pipe or an idle terminal they hang."
    ),
    remediation="Give the statement or the file (`psql -c`, `python -c`, `manage.py shell -c`), or feed it by a here-document.",
    severity=Severity.BLOCKER,
    programs=programs_that_wait("repl"),
    references=("https://www.postgresql.org/docs/current/app-psql.html",),
    bad=(
        Bad({"load.sh": "#!/bin/sh\ncreatedb app\npsql app\n./load\n"}, at=("load.sh:3",)),
        Bad({"Makefile": "setup:\n\tpython manage.py dbshell\n"}, at=("Makefile:2",)),
        Bad({"prepare.sh": "#!/bin/sh\nredis-cli -h cache\n./start\n"}, at=("prepare.sh:2",)),
        Bad({"package.json": '{"scripts": {"prepare": "mongosh"}}\n'}, at=("package.json:1",)),
        Bad({"setup.sh": "#!/bin/sh\npoetry install\npoetry shell\nmake\n"}, at=("setup.sh:3",)),
    ),
    good=(
        Good(
            {
                "setup.sh": "#!/bin/bash\nif $(command -v python3 > /dev/null 2>&1); then\n  python3 setup.py build\nfi\n"
            },
            because="its output goes nowhere, so that nothing is left to run",
        ),
        Good({"db.sh": "#!/bin/sh\npsql app -f schema.sql\n"}, because="runs a file"),
        Good({"db.sh": "#!/bin/sh\npsql app <<EOF\nselect 1;\nEOF\n"}, because="fed by a here-document"),
        Good({"db.sh": "#!/bin/sh\npsql app < schema.sql\n"}, because="fed by a file"),
        Good({"db.sh": "#!/bin/sh\ngunzip -c dump.gz | psql app\n"}, because="fed by a pipe"),
        Good({"Makefile": "dbshell:\n\tpsql app\n"}, because="the target is there to open a prompt"),
        Good({"db.sh": "#!/bin/sh\npsql $PSQL_ARGS\n"}, because="the arguments may hold the statement"),
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: python\n"
                )
            },
            because="a step has empty input: the prompt ends at once",
        ),
    ),
)


def check(command: Command, repository: Repository) -> Iterator[Hit]:
    """Flag prompts of interpreters."""
    yield from hits(command, repository, "repl")
