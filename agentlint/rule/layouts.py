"""Where the text of a program prints its results laid out for eyes: padded columns, blocks of "Label: value" lines.

It is read line by line, for any language whose print statements can be told by how they begin: what is laid out stands in the
text that is printed, and needs no grammar.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from agentlint.files.source import Span


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


_LABEL = r"(?:\\[nt]|[\s*•>|-]){0,12}[A-Za-z][\w ()/#'.-]{0,34}?\s{0,12}(?::|=|->|→)\s{0,20}"
_FORMAT_COLUMNS = r"%-\d+(?:\.\d+)?[svdqt].*%|%-\*s.*%|%\d+[svd]\s+%[-\d]*\d[svd]"
_CLI_FOLDERS = r"(?:^|/)(?:bin|exe|cmd|cli|commands?|clicommand|subcommands)/"

DIALECTS = {
    "go": Dialect(
        re.compile(
            r"\s*(?:_, _ = )?fmt\.(?:Print(?:f|ln)?\(|Fprint(?:f|ln)?\((?:os\.Stdout|t?w|tab\w*|out|stdout|\w+\.OutOrStdout\(\)|[\w.]*Writer),)"
        ),
        re.compile(rf'"{_LABEL}(?:%[-+#\d.]*[svdqtxfg]|",)'),
        re.compile(rf'"[^"]*(?:{_FORMAT_COLUMNS}|%[-\d.]*[svdq]\\t%[-\d.]*[svdqt])|"[^"%]*\w\\t[\w= -][^"%]*\\t'),
        re.compile(r"spf13/cobra|urfave/cli|alecthomas/king(?:pin|ong)|^package main$|\bflag\.Parse\(\)", re.MULTILINE),
        re.compile(_CLI_FOLDERS),
        re.compile(r"^func (?:\([^)]*\) )?(\w+)"),
    ),
    "js": Dialect(
        re.compile(r"\s*(?:console\.(?:log|info|table)|process\.stdout\.write)\("),
        re.compile(rf"""`{_LABEL}\$\{{|["']{_LABEL}["']\s*[,+]"""),
        re.compile(r"\.pad(?:End|Start)\(.*(?:\.pad(?:End|Start)\(|\$\{)|\$\{.*\.pad(?:End|Start)\("),
        re.compile(
            r"^#!|\bfrom ['\"](?:commander|yargs|cac|meow|citty|clipanion|sade|minimist|arg|@oclif/core)\b"
            r"|require\(['\"](?:commander|yargs|cac|meow|sade|minimist|arg|@oclif/core)\b|process\.argv\.slice"
        ),
        re.compile(_CLI_FOLDERS),
        re.compile(
            r"^\s*(?:export\s+)?(?:default\s+)?(?:async\s+)?(?:function\*?\s+(\w+)|(?:const|let)\s+(\w+)\s*=\s*(?:async\s*)?\()"
        ),
    ),
    "py": Dialect(
        re.compile(r"\s*(?:print|(?:click|typer)\.(?:secho|echo)|(?:\w+\.)*console\.print|(?:\w+\.)*stdout\.write)\("),
        re.compile(rf"""f["']{_LABEL}(?:\[[^\]]*\])?\{{|["']{_LABEL}["']\s*,|["']{_LABEL}%[\d.]*[sdrf]"""),
        re.compile(
            rf"""["'][^"']*(?:{_FORMAT_COLUMNS})|\{{[^{{}}]*:\s*[<>^](?:\d+|\{{\w+\}})[^{{}}]*\}}.*\{{|\{{.*\{{[^{{}}]*:\s*[<>^]\d+|\.[lr]just\(.*(?:\.[lr]just\(|\{{)"""
        ),
        re.compile(r"\b(?:argparse|optparse|click|typer|docopt|fire|sys\.argv)\b|__name__ == ['\"]__main__"),
        re.compile(_CLI_FOLDERS),
        re.compile(r"^\s*(?:async )?def (\w+)"),
    ),
    "rb": Dialect(
        re.compile(r"\s*(?:\$stdout\.)?(?:puts|printf|print|say)[ (]"),
        re.compile(rf'"{_LABEL}#\{{'),
        re.compile(rf"""["'][^"']*(?:{_FORMAT_COLUMNS}|%-#\{{\w+\}}s)|\.[lr]just\(|#\{{['"] ['"] \* """),
        re.compile(r"^#!.*ruby|\bOptionParser\b|\bThor\b|\bARGV\b|require ['\"]optparse['\"]"),
        re.compile(_CLI_FOLDERS),
        re.compile(r"^\s*def (?:self\.)?(\w+[?!]?)"),
    ),
    "sh": Dialect(
        re.compile(r"\s*(?:echo|printf)\s"),
        re.compile(rf"""["']{_LABEL}[^"']{{0,20}}\$[\w{{(]"""),
        re.compile(rf"""printf\s+["'][^"']*(?:{_FORMAT_COLUMNS})"""),
        re.compile(r""),
        re.compile(_CLI_FOLDERS),
        re.compile(r"^\s*(?:function\s+([\w:.-]+)|([\w:.-]+)\s*\(\s*\))"),
    ),
    "rs": Dialect(
        re.compile(r"\s*(?:println|print)!\("),
        re.compile(rf'"{_LABEL}\{{'),
        re.compile(r'"[^"]*\{\w*:[<>^]\d+[^"]*\{|"[^"]*\{[^"]*\{\w*:[<>^]\d+'),
        re.compile(r"\bclap\b|\bstructopt\b|\bargh\b|\bfn main\(\)"),
        re.compile(_CLI_FOLDERS),
        re.compile(r"^\s*(?:pub(?:\([\w ]+\))? )?(?:async )?fn (\w+)"),
    ),
    "d": Dialect(
        re.compile(r"\s*(?:std\.stdio\.)?write(?:f?ln|f)\("),
        re.compile(rf'"{_LABEL}",'),
        re.compile(rf'"[^"]*(?:{_FORMAT_COLUMNS})'),
        re.compile(r"\bgetopt\b|\bvoid main\(|\bint main\(|\bmodule \w+"),
        re.compile(_CLI_FOLDERS),
        re.compile(r"^\s*(?:void|int|bool|string|auto) (\w+)\("),
    ),
}
_ENDINGS = {
    ".go": "go", ".js": "js", ".mjs": "js", ".cjs": "js", ".ts": "js", ".mts": "js", ".py": "py", ".rb": "rb", ".sh": "sh",
    ".bash": "sh", ".zsh": "sh", ".rs": "rs", ".d": "d",
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
}
_INTERPRETER = re.compile(r"#!\s*\S*?(?:env\s+(?:-S\s+)?)?([a-z]+)[\d.]*(?:\s|$)")


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


_GAP = 4
_FEW_LABELS = 2
_ASIDE = re.compile(r">\s*&2|>>?\s*[\"']?[\w$/{]|stderr|console\.error|\|\s*(?!column)\w|--[a-z]")


def layouts(text: str, dialect: str) -> Iterator[Layout]:
    """The blocks of a file: padded columns wherever they stand, labelled values where there are several."""
    rules = DIALECTS[dialect]
    block: list[tuple[int, int, bool]] = []
    function, last, at = "", -_GAP, 0
    for number, line in enumerate(text.splitlines(keepends=True)):
        head = rules.function.match(line)
        shown = None if head is not None else _shown(line, rules)
        if block and (head is not None or number - last > _GAP):
            yield from _finished(block, function)
            block = []
        if head is not None:
            function = next((group for group in head.groups() if group), "")
        if shown is not None:
            block.append((at + len(line) - len(line.lstrip()), at + len(line.rstrip()), shown))
            last = number
        at += len(line)
    yield from _finished(block, function)


def _shown(line: str, rules: Dialect) -> bool | None:
    """True for a line that prints columns, False for one that prints a labelled value, None for others."""
    if len(line) > 400 or not rules.prints.match(line) or _ASIDE.search(line):
        return None
    if rules.padded.search(line):
        return True
    return False if rules.label.search(line) else None


def _finished(block: list[tuple[int, int, bool]], function: str) -> Iterator[Layout]:
    padded = any(columns for _, _, columns in block)
    if padded or len(block) >= _FEW_LABELS:
        yield Layout(Span(block[0][0], block[-1][1]), padded, function, len(block))
