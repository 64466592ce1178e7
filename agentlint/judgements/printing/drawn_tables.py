"""The libraries that draw tables, by language, and what shows that a program prints the table it made with one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from agentlint.files.lazily import lazily
from agentlint.files.lines import line_start
from agentlint.files.source import Span

_NEVER = lazily(r"(?!)")
_OWN = r"(?:[pP]rint|[dD]isplay)(?:As)?Table(?:With\w{1,20})?"
"""What programs call a function of their own that draws a table and prints it."""


@dataclass(frozen=True)
class Drawing:
    """How one language draws tables."""

    draws: re.Pattern[str]
    """The library, or a helper of the program's own: looked for in the whole text of a file."""
    shown: str
    """A table that is printed; `{names}` stands for the variables that hold one."""
    head: re.Pattern[str]
    """The head of a function."""
    made: re.Pattern[str] = _NEVER
    """A table that is made, with the name of its variable."""
    program: re.Pattern[str] = _NEVER
    """What shows that a file is a command wherever it stands."""


_OXIDE = r"(?:\w+::)*"
_JAVA_HEAD = lazily(
    r"^[ \t]*(?:public|private|protected|internal|static|async|override|final)[^\n;=]* (\w+)\(|^[ \t]*(?:[a-z]+ )*fun (\w+)\(",
    re.MULTILINE,
)

