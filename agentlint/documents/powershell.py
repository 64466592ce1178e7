"""PowerShell as statements in blocks: enough to see what is run, and under which conditions.

No grammar: one linear pass that knows strings, comments and brackets. What is odd stays text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from agentlint.files.source import Span

MAX_TEXT = 1_000_000
MAX_DEPTH = 100
MAX_STATEMENTS = 20_000


@dataclass(frozen=True, slots=True)
class PowerWord:
    """One word. `text` has its quotes removed; `literal` is False where a variable or expression is left in it."""

    text: str
    span: Span
    literal: bool = True
    quoted: bool = False


@dataclass
class PowerStatement:
    """One pipeline element. `header` is the text before a block that it opens (`if (...)`, `function x`, `param`)."""

    span: Span
    words: list[PowerWord]
    piped_from: bool = False
    piped_to: bool = False
    chained: str = ""
    """"&&" or "||" where one stands before it."""
    blocks: tuple[Block, ...] = ()
    """The blocks it stands in, outermost first."""
    last: bool = False


@dataclass(eq=False)
class Block:
    """A `{ ... }` or, for `param`, a `( ... )`: its header as written, and the header of the branch before an `else`."""

    header: str
    span_start: int
    header_span: Span
    statements: list[PowerStatement] = field(default_factory=list)
    previous: Block | None = None
    """For `else` and `elseif`: the block of the `if` before."""


_BLANK = re.compile(r"[^\n]")
_NOISE = re.compile(
    r"<#.*?(?:#>|\Z)|@'[ \t]*\n.*?(?:\n'@|\Z)|@\"[ \t]*\n.*?(?:\n\"@|\Z)|'(?:[^']|'')*'|\"(?:[^\"`]|`.|\"\")*\"|(?<![\w`$-])#[^\n]*",
    re.DOTALL,
)
_WORD = re.compile(
    r"""(?:"(?:[^"`]|`.|"")*"|'(?:[^']|'')*'|\$\((?:[^()]|\([^()]*\))*\)|\$\{[^}]*\}|`.|[^\s"'`|;(){}&])+|&""",
    re.DOTALL,
)
_LITERAL_VARIABLE = re.compile(r"\$[\w{(:?^]")


def blanked(text: str) -> str:
    """The text with comments and here-strings blotted out, every offset kept; strings stay."""

    def replace(match: re.Match[str]) -> str:
        found = match[0]
        if found.startswith(("<#", "#")):
            return _BLANK.sub(" ", found)
        if found.startswith("@"):
            return '"' + _BLANK.sub("_", found[1:-1]).replace("\n", "_") + '"' if len(found) > 3 else found
        return found

    return _NOISE.sub(replace, text)


def read_powershell_text(text: str) -> list[PowerStatement]:
    """All statements in order, each knowing its blocks. What a CI system fills in before stays one opaque word."""
    plain = text[:MAX_TEXT].replace("\r", " ").replace("\ufeff", " ")
    filled_in = [match.span() for match in _FILLED_IN.finditer(plain)]
    for start, end in filled_in:
        plain = plain[:start] + "X" * (end - start) + plain[end:]
    statements = _Scanner(blanked(plain)).run()
    for statement in statements if filled_in else ():
        statement.words[:] = [_as_written(word, text, filled_in) for word in statement.words]
    return statements


_FILLED_IN = re.compile(r"\$\{\{[^}\n]{0,300}\}\}")


