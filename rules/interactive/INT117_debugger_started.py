"""A debugger's prompt in a script or a CI step."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.judgements.asking.asking import hits, programs_that_wait
from agentlint.rule import Bad, Category, Good, Hit, Rule, Severity

RULE = Rule(
    id="INT117",
    name="debugger-started",
    category=Category.INTERACTIVE,
    summary="A command stops in a debugger (`pytest --pdb`, `gdb` without `-batch`, `playwright test --ui`).",
    why=(
        "At the first failure the run stops at a prompt, and it is a failure that the agent wanted to read about. Without a terminal "
        "the debugger fails and hides the first error; on an open pipe it hangs."
    ),
    remediation="Leave the debugger's flag out of scripts and configurations, or run the debugger in batch mode.",
    severity=Severity.BLOCKER,
    programs=programs_that_wait("debugger"),
    references=("https://docs.pytest.org/en/stable/how-to/failures.html",),
    bad=(
        Bad({"Makefile": "test:\n\tpytest --pdb tests\n"}, at=("Makefile:2",)),
        Bad({"package.json": '{"scripts": {"perf": "node --inspect-brk run.js"}}\n'}, at=("package.json:1",)),
        Bad({"tox.ini": "[testenv]\ncommands = pytest --pdb\n"}, at=("tox.ini:2",)),
        Bad({"crash.sh": "#!/bin/sh\n./build\ngdb ./app\n"}, at=("crash.sh:3",)),
    ),
    good=(
        Good({"Makefile": "debug:\n\tpytest --pdb tests\n"}, because="the target is there to debug"),
        Good(
            {"package.json": '{"scripts": {"perf:inspect": "node --inspect-brk run.js"}}\n'},
            because="the script is there to attach a debugger",
        ),
        Good({"Makefile": "test:\n\tpytest --pdbcls=a:b tests\n"}, because="names the debugger's class only"),
        Good({"crash.sh": "#!/bin/sh\ngdb -batch -ex bt ./app core\n"}, because="batch mode"),
        Good({"crash.sh": "#!/bin/sh\nif [ -t 0 ]; then gdb ./app; fi\n"}, because="only at a terminal"),
    ),
)


def check(command: Command, repository: Repository) -> Iterator[Hit]:
    """Flag debuggers."""
    yield from hits(command, repository, "debugger")
