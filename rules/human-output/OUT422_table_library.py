"""A command of this repository shows its result by a library that draws tables, and has no form for programs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.source import Place
from agentlint.judgements.printing.data_forms import has_data_form, is_benchmark, program_text, told_nearby
from agentlint.judgements.printing.drawn_tables import DRAWINGS, drawn, language_of
from agentlint.judgements.printing.forms_of_functions import around_command
from agentlint.judgements.printing.shown_aside import chosen_from, kept_in_a_file
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity, Station

_PY = (
    "from rich import print as rprint\nfrom rich.table import Table\n\n\ndef call(args, context):\n    table = Table()\n"
    "    for region in find(context):\n        table.add_row(region.id, region.label)\n{shown}\n"
)
_MANY = (
    "import json\n\nfrom rich import print as rprint\nfrom rich.table import Table\n\n\ndef export(args):\n    print(json.dumps(find(args)))\n\n\n"
    "def hosts({named}):\n{more}    table = Table()\n    fill(table)\n\n    rprint(table)\n\n\ndef prune(args):\n    drop(args)\n"
)
_PHP = (
    "<?php\nuse Symfony\\Component\\Console\\Command\\Command;\n\nclass ListCommand extends Command\n{{\n"
    "    protected function execute($input, $output): int\n    {{\n        $io = new SymfonyStyle($input, $output);\n"
    "{form}        $io->table(['Name', 'State'], $this->rows());\n        return 0;\n    }}\n}}\n"
)
_CS = (
    "using Spectre.Console;\n\nclass ListCommand\n{{\n    void Execute()\n    {{\n        var table = new Table();\n"
    "        {form}AnsiConsole.Write(table);\n    }}\n}}\n"
)

_OCLIF = (
    "import {{Command, ux}} from '@oclif/core'\n\nexport default class Hosts extends Command {{\n  static flags = {{{json}app: Flags.app()}}\n"
    "  async run() {{\n    ux.table(await this.find(), {{name: {{}}, state: {{}}}})\n  }}\n}}\n"
)
_GO = (
    'package cmd\n\nimport "github.com/olekukonko/tablewriter"\n\nfunc listHosts(cmd *cobra.Command) {{\n{flag}'
    "\ttable := tablewriter.NewWriter(os.Stdout)\n\tfor _, h := range find() {{\n\t\ttable.Append(h.Row())\n\t}}\n\ttable.Render()\n}}\n"
)
_GO_FILE = (
    'package main\n\nimport "github.com/olekukonko/tablewriter"\n\nfunc main() {\n\tw, err := os.Create(os.Args[1])\n\tcheck(err)\n'
    "\tfor _, one := range tables() {\n\t\ttable := tablewriter.NewTable(w, plain())\n\t\tfill(table, one)\n\t\t_ = table.Render()\n\t}\n}\n"
)
_CF = 'package v7\n\nfunc (cmd AppsCommand) Execute() {\n\tcmd.UI.DisplayTableWithHeader("", cmd.rows(), 3)\n}\n'
_RUST = (
    "use crate::utils::formatting::Table;\n\npub fn execute(m: &ArgMatches) {{\n    let mut table = Table::new();\n"
    "    {form}fill(&mut table);\n    table.print();\n}}\n"
)
_JAVA = (
    "import de.vandermeer.asciitable.AsciiTable;\nimport picocli.CommandLine.Command;\n\nclass Hosts {\n  public void run() {\n"
    "    AsciiTable at = new AsciiTable();\n    System.out.println(at.render());\n  }\n}\n"
)
_SWIFT = (
    "import ArgumentParser\nimport TextTable\n\nstruct Hosts: ParsableCommand {\n  func run() throws {\n    let rows = find()\n"
    "    let table = TextTable<Host> { $0.columns }\n    table.print(rows)\n  }\n}\n"
)

RULE = Rule(
    id="OUT422",
    name="table-library",
    category=Category.HUMAN_OUTPUT,
    summary="A command of this repository draws its result as a table and has no --json or like option.",
    why=(
        "Libraries that draw tables cut and wrap cells to the width of a terminal, which an agent does not have: what it reads "
        "is shortened, and lines of one cell stand apart (E34)."
    ),
    remediation="Offer --json (or --format json) that prints the same as data.",
    severity=Severity.MINOR,
    confidence=Confidence.MEDIUM,
    cost=Cost(seconds=10, source="E34"),
    station=Station.CHECK,
    evidence=("E34",),
    bad=(
        Bad({"tool/plugins/regions.py": _PY.format(shown="    rprint(table)")}, at=("tool/plugins/regions.py:9",)),
        Bad(
            {"app/modes/doctor.py": _PY.format(shown="    rprint(table)").replace("call(", "programs(")},
            at=("app/modes/doctor.py:9",),
            title="what a program says of its own health",
        ),
        Bad({"app/cli.py": _MANY.format(named="args", more="")}, at=("app/cli.py:15",), title="one command of many; another's JSON is not its own"),
        Bad({"src/ListCommand.php": _PHP.format(form="")}, at=("src/ListCommand.php:9",)),
        Bad(
            {
                "recipe/release.php": (
                    "<?php\nuse Symfony\\Component\\Console\\Helper\\Table;\n\ntask('releases', function () {\n"
                    "    (new Table(output()))\n        ->setHeaders([\"Date ($tz)\", 'Release'])\n        ->setRows($rows)\n        ->render();\n});\n"
                )
            },
            at=("recipe/release.php:5",),
            title="made and drawn in one chain",
        ),
        Bad({"src/App.Cli/Reports/Printer.cs": _CS.format(form="").replace(": Command<", ": IPrints<")}, at=("src/App.Cli/Reports/Printer.cs:8",)),
        Bad({"src/ListCommand.cs": _CS.format(form="")}, at=("src/ListCommand.cs:8",)),
        Bad(
            {"lib/app/commands/hosts.rb": "def list\n  table = Terminal::Table.new(rows: rows)\n  puts table\nend\n"},
            at=("lib/app/commands/hosts.rb:3",),
        ),
        Bad(
            {
                "src/commands/list.rs": (
                    'use comfy_table::Table;\n\npub fn list() {\n    let mut table = Table::new();\n    println!("{table}");\n}\n'
                )
            },
            at=("src/commands/list.rs:5",),
        ),
        Bad(
            {
                "src/commands/list.js": (
                    "const Table = require('cli-table3');\n\nmodule.exports = () => {\n  const table = new Table({ head: ['Name'] });\n"
                    "  console.log(table.toString());\n};\n"
                )
            },
            at=("src/commands/list.js:5",),
        ),
        Bad({"src/commands/hosts.ts": _OCLIF.format(json="")}, at=("src/commands/hosts.ts:6",)),
        Bad({"cmd/hosts.go": _GO.format(flag="")}, at=("cmd/hosts.go:10",)),
        Bad({"command/apps.go": _CF}, at=("command/apps.go:4",), title="through a printer of its own"),
        Bad({"src/commands/repos/list.rs": _RUST.format(form="")}, at=("src/commands/repos/list.rs:6",), title="a table of its own"),
        Bad(
            {"src/main/java/app/Hosts.java": _JAVA},
            at=("src/main/java/app/Hosts.java:7",),
        ),
        Bad({"Sources/app/Hosts.swift": _SWIFT}, at=("Sources/app/Hosts.swift:8",)),
        Bad(
            {
                "scripts/agents.ps1": "param([string]$Pool)\n$agents = Get-Agents $Pool\n$agents | Sort-Object Name |\n    Format-Table Name, State\n",
                "bin/deps": "#!/usr/bin/env ruby\nrequire 'terminal-table'\nputs Terminal::Table.new(rows: Deps.load)\n",
                "tasks.py": "from invoke import task\nfrom tabulate import tabulate\n\n\n@task\ndef tags(c):\n    print(tabulate(find(c)))\n",
            },
            at=("scripts/agents.ps1:3", "bin/deps:3", "tasks.py:7"),
            title="scripts of PowerShell, without an ending, and of invoke",
        ),
    ),
    good=(
        Good({"scripts/agents.ps1": "param($Pool, [switch]$AsJson)\nfind $Pool | Format-Table Name\nfind $Pool | ConvertTo-Json\n"}, because="an option gives data"),
        Good({"src/commands/hosts.ts": _OCLIF.format(json="json: Flags.boolean(), ")}, because="it has --json"),
        Good({"cmd/hosts.go": _GO.format(flag='\tcmd.Flags().StringP("output", "o", "", "form")\n')}, because="it has -o"),
        Good({"src/commands/repos/list.rs": _RUST.format(form='if m.get_flag("json") { return; }\n    ')}, because="it has --json"),
        Good({"src/commands/repos/set_refs.rs": _RUST.format(form="")}, because="what it has done is its answer"),
        Good({"pkg/store/hosts.go": "package store\n\nfunc Save(t *Table) {\n\tt.PrintTable(rows)\n}\n"}, because="a library"),
        Good(
            {"tool/plugins/regions.py": _PY.format(shown="    print(json.dumps(rows)) if args.json else rprint(table)")},
            because="it has a JSON form",
        ),
        Good({"app/cli.py": _MANY.format(named="args, json_out", more="    if json_out:\n        return dump(json_out)\n")}, because="that command has one as well"),
        Good({"model/summary.py": _PY.format(shown="    rprint(table)")}, because="a library, no command"),
        Good(
            {"docs_src/printing/table.py": "import click\n" + _PY.format(shown="    rprint(table)")}, because="a page's sample"
        ),
        Good({"tool/plugins/regions.py": _PY.format(shown="    return table")}, because="it is drawn elsewhere"),
        Good({"src/ListCommand.php": _PHP.format(form="        $input->getOption('format');\n")}, because="it has --format"),
        Good(
            {
                "src/DeleteUserCommand.php": _PHP.format(form="").replace(
                    "        return 0;", "        if (!$one = $this->ask('Which one?')) {\n            return 1;\n        }\n        return 0;"
                )
            },
            because="a person is shown it to choose from",
        ),
        Good({"src/ListCommand.cs": _CS.format(form="if (!settings.Json) ")}, because="it has --json"),
        Good({"tools/schema/main.go": _GO_FILE}, because="a document is made of it"),
    ),
)  # fmt: skip

_COMMAND = lazily(
    r"(?:^|/)(?:bin|exe|cli|cmd|commands?|subcommands|clicommand|plugins|console|scripts?|tools?)/|\.(?:cli|console|tool|commandline)/|[_-](?:cli|cmds?|commands?)\.\w+$|Command\.\w+$|(?:^|/)(?:cli|main|__main__|program|check_?up|doctor|diagnos\w+|health_?check|self_?test)\.\w+$",
    re.IGNORECASE,
)
_FORMS = lazily(
    r"(?<!/)json(?!\.(?:Unmarshal|NewDecoder)|/)|['\"]format['\"]|--format|OutputFormat|--output\b|\btable\.flags\(|\bcsv\b|\byaml\b|markdown",
    re.IGNORECASE,
)
_READ_FROM = lazily(
    r"json_decode|(?:quote|escapeshellarg)\(json_encode|(?<=\$)json\b|JSON\.parse|Json\w+\.Deserialize\w*|[\w']+ JSON output|json(?:\.loads?\b|:\")|encoding/json|serde_json::from_\w+|package\.json",
    re.IGNORECASE,
)
"""Data that the command reads, which is no form of its own."""
_INSIDE = lazily(
    r"(?:^|/)(?:hooks|components|pages|views?|ui|templates|widgets|docs?_?(?:src|snippets|examples)|tutorials?|snippets)/",
    re.IGNORECASE,
)
_CHANGES = lazily(
    r"(?:^|/)(?:set|update|create|upload|apply|install|remove|delete|deploy|init|edit)(?:[_-]\w+)?\.\w+$", re.IGNORECASE
)
"""Commands whose answer is what they have done; the table is said on the way."""
_MARKS = ("table", "Table", "tabulate", "columnify", "columnar", "cli-columns", "Hirb")
"""One of them stands in whatever draws a table: a quick refusal."""


def check(whole: Repository, repository: Repository) -> Iterator[Hit]:
    """Flag the first table that each function of a command draws, where its program has no other form."""
    for path in whole.judged:
        benchmark = is_benchmark(path)
        if _INSIDE.search(path) or _CHANGES.search(path):
            continue
        text = program_text(path, repository)
        language = language_of(path, text) if any(mark in text for mark in _MARKS) else ""
        if not language or not (drawing := DRAWINGS[language]).draws.search(text):
            continue
        placed = language != "ps1" and (
            benchmark or _COMMAND.search(path) is not None
        )  # much of it only tells of a machine
        if not (placed or drawing.program.search(text)):
            continue
        found = list(drawn(text, language))
        for span in found[:1] if benchmark else found:
            asked = around_command(text, span.start) if language == "py" else text
            if _has_form(path, asked, language, repository):
                continue
            if (
                told_nearby(path, span, text, repository)
                or chosen_from(text, span)
                or kept_in_a_file(text, span, language)
            ):
                continue
            yield Hit(
                place=Place(path, span),
                message=f"`{' '.join(text[span.start : span.end].split())[:60]}` draws a table, and the command has no form for data; offer --json",
                unit="",
            )


def _has_form(path: str, text: str, language: str, repository: Repository) -> bool:
    """True where this text, the command's part of its file, or its program knows a form for programs."""
    if _FORMS.search(_READ_FROM.sub("", text)):
        return True
    return language != "php" and has_data_form(path, text, language, repository)