def _as_written(word: PowerWord, text: str, filled_in: list[tuple[int, int]]) -> PowerWord:
    if not any(start < word.span.end and word.span.start < end for start, end in filled_in):
        return word
    written = text[word.span.start : word.span.end].strip("\"'")
    return replace(word, text=written, literal=False)


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.found: list[PowerStatement] = []
        self.stack: list[Block] = []
        self.closed: dict[int, Block] = {}
        self.words: list[PowerWord] = []
        self.start = -1
        self.piped = False
        self.chained = ""
        self.round = 0

    def run(self) -> list[PowerStatement]:
        at = 0
        text = self.text
        while at < len(text) and len(self.found) < MAX_STATEMENTS:
            character = text[at]
            if character in " \t":
                at = _past_blanks(text, at)
                continue
            if (
                character == "`"
                and text[at + 1 : at + 2] in {"\n", " "}
                and text[at + 1 : at + 12].lstrip(" ")[:1] == "\n"
            ):
                at = text.index("\n", at) + 1
                continue
            at = self._step(character, at)
        self._end(at)
        return self.found

    def _step(self, character: str, at: int) -> int:
        text = self.text
        if character == "\n":
            if self.round == 0 and not (self.words and self.words[-1].text in {"|", ","}) and not self._heads(at):
                self._end(at)
        elif character == ";":
            if not (self.round and self.words and self.words[0].text.lower() == "for"):
                self._end(at)  # else it parts the three of `for ($i = 0; $i -lt 9; $i++)`
        elif character == "{":
            self._open(at)
        elif character == "}":
            self._close(at)
        elif character == "(":
            self.round += 1
            self._mark(at)
        elif character == ")":
            self.round = max(0, self.round - 1)
            if self.stack and self.stack[-1].header == "param" and self.round == 0:
                self._end(at)
                self.stack.pop()
        elif character == "|":
            return self._pipe(at)
        elif character == "&" and text[at + 1 : at + 2] == "&":
            self._end(at)
            self.chained = "&&"
            return at + 2
        else:
            return self._word(at)
        return at + 1

    def _heads(self, at: int) -> bool:
        """True at the end of a header whose brace stands on the next line."""
        if not self.words or _BRACE_BELOW.match(self.text, at) is None:
            return False
        return _HEADER.match(self.text, self.start, at) is not None

    def _mark(self, at: int) -> None:
        if self.start < 0:
            self.start = at
        if self.words and self.words[-1].text.lower() == "param" and len(self.words) == 1:
            block = Block("param", at, self.words[0].span)
            self.words.clear()
            self.start = -1
            self.stack.append(block)

    def _pipe(self, at: int) -> int:
        if self.text[at + 1 : at + 2] == "|":
            self._end(at)
            self.chained = "||"
            return at + 2
        self._end(at, piped_to=True)
        self.piped = True
        while at + 1 < len(self.text) and self.text[at + 1] in " \t\n":
            at += 1
        return at + 1

    def _word(self, at: int) -> int:
        match = _WORD.match(self.text, at)
        if match is None:
            return at + 1
        raw = match[0]
        if self.start < 0:
            self.start = at
        self.words.append(_made(raw, Span(at, match.end())))
        return match.end()

    def _end(self, at: int, piped_to: bool = False) -> None:
        if self.words:
            span = Span(self.start, self.words[-1].span.end)
            statement = PowerStatement(span, self.words, self.piped, piped_to, self.chained, tuple(self.stack))
            self.found.append(statement)
            if self.stack:
                self.stack[-1].statements.append(statement)
        if self.words or piped_to:
            self.piped = False
            self.chained = ""
        self.words = []
        self.start = -1
        self.round = 0 if not (self.stack and self.stack[-1].header == "param") else self.round

    def _open(self, at: int) -> None:
        start = self.start if self.start >= 0 else at
        header = " ".join(self.text[start:at].split())
        depth = len(self.stack)
        previous = self.closed.get(depth) if header.lower().startswith("else") else None
        block = Block(header, at, Span(start, at), previous=previous)
        words = self.words
        self.words = []
        self.start = -1
        if words and not _HEADER.match(header):
            statement = PowerStatement(
                Span(start, words[-1].span.end), words, self.piped, False, self.chained, tuple(self.stack)
            )
            self.found.append(statement)
            if self.stack:
                self.stack[-1].statements.append(statement)
            self.piped = False
        self.round = 0
        if depth < MAX_DEPTH:
            self.stack.append(block)

    def _close(self, at: int) -> None:
        self._end(at)
        if self.stack:
            block = self.stack.pop()
            self.closed[len(self.stack)] = block
        self.round = 0


def _past_blanks(text: str, at: int) -> int:
    """Where a run of blanks ends: comments that were blotted out are long ones."""
    run = _BLANKS.match(text, at)
    return run.end() if run else at + 1


_BLANKS = re.compile(r"[ \t]+")
_BRACE_BELOW = re.compile(r"\s+\{")
_HEADER = re.compile(
    r"(?:if|elseif|else|while|until|do|for|foreach|switch|function|filter|try|catch|finally|begin|process|end|param|class|workflow)\b",
    re.IGNORECASE,
)


def _made(raw: str, span: Span) -> PowerWord:
    quoted = len(raw) > 1 and raw[0] in "\"'" and raw[-1] == raw[0]
    if quoted and raw[0] == "'":
        return PowerWord(raw[1:-1].replace("''", "'"), span, True, True)
    literal = _LITERAL_VARIABLE.search(raw) is None
    text = raw[1:-1].replace('`"', '"').replace("``", "`") if quoted else raw.replace('"', "").replace("'", "")
    return PowerWord(text, span, literal, quoted)
