"""Where the text of a program prints its results laid out for eyes: padded columns, blocks of "Label: value" lines.

It is read line by line, for any language whose print statements can be told by how they begin: what is laid out stands in the
text that is printed, and needs no grammar.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from agentlint.files.lazily import lazily
from agentlint.files.source import Span
from agentlint.judgements.printing.dialects import DIALECTS, FORMAT_COLUMNS, HEADED, Dialect
from agentlint.judgements.printing.program_texts import heads_above
from agentlint.judgements.printing.told_in_loops import Loop, tells_of_each

SOURCE_ENDINGS = {
    ".go": "go", ".js": "js", ".mjs": "js", ".cjs": "js", ".ts": "js", ".mts": "js", ".py": "py", ".rb": "rb", ".sh": "sh",
    ".bash": "sh", ".zsh": "sh", ".fish": "fish", ".rs": "rs", ".d": "d", ".pl": "pl", ".cc": "c", ".cpp": "c",
    ".cs": "cs", ".java": "java", ".kt": "kt", ".swift": "swift", ".php": "php",
}  # fmt: skip
"""The dialect of each ending of a source file."""
_SHEBANGS = {
    "sh": "sh",
    "bash": "sh",
    "zsh": "sh",
    "dash": "sh",
    "ksh": "sh",
    "fish": "fish",
    "node": "js",
    "bun": "js",
    "deno": "js",
    "ruby": "rb",
    "perl": "pl",
    "php": "php",
    "swift": "swift",
}
_INTERPRETER = lazily(r"#!\s*\S*?(?:env\s+(?:-S\s+)?)?([a-z]+)[\d.]*(?:\s|$)")


def dialect_of(path: str, text: str) -> str:
    """The dialect of a source file by its ending or its first line, which has the word in a `.sh` too; "" for other files."""
    name = path.rsplit("/", 1)[-1]
    known = SOURCE_ENDINGS.get(name[name.rfind(".") :], "") if "." in name.lstrip(".") else None
    if known is not None and known != "sh":
        return known
    match = _INTERPRETER.match(text[:120])
    if match is None:
        return known or ""
    program = match[1].rsplit("/", 1)[-1]
    return "py" if program.startswith("python") else _SHEBANGS.get(program, known or "")


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
_AT_MARGIN = lazily(r"(?:if|for|with|while|try)\b|[a-z_][\w, ]{0,60} = |[a-z_]\w*\(")
"""What stands at the margin of a Python file, outside of any function. The lines of long strings seldom look like it."""
_GOES_ON = lazily(r"\s*[A-Z][\w ]{1,30}: {0,12}\{")
_GAP = 4
_WIDE_GAP = 10
"""Between the names of columns and the rows below them."""
_FEW_LABELS = 2
_ASIDE = lazily(r"[sS]td[eE]rr|STDERR|[cC]onsole\.[eE]rror|--[a-z]")
_ASIDE_IN_SHELL = lazily(
    r">\s*&2|>>?\s*[\"']?[\w$/{]|stderr|\|\s*(?!column|nl\b)\w(?![^\n]*\|\s*(?:column|nl\b))|--[a-z]"
)
_SHELLS = (DIALECTS["sh"], DIALECTS["fish"])
_HEADING = lazily(HEADED)
_HEADER = lazily(r"[\"'](?:\\n)?\s{0,4}[#\w]+(?:\s{2,12}[A-Z#%][\w/%]{0,20}){3,}")
"""The names of columns: "  #  Item_Size  Max_age"."""
_MESSAGE = lazily(
    r"CROSS|TICK\b|INFO|WARN|ERROR|\b(?:[Ff]ail|[Uu]nable|[Cc]annot|[Ee]rror|[Uu]sage|[Ee]xample|[Pp]lease|[Ii]nstall|[Ss]kip)"
)
"""Marks before messages, and messages, which are no members of a list."""
_PADDED, _LABELLED, _LISTED = 2, 1, 0


@cache
def _printing(dialect: str) -> re.Pattern[str]:
    """What a file must hold to print anything: asked once of the whole text, it spares most files their lines."""
    prints = DIALECTS[dialect].prints
    return re.compile(rf"^(?:{prints.pattern})", prints.flags | re.MULTILINE)


_MARKS = {
    "py": ("print", "pr(", "echo(", "out(", "stdout", "display_pair(", "write_line(", ".write(", ".writeln(", ".say(", ".line(", ".info(", ".output("),
    "cs": (".Write", ".Markup"),
}  # fmt: skip
"""Words without which a file prints nothing, for the languages whose print statements are slow to be looked for: a quick
refusal. Every way to print that a dialect knows has one of them; a test says so."""


def _may_print(text: str, dialect: str) -> bool:
    """False for the many files in which nothing is printed."""
    marks = _MARKS.get(dialect)
    return (marks is None or any(mark in text for mark in marks)) and _printing(dialect).search(text) is not None


_ON_THE_WAY = lazily(
    r"(?:\}\s*else )?if\b[^\n]*\b(?:is_?|in_?)?(?:verbose|debug|progress|trace|profil(?:e|ing))\b", re.IGNORECASE
)
"""A condition under which a program tells what it is about."""


def layouts(text: str, dialect: str) -> Iterator[Layout]:
    """The blocks of a file that may be answers: none of what is told on the way, to who wants to watch."""
    for one in _blocks(text, dialect):
        if not any(_ON_THE_WAY.match(head) for head in heads_above(text, one.span.start, _HEADS)):
            yield one


_HEADS = 60


def _blocks(text: str, dialect: str) -> Iterator[Layout]:
    """The blocks of a file: padded columns and lists wherever they stand, labelled values where there are several."""
    rules = DIALECTS[dialect]
    if dialect not in {"c", "d"} and not _may_print(text, dialect):
        return
    block: list[tuple[int, int, int]] = []
    function, last, at = "", -_GAP, 0
    lines = text.splitlines(keepends=True)
    formats, built = _formats(text), _built(text) if dialect == "py" else None
    loop = Loop()
    for number, line in enumerate(lines):
        head = rules.function.match(line)
        printed_as = built.sub(r"\1print(", line) if built is not None else line
        followers = lines[number + 1 : number + 1 + _OPENED]
        shown = None if head is not None else _shown(printed_as, followers, rules, formats)
        if loop.holds(line) and shown is None and head is None and tells_of_each(_opened(line, followers), rules):
            shown = _LISTED
        if block and (head is not None or number - last > (_WIDE_GAP if block[-1][2] == _PADDED else _GAP)):
            yield from _finished(block, function)
            block = []
        if head is not None:
            function = next((group for group in head.groups() if group), "")
        if line.rstrip() in _CLOSING or (function and dialect == "py" and _AT_MARGIN.match(line)):
            yield from _finished(block, function)
            function, block = "", []
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
    r"^[ \t]*(?:my |const |var |let |local |static )?[$@]?(\w+)(?:: &?\w+)? ?:?= ?[f+]?[\"'](?=[^\n]*(?:%-?\d|%-?\*|\{:))([^\n]*)",
    re.MULTILINE,
)
_FILLED = lazily(FORMAT_COLUMNS + r"|\{:[<>^]?\d+\}.*\{|\{\{:[<>^]\{.*\{")


_PRINTED_NAME = lazily(r"^[ \t]+print\((output|out|text|report|summary|result|listing|lines?)\)[ \t\r]*$", re.MULTILINE)


def _built(text: str) -> re.Pattern[str] | None:
    """Additions to a text that Python prints as a whole in the end: `output += f" - {name}\\n"`."""
    names = set(_PRINTED_NAME.findall(text))
    return re.compile(rf"^([ \t]+)(?:{'|'.join(sorted(names))}) \+= ") if names else None


def _formats(text: str) -> re.Pattern[str] | None:
    """The names of the file's own formats that fill columns: `fmt = "%-12s %-8s %s"`."""
    names = {found[1] for found in _NAMED_FORMAT.finditer(text) if _FILLED.search(found[2])}
    return re.compile(rf"[$({{ ](?:{'|'.join(sorted(names))})(?:\b|$)(?!\s*=)") if names else None


