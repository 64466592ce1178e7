"""fish scripts: said again in the words of a POSIX shell, each piece with the place it comes from, and read as such.

The two shells differ in how blocks begin and end and in how output is substituted, and hardly in how a command is written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from agentlint.adapters.context import TreeContext
from agentlint.adapters.script_file import script_facts
from agentlint.adapters.shell.reading import read_shell
from agentlint.documents.embedded import EmbeddedText
from agentlint.facts.filefacts import FileFacts
from agentlint.files.source import SourceFile

MAX_TEXT = 500_000

_TOKEN = re.compile(
    r"(?P<comment>(?<![^\s;(])\#[^\n]*)|(?P<joined>\\\n)|(?P<blank>[ \t\r]+)|(?P<end>\n|;)|(?P<pipe>&&|\|\||&?\||&(?!>))"
    r"|(?P<open>\()|(?P<close>\))|(?P<single>'(?:[^'\\]|\\.)*'?)|(?P<double>\"(?:[^\"\\]|\\.)*\"?)"
    r"|(?P<word>(?:[^\s;|&()'\"\\]|\\[^\n]|&>)+)|(?P<other>.)",
    re.DOTALL,
)
_INDEX = re.compile(r"\$argv\[(\d)\]|\$argv(?:\[[^\]\n]*\])?|(\$\w+)\[[^\]\n]*\]")
_SET = re.compile(r"(?:set)((?:[ \t]+-[lgxUuf]+|[ \t]+--(?:local|global|export))*)[ \t]+(\w+)[ \t]+(?=\S)(?!;)")
_QUERY = re.compile(r"set[ \t]+(?:-q|--query)[ \t]+(\w+)(?:\[(\d+)\])?")
_LOOKED_UP = re.compile(r"command[ \t]+(?:-[qsva]+|--query|--search|--all)(?=[ \t])")
_COMPLETION = re.compile(r"(?:^|/)completions?/|completions?\.fish$|(?:^|/)__fish_complete_")
"""Files that the shell asks while somebody types."""
_INTERACTIVE = re.compile(r"status[ \t]+(?:is-interactive|--is-interactive|-i)\b|isatty(?:[ \t]+stdin)?(?=[\s;)])")
_NAME = re.compile(r"function[ \t]+([\w.-]+)(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|\\.|[^\n;'\"\\])*", re.DOTALL)
"""The head of a function; its description may hold line breaks."""
_CASE = re.compile(r"case[ \t]+([^\n;]+)")
_CLOSES = {"if": "fi", "while": "done", "for": "done", "switch": ";; esac", "function": "}", "begin": "}"}
_OPENS = {"if": "; then", "while": "; do", "for": "; do", "switch": " in"}


@dataclass
class _Writer:
    """The text that is put together, and where each piece of it comes from."""

    text: list[str] = field(default_factory=list)
    segments: list[tuple[int, int]] = field(default_factory=list)
    length: int = 0

    def write(self, piece: str, outer: int) -> None:
        """A piece that stands at this offset of the file, or is put in there."""
        self.segments.append((self.length, outer))
        self.text.append(piece)
        self.length += len(piece)


@dataclass
class _State:
    """What is open: blocks by their word, the header that still wants its `then`, and the depth of parentheses."""

    blocks: list[str] = field(default_factory=list)
    header: str = ""
    depth: int = 0
    header_depth: int = 0
    starts: bool = True
    first_case: bool = False
    empty: bool = False
    """Nothing stands in the block yet, which fish allows and others do not."""
    last: str = ""
    """The kind of the last piece that was no blank."""


def facts(file: SourceFile, tree: TreeContext) -> FileFacts:
    """The facts of a fish script; what the reading did not understand is no fault of the file's."""
    if _COMPLETION.search(file.path):
        return FileFacts()
    found = script_facts(
        file, lambda text, path, unit: read_shell(in_posix_words(text.text), path, unit, functions_as_units=True)
    )
    return FileFacts(commands=found.commands, units=found.units, errors=found.errors)


def in_posix_words(text: str) -> EmbeddedText:
    """The script as a POSIX shell would have it."""
    text = text[:MAX_TEXT]
    out, state = _Writer(), _State()
    at = 0
    while at < len(text):
        known = _statement_start(text, at, out, state) if state.starts else None
        if known is not None:
            at = known
            continue
        match = _TOKEN.match(text, at)
        assert match is not None  # the last branch takes any character
        _token(match, out, state)
        at = match.end()
    if state.header:
        out.write(_OPENS[state.header], len(text))
    return EmbeddedText("".join(out.text), tuple(out.segments) or ((0, 0),))


