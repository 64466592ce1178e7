"""Questions in Python: which call asks, and what answers it beside a person."""

from __future__ import annotations

import pytest

from agentlint.facts.interface import AskKind
from tests.python.reading import read

ASKS = {
    "input('x')": AskKind.LINE,
    "import getpass\ngetpass.getpass()": AskKind.SECRET,
    "from getpass import getpass as ask\nask()": AskKind.SECRET,
    "import click as c\nc.confirm('x')": AskKind.CONFIRM,
    "import click\nclick.edit('x')": AskKind.EDITOR,
    "import typer\ntyper.prompt('x')": AskKind.LINE,
    "from rich.prompt import Confirm\nConfirm.ask('x')": AskKind.CONFIRM,
    "from rich.console import Console\nconsole = Console()\nconsole.input('x')": AskKind.LINE,
    "import questionary\nquestionary.password('x').ask()": AskKind.SECRET,
    "import inquirer\ninquirer.prompt([inquirer.Text('a')])": AskKind.MENU,
    "from InquirerPy import inquirer\ninquirer.select(message='x').execute()": AskKind.MENU,
    "from prompt_toolkit import prompt\nprompt('x')": AskKind.LINE,
    "import pdb; pdb.set_trace()": AskKind.DEBUGGER,
    "breakpoint()": AskKind.DEBUGGER,
}


@pytest.mark.parametrize(("text", "kind"), ASKS.items(), ids=ASKS)
def test_a_question_is_known(text: str, kind: AskKind) -> None:
    (ask,) = read(text).asks
    assert ask.kind is kind
    assert not ask.answerable


NO_QUESTIONS = [
    "def input(x): return x\ninput('x')",
    "from mylib import input\ninput('x')",
    "form.input('x')",
    "x = 'input('? ')'",
    "import click\nclick.echo('x')",
    "prompt('x')",
]


@pytest.mark.parametrize("text", NO_QUESTIONS)
def test_what_only_looks_like_one(text: str) -> None:
    assert not read(text).asks


ANSWERED = [
    "import sys\nif sys.stdin.isatty():\n    input('? ')",
    "import sys\nif not sys.stdin.isatty():\n    raise SystemExit(1)\ninput()",
    "import os\nif not os.environ.get('CI'):\n    input('? ')",
    "import os\nx = os.getenv('X') or input('? ')",
    "import os\nx = os.environ['X'] if 'X' in os.environ else input('? ')",
    "import sys\nx = sys.argv[1] if len(sys.argv) > 1 else input('? ')",
    "args = parser.parse_args()\nif not args.yes:\n    input('? ')",
    "args = parser.parse_args()\nif args.name is None:\n    args.name = input('? ')",
    "args = parser.parse_args()\nname = args.name\nif not name:\n    name = input('? ')",
    "args = parser.parse_args()\nif args.force or input('x') == 'y':\n    go()",
    "args = parser.parse_args()\nif args.yes:\n    go()\nelse:\n    input('? ')",
    "def main(yes=False):\n    if yes:\n        return\n    input('? ')",
    "def main(name=None):\n    while not name:\n        name = input('? ')",
    "def main(**kwargs):\n    if not kwargs.get('no_input'):\n        input('? ')",
    "def handle(self, **options):\n    if options['interactive']:\n        input('? ')",
    "class A:\n    def go(self):\n        if self.interactive:\n            input('? ')",
    "try:\n    input('? ')\nexcept EOFError:\n    pass",
    "def ask():\n    return input('? ')\n\ndef main(batch):\n    if not batch:\n        ask()",
    "def ask():\n    check_no_input('x')\n    return input('? ')",
    "def auth(password):\n    if password == '-':\n        password = input('? ')",
    "import keyring\nsecret = keyring.get_password('a', 'b')\nif secret is None:\n    secret = input('? ')",
]


@pytest.mark.parametrize("text", ANSWERED)
def test_an_answer_beside_the_question(text: str) -> None:
    (ask,) = read(text).asks
    assert ask.answerable


OPEN = [
    "name = ''\nwhile not name:\n    name = input('? ')",
    "choice = input('1 or 2')\n",
    "def main(choices):\n    for choice in choices:\n        input(choice)",
    "def ask():\n    return input('? ')\n\ndef main(batch):\n    if not batch:\n        ask()\n    ask()",
    "done = False\nif not done:\n    input('? ')",
    "try:\n    input('? ')\nexcept KeyboardInterrupt:\n    pass",
    "import os\nif os.path.exists('x'):\n    input('? ')",
    "kind = load()\nif kind == 'a':\n    input('? ')",
]


@pytest.mark.parametrize("text", OPEN)
def test_nothing_answers(text: str) -> None:
    asks = read(text).asks
    assert asks
    assert not asks[-1].answerable


def test_a_question_under_the_answer_to_another() -> None:
    first, second = read("kind = input('kind')\nif kind == 'other':\n    kind = input('which')").asks
    assert not first.answerable
    assert not second.answerable


def test_the_prompt_of_an_option_is_answered_by_it() -> None:
    (ask,) = read("import click\n\n@click.command()\n@click.option('--name', prompt=True)\ndef new(name): ...").asks
    assert ask.bypass == "--name"


@pytest.mark.parametrize(
    "path", ["tests/a.py", "test_a.py", "docs/a.py", "examples/x/a.py", "src/pkg/a_test.py", "conftest.py"]
)
def test_code_of_tests_and_examples(path: str) -> None:
    assert read("input('? ')", path).asks[0].test_code


def test_a_library_function_that_nobody_calls_is_no_entry() -> None:
    assert not read("def ask():\n    return input('? ')", "lib/terminal.py").asks[0].entry
    assert read("def ask():\n    return input('? ')\n\nask()", "lib/terminal.py").asks[0].entry