def _shown(line: str, followers: list[str], rules: Dialect, formats: re.Pattern[str] | None) -> int | None:
    """What a line prints: columns, a labelled value, a member of a list; None for others. A call may open on it only."""
    if len(line) > 400 or not (rules.prints.match(line) or line.rstrip().endswith("(")):
        return None
    line = _opened(line, followers)
    if not rules.prints.match(line) or (_ASIDE_IN_SHELL if rules in _SHELLS else _ASIDE).search(line):
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


def _opened(line: str, followers: list[str]) -> str:
    """A line with those after it, where a call only opens on it."""
    if not line.rstrip().endswith("("):
        return line
    return line.rstrip() + " ".join(one[:400].strip() for one in followers)


def _finished(block: list[tuple[int, int, int]], function: str) -> Iterator[Layout]:
    if not block:
        return
    kinds = [kind for _, _, kind in block]
    labels = kinds.count(_LABELLED)
    if _PADDED in kinds or labels >= _FEW_LABELS or _LISTED in kinds:
        listed = _PADDED not in kinds and labels < _FEW_LABELS
        yield Layout(Span(block[0][0], block[-1][1]), _PADDED in kinds, function, len(block), listed)


def best_of(found: list[Layout]) -> list[Layout]:
    """The block of each function that is laid out most: one command is told of once."""
    best: dict[str, Layout] = {}
    for one in found:
        name = one.function or ("" if one.listed else str(one.span.start))
        known = best.get(name)
        if known is None or (one.padded, one.lines) > (known.padded, known.lines):
            best[name] = one
    return sorted(best.values(), key=lambda one: one.span.start)
