"""The tree of a shell script: what the grammar means, free of how a parser happens to nest it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from agentlint.files.source import Span

_NOWHERE = Span(0, 0)


class PartKind(Enum):
    """What a stretch of a word is."""

    TEXT = "text"
    VARIABLE = "variable"
    """`$X`, `${X}`, `${X:-default}`, `$1`, `"${a[@]}"`."""
    COMMAND = "command"
    """`$(...)` or backticks."""
    PROCESS = "process"
    """`<(...)` or `>(...)`."""
    PATTERN = "pattern"
    """A glob, a brace expansion or arithmetic: its value is not known."""
    TEMPLATE = "template"
    """Text that another tool replaces before the shell sees it: `${{ x }}`, `{{ .X }}`."""


class Part(NamedTuple):
    """A stretch of a word. `text` has its quotes removed (TEXT) or is as written (all else)."""

    kind: PartKind
    text: str
    span: Span
    quoted: bool = False
    name: str = ""
    """The variable's name, "1" or "@" for parameters; "" where it is not a plain one."""
    operator: str = ""
    """Of `${X:-y}`: ":-"; "[@]" for a whole array; any other is kept as "?"-like text."""
    operand: str = ""
    body: tuple[Statement, ...] = ()


@dataclass(frozen=True, slots=True)
class ShellWord:
    """One word as written: its parts in order. `span` includes its quotes."""

    parts: tuple[Part, ...]
    span: Span

    @property
    def text(self) -> str:
        """The text with quotes removed and expansions as written."""
        return self.parts[0].text if len(self.parts) == 1 else "".join(part.text for part in self.parts)

    @property
    def literal(self) -> bool:
        """True when nothing in it is expanded."""
        return all(part.kind is PartKind.TEXT for part in self.parts)

    @property
    def quoted(self) -> bool:
        """True when all of it stands in quotes."""
        return bool(self.parts) and all(part.quoted for part in self.parts)


@dataclass(frozen=True, slots=True)
class Assignment:
    """`name=value`, `name+=value`, `name=(items)`. Neither value nor items: declared only (`local x`)."""

    name: str
    span: Span
    value: ShellWord | None = None
    items: tuple[ShellWord, ...] | None = None
    append: bool = False
    subscript: bool = False


@dataclass(frozen=True, slots=True)
class Redirect:
    """One redirection. `descriptor` is -1 where none is written. For a here-document `body` is the text's span."""

    operator: str
    descriptor: int
    target: ShellWord | None
    span: Span
    body: Span | None = None
    body_parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Simple:
    """A simple command: assignments, words. `declared` are the assignments of `export`, `local`, `readonly`, ..."""

    span: Span
    words: tuple[ShellWord, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    declared: tuple[Assignment, ...] = ()
    redirects: tuple[Redirect, ...] = ()
    background: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """`[ ... ]`, `[[ ... ]]` or `(( ... ))`. `text` is the inside as written; `style` its opening bracket."""

    span: Span
    style: str
    text: str
    words: tuple[ShellWord, ...] = ()
    """Words in which commands are substituted."""
    redirects: tuple[Redirect, ...] = ()
    background: bool = False


@dataclass(frozen=True, slots=True)
class Pipeline:
    """`a | b | c`."""

    span: Span
    stages: tuple[Statement, ...]
    redirects: tuple[Redirect, ...] = ()
    background: bool = False


@dataclass(frozen=True, slots=True)
class AndOr:
    """`a && b || c`: `rest` holds operator and statement, read from left to right with equal strength."""

    span: Span
    first: Statement
    rest: tuple[tuple[str, Statement], ...]
    redirects: tuple[Redirect, ...] = ()
    background: bool = False


@dataclass(frozen=True, slots=True)
class Not:
    """`! statement`."""

    span: Span
    statement: Statement
    redirects: tuple[Redirect, ...] = ()
    background: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """`{ ...; }` or, as `subshell`, `( ... )`."""

    span: Span
    body: tuple[Statement, ...]
    subshell: bool = False
    redirects: tuple[Redirect, ...] = ()
    background: bool = False


@dataclass(frozen=True, slots=True)
class If:
    """`if` with its `elif`s: pairs of condition and branch, in order; `otherwise` is the `else` branch."""

    span: Span
    branches: tuple[tuple[tuple[Statement, ...], tuple[Statement, ...]], ...]
    otherwise: tuple[Statement, ...] | None = None
    redirects: tuple[Redirect, ...] = ()
    background: bool = False


@dataclass(frozen=True, slots=True)
class CaseArm:
    """One arm: its patterns as written, and its statements. `span` starts at the first pattern."""

    patterns: tuple[str, ...]
    body: tuple[Statement, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Case:
    """`case word in ... esac`."""

    span: Span
    word: ShellWord
    arms: tuple[CaseArm, ...]
    redirects: tuple[Redirect, ...] = ()
    background: bool = False


@dataclass(frozen=True, slots=True)
class Loop:
    """`while`, `until`, `for` or `select`. `words` is None for a `for x` without `in`, which goes over `"$@"`."""

    span: Span
    kind: str
    condition: tuple[Statement, ...]
    body: tuple[Statement, ...]
    variable: str = ""
    words: tuple[ShellWord, ...] | None = ()
    head: Span = _NOWHERE
    """From the keyword to what precedes the body."""
    redirects: tuple[Redirect, ...] = ()
    background: bool = False


@dataclass(frozen=True, slots=True)
class Function:
    """A function's definition. Its redirections apply at each call."""

    span: Span
    name: str
    body: Statement
    redirects: tuple[Redirect, ...] = ()
    background: bool = False


Statement = Simple | Condition | Pipeline | AndOr | Not | Group | If | Case | Loop | Function


NOT_UNDERSTOOD = "not understood as shell"


class ScriptError(NamedTuple):
    """A stretch that could not be read, by its offset."""

    offset: int
    message: str


@dataclass(frozen=True, slots=True)
class Script:
    """A whole script. `text` is what spans point into."""

    text: str
    statements: tuple[Statement, ...]
    errors: tuple[ScriptError, ...] = ()
