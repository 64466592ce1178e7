"""A Python program that asks, with no option or variable beside the question."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.interface import Ask
from agentlint.facts.repository import Repository
from agentlint.judgements.asking.questions import is_unanswerable, question_hit
from agentlint.rule import Bad, Category, Good, Hit, Rule, Severity

RULE = Rule(
    id="INT111",
    name="python-prompt",
    category=Category.INTERACTIVE,
    summary="A Python program asks at the terminal (`input`, `getpass`, `click.confirm`, questionary) and nothing else can answer.",
    why=(
        "`input()` raises EOFError on empty input and hangs on an open pipe or an idle terminal. Where an option, an argument or an "
        "environment variable can give the same answer, a program can use the tool; where none can, only a person can."
    ),
    remediation="Give the answer an option or a variable (`--yes`, `--name`) and ask only if it is missing and `sys.stdin.isatty()`.",
    severity=Severity.BLOCKER,
    references=(
        "https://docs.python.org/3/library/functions.html#input",
        "https://click.palletsprojects.com/en/stable/options/#prompting",
    ),
    bad=(
        Bad({"setup_env.py": 'name = input("Name: ")\nprint(name)\n'}, at=("setup_env.py:1",)),
        Bad(
            {
                "deploy.py": "import click\n\n@click.command()\ndef deploy():\n    click.confirm('Deploy?', abort=True)\n"
            },
            at=("deploy.py:5",),
        ),
        Bad(
            {
                "login.py": "import getpass\n\ndef main():\n    password = getpass.getpass()\n    return password\n\nmain()\n"
            },
            at=("login.py:4",),
        ),
        Bad(
            {"new.py": "from rich.prompt import Confirm\n\nif Confirm.ask('Overwrite?'):\n    pass\n"},
            at=("new.py:3",),
        ),
        Bad(
            {
                "app/audit.py": (
                    "from app.utils import Confirm, console\n\ndef install_scanner(project):\n    if Confirm.ask('Install the scanner?'):\n"
                    "        console.print('Installing')\n"
                )
            },
            at=("app/audit.py:4",),
            title="rich, handed on by a module of the program's own",
        ),
        Bad(
            {"pick.py": "import questionary as q\n\nkind = q.select('Kind', choices=['a', 'b']).ask()\n"},
            at=("pick.py:3",),
        ),
        Bad(
            {
                "quickstart.py": (
                    "def ask(question, default=None):\n    if default:\n        return input(f'> {question} [{default}] ')\n    return input(f'> {question} ')\n\n"
                    "def main():\n    ask('Title?', 'Blog')\n\nmain()\n"
                )
            },
            at=("quickstart.py:3", "quickstart.py:4"),
            title="a default shapes the question and does not answer it",
        ),
        Bad(
            {
                "setup_db.py": "import sys\n\nprint('Drop the tables? [y/N]')\nif sys.stdin.readline().strip() == 'y':\n    drop()\n"
            },
            at=("setup_db.py:4",),
            title="the question is printed first",
        ),
        Bad(
            {"examples/chat.py": "while True:\n    answer(input('You: '))\n"},
            at=("examples/chat.py:2",),
            title="an example that can only be run by a person",
        ),
        Bad(
            {
                "app/guided.py": "import click\n\nclass Guide:\n    def run(self):\n        return click.prompt('Name')\n",
                "app/cli.py": "from app.guided import Guide\n\ndef deploy():\n    Guide().run()\n",
            },
            at=("app/guided.py:5",),
            title="made whatever is given",
        ),
        Bad(
            {
                "app/calendar.py": "class Calendar:\n    def edit(self):\n        return input('Title: ')\n",
                "app/cli.py": (
                    "from app.calendar import Calendar\n\ndef main(args):\n    if args.command in ('config', 'util'):\n        made = None\n"
                    "    else:\n        made = Calendar()\n"
                ),
            },
            at=("app/calendar.py:3",),
            title="made for most of the work",
        ),
        Bad(
            {
                "users.py": (
                    "import argparse\n\ndef check():\n    input('Name: ')\n\ndef main():\n    args = argparse.ArgumentParser().parse_args()\n"
                    "    if args.create:\n        create()\n    elif args.list:\n        show()\n    elif args.check:\n        check()\n\nmain()\n"
                )
            },
            at=("users.py:4",),
            title="one of several works that options ask for",
        ),
        Bad(
            {
                "app/cli.py": (
                    "from app.setup import new_config\n\nclass Cli:\n    def parse(self):\n        if not self._parsed:\n            self._build()\n\n"
                    "    def _build(self):\n        self.command.set_defaults(func=new_config)\n"
                ),
                "app/setup.py": (
                    "from questionary import prompt\n\ndef ask_config():\n"
                    '    return prompt([{"type": "confirm", "name": "dry", "message": "Dry run?"}])\n\ndef new_config(args):\n    save(ask_config())\n'
                ),
            },
            at=("app/setup.py:4",),
            title="a command that is made one under a condition",
        ),
        Bad(
            {
                "plugins.py": (
                    "import argparse\nimport sys\n\nargs = argparse.ArgumentParser().parse_args()\nif args.command in ('list', 'show'):\n"
                    "    show()\n    sys.exit(0)\nif known(args.name):\n    input('Register it again? ')\n"
                )
            },
            at=("plugins.py:9",),
            title="the command that ends before has other work",
        ),
        Bad(
            {"tests/test_login.py": "def test_login(auth):\n    print(auth.url)\n    auth.finish(input('PIN: '))\n"},
            at=("tests/test_login.py:3",),
            title="a suite that asks its tester",
        ),
        Bad(
            {
                "app/ui.py": (
                    "def input_line(prompt):\n    print(prompt, end=' ')\n    try:\n        return input()\n    except EOFError:\n"
                    "        raise RuntimeError('nobody there')\n\ndef input_yn(prompt, require=False):\n"
                    "    return input_line(f'{prompt} (y/n)') == 'y'\n"
                ),
                "app/update.py": "from app import ui\n\ndef update(library):\n    if ui.input_yn('Go on?', True):\n        library.update()\n",
            },
            at=("app/update.py:4",),
            title="helpers that several modules share: it waits where the words are",
        ),
    ),
    good=(
        Good(
            {
                "app/ui.py": "def ask_yn(question):\n    return input(question + ' (y/n)') == 'y'\n",
                "app/remove.py": (
                    "from app import ui\n\ndef remove(items, opts):\n    if not opts.force and not ui.ask_yn('Remove?'):\n        return\n"
                    "    items.clear()\n"
                ),
            },
            because="a helper asks for its callers, and the only one has an option",
        ),
        Good(
            {
                "utils.py": (
                    "FORCE_YES = False\n\n\ndef confirm(question):\n    if FORCE_YES:\n        return True\n"
                    "    return input(question + ' <Yes|No>') == 'yes'\n"
                ),
                "main.py": "import utils\n\n\ndef main(args):\n    utils.FORCE_YES = args['--force']\n    utils.confirm('Go on?')\n",
            },
            because="another module turns the switch on",
        ),
        Good(
            {
                "tests/test_ask.py": "from unittest.mock import patch\n\ndef test_ask():\n    with patch('builtins.input'):\n        input('Name: ')\n"
            },
            because="a stand-in answers",
        ),
        Good(
            {
                "filter.py": "import sys\n\nwhile True:\n    line = sys.stdin.readline()\n    if not line:\n        break\n"
            },
            because="a filter reads its input",
        ),
        Good(
            {
                "deploy.py": (
                    "import argparse\np = argparse.ArgumentParser()\np.add_argument('--yes', action='store_true')\n"
                    "args = p.parse_args()\nif not args.yes:\n    input('Sure? ')\n"
                )
            },
            because="--yes answers",
        ),
        Good({"a.py": "import os\nname = os.environ.get('NAME') or input('Name: ')\n"}, because="a variable answers"),
        Good({"a.py": "import sys\nif sys.stdin.isatty():\n    input('Go on?')\n"}, because="asks only at a terminal"),
        Good(
            {
                "app/console.py": (
                    "import sys\nfrom contextlib import contextmanager\n\nclass Console:\n    @contextmanager\n    def _prompt(self):\n"
                    "        if not sys.stdin or not sys.stdin.isatty():\n            raise OSError('no terminal')\n        yield\n\n"
                    "    def ask(self, text):\n        with self._prompt():\n            return input(text)\n"
                )
            },
            because="the block around is entered at a terminal only",
        ),
        Good(
            {
                "app/play.py": (
                    "from app import ui\n\ndef play(items, config):\n    warning_threshold = config['play']['warning_threshold'].get(int)\n"
                    "    if warning_threshold and len(items) > warning_threshold:\n        if input('Go on? ') == 'n':\n            return\n"
                )
            },
            because="a setting says from where on it asks",
        ),
        Good(
            {"a.py": "import sys\nname = sys.argv[1] if len(sys.argv) > 1 else input('Name: ')\n"},
            because="an argument answers",
        ),
        Good(
            {"a.py": "def ask(name=None):\n    if name is None:\n        name = input('Name: ')\n    return name\n"},
            because="a parameter answers",
        ),
        Good(
            {
                "a.py": "import click\n\n@click.command()\n@click.option('--name', prompt=True)\ndef new(name):\n    print(name)\n"
            },
            because="the prompt of an option is answered by the option",
        ),
        Good(
            {
                "a.py": (
                    "import sys\n\ndef ask(text):\n    return input(text)\n\ndef main(args):\n    if args.interactive:\n        ask('Name: ')\n"
                )
            },
            because="its only caller stands under the option",
        ),
        Good(
            {"a.py": "def run(yes):\n    if yes:\n        return\n    input('Sure? ')\n"},
            because="returns before it asks",
        ),
        Good(
            {"tests/test_app.py": "def test_it(monkeypatch):\n    input('never run')\n"},
            because="a stand-in may answer",
        ),
        Good(
            {
                "app/guided.py": "import click\n\nclass Guide:\n    def run(self):\n        return click.prompt('Name')\n",
                "app/cli.py": "from app.guided import Guide\n\ndef deploy(guided):\n    if guided:\n        Guide().run()\n",
            },
            because="made only where somebody asks to be guided",
        ),
        Good(
            {
                "app/interactive/config.py": (
                    "import click\n\nclass Dialogue:\n    def configure(self):\n        return click.prompt('Value')\n"
                ),
                "app/cli.py": (
                    "import click\nfrom app.interactive.config import Dialogue\n\n@click.command()\n@click.argument('value', required=False)\n"
                    "@click.option('--interactive', is_flag=True)\ndef configure(value, interactive):\n    dialogue = Dialogue()\n"
                    "    if interactive or value is None:\n        dialogue.configure()\n"
                ),
            },
            because="the dialogue of those who ask for one",
        ),
        Good(
            {
                "app/ask.py": "import click\n\ndef which(name):\n    return click.prompt(name)\n",
                "app/guided.py": (
                    "from app.ask import which\n\nclass Guide:\n    def run(self):\n        return which('Name')\n"
                ),
                "app/cli.py": "from app.guided import Guide\n\ndef deploy(guided):\n    if guided:\n        Guide().run()\n",
            },
            because="a helper of the guide, in another module",
        ),
        Good(
            {
                "a.py": "import getpass\n\nclass P:\n    def go(self):\n        if self.args['prompt-for-password'].value:\n            return getpass.getpass()\n\nP().go()\n"
            },
            because="an option by which somebody asks to be asked",
        ),
        Good(
            {
                "a.py": (
                    "import click\nfrom app.constants import EMPTY_PASSWORD_SENTINEL\n\ndef connect():\n    word = find()\n"
                    "    if word == EMPTY_PASSWORD_SENTINEL:\n        word = click.prompt('Password')\n    return word\n\nconnect()\n"
                )
            },
            because="an option given without its value asks to be asked",
        ),
        Good(
            {
                "a.py": (
                    "import click\n\ndef connect(info, sources):\n    if info['password'] is None:\n        sources.add(lambda: click.prompt('Password'))\n\n"
                    "connect(settings(), found)\n"
                )
            },
            because="handed on as the last resort, where nothing has given a password",
        ),
        Good(
            {
                "a.py": (
                    "class RejectPolicy(Policy):\n    def missing(self, key):\n        raise Unknown(key)\n\n"
                    "class AskPolicy(Policy):\n    def missing(self, key):\n        if input('Go on? [y/n] ') != 'y':\n            raise Unknown(key)\n"
                )
            },
            because="one way of several, which a setting chooses",
        ),
        Good(
            {"a.py": "import click\n\ndef prompt(*args, **kwargs):\n    return click.prompt(*args, **kwargs)\n"},
            because="hands its words on, and nobody calls it",
        ),
        Good(
            {"integration/_support/respond.py": "input('What is the password? ')\n"},
            because="a small program that a test starts, and answers",
        ),
        Good({"a.py": "def input(text):\n    return text\n\ninput('x')\n"}, because="a function of its own"),
    ),
)


def check(ask: Ask, repository: Repository) -> Iterator[Hit]:
    """Flag questions of Python programs that nothing else answers."""
    if ask.language == "python" and is_unanswerable(ask):
        yield question_hit(ask, repository)
