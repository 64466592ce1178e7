"""How the languages print: what a statement that writes to standard output looks like, and what lays its text out for eyes."""

from __future__ import annotations

import re
from dataclasses import dataclass

from agentlint.files.lazily import lazily


@dataclass(frozen=True)
class Dialect:
    """How one language prints. Each pattern is looked for in one line."""

    prints: re.Pattern[str]
    """A statement that prints to standard output, at the beginning of a line."""
    label: re.Pattern[str]
    """A label before a value: `"Total: ${total}"`."""
    padded: re.Pattern[str]
    """Columns: a value that is filled up to a width, beside another value."""
    program: re.Pattern[str]
    """What shows that a file is a program or a command of one, looked for in its whole text."""
    folders: re.Pattern[str]
    """Folders whose files are commands of a program."""
    function: re.Pattern[str]
    """The head of a function, with its name in one of the groups."""
    bullet: re.Pattern[str]
    """A value behind a mark of a list, or behind blanks: `"  - ${name}"`."""


_LABEL = r"(?:\\[nt]|[\s*•>|-]){0,12}[A-Za-z][\w ()/#'.-]{0,34}?\s{0,12}(?::|=|->|→)(?:\\t|\s){0,20}"
_LABEL_WORDS = r"[A-Z][\w ()/-]{0,34}"
HEADED = r"""[\"'`](?:\\n)?\s?(?:\$\{?[A-Z_]+\}?)?(?:={2,}|-{3,}|#{2,}|\*{3,})\s+[\w\d$"#{%]"""
"""A heading drawn with signs: "=== Same files ==="."""
_BULLET = r"""[\"'`](?:\\[nt]|\s){0,12}(?:(?:[*•‣–-]|\d+[.)])\s{1,3}|\*(?=[%$#{]))"""
FORMAT_COLUMNS = r"%-\d+(?:\.\d+)?[svdqt].*%|%-?\*s.*%|%\d+[svd]\S?\s+%[-\d]*\d[svd]|%\d+d\. %|%-?\$\{?\w+\}?[sd].*%|%-?#\{\w+\}[sd].*%"
_CLI_FOLDERS = r"(?:^|/)(?:bin|exe|cmd|cli|commands?|clicommand|subcommands)/"