def _token(match: re.Match[str], out: _Writer, state: _State) -> None:
    kind, piece, at = match.lastgroup or "", match.group(), match.start()
    if kind in {"comment", "blank"}:
        joined = state.last == "joined" and kind == "comment"
        state.last = "comment in joined lines" if joined else state.last
        out.write("" if kind == "comment" else piece, at)
        return
    before, state.last = state.last, kind
    if kind == "joined" or (kind == "end" and before == "comment in joined lines"):
        state.last = "joined"
        out.write(piece if kind == "joined" else "", at)
        return
    if kind == "end" and before == "pipe":
        out.write(piece, at)
        return
    state.empty = state.empty and kind == "end"
    state.starts = kind in {"end", "pipe", "open"}
    if kind == "end":
        _end_of_statement(match, out, state)
    elif kind == "open":
        state.depth += 1
        out.write("(" if match.string[at - 1 : at] == "$" else "$(", at)
    elif kind == "close":
        state.depth -= 1
        out.write(")", at)
    elif kind == "single":
        out.write(re.sub(r"\\['\\]", "__", piece), at)
    else:
        out.write(_plain_variables(piece), at)


def _plain_variables(piece: str) -> str:
    """`$argv[1]` as `$1`, `$list[2]` as `$list`."""
    return _INDEX.sub(lambda m: m[2] or (f"${m[1]}" if m[1] else "$@"), piece) if "$" in piece else piece


def _end_of_statement(match: re.Match[str], out: _Writer, state: _State) -> None:
    joined = re.compile(r"[ \t\n]*(and|or)\b").match(match.string, match.end())
    if joined is not None:
        return  # `; and` goes on with the same condition
    if state.header and state.depth == state.header_depth:
        out.write(_OPENS[state.header], match.start())
        state.header, state.empty = "", True
        out.write("\n", match.start())
        return
    out.write("\n" if state.empty else match.group(), match.start())


def _statement_start(text: str, at: int, out: _Writer, state: _State) -> int | None:
    """What a statement begins with where it is a word of fish's own; the offset behind it."""
    word = re.compile(r"else[ \t]+if\b|[a-z]+(?![\w./=-])").match(text, at)
    if word is None:
        return None
    name = word.group()
    if state.empty and (name == "end" or name.startswith("else")):
        out.write(": ; " if state.blocks[-1:] != ["switch"] else "", at)
    if name not in {"function", "begin"}:
        state.empty = False
    state.last = "word"
    if name in {"and", "or", "not", "builtin"}:
        out.write({"and": " && ", "or": " || ", "not": "! ", "builtin": ""}[name], at)
        return word.end()
    if name in {"if", "while", "for", "switch", "begin", "function"}:
        return _opened(text, at, name, out, state)
    if name.startswith("else") and state.blocks:
        state.empty = name == "else"
        out.write("elif" if name != "else" else "else", at)
        if name != "else":
            state.header, state.header_depth = "if", state.depth
        return word.end()
    if name == "end" and state.blocks:
        out.write(_CLOSES[state.blocks.pop()], at)
        state.starts = False
        return word.end()
    if name == "case" and "switch" in state.blocks[-1:]:
        return _case(text, at, out, state)
    return _own_command(text, at, out, state)


def _opened(text: str, at: int, name: str, out: _Writer, state: _State) -> int | None:
    state.blocks.append(name)
    if name == "function":
        match = _NAME.match(text, at)
        if match is None:
            state.blocks.pop()
            return None
        out.write(f"{re.sub(r'[^A-Za-z0-9_-]', '_', match[1])}() {{ ", at)
        state.empty = True
        return match.end()
    if name == "begin":
        out.write("{ ", at)
        state.empty = True
        return at + len(name)
    state.header, state.header_depth = name, state.depth
    state.starts = name in {"if", "while"}
    state.first_case = name == "switch"
    out.write({"switch": "case"}.get(name, name) + (" " if state.starts else ""), at)
    end = at + len(name)
    return end + 1 if state.starts and text[end : end + 1] == " " else end


def _case(text: str, at: int, out: _Writer, state: _State) -> int | None:
    match = _CASE.match(text, at)
    if match is None:
        return None
    out.write("" if state.first_case else ";; ", at)
    out.write("|".join(match[1].split("#")[0].split()) + ")", at)
    state.first_case = False
    return match.end()


def _own_command(text: str, at: int, out: _Writer, state: _State) -> int | None:
    """`set -l x value` as an assignment, `set -q x` and `status is-interactive` as tests."""
    query = _QUERY.match(text, at)
    if query is not None:
        name = (query[2] or "1") if query[1] == "argv" else query[1]
        out.write(f'[ -n "${name}" ]', at)
        state.starts = False
        return query.end()
    terminal = _INTERACTIVE.match(text, at)
    if terminal is not None:
        out.write("[ -t 0 ]", at)
        state.starts = False
        return terminal.end()
    asked = _LOOKED_UP.match(text, at)
    if asked is not None:
        out.write("command -v", at)
        state.starts = False
        return asked.end()
    given = _SET.match(text, at)
    if given is not None and not re.compile(r"[^\n;(]*[^\s;(][ \t]+[^\s;#|&(]").match(text, given.end()):
        out.write(f"{given[2]}=", at)
        state.starts = False
        return given.end()
    return None
