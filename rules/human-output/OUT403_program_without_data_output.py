"""A program of this repository prints tables, and has no option for data."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.interface import Interface
from agentlint.facts.repository import Repository
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity, Station, Tier

_TABLE = (
    "import click\nfrom rich.console import Console\nfrom rich.table import Table\n\n\n@click.command()\n{option}"
    "def report({argument}):\n    table = Table()\n    table.add_column('name')\n    Console().print(table)\n\n\n"
    "if __name__ == '__main__':\n    report()\n"
)

_MANY = (
    "import click\n\n\n@click.group()\ndef cli():\n    pass\n\n\n@cli.command(name='list')\n{option}def list_items({argument}):\n"
    "    for item in find():\n        click.echo(f'{{item.name}}: {{item.state}}')\n\n\n@cli.command()\n"
    "@click.option('--json', 'as_json', is_flag=True)\ndef export(as_json):\n    write(as_json)\n\n\ncli()\n"
)

RULE = Rule(
    id="OUT403",
    name="program-without-data-output",
    category=Category.HUMAN_OUTPUT,
    summary="A command-line program of this repository prints tables or laid-out text and has no --json or like option.",
    why=(
        "A table is cut to the width of a terminal and changes with it. An agent that uses the program reads columns by guess; "
        "interfaces made for agents raise what they get done (E34)."
    ),
    remediation="Offer --json (or --format json) that prints the same as data.",
    severity=Severity.MINOR,
    confidence=Confidence.MEDIUM,
    cost=Cost(seconds=10, source="E34"),
    station=Station.CHECK,
    evidence=("E34",),
    bad=(
        Bad({"report.py": _TABLE.format(option="", argument="")}, at=("report.py:8",)),
        Bad(
            {
                "tool.py": (
                    "import argparse\nfrom tabulate import tabulate\n\n\ndef main():\n    parser = argparse.ArgumentParser()\n"
                    "    parser.add_argument('--verbose')\n    args = parser.parse_args()\n    print(tabulate([[1, 2]]))\n\n\nmain()\n"
                )
            },
            at=("tool.py:9",),
        ),
        Bad(
            {
                "sources.py": (
                    "import click\n\n\n@click.command()\n@click.pass_obj\ndef sources(app):\n"
                    "    app.display_table('Sources', find(app), force_ascii=True)\n"
                )
            },
            at=("sources.py:7",),
            title="laid out by the project's own console",
        ),
        Bad({"list.py": _TABLE.format(option="@click.option('--width')\n", argument="width")}, at=("list.py:9",)),
        Bad(
            {"many.py": _MANY.format(option="", argument="")},
            at=("many.py:12",),
            title="one command of many; another's --json is not its own",
        ),
    ),
    good=(
        Good(
            {"many.py": _MANY.format(option="@click.option('--format')\n", argument="format")},
            because="the command has a form for programs",
        ),
        Good(
            {"many.py": _MANY.format(option="@output_options\n", argument="csv")},
            because="a decorator of its own brings the option",
        ),
        Good(
            {
                "report.py": _TABLE.format(
                    option="@click.option('--json', 'as_json', is_flag=True)\n", argument="as_json"
                )
            },
            because="it has --json",
        ),
        Good(
            {
                "report.py": _TABLE.format(option="@form_option\n", argument="fmt").replace(
                    "    table = Table()\n", "    if fmt is Format.JSON:\n        return dump()\n    table = Table()\n"
                )
            },
            because="the form is chosen by a value whose option is declared elsewhere",
        ),
        Good({"tests/test_report.py": _TABLE.format(option="", argument="")}, because="test code"),
        Good(
            {
                "hello.py": "import click\n\n\n@click.command()\ndef hello():\n    click.echo('done')\n\n\nhello()\n",
            },
            because="a word of progress is no result",
        ),
        Good(
            {"lib.py": "from rich.table import Table\n\n\ndef table():\n    return Table()\n"},
            because="a library, no program",
        ),
    ),
)


def check(interface: Interface, repository: Repository) -> Iterator[Hit]:
    """Flag programs that print laid-out results and offer no data; plain echoes are a matter of judgement."""
    if interface.test_code or interface.machine_option or not interface.prints:
        return
    name = interface.name or interface.place.path.rsplit("/", 1)[-1]
    yield Hit(
        place=interface.prints[0],
        message=f"`{name}` prints its result for eyes and has no option for data; offer --json",
        unit=interface.unit,
        tier=None if interface.tables else Tier.PEDANTIC,
    )