DRAWINGS = {
    "py": Drawing(
        draws=lazily(
            r"(?:from|import) (?:rich\b|tabulate|prettytable|texttable|terminaltables|beautifultable|asciitable|columnar|veryprettytable|termtables)"
            r"|(?:from|import) [^\n]*\b(?:print|show|display|echo)_(?:\w{1,20}_)?table\b"
        ),
        made=lazily(
            r"^[ \t]*(\w+)(?:: \w+)? = (?:(?:\w+\.)?(?:Table|PrettyTable|Texttable|BeautifulTable|AsciiTable|SingleTable|DoubleTable|Tree|tabulate|columnar)|(?:self\.)?_?\w*_table)\(",
            re.MULTILINE,
        ),
        shown=r"(?:\w+(?:\(\))?\.)*(?:r?print|echo|pprint)\((?:\w+\.)?(?:{names})(?:\.\w+\(\))?\)|(?:\w+\.)*(?:print|echo)\((?:\w+\.)?(?:tabulate|columnar)\("
        r"|(?:\w+\.)*(?:print|show|display|echo)_(?:\w{1,20}_)?table\(",
        head=lazily(r"^[ \t]*(?:async )?def (\w+)", re.MULTILINE),
        program=lazily(r"^(?:import|from) (?:argparse|click|typer|docopt|fire|cyclopts|invoke)\b", re.MULTILINE),
    ),
    "php": Drawing(
        draws=lazily(r"Symfony\\Component\\Console|Illuminate\\Console\\Command|LaravelZero|\\cli\\Table|League\\CLImate"),
        shown=r"\$(?:io|this|style|output|symfonyStyle|this->io|climate)->(?:io->|output->|components->)?(?:table|horizontalTable|definitionList|renderTable)\(|\$(?:this->)?(?:\w*Table|table\w*)->(?:render|display)\(\)"
        r"|\(new Table\((?:[^()]|\([^()]*\))*\)\)(?:\s*->(?!render)\w+\((?:[^();]|\((?:[^()]|\([^()]*\))*\))*\)){0,9}\s*->render\(\)"
        r"|^[ \t]*(?:\\?Laravel\\Prompts\\)?table\(",
        head=lazily(r"\bfunction (\w+)"),
        program=lazily(r"^use Symfony\\Component\\Console\\Helper\\Table;", re.MULTILINE),
    ),
    "rb": Drawing(
        draws=lazily(r"Terminal::Table\.new|TTY::Table\.new|\bprint_table\b|Formatador|\btable_print\b|TablePrint|Hirb"),
        made=lazily(r"^[ \t]*(\w+) = (?:Terminal::Table|TTY::Table)\.new", re.MULTILINE),
        shown=r"(?:puts|say|print)[ (](?:{names})\b|(?:puts|say|print)[ (](?:Terminal|TTY)::Table|(?:shell\.)?print_table[ (]"
        r"|Formatador\.display(?:_compact)?_table[ (]|(?:puts|print)[ (]Hirb::|(?:puts|print)[ (]TablePrint::",
        head=lazily(r"^[ \t]*def ([\w.]+)", re.MULTILINE),
    ),
    "rs": Drawing(
        draws=lazily(
            r"\b(?:comfy_table|prettytable|tabled|cli_table|term_table|ascii_table|tabwriter|tabular)::|\b(?:crate|super)::[\w:]*(?:::Table\b|\{[^}]*\bTable\b)|::print_table\b"
        ),
        made=lazily(
            rf"let (?:mut )?(\w+)(?:: [\w:]+)? = (?:{_OXIDE}(?:Table|AsciiTable|TableBuilder)(?:Builder)?::(?:new|default|from_iter|from|builder)\(|\w*(?:create|make|build|new|get|into)_\w*table\(|table!\()"
        ),
        shown=rf"print(?:ln)?!\(\"\{{(?:{{names}})\}}(?:\\n)?\"|print(?:ln)?!\(\s*\"\{{\}}(?:\\n)?\",\s*&?(?:(?:{{names}})\b|{_OXIDE}Table::new\()|(?:{{names}})\.print(?:std|_stdout|_tty|_table)?\(|print_stdout\(|\bprint_table\(",
        head=lazily(r"\bfn (\w+)"),
        program=lazily(r"\bfn main\(\)|derive\([^)\n]*\b(?:Parser|Args|Subcommand|StructOpt)\b"),
    ),
    "cs": Drawing(
        draws=lazily(r"\bSpectre\.Console|\bConsoleTables?\b|\bBetterConsoleTables\b"),
        made=lazily(r"(\w+) = new (?:Console)?(?:Table|Grid|Tree)\("),
        shown=r"(?:AnsiConsole|_?[cC]onsole|_ansiConsole)\.(?:Write|Render|WriteLine)\((?:{names})(?:\.ToString\(\))?\)|(?:{names})\.Write\((?:Format\.\w+)?\)|ConsoleTable\s*\.From[^\n]*",
        head=_JAVA_HEAD,
        program=lazily(r"\bstatic (?:async )?(?:Task<int>|Task|int|void) Main\(|: (?:Async)?Command<"),
    ),
    "java": Drawing(
        draws=lazily(
            r"\b(?:vandermeer\.asciitable|freva\.asciitable|FlipTable|CommandLine\.Help\.TextTable|springframework\.shell\.table|jakewharton\.picnic|ajalt\.mordant\.table)\b"
        ),
        made=lazily(r"\b(\w+) = (?:new AsciiTable\(|AsciiTable\.getTable\(|[\w.]*TextTable\.for\w+\(|table \{|table\()"),
        shown=r"(?:System\.out\.|out\.|t\.|[tT]erminal(?:\(\))?\.|\b)(?:print(?:ln)?|echo)\((?:(?:{names})(?:\.(?:render|toString)\(\w*\))?\)|AsciiTable\.getTable\(|FlipTable\w*\.\w+\(|table \{)",
        head=_JAVA_HEAD,
        program=lazily(r"\bpicocli\b|\bstatic void main\(|\bfun main\(|ajalt\.clikt|\bjcommander\b"),
    ),
    "swift": Drawing(
        draws=lazily(r"\bimport (?:TextTable|SwiftyTextTable|Table)\b|\bTextTable[(<]"),
        made=lazily(r"(?:let|var) (\w+)(?:: [\w<>]+)? = (?:TextTable|Table)(?:<\w+>)?[( {]"),
        shown=r"\bprint\((?:{names})(?:\.(?:render|string)\([^\n]*|\))|\b(?:{names})\.print\(",
        head=lazily(r"\bfunc (\w+)"),
        program=lazily(r"\bimport ArgumentParser\b|ParsableCommand"),
    ),
    "pl": Drawing(
        draws=lazily(r"\buse Text::(?:ASCII|Simple|ANSI)?Table\b"),
        made=lazily(r"my \$(\w+)\s*= (?:Text::\w*Table->new|new Text::\w*Table)\b"),
        shown=r"(?:print|say)[ (]\s*\$(?:{names})\b",
        head=lazily(r"^sub (\w+)", re.MULTILINE),
        program=lazily(r"\A#!"),
    ),
    "ps1": Drawing(
        draws=lazily(r"\|\s*(?:Format-Table|ft)\b", re.IGNORECASE),
        shown=r"(?:^[^\S\n]*|[^\n]*\|\s*)(?:[fF]ormat-[tT]able|ft)\b",
        head=lazily(r"^function ([\w-]+)", re.MULTILINE | re.IGNORECASE),
        program=lazily(r"^\s*param\s*\(", re.MULTILINE | re.IGNORECASE),
    ),
    "js": Drawing(
        draws=lazily(
            r"(?:from|require\() ?['\"](?:cli-table3?|@oclif/table|easy-table|columnify|text-table|table|as-table|console-table-printer|tty-table|cli-columns|cliui|ascii-table3?|nice-table|turbocolor-table)['\"]"
            rf"|console\.table\(|\bh?ux\.table[<(]|(?:import|require\()[^\n]*\b{_OWN}\b"
        ),
        made=lazily(r"(?:const|let|var) (\w+)(?:: \w+)? = (?:new (?:\w+\.)?\w*Table\w*\(|(?:columnify|textTable|asTable|table)\()"),
        shown=r"(?:(?:console|logger|this|utils|Log|log|consola|out|output|ux|ui|io|term|process\.stdout)\.)?(?:log|info|logger\.info|write|print|output|stdout|line)\((?:{names})(?:\.toString\(\)|\.print\(\)|\.render\(\)|\))|console\.table\("
        r"|(?:console\.log|logger\.info|[lL]og\.log)\((?:columnify|textTable|asTable|table)\(|(?:\w+\.)*(?:h?ux|cli)\.table(?:<[^<>\n]{1,80}>)?\(|\b(?:{names})\.printTable\(|(?<!function )\b"
        + _OWN + r"\(",
        head=lazily(r"\bfunction (\w+)|(?:const|let) (\w+) = (?:async )?\("),
        program=lazily(r"(?:from|require\() ?['\"](?:commander|yargs|cac|meow|@oclif/core|sade|clipanion|citty)['\"/]"),
    ),
    "go": Drawing(
        draws=lazily(
            r"\"[^\"\n]*(?:olekukonko/tablewriter|go-pretty(?:/v\d)?/table|lipgloss(?:/v2)?/table|pterm/pterm|gosuri/uitable|alexeyco/simpletable|rodaine/table|cheynewallace/tabby"
            rf"|apcera/termtables|scylladb/termtables|aquasecurity/table|tomlazar/table|bndr/gotabulate|lensesio/tableprinter|evilsocket/islazy/tui|modood/table)[^\"\n]*\"|\b\w+\.{_OWN}\("
        ),
        made=lazily(
            r"\b(\w+) :?= &?(?:tablewriter\.New(?:Writer|Table)\((?:os\.Stdout|out|w|\w+\.OutOrStdout\(\)|[\w.]*(?:[sS]tdout|Out|[wW]riter))\b|table\.New(?:Writer)?\(|tabby\.New\w*\(|uitable\.New\(|simpletable\.New\(|termtables\.CreateTable\()"
        ),
        shown=r"\b(?:{names})\.(?:Render|RenderTable|Print|PrintRow)\(\)|fmt\.(?:Print(?:ln|f)?|Fprint(?:ln|f)?)\((?:[\w.()]+, ?)?(?:\"%s\\n\", ?)?(?:{names})(?:\.(?:String|Render)\(\))?\)"
        r"|pterm\.DefaultTable\b|tableprinter\.Print\(os\.Stdout|tui\.Table\(os\.Stdout|(?<!func )\b(?:\w+\.)+" + _OWN + r"\(",
        head=lazily(r"^func (?:\([^)]*\) )?(\w+)", re.MULTILINE),
        program=lazily(r"spf13/cobra|urfave/cli|alecthomas/k(?:ong|ingpin)|^package main$", re.MULTILINE),
    ),
}  # fmt: skip
ENDINGS = {
    ".py": "py", ".php": "php", ".rb": "rb", ".rs": "rs", ".cs": "cs", ".js": "js", ".ts": "js", ".mjs": "js", ".cjs": "js",
    ".mts": "js", ".tsx": "js", ".go": "go", ".java": "java", ".kt": "java", ".swift": "swift", ".pl": "pl", ".ps1": "ps1",
}  # fmt: skip
_SHEBANG = lazily(r"#!\s*\S*?(?:env\s+(?:-S\s+)?)?(python|node|bun|ruby|perl|php)")
_INTERPRETED = {"python": "py", "node": "js", "bun": "js", "ruby": "rb", "perl": "pl", "php": "php"}