DIALECTS = {
    "go": Dialect(
        lazily(
            r"\s*(?:_, _ = )?fmt\.(?:Print(?:f|ln)?\(|Fprint(?:f|ln)?\((?:os\.Stdout|t?w|tr|tab\w*|out|stdout|\w+\.OutOrStdout\(\)|[\w.]*[wW]riter),|(?:\w+\.)*(?:[uU][iI]|term|terminal|printer|streams)\.(?:Output|Info|Print(?:f|ln)?|Say)\(|print[A-Z]\w*\(|cmd\.Print(?:f|ln)?\(|log\.Print(?:f|ln)?\()"
        ),
        lazily(rf'"{_LABEL}(?:%[-+#\d.]*[svdqtxfg]|"\s*[,+])'),
        lazily(
            rf'"[^"]*(?:{FORMAT_COLUMNS})'
            r'|(?:Fprint\w*|\b[uU][iI]\.\w+)\([^"]*(?:"[^"]*%[-\d.]*[svdq](?:\\t)+\*?%[-\d.]*[svdqt]|"[^"%]*\w\\t[\w= -][^"%]*\\t|[^"]*strings\.Join\([^"]*"\\t"\))'
        ),
        lazily(r"spf13/cobra|urfave/cli|alecthomas/king(?:pin|ong)|^package main$|\bflag\.Parse\(\)", re.MULTILINE),
        lazily(_CLI_FOLDERS),
        lazily(r"^func (?:\([^)]*\) )?(\w+)"),
        lazily(rf'{_BULLET}%[svdq]|"(?:\\[nt]| ){{2,12}}%[svdq]\\n"'),
    ),
    "js": Dialect(
        lazily(
            r"\s*(?:console\.(?:log|info|table)|process\.stdout\.write|(?:this\.)?(?:log|logger\.(?:log|info)|(?:ui|ux|Log|out|output|consola|term|terminal)\.(?:log|info|output|write|print|line|stdout)|stdout\.write))\("
        ),
        lazily(
            rf"""`{_LABEL}\$\{{|["']{_LABEL}["']\)?\s*[,+]|\$\{{(?:\w+\.)*\w+\(['"]{_LABEL_WORDS}:?['"]\)\}}:?\s*\$\{{"""
        ),
        lazily(r"\.pad(?:End|Start)\(.*(?:\.pad(?:End|Start)\(|\$\{)|\$\{.*\.pad(?:End|Start)\("),
        lazily(
            r"^#!|\bfrom ['\"](?:commander|yargs|cac|meow|citty|clipanion|sade|minimist|arg|@oclif/core)\b"
            r"|require\(['\"](?:commander|yargs|cac|meow|sade|minimist|arg|@oclif/core)\b|process\.argv\.slice|\bparseArgs\b"
        ),
        lazily(_CLI_FOLDERS),
        lazily(
            r"^\s*(?:export\s+)?(?:default\s+)?(?:async\s+)?(?:function\*?\s+(\w+)|(?:const|let)\s+(\w+)\s*=\s*(?:async\s*)?\((?:.*=>|[\w\s{,]*$))"
        ),
        lazily(rf"{_BULLET}\$\{{|[`](?:\\t| ){{2,12}}\$\{{"),
    ),
    "py": Dialect(
        lazily(
            r"\s*(?:print_?|r?print|(?:pprint\.)?pprint|pr|cprint|echo|out|display_pair|write_line|(?:click|typer)\.(?:secho|echo)|self\._?print|(?:\w+\.)*console\.print|(?:\w+\.)*_?stdout(?:\.write|_write)"
            r"|(?:\w+\.)*(?:_?ui|io|term|terminal|tty|printer|output|reporter)\.(?:write|writeln|print_?|echo|say|line|info|output)|stdout_write)\("
        ),
        lazily(
            rf"""f["']{{1,3}}{_LABEL}(?:\[[^\]]*\])?\{{|["']{_LABEL}["']\s*[,+]|["']{_LABEL}%[\d.]*[sdrf]|["']{_LABEL}\{{[\w:.]{{0,8}}\}}.{{0,80}}\.format\("""
        ),
        lazily(
            rf"""["'][^"']*(?:{FORMAT_COLUMNS})|\{{[^{{}}]*:\s*[<>^](?:\d+|\{{\w+\}})[^{{}}]*\}}.*\{{|\{{.*\{{[^{{}}]*:\s*[<>^]\d+|\bpprint\((?![^\n]*(?:stderr|file=))|\.[lr]just\(.*(?:\.[lr]just\(|\{{)"""
        ),
        lazily(
            r"\b(?:argparse|optparse|click|typer|docopt|fire|sys\.argv)\b|__name__ == ['\"]__main__|def (?:do|cmd)_\w+\((?:self, )?(?:args|opts|options)\b"
        ),
        lazily(_CLI_FOLDERS),
        lazily(r"^\s*(?:async )?def (\w+)"),
        lazily(
            rf"""f{_BULLET}\{{|f["']\{{["'][*>+✓x→]["'] if |{_BULLET}(?:%s|["']\s*\+|\{{\w*\}})|f["'](?:\\t| ){{2,12}}\{{|["'](?:\\t| ){{2,12}}["']\s*\+"""
        ),
    ),
    "rb": Dialect(
        lazily(r"\s*(?:\$stdout\.|STDOUT\.|shell\.|ui\.|UI\.|out\.|output\.)?(?:puts|printf|print|say|info)[ (]"),
        lazily(rf'"{_LABEL}#\{{'),
        lazily(rf"""["'][^"']*(?:{FORMAT_COLUMNS}|%-#\{{\w+\}}s)|\.[lr]just\(|#\{{['"] ['"] \* """),
        lazily(r"^#!.*ruby|\bOptionParser\b|\bThor\b|\bARGV\b|require ['\"]optparse['\"]"),
        lazily(_CLI_FOLDERS),
        lazily(r"^\s*def (?:self\.)?(\w+[?!]?)"),
        lazily(rf"{_BULLET}#\{{|[\"](?:\\t| ){{2,12}}#\{{"),
    ),
    "sh": Dialect(
        lazily(
            r"\s*(?:echon?|printf|[a-z_]+_echo_(?:plain|no_colou?r|bold))\s|\s*(?=[^#\s][^\n]{3,300}\|\s*nl(?:\s+-\w\s?(?:'[^']{0,6}'|[\"'][^\"]{0,6}\"|[^\s'\"]+)){0,3}\s*$)|(?=[^#\n]{1,300}\|\s*column\s+(?:-\w+\s+(?:[\"'][^\"']*[\"']\s+)?)*-\w*t)"
        ),
        lazily(rf"""["']{_LABEL}[^"']{{0,20}}\$[\w{{(]"""),
        lazily(rf"""printf\s+["'][^"']*(?:{FORMAT_COLUMNS})|\|\s*(?:column\s+-|nl\b)"""),
        lazily(r""),
        lazily(_CLI_FOLDERS),
        lazily(r"^\s*(?:function\s+([\w:.-]+)|([\w:.-]+)\s*\(\s*\))"),
        lazily(rf"""{_BULLET}\$[\w{{(]|["'](?:\\t| ){{2,12}}\$[\w{{(]"""),
    ),
    "fish": Dialect(
        lazily(r"\s*(?:echo|printf)\s"),
        lazily(rf"""["']{_LABEL}[^"']{{0,20}}\$\w|["']{_LABEL}["']?\s*\("""),
        lazily(rf"""printf\s+["'][^"']*(?:{FORMAT_COLUMNS})|\|\s*column\s+-"""),
        lazily(r""),
        lazily(r"(?:^|/)(?:bin|cli|cmd|commands?|functions)/"),
        lazily(r"^\s*function\s+([\w:.-]+)"),
        lazily(rf"""{_BULLET}\$\w|["'](?:\\t| ){{2,12}}\$\w"""),
    ),
    "rs": Dialect(
        lazily(
            r"\s*(?:(?:println|print)!\(|write(?:ln)?!\(\s*(?:&mut )?(?:[\w.]+\.)?(?:stdout(?:\(\))?|out|handle|w|t|tw|writer|term)(?:\.lock\(\))?,)"
        ),
        lazily(rf'"{_LABEL}\{{|"\s*\{{\}}:?\s+\{{[^"]*",\s*(?:style\()?"{_LABEL_WORDS}:?"'),
        lazily(r'"[^"]*\{[\w.]*:[<>^](?:\d|\w+\$)[^"]*\{|"[^"]*\{[^"]*\{[\w.]*:[<>^](?:\d|\w+\$)'),
        lazily(r"\bclap\b|\bstructopt\b|\bargh\b|\bfn main\(\)"),
        lazily(_CLI_FOLDERS),
        lazily(r"^\s*(?:pub(?:\([\w ]+\))? )?(?:async )?fn (\w+)"),
        lazily(rf"{_BULLET}\{{|[\"](?:\\t| ){{2,12}}\{{"),
    ),
    "pl": Dialect(
        lazily(r"\s*(?:print|printf|say)[ (]\s*(?:STDOUT\s+)?[\"']|\s*printf[ (]"),
        lazily(rf'"{_LABEL}[$@]'),
        lazily(rf'printf[ (]\s*["\'][^"\']*(?:{FORMAT_COLUMNS})|printf[ (].*%\d+s.*%\d+[sd]'),
        lazily(r"\A#!"),
        lazily(_CLI_FOLDERS),
        lazily(r"^\s*sub (\w+)"),
        lazily(rf"{_BULLET}[$@]"),
    ),
    "c": Dialect(
        lazily(r"\s*(?:std::)?(?:printf\(|fprintf\(\s*stdout,)"),
        lazily(rf'"{_LABEL}%[-+#\d.]*l{{0,2}}[sdufgxi]'),
        lazily(rf'"[^"]*(?:{FORMAT_COLUMNS}|%-\d+s)'),
        lazily(r"\bint main\("),
        lazily(_CLI_FOLDERS),
        lazily(r"^\s*(?:static |virtual )?(?:void|int|bool|double) (?:\w+::)?(\w+)\("),
        lazily(rf"{_BULLET}%s"),
    ),
    "d": Dialect(
        lazily(r"\s*(?:(?:std\.stdio\.)?write(?:f?ln|f)|addLogEntry)\("),
        lazily(rf'"{_LABEL}"\s*[,~]'),
        lazily(rf'"[^"]*(?:{FORMAT_COLUMNS})'),
        lazily(r"\bgetopt\b|\bvoid main\(|\bint main\(|\bmodule \w+"),
        lazily(_CLI_FOLDERS),
        lazily(r"^\s*(?:void|int|bool|string|auto) (\w+)\("),
        lazily(rf'{_BULLET}",|"(?:\\t| ){{2,12}}",'),
    ),
}

