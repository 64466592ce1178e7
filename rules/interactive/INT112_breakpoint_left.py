"""A breakpoint left in the code."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.interface import Ask, AskKind
from agentlint.facts.repository import Repository
from agentlint.judgements.asking.asking import HANGS
from agentlint.rule import Bad, Category, Good, Hit, Rule, Severity
from agentlint.rule.python_edits import without_statement

RULE = Rule(
    id="INT112",
    name="breakpoint-left",
    category=Category.INTERACTIVE,
    summary="A breakpoint stands in the code (`breakpoint()`, `pdb.set_trace()`, `binding.pry`, `debugger`).",
    why=(
        "The run stops at the debugger's prompt. On empty input Python ends with BdbQuit, an error that says nothing of the change; "
        "on an open pipe or an idle terminal it hangs until the time limit."
    ),
    remediation="Take the breakpoint out, or put it under an option that asks for it.",
    severity=Severity.BLOCKER,
    references=("https://docs.python.org/3/library/functions.html#breakpoint",),
    bad=(
        Bad(
            {"app.py": "def total(items):\n    breakpoint()\n    return sum(items)\n"},
            at=("app.py:2",),
            fixed={"app.py": "def total(items):\n    return sum(items)\n"},
        ),
        Bad(
            {"app.py": "def load():\n    import pdb; pdb.set_trace()\n    return 1\n"},
            at=("app.py:2",),
            fixed={"app.py": "def load():\n    return 1\n"},
        ),
        Bad(
            {"app.py": "import ipdb\n\nfor x in range(3):\n    ipdb.set_trace()\n"},
            at=("app.py:4",),
            fixed={"app.py": "import ipdb\n\nfor x in range(3):\n    pass\n"},
        ),
        Bad(
            {"tests/test_app.py": "def test_total():\n    breakpoint()\n    assert True\n"},
            at=("tests/test_app.py:2",),
            fixed={"tests/test_app.py": "def test_total():\n    assert True\n"},
            title="in a test it stops the suite",
        ),
        Bad(
            {"lib/app/total.rb": "class Total\n  def sum(items)\n    binding.pry\n    items.sum\n  end\nend\n"},
            at=("lib/app/total.rb:3",),
        ),
    ),
    good=(
        Good(
            {"app.py": "import pdb\n\ndef run(debug):\n    if debug:\n        pdb.set_trace()\n"},
            because="an option asks for it",
        ),
        Good({"app.py": "# breakpoint()\nx = 'breakpoint()'\n"}, because="a comment and a text"),
        Good(
            {"tool.py": "import pdb\n\ndef start_debugger():\n    pdb.set_trace()\n"},
            because="the function is there to debug",
        ),
        Good(
            {
                "console.py": (
                    "import bpython\n\n\ndef embed_shell(names):\n    def wrapper(banner=''):\n"
                    "        bpython.embed(locals_=names, banner=banner)\n\n    return wrapper\n"
                )
            },
            because="a function inside of one that is there to open a shell",
        ),
        Good(
            {
                "lib/cli/console.rb": "class Console < Command\n  def run\n    binding.pry(quiet: true)\n  end\nend\n",
                "Rakefile": "task :console do\n  binding.irb\nend\n",
                "bin/console": "#!/usr/bin/env ruby\nrequire 'app'\nbinding.irb\n",
            },
            because="a command, a task and a script that are there to open a shell",
        ),
        Good({"app.py": "def breakpoint():\n    return 1\n\nbreakpoint()\n"}, because="a function of its own"),
    ),
)


def check(ask: Ask, repository: Repository) -> Iterator[Hit]:
    """Flag breakpoints, in tests too."""
    if ask.kind is AskKind.DEBUGGER and not ask.answerable:
        yield Hit(
            place=ask.place,
            message=f"`{ask.api}` stops the run at the debugger's prompt; take it out",
            unit=ask.unit,
            cost=HANGS,
            fix=without_statement(ask.place, repository) if ask.language == "python" else None,
        )