def language_of(path: str, text: str) -> str:
    """The language of a file by its ending or, without one, by the program that its first line names; "" for others."""
    name = path.rsplit("/", 1)[-1]
    if "." in name:
        return ENDINGS.get(name[name.rfind(".") :], "")
    found = _SHEBANG.match(text[:120])
    return _INTERPRETED[found[1]] if found is not None else ""


_ASIDE = lazily(
    r"[sS]tderr|\berr=True|console\.error|verbose|debug|^\s*(?:(?:export|public|private|protected|static|async|pub|def|fn|func|function|import|from|use|using)\b|//|#|\*)",
    re.IGNORECASE,
)
_HELP = lazily(
    r"help|^_?(?:print_?)?usage$|debug|error|fail|confirm|prompt|^(?:write|print)\w*(?:step|header|banner)$",
    re.IGNORECASE,
)
_APART = 8
"""Lines between two tables of one function that are answers of their own."""


_CALLED = lazily(r"\s*(?!\w*[cC]onsole\.)(?:\w+\.)*(\w+)\(")
"""A call of what may be a function of the file: `Write` of a console is another than the method that calls it."""


def drawn(text: str, language: str) -> Iterator[Span]:
    """The first place of each table that a file makes and prints: in the function that draws, not where it is called."""
    found = list(_places(text, language))
    functions = {function for _, function in found}
    for span, _ in found:
        called = _CALLED.match(text, span.start)
        if called is None or called[1] not in functions:
            yield span


def _places(text: str, language: str) -> Iterator[tuple[Span, str]]:
    drawing = DRAWINGS[language]
    made = {found[1] for found in drawing.made.finditer(text)}
    names = "|".join(sorted(made)) or "no-name"
    before = "" if language == "php" else r"(?<![\w.$])"
    shown = re.compile(rf"{before}(?:{drawing.shown.replace('{names}', names)})[^\n]*", re.MULTILINE)
    heads = [(found.start(), next(group for group in found.groups() if group)) for found in drawing.head.finditer(text)]
    told: dict[int, int] = {}
    for found in shown.finditer(text):
        line = text[line_start(text, found.start()) : found.end()]
        function, name = max((head for head in heads if head[0] < found.start()), default=(-1, ""))
        near = function in told and text.count("\n", told[function], found.start()) < _APART
        if _ASIDE.search(line) or _HELP.search(name):
            continue
        told[function] = found.end()
        if not near:
            start = found.end() - len(found[0].lstrip())
            yield Span(start, found.start() + len(found[0].rstrip())), name