_ANY_CASE_FOLDERS = r"(?:^|/)(?:[Bb]in|[Cc]li|CLI|[Cc]md|[Cc]ommands?|[Cc]onsole)/"
_JAVA_METHOD = r"^\s*(?:(?:public|private|protected|internal|static|final|async|override|virtual|sealed|synchronized)\s+)+[\w<>\[\], ?]+\s(\w+)\("
_JVM_PROGRAM = lazily(
    r"\bpicocli\b|\bstatic void main\(|^\s*(?:suspend )?fun main\(|ajalt\.clikt|\bjcommander\b|kotlinx\.cli|args4j|commons\.cli|airlift\.airline",
    re.MULTILINE,
)
DIALECTS |= {
    "cs": Dialect(
        lazily(
            r"\s*(?:(?:await )?(?:System\.)?(?:(?:\w+\.)?_?(?:[A-Z][a-z]+)?[cC]onsole(?:\.Out)?|(?:Reporter\.)?_?(?:[sS]td)?[oO]ut(?:put)?|_?[wW]riter)|(?=\.Write))\.(?:Write(?:Line)?|Markup(?:Line)?)(?:Interpolated)?(?:Async)?\("
        ),
        lazily(rf'\$@?"{_LABEL}\{{|\{{\w*(?:Color|Style|Bold)\("[\w ]+:?"\)\}}:?\s*\{{|"{_LABEL}(?:\{{\d|"\s*[,+])'),
        lazily(
            r"\{[\w.()\"]+,\s*-?\d+(?::[^{}]*)?\}.*\{|\{.*\{[\w.()]+,\s*-?\d+(?::[^{}]*)?\}|\.Pad(?:Left|Right)\(.*(?:\.Pad(?:Left|Right)\(|\{|\+)"
        ),
        lazily(
            r"\bstatic (?:async )?(?:Task<int>|Task|int|void) Main\(|System\.CommandLine|CommandLineUtils|\bCommandLine;|Spectre\.Console\.Cli|\bCocona\b|ConsoleAppFramework|(?<![\w.])args(?:\[\d\]|\.Length)"
        ),
        lazily(_ANY_CASE_FOLDERS),
        lazily(_JAVA_METHOD),
        lazily(rf'{_BULLET}\{{|\$@?"(?:\\t| ){{2,12}}(?:-> )?\{{'),
    ),
    "java": Dialect(
        lazily(
            r"\s*(?:System\.out|(?:std)?out|(?:this\.)?(?:console|terminal|pw|writer)|[\w.()]*getOut\(\))\.(?:print(?:ln|f)?|format|writer\(\)\.println)\("
        ),
        lazily(rf'"{_LABEL}(?:"\s*\+|%[-\d.]*[sdf])'),
        lazily(rf'"[^"]*(?:{FORMAT_COLUMNS})|\.(?:left|right)?[pP]ad(?:End|Start)?\(.*\+'),
        _JVM_PROGRAM,
        lazily(_ANY_CASE_FOLDERS),
        lazily(_JAVA_METHOD),
        lazily(rf'{_BULLET}(?:"\s*\+|%s)'),
    ),
    "kt": Dialect(
        lazily(r"\s*(?:(?:(?:System\.)?out|console|terminal|t)\.)?(?:print(?:ln|f)?|echo)\("),
        lazily(rf'"{_LABEL}(?:\$|"\s*\+|%[-\d.]*[sdf])'),
        lazily(
            rf'"[^"]*(?:{FORMAT_COLUMNS})|\.pad(?:End|Start)\(.*(?:\.pad(?:End|Start)\(|\$|\+)|\$.*\.pad(?:End|Start)\('
        ),
        _JVM_PROGRAM,
        lazily(_ANY_CASE_FOLDERS),
        lazily(r"^\s*(?:[a-z]+ )*fun (?:\w+\.)?(\w+)\("),
        lazily(rf'{_BULLET}\$|"(?:\\t| ){{2,12}}\$'),
    ),
    "swift": Dialect(
        lazily(r"\s*print\("),
        lazily(rf'"{_LABEL}\\\('),
        lazily(
            rf'"[^"]*(?:{FORMAT_COLUMNS})|\.(?:padding\(toLength|padded|(?:left|right)[pP]ad\w*|pad(?:Left|Right)\w*)\b'
        ),
        lazily(r"\bimport (?:ArgumentParser|SwiftCLI|Commander|Guaka|TSCUtility)\b|CommandLine\.arguments|\A#!"),
        lazily(_ANY_CASE_FOLDERS),
        lazily(r"^\s*(?:@?\w+ )*func (\w+)"),
        lazily(rf"{_BULLET}\\\("),
    ),
    "php": Dialect(
        lazily(
            r"\s*(?:echo\b|printf?\b|\\?(?:WP_CLI|CLI|\\cli)::(?:line|log|out|write)\(|\$(?:this->)?(?:io|style|\w*[oO]utput|cli|climate|printer)->(?:writeln|write|text|line|out|info|println)\("
            r"|\$this->(?:line|info|writeln|out|stdout|println|output->writeln|getIO\(\)->write)\()"
        ),
        lazily(
            rf"""["'] {{0,4}}<[\w=;/]+>[\w ()/-]{{1,34}}</[\w=;]*>\s{{0,24}}:\s{{0,8}}(?:%|\{{?\$|["']\s*[.,])|["'](?:<[\w=;/]+>)?{_LABEL}(?:</?[\w=;]*>\s*){{0,3}}(?:%[-\d.]*[sdf]|\{{?\$|["']\s*[.,])"""
        ),
        lazily(rf"""["'][^"']*(?:{FORMAT_COLUMNS})|str_pad\(.*(?:str_pad\(|\.\s*\$)"""),
        lazily(
            r"Symfony\\Component\\Console|Illuminate\\Console|\A#!|\$argv\b|\bWP_CLI\b|\bgetopt\(|league/climate|yii\\console"
        ),
        lazily(_ANY_CASE_FOLDERS),
        lazily(r"^\s*(?:(?:public|private|protected|static|final)\s+)*function (\w+)"),
        lazily(rf"{_BULLET}(?:<\w+>)?(?:%s|\{{?\$|[\"']\s*\.)"),
    ),
}
