"""What Python starts, sleeps, reads from the environment and offers at the command line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentlint.facts.command import Input, Output, Status
from agentlint.facts.unit import UnitKind
from tests.python.reading import read

COMMANDS = {
    "subprocess.run(['git', 'commit'])": ("git", ("commit",)),
    "subprocess.run('git commit', shell=True)": ("git", ("commit",)),
    "subprocess.run('git commit'.split())": ("git", ("commit",)),
    "subprocess.run(shlex.split('git commit'))": ("git", ("commit",)),
    "subprocess.check_call(['pip', 'install'] + packages)": ("pip", ("install", "$@")),
    "subprocess.run([sys.executable, '-m', 'pytest', '-x'])": ("pytest", ("-x",)),
    "subprocess.run(['make', f'-j{jobs}'])": ("make", ("-j${jobs}",)),
    "subprocess.run(['sudo', 'apt-get', 'install', 'x'])": ("apt-get", ("install", "x")),
    "os.system('docker run -it %s' % image)": ("docker", ("run", "-it", "${value}")),
    "os.system(f'docker run {image}')": ("docker", ("run", "${image}")),
    "os.system('docker run {}'.format(image))": ("docker", ("run", "${value}")),
    "command = ['git', 'tag']\nsubprocess.run(command)": ("git", ("tag",)),
    "asyncio.create_subprocess_exec('git', 'fetch')": ("git", ("fetch",)),
}


@pytest.mark.parametrize(("text", "wanted"), COMMANDS.items(), ids=COMMANDS)
def test_a_command_is_read(text: str, wanted: tuple[str, tuple[str, ...]]) -> None:
    found = read(f"import subprocess, os, sys, shlex, asyncio\n{text}").commands[0]
    assert (found.program, found.texts()) == wanted


def test_a_list_that_is_its_own_part_ends() -> None:
    text = "import subprocess\ndef go(cmd, args):\n    args = [cmd] + args\n    subprocess.run(args + args)\n"
    assert len(read(text).commands) == 1


def test_what_surrounds_a_command() -> None:
    text = (
        "import subprocess as sp\n"
        "sp.run(['a'], stdin=sp.DEVNULL, check=True)\n"
        "sp.run(['b'], input='x', capture_output=True)\n"
        "sp.Popen(['c'])\n"
        "sp.run(['d'], timeout=5, cwd='web')\n"
        "sp.check_output(['e'])\n"
    )
    a, b, c, d, e = read(text).commands
    assert (a.input, a.status) == (Input.NULL, Status.COUNTED)
    assert (b.input, b.output, b.status) == (Input.PIPE, Output.CAPTURED, Status.UNCHECKED)
    assert c.background
    assert d.wrappers == ("timeout",)
    assert d.directory == "web"
    assert (e.output, e.status) == (Output.CAPTURED, Status.COUNTED)


def test_the_program_stands_where_the_file_says() -> None:
    text = "import subprocess\nsubprocess.run(['apt-get', 'install', 'x'])\n"
    (command,) = read(text).commands
    assert text[command.program_span.start : command.program_span.end] == "apt-get"


def test_tasks_are_units() -> None:
    found = read(
        "from invoke import task\n\n@task\ndef lint(c):\n    '''Lint.'''\n    c.run('ruff check .')\n", "tasks.py"
    )
    assert [(unit.kind, unit.name) for unit in found.units] == [
        (UnitKind.MODULE, "tasks.py"),
        (UnitKind.TARGET, "lint"),
    ]
    assert found.commands[0].program == "ruff"
    assert found.commands[0].unit == found.units[1].id


SLEEPS = {
    "time.sleep(5)": (5.0, False),
    "time.sleep(2 * 60)": (120.0, False),
    "asyncio.sleep(0.5)": (0.5, False),
    "while not ready():\n    time.sleep(3)": (3.0, True),
    "for _ in range(9):\n    if ready():\n        break\n    time.sleep(3)": (3.0, True),
    "while True:\n    time.sleep(3)": (3.0, False),
    "DELAY = 7\ntime.sleep(DELAY)": (7.0, False),
}


@pytest.mark.parametrize(("text", "wanted"), SLEEPS.items(), ids=SLEEPS)
def test_a_sleep_is_read(text: str, wanted: tuple[float, bool]) -> None:
    (sleep,) = read(f"import time, asyncio\n{text}").sleeps
    assert (sleep.seconds, sleep.polling) == wanted


def test_sleeps_of_unknown_length_are_left_out() -> None:
    assert not read("import time\ntime.sleep(delay)\ntime.sleep(0)").sleeps


READS = {
    "os.environ['TOKEN']": ("TOKEN", True),
    "os.environ.get('TOKEN')": ("TOKEN", False),
    "os.getenv('TOKEN', 'x')": ("TOKEN", False),
    "os.environ['TOKEN'] if 'TOKEN' in os.environ else ''": ("TOKEN", False),
    "try:\n    os.environ['TOKEN']\nexcept KeyError:\n    pass": ("TOKEN", False),
}


@pytest.mark.parametrize(("text", "wanted"), READS.items(), ids=READS)
def test_a_variable_is_read(text: str, wanted: tuple[str, bool]) -> None:
    (found,) = read(f"import os\n{text}").environment_reads
    assert (found.name, found.required) == wanted


def test_a_variable_that_is_set_is_not_read() -> None:
    assert not read("import os\nos.environ['TOKEN'] = 'x'\ndel os.environ['TOKEN']").environment_reads


INTERFACES = {
    "import argparse\np = argparse.ArgumentParser()\np.add_argument('-v', '--json')": ("argparse", "--json"),
    "import argparse\np = argparse.ArgumentParser()\np.add_argument('--format', choices=['text', 'json'])": (
        "argparse",
        "--format",
    ),
    "import argparse\np = argparse.ArgumentParser()\np.add_argument('--output', help='file')": ("argparse", ""),
    "import click\n\n@click.command()\n@click.option('--as-json')\ndef x(as_json): ...": ("click", "--as-json"),
    "import typer\napp = typer.Typer()\n\n@app.command()\ndef x(json: bool = False): ...": ("typer", "--json"),
    "'''Usage: x [--csv]'''\nfrom docopt import docopt\ndocopt(__doc__)": ("docopt", "--csv"),
}


@pytest.mark.parametrize(("text", "wanted"), INTERFACES.items(), ids=INTERFACES)
def test_an_interface_is_read(text: str, wanted: tuple[str, str]) -> None:
    (found,) = read(text).interfaces
    assert (found.framework, found.machine_option) == wanted


def test_tables_are_for_eyes() -> None:
    (found,) = read(
        "import click\nfrom rich.table import Table\n\n@click.command()\ndef show():\n    Table()\n    print(x)\n"
    ).interfaces
    assert found.tables
    assert len(found.prints) == 2


def test_a_broken_module_gives_its_error() -> None:
    found = read("import os\n\nprint 'two'\n")
    assert [(error.line, error.path) for error in found.errors] == [(3, "app/cli.py")]


def test_line_ends_and_marks_do_not_move_places() -> None:
    text = "\ufeff# é\r\nname = 'é' + input('x')\r\n"
    (ask,) = read(text).asks
    assert text[ask.place.span.start : ask.place.span.end] == "input('x')"


@given(st.text(max_size=300))
def test_any_text_gives_facts_or_an_error(text: str) -> None:
    read(text)


PIECES = ["if x:", "    input()", "def f(a):", "    return input()", "try:", "except EOFError:", "    pass", "f(1)", "import subprocess",
          "subprocess.run(['a', *b])", "x = x or input()", "class A:", "    def g(self): self.g()", "lambda: input()", "[input() for x in y]"]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=12))
def test_any_pieces_give_facts_or_an_error(pieces: list[str]) -> None:
    read("\n".join(pieces))
