"""Where the text of a program prints its results laid out for eyes: padded columns, blocks of "Label: value" lines.

It is read line by line, for any language whose print statements can be told by how they begin: what is laid out stands in the
text that is printed, and needs no grammar.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from agentlint.files.source import Span
from agentlint.rule.lazily import lazily


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


_LABEL = r"(?:\\[nt]|[\s*•>|-]){0,12}[A-Za-z][\w ()/#'.-]{0,34}?\s{0,12}(?::|=|->|→)\s{0,20}"
_HEADED = r"""[\"'`](?:\\n)?\s?(?:\$\{?[A-Z_]+\}?)?(?:={2,}|-{3,}|#{2,}|\*{3,})\s+[\w\d$"#{%]"""
"""A heading drawn with signs: "=== Same files ==="."""
_BULLET = r"""[\"'`](?:\\[nt]|\s){0,12}(?:(?:[*•‣–-]|\d+[.)])\s{1,3}|\*(?=[%$#{]))"""
_FORMAT_COLUMNS = r"%-\d+(?:\.\d+)?[svdqt].*%|%-?\*s.*%|%\d+[svd]\S?\s+%[-\d]*\d[svd]|%\d+d\. %|%-?\$\{?\w+\}?[sd].*%|%-?#\{\w+\}[sd].*%"
_CLI_FOLDERS = r"(?:^|/)(?:bin|exe|cmd|cli|commands?|clicommand|subcommands)/"

DIALECTS = {
    "go": Dialect(
        lazily(
            r"\s*(?:_, _ = )?fmt\.(?:Print(?:f|ln)?\(|Fprint(?:f|ln)?\((?:os\.Stdout|t?w|tab\w*|out|stdout|\w+\.OutOrStdout\(\)|[\w.]*Writer),|(?:\w+\.)*(?:[uU][iI]|term|terminal|printer|streams)\.(?:Output|Info|Print(?:f|ln)?|Say)\(|cmd\.Print(?:f|ln)?\(|log\.Print(?:f|ln)?\()"
        ),
        lazily(rf'"{_LABEL}(?:%[-+#\d.]*[svdqtxfg]|",)'),
        lazily(
            rf'"[^"]*(?:{_FORMAT_COLUMNS})'
            r'|(?:Fprint\w*|\b[uU][iI]\.\w+)\([^"]*(?:"[^"]*%[-\d.]*[svdq](?:\\t)+\*?%[-\d.]*[svdqt]|"[^"%]*\w\\t[\w= -][^"%]*\\t)'
        ),
        lazily(r"spf13/cobra|urfave/cli|alecthomas/king(?:pin|ong)|^package main$|\bflag\.Parse\(\)", re.MULTILINE),
        lazily(_CLI_FOLDERS),
        lazily(r"^func (?:\([^)]*\) )?(\w+)"),
        lazily(rf'{_BULLET}%[svdq]|"(?:\\[nt]| ){{2,12}}%[svdq]\\n"'),
    ),
    "js": Dialect(
        lazily(
            r"\s*(?:console\.(?:log|info|table)|process\.stdout\.write|(?:this\.)?(?:log|logger\.(?:log|info)|ui\.(?:log|output|write)|stdout\.write))\("
        ),
        lazily(rf"""`{_LABEL}\$\{{|["']{_LABEL}["']\s*[,+]"""),
        lazily(r"\.pad(?:End|Start)\(.*(?:\.pad(?:End|Start)\(|\$\{)|\$\{.*\.pad(?:End|Start)\("),
        lazily(
            r"^#!|\bfrom ['\"](?:commander|yargs|cac|meow|citty|clipanion|sade|minimist|arg|@oclif/core)\b"
            r"|require\(['\"](?:commander|yargs|cac|meow|sade|minimist|arg|@oclif/core)\b|process\.argv\.slice"
        ),
        lazily(_CLI_FOLDERS),
        lazily(
            r"^\s*(?:export\s+)?(?:default\s+)?(?:async\s+)?(?:function\*?\s+(\w+)|(?:const|let)\s+(\w+)\s*=\s*(?:async\s*)?\()"
        ),
        lazily(rf"{_BULLET}\$\{{|[`](?:\\t| ){{2,12}}\$\{{"),
    ),
    "py": Dialect(
        lazily(
            r"\s*(?:print_?|r?print|(?:pprint\.)?pprint|pr|cprint|echo|out|display_pair|write_line|(?:click|typer)\.(?:secho|echo)|(?:\w+\.)*console\.print|(?:\w+\.)*_?stdout(?:\.write|_write)"
            r"|(?:\w+\.)*(?:_?ui|io|term|terminal|tty|printer|output|reporter)\.(?:write|writeln|print_?|echo|say|line|info|output)|stdout_write)\("
        ),
        lazily(rf"""f["']{{1,3}}{_LABEL}(?:\[[^\]]*\])?\{{|["']{_LABEL}["']\s*,|["']{_LABEL}%[\d.]*[sdrf]"""),
        lazily(
            rf"""["'][^"']*(?:{_FORMAT_COLUMNS})|\{{[^{{}}]*:\s*[<>^](?:\d+|\{{\w+\}})[^{{}}]*\}}.*\{{|\{{.*\{{[^{{}}]*:\s*[<>^]\d+|\bpprint\((?![^\n]*(?:stderr|file=))|\.[lr]just\(.*(?:\.[lr]just\(|\{{)"""
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
        lazily(r"\s*(?:\$stdout\.|STDOUT\.|shell\.|ui\.|out\.|output\.)?(?:puts|printf|print|say|info)[ (]"),
        lazily(rf'"{_LABEL}#\{{'),
        lazily(rf"""["'][^"']*(?:{_FORMAT_COLUMNS}|%-#\{{\w+\}}s)|\.[lr]just\(|#\{{['"] ['"] \* """),
        lazily(r"^#!.*ruby|\bOptionParser\b|\bThor\b|\bARGV\b|require ['\"]optparse['\"]"),
        lazily(_CLI_FOLDERS),
        lazily(r"^\s*def (?:self\.)?(\w+[?!]?)"),
        lazily(rf"{_BULLET}#\{{|[\"](?:\\t| ){{2,12}}#\{{"),
    ),
    "sh": Dialect(
        lazily(
            r"\s*(?:echon?|printf|[a-z_]+_echo_(?:plain|no_colou?r|bold))\s|(?=[^#\n]{3,300}\|\s*column\s+(?:-\w+\s+(?:[\"'][^\"']*[\"']\s+)?)*-\w*t)"
        ),
        lazily(rf"""["']{_LABEL}[^"']{{0,20}}\$[\w{{(]"""),
        lazily(rf"""printf\s+["'][^"']*(?:{_FORMAT_COLUMNS})|\|\s*column\s+-"""),
        lazily(r""),
        lazily(_CLI_FOLDERS),
        lazily(r"^\s*(?:function\s+([\w:.-]+)|([\w:.-]+)\s*\(\s*\))"),
        lazily(rf"""{_BULLET}\$[\w{{(]|["'](?:\\t| ){{2,12}}\$[\w{{(]"""),
    ),
    "rs": Dialect(
        lazily(
            r"\s*(?:(?:println|print)!\(|write(?:ln)?!\(\s*(?:&mut )?(?:[\w.]+\.)?(?:stdout(?:\(\))?|out|handle|w|t|tw|writer|term)(?:\.lock\(\))?,)"
        ),
        lazily(rf'"{_LABEL}\{{'),
        lazily(r'"[^"]*\{[\w.]*:[<>^](?:\d|\w+\$)[^"]*\{|"[^"]*\{[^"]*\{[\w.]*:[<>^](?:\d|\w+\$)'),
        lazily(r"\bclap\b|\bstructopt\b|\bargh\b|\bfn main\(\)"),
        lazily(_CLI_FOLDERS),
        lazily(r"^\s*(?:pub(?:\([\w ]+\))? )?(?:async )?fn (\w+)"),
        lazily(rf"{_BULLET}\{{|[\"](?:\\t| ){{2,12}}\{{"),
    ),
    "pl": Dialect(
        lazily(r"\s*(?:print|printf|say)[ (]\s*(?:STDOUT\s+)?[\"']|\s*printf[ (]"),
        lazily(rf'"{_LABEL}[$@]'),
        lazily(rf'printf[ (]\s*["\'][^"\']*(?:{_FORMAT_COLUMNS})|printf[ (].*%\d+s.*%\d+[sd]'),
        lazily(r"\A#!"),
        lazily(_CLI_FOLDERS),
        lazily(r"^\s*sub (\w+)"),
        lazily(rf"{_BULLET}[$@]"),
    ),
    "c": Dialect(
        lazily(r"\s*(?:std::)?(?:printf\(|fprintf\(\s*stdout,)"),
        lazily(rf'"{_LABEL}%[-+#\d.]*l{{0,2}}[sdufgxi]'),
        lazily(rf'"[^"]*(?:{_FORMAT_COLUMNS}|%-\d+s)'),
        lazily(r"\bint main\("),
        lazily(_CLI_FOLDERS),
        lazily(r"^\s*(?:static |virtual )?(?:void|int|bool|double) (?:\w+::)?(\w+)\("),
        lazily(rf"{_BULLET}%s"),
    ),
    "d": Dialect(
        lazily(r"\s*(?:(?:std\.stdio\.)?write(?:f?ln|f)|addLogEntry)\("),
        lazily(rf'"{_LABEL}"\s*[,~]'),
        lazily(rf'"[^"]*(?:{_FORMAT_COLUMNS})'),
        lazily(r"\bgetopt\b|\bvoid main\(|\bint main\(|\bmodule \w+"),
        lazily(_CLI_FOLDERS),
        lazily(r"^\s*(?:void|int|bool|string|auto) (\w+)\("),
        lazily(rf'{_BULLET}",|"(?:\\t| ){{2,12}}",'),
    ),
}
_ENDINGS = {
    ".go": "go", ".js": "js", ".mjs": "js", ".cjs": "js", ".ts": "js", ".mts": "js", ".py": "py", ".rb": "rb", ".sh": "sh",
    ".bash": "sh", ".zsh": "sh", ".rs": "rs", ".d": "d", ".pl": "pl", ".cc": "c", ".cpp": "c",
}  # fmt: skip
_SHEBANGS = {
    "sh": "sh",
    "bash": "sh",
    "zsh": "sh",
    "dash": "sh",
    "ksh": "sh",
    "node": "js",
    "bun": "js",
    "deno": "js",
    "ruby": "rb",
    "perl": "pl",
}
_INTERPRETER = lazily(r"#!\s*\S*?(?:env\s+(?:-S\s+)?)?([a-z]+)[\d.]*(?:\s|$)")


def dialect_of(path: str, text: str) -> str:
    """The dialect of a source file by its ending or its first line; "" for other files."""
    name = path.rsplit("/", 1)[-1]
    if "." in name.lstrip("."):
        return _ENDINGS.get(name[name.rfind(".") :], "")
    match = _INTERPRETER.match(text[:120])
    if match is None:
        return ""
    program = match[1].rsplit("/", 1)[-1]
    return "py" if program.startswith("python") else _SHEBANGS.get(program, "")


@dataclass(frozen=True)
class Layout:
    """A block of statements that print something laid out; `function` is the name of what they stand in, "" at the top."""

    span: Span
    padded: bool
    function: str
    lines: int = 1
    listed: bool = False
    """All it has is marks of a list, or headings: only a name can tell that it is an answer."""


_CLOSING = frozenset({"}", "};", "})", "});", "end"})
"""What ends a function at the margin."""
_GOES_ON = lazily(r"\s*[A-Z][\w ]{1,30}: {0,12}\{")
_GAP = 4
_WIDE_GAP = 10
"""Between the names of columns and the rows below them."""
_FEW_LABELS = 2
_ASIDE = lazily(r"[sS]td[eE]rr|STDERR|console\.error|--[a-z]")
_ASIDE_IN_SHELL = lazily(r">\s*&2|>>?\s*[\"']?[\w$/{]|stderr|\|\s*(?!column)\w(?![^\n]*\|\s*column)|--[a-z]")
_HEADING = lazily(_HEADED)
_HEADER = lazily(r"[\"'](?:\\n)?\s{0,4}[#\w]+(?:\s{2,12}[A-Z#%][\w/%]{0,20}){3,}")
"""The names of columns: "  #  Item_Size  Max_age"."""
_MESSAGE = lazily(
    r"CROSS|TICK\b|INFO|WARN|ERROR|\b(?:[Ff]ail|[Uu]nable|[Cc]annot|[Ee]rror|[Uu]sage|[Ee]xample|[Pp]lease|[Ii]nstall|[Ss]kip)"
)
"""Marks before messages, and messages, which are no members of a list."""
_PADDED, _LABELLED, _LISTED = 2, 1, 0


def layouts(text: str, dialect: str) -> Iterator[Layout]:
    """The blocks of a file: padded columns and lists wherever they stand, labelled values where there are several."""
    rules = DIALECTS[dialect]
    block: list[tuple[int, int, int]] = []
    function, last, at = "", -_GAP, 0
    lines = text.splitlines(keepends=True)
    formats = _formats(text)
    for number, line in enumerate(lines):
        head = rules.function.match(line)
        followers = lines[number + 1 : number + 1 + _OPENED]
        shown = None if head is not None else _shown(line, followers, rules, formats)
        if block and (head is not None or number - last > (_WIDE_GAP if block[-1][2] == _PADDED else _GAP)):
            yield from _finished(block, function)
            block = []
        if head is not None:
            function = next((group for group in head.groups() if group), "")
        if block and line.rstrip() in _CLOSING:
            yield from _finished(block, function)
            block = []
        if line.rstrip() in _CLOSING:
            function = ""
        if shown is not None:
            printed = (at + len(line) - len(line.lstrip()), at + len(line.rstrip()), shown)
            block.append(printed)
            if shown == _LABELLED and '"""' in line and followers and _GOES_ON.match(followers[0]):
                block.append(printed)  # more labels in the same string
            last = number
        at += len(line)
    yield from _finished(block, function)


_OPENED = 3
"""Lines after the one that opens a call over several of them."""
_NAMED_FORMAT = lazily(
    r"^[ \t]*(?:my |const |var |let |local |static )?[$@]?(\w+)(?:: &?\w+)? ?:?= ?f?[\"'](?=[^\n]*(?:%-?\d|%-?\*|\{:))([^\n]*)",
    re.MULTILINE,
)
_FILLED = lazily(_FORMAT_COLUMNS + r"|\{:[<>^]?\d+\}.*\{")


def _formats(text: str) -> re.Pattern[str] | None:
    """The names of the file's own formats that fill columns: `fmt = "%-12s %-8s %s"`."""
    names = {found[1] for found in _NAMED_FORMAT.finditer(text) if _FILLED.search(found[2])}
    return re.compile(rf"[$({{ ](?:{'|'.join(sorted(names))})(?:\b|$)(?!\s*=)") if names else None


def _shown(line: str, followers: list[str], rules: Dialect, formats: re.Pattern[str] | None) -> int | None:
    """What a line prints: columns, a labelled value, a member of a list; None for others. A call may open on it only."""
    if len(line) > 400:
        return None
    if line.rstrip().endswith("("):
        line = line.rstrip() + " ".join(one[:400].strip() for one in followers)
    if not rules.prints.match(line) or (_ASIDE_IN_SHELL if rules is DIALECTS["sh"] else _ASIDE).search(line):
        return None
    if rules.padded.search(line) or (formats is not None and formats.search(line)):
        return _PADDED
    if rules.label.search(line):
        return _LABELLED
    if _HEADER.search(line):
        return _PADDED
    if _MESSAGE.search(line):
        return None
    return _LISTED if rules.bullet.search(line) or _HEADING.search(line) else None


def _finished(block: list[tuple[int, int, int]], function: str) -> Iterator[Layout]:
    kinds = [kind for _, _, kind in block]
    labels = kinds.count(_LABELLED)
    if _PADDED in kinds or labels >= _FEW_LABELS or _LISTED in kinds:
        listed = _PADDED not in kinds and labels < _FEW_LABELS
        yield Layout(Span(block[0][0], block[-1][1]), _PADDED in kinds, function, len(block), listed)
