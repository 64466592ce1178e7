"""A command of this repository shows its result by a library that draws tables, and has no form for programs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.adapters.code.source import is_test_code
from agentlint.facts.repository import Repository
from agentlint.files.source import Place, Span
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity, Station
from agentlint.rule.data_forms import has_data_form, told_nearby
from agentlint.rule.lazily import lazily
from agentlint.rule.scope import aside

_PY = (
    "from rich import print as rprint\nfrom rich.table import Table\n\n\ndef call(args, context):\n    table = Table()\n"
    "    for region in find(context):\n        table.add_row(region.id, region.label)\n{shown}\n"
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
        Bad({"src/ListCommand.php": _PHP.format(form="")}, at=("src/ListCommand.php:9",)),
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
    ),
    good=(
        Good(
            {"tool/plugins/regions.py": _PY.format(shown="    print(json.dumps(rows)) if args.json else rprint(table)")},
            because="it has a JSON form",
        ),
        Good({"model/summary.py": _PY.format(shown="    rprint(table)")}, because="a library, no command"),
        Good({"tool/plugins/regions.py": _PY.format(shown="    return table")}, because="it is drawn elsewhere"),
        Good({"src/ListCommand.php": _PHP.format(form="        $input->getOption('format');\n")}, because="it has --format"),
        Good({"src/ListCommand.cs": _CS.format(form="if (!settings.Json) ")}, because="it has --json"),
    ),
)  # fmt: skip

_COMMAND = lazily(
    r"(?:^|/)(?:bin|exe|cli|cmd|commands?|subcommands|plugins|console|scripts?|tools?)/|[_-](?:cli|cmds?|commands?)\.\w+$|Command\.\w+$|(?:^|/)(?:cli|main|__main__|program)\.\w+$",
    re.IGNORECASE,
)
_ENDINGS = {".py": "py", ".php": "php", ".rb": "rb", ".rs": "rs", ".cs": "cs", ".js": "js", ".ts": "js", ".mjs": "js"}
_DRAWS = {
    "py": lazily(r"(?:from|import) (?:rich\b|tabulate|prettytable|texttable|terminaltables|beautifultable)"),
    "php": lazily(r"Symfony\\Component\\Console|Illuminate\\Console\\Command|LaravelZero"),
    "rb": lazily(r"Terminal::Table\.new|TTY::Table\.new|\bprint_table\b"),
    "rs": lazily(r"\b(?:comfy_table|prettytable|tabled|cli_table|term_table|ascii_table)::"),
    "cs": lazily(r"\bSpectre\.Console|\bConsoleTables?\b"),
    "js": lazily(
        r"(?:from|require\() ?['\"](?:cli-table3?|@oclif/table|easy-table|columnify|text-table|table|as-table|console-table-printer|tty-table)['\"]|console\.table\("
    ),
}
_MADE = {
    "py": lazily(
        r"^[ \t]*(\w+)(?:: \w+)? = (?:(?:\w+\.)?(?:Table|PrettyTable|Texttable|BeautifulTable|AsciiTable|SingleTable|Tree|tabulate)|(?:self\.)?_?\w*_table)\(",
        re.MULTILINE,
    ),
    "rb": lazily(r"^[ \t]*(\w+) = (?:Terminal::Table|TTY::Table)\.new", re.MULTILINE),
    "rs": lazily(r"let (?:mut )?(\w+)(?:: \w+)? = (?:\w+::)*(?:Table|AsciiTable)(?:Builder)?::new\("),
    "cs": lazily(r"(\w+) = new (?:Console)?(?:Table|Grid)\("),
    "js": lazily(r"(?:const|let|var) (\w+)(?:: \w+)? = new (?:\w+\.)?\w*Table\w*\("),
}
_SHOWN = {
    "py": r"(?:\w+\.)*(?:r?print|echo|pprint)\((?:\w+\.)?(?:{names})(?:\.\w+\(\))?\)|(?:\w+\.)*(?:print|echo)\((?:\w+\.)?tabulate\(",
    "php": r"\$(?:io|this|style|output|symfonyStyle)->(?:io->|output->)?(?:table|horizontalTable)\(|\$table\w*->render\(\)",
    "rb": r"(?:puts|say|print)[ (](?:{names})\b|(?:puts|say|print)[ (](?:Terminal|TTY)::Table|(?:shell\.)?print_table[ (]",
    "rs": r"println!\(\"\{{(?:{names})\}}\"|println!\(\"\{{\}}\", ?&?(?:{names})\b|(?:{names})\.print(?:std|_stdout|_tty)\(|print_stdout\(",
    "cs": r"AnsiConsole\.(?:Write|Render)\((?:{names})\)|(?:_?[cC]onsole|_ansiConsole)\.Write\((?:{names})\)|(?:{names})\.Write\(\)",
    "js": r"(?:console|logger|this|utils)\.(?:log|info|logger\.info)\((?:{names})(?:\.toString\(\)|\.print\(\))|console\.table\(|(?:console\.log|logger\.info)\((?:columnify|textTable|table)\(",
}
_ASIDE = lazily(r"stderr|\berr=True|console\.error|verbose|debug", re.IGNORECASE)
_HELP = lazily(r"help|^_?(?:print_?)?usage$|debug|error|fail", re.IGNORECASE)
_APART = 8
"""Lines between two tables of one function that are answers of their own."""
_FORMS = lazily(r"json|['\"]format['\"]|--format|OutputFormat|--output\b|\bcsv\b|\byaml\b|markdown", re.IGNORECASE)
_HEAD = {
    "py": lazily(r"^[ \t]*(?:async )?def (\w+)", re.MULTILINE),
    "php": lazily(r"\bfunction (\w+)"),
    "rb": lazily(r"^[ \t]*def ([\w.]+)", re.MULTILINE),
    "rs": lazily(r"\bfn (\w+)"),
    "cs": lazily(r"^[ \t]*(?:public|private|protected|internal|static|async|override)[^\n;=]* (\w+)\(", re.MULTILINE),
    "js": lazily(r"\bfunction (\w+)|(?:const|let) (\w+) = (?:async )?\("),
}


def check(whole: Repository, repository: Repository) -> Iterator[Hit]:
    """Flag the first table that each function of a command draws, where its program has no other form."""
    for path in whole.judged:
        name = path.rsplit("/", 1)[-1]
        language = _ENDINGS.get(name[name.rfind(".") :], "") if "." in name else ""
        if not language or not _COMMAND.search(path) or is_test_code(path, "") or aside(path):
            continue
        text = repository.text(path)
        if not _DRAWS[language].search(text) or _FORMS.search(text):
            continue
        found = list(_drawn(text, language))
        if found and not (language in {"py", "rb", "rs", "js"} and has_data_form(path, text, language, repository)):
            for span in found:
                if told_nearby(path, span, text, repository):
                    continue
                yield Hit(
                    place=Place(path, span),
                    message=f"`{' '.join(text[span.start : span.end].split())[:60]}` draws a table, and the command has no form for data; offer --json",
                    unit="",
                )


def _drawn(text: str, language: str) -> Iterator[Span]:
    made = {found[1] for found in _MADE[language].finditer(text)} if language in _MADE else set()
    shown = re.compile(
        rf"(?<![\w.])(?:{_SHOWN[language].format(names='|'.join(sorted(made)) or 'no-name')})[^\n]*"
        if language != "php"
        else rf"(?:{_SHOWN[language]})[^\n]*"
    )
    heads = [
        (found.start(), next(group for group in found.groups() if group)) for found in _HEAD[language].finditer(text)
    ]
    told: dict[int, int] = {}
    for found in shown.finditer(text):
        line = text[text.rfind("\n", 0, found.start()) + 1 : found.end()]
        function, name = max((head for head in heads if head[0] < found.start()), default=(-1, ""))
        near = function in told and text.count("\n", told[function], found.start()) < _APART
        told[function] = found.end()
        if not near and not (_ASIDE.search(line) or _HELP.search(name) or line.lstrip().startswith(("#", "//", "*"))):
            yield Span(found.start(), found.start() + len(found[0].rstrip()))
